"""[tool.uv] and uv.toml: what counts where, and over what."""

from __future__ import annotations

from pathlib import Path

import pytest

from resolvetui.errors import MissingFileError
from resolvetui.inputs.pip_config import default_index_url
from resolvetui.model.query import IndexStrategy, Policies, PrereleasePolicy, ResolutionMode
from resolvetui.model.requirement import OriginKind
from tests.inputs.support import CPU, A, B, C, Folder

PYTORCH = f"""\
[[tool.uv.index]]
name = "pytorch-cpu"
url = "{CPU}"
explicit = true

[tool.uv.sources]
torch = {{ index = "pytorch-cpu" }}
"""
ALL = """\
[project]
name = "demo"
dependencies = ["six"]

[tool.uv]
index-strategy = "unsafe-best-match"
prerelease = "if-necessary-or-explicit"
resolution = "lowest-direct"
exclude-newer = "2024-05-07"
no-build = true
no-binary-package = ["Some.Thing"]
"""


def test_explicit_index_and_source(folder: Folder) -> None:
    folder.write("pyproject.toml", PYTORCH)
    query = folder.query("torch").query
    assert [(index.name, index.url, index.explicit) for index in query.indexes] == [
        ("pypi", default_index_url(), False),
        ("pytorch-cpu", CPU, True),
    ]
    assert query.pinned_indexes == {"torch": "pytorch-cpu"}
    assert query.indexes[1].origin == "pyproject.toml [tool.uv] index"


def test_order_of_indexes_and_the_default(folder: Folder) -> None:
    folder.write(
        "uv.toml",
        f'extra-index-url = ["{B}"]\nindex-url = "https://lost.example/simple"\n'
        f'[[index]]\nname = "mine"\nurl = "{A}"\ndefault = true\n'
        f'[[index]]\nurl = "{C}"\n[[index]]\nurl = "https://d.example/simple"\ndefault = true\n',
    )
    assert folder.urls("x") == [C, B, A]
    assert folder.names("x") == ["c", "b", "mine"]


def test_relative_places_start_at_the_file(folder: Folder) -> None:
    folder.write("lib/wheels/readme", "")
    folder.write("lib/simple/readme", "")
    folder.write(
        "lib/pyproject.toml",
        '[project]\n[tool.uv]\nfind-links = ["wheels"]\nindex-url = "./simple"\n',
    )
    assert folder.urls("--project", "lib") == [
        (folder.path / "lib" / place).as_uri() for place in ("wheels", "simple")
    ]


def test_flat_index_is_a_page_of_links(folder: Folder) -> None:
    folder.write("uv.toml", f'[[index]]\nname = "flat"\nurl = "{A}"\nformat = "flat"\n')
    first = folder.query("x").query.indexes[0]
    assert (first.name, first.kind) == ("flat", "flat")


def test_constraints_and_overrides_know_their_line(folder: Folder) -> None:
    folder.write(
        "pyproject.toml",
        '[tool.uv]\nconstraint-dependencies = [\n  "torch<3",\n]\n'
        'override-dependencies = ["torch<3"]\n'
        'build-constraint-dependencies = ["setuptools<70"]\n',
    )
    query = folder.query("x").query
    assert query.constraints[0].origin.kind is OriginKind.CONSTRAINT
    assert query.constraints[0].origin.where == "pyproject.toml:3"
    assert query.overrides[0].origin.kind is OriginKind.OVERRIDE
    assert query.overrides[0].origin.where == "pyproject.toml:5"
    assert query.build_constraints[0].origin.kind is OriginKind.CONSTRAINT
    assert query.build_constraints[0].origin.where == "pyproject.toml:6"


# ---- what counts where


def test_policies_count_when_the_project_is_asked_for(folder: Folder) -> None:
    folder.write("pyproject.toml", ALL)
    assert folder.query("--project", ".").query.policies == Policies(
        index_strategy=IndexStrategy.UNSAFE_BEST_MATCH,
        prerelease=PrereleasePolicy.IF_NECESSARY,
        resolution=ResolutionMode.LOWEST_DIRECT,
        exclude_newer="2024-05-08T00:00:00Z",
        only_binary=(":all:",),
        no_binary=("some-thing",),
    )


def test_policies_of_the_current_folder_do_not_count_by_themselves(folder: Folder) -> None:
    folder.write("pyproject.toml", ALL)
    assert folder.query("six").query.policies == Policies()


def test_another_project_replaces_the_current_folder(folder: Folder) -> None:
    folder.write("pyproject.toml", PYTORCH)
    folder.write("lib/pyproject.toml", '[project]\ndependencies = ["torch"]\n')
    assert folder.pins("--project", "lib") == {}


def test_no_config_ignores_it(folder: Folder) -> None:
    folder.write("pyproject.toml", PYTORCH)
    folder.write("uv.toml", "broken = ")
    assert folder.pins("--no-config", "torch") == {}
    assert folder.names("--no-config", "torch") == ["pypi"]


def test_demo_ignores_it(folder: Folder) -> None:
    folder.write("pyproject.toml", PYTORCH)
    assert folder.names("--demo") == ["pypi"]


def test_files_that_say_nothing_for_uv_may_be_broken(folder: Folder) -> None:
    folder.write("pyproject.toml", "broken =")
    assert folder.names("x") == ["pypi"]


def test_broken_configuration_is_refused_with_a_way_around(folder: Folder) -> None:
    folder.write("uv.toml", "\n\nindex = [")
    error = folder.refused("x")
    assert error.culprit == "uv.toml:3"
    assert "--no-config" in error.what_to_do


def test_toml_dates_are_dates(folder: Folder) -> None:
    folder.write("pyproject.toml", "[project]\n[tool.uv]\nexclude-newer = 2024-05-07")
    assert folder.query("--project", ".").query.policies.exclude_newer == "2024-05-08T00:00:00Z"


# ---- precedence


def test_flag_over_variable_over_file_over_project_over_pip(folder: Folder) -> None:
    folder.pip(f"index-url = {A}")
    folder.write("uv.toml", f'index-url = "{B}"')
    assert folder.urls("x") == [B]
    folder.write("r.txt", f"-i {C}")
    assert folder.urls("-r", "r.txt") == [C]
    assert folder.urls("-r", "r.txt", RESOLVETUI_INDEX_URL=A) == [A]
    assert folder.urls("-r", "r.txt", "-i", B, RESOLVETUI_INDEX_URL=A) == [B]


def test_pin_of_a_flag_wins_over_a_source(folder: Folder) -> None:
    folder.write("pyproject.toml", PYTORCH)
    assert folder.pins("torch", "--pin-index", "torch=pypi") == {"torch": "pypi"}


def test_index_of_a_flag_moves_the_configured_one_of_its_name(folder: Folder) -> None:
    folder.write("pyproject.toml", PYTORCH)
    query = folder.query("torch", "--index", f"pytorch-cpu={A}").query
    assert [(index.name, index.url, index.explicit) for index in query.indexes] == [
        ("pypi", default_index_url(), False),
        ("pytorch-cpu", A, True),
    ]


def test_configured_default_is_not_lost_with_its_name(folder: Folder) -> None:
    folder.write("uv.toml", f'[[index]]\nname = "mine"\nurl = "{A}"\ndefault = true')
    assert folder.urls("x", "--index", f"mine={B}") == [B, A]


def test_index_named_by_a_flag_too_is_asked_about_everything(folder: Folder) -> None:
    folder.write("pyproject.toml", PYTORCH)
    query = folder.query("torch", "--extra-index-url", CPU).query
    assert [(index.name, index.explicit) for index in query.indexes] == [
        ("pytorch-cpu", False),
        ("pypi", False),
    ]


def test_second_name_of_an_index_can_still_be_pinned_to(folder: Folder) -> None:
    folder.write("pyproject.toml", PYTORCH)
    query = folder.query("torch", "--index", f"cpu={CPU}").query
    assert [(index.name, index.explicit) for index in query.indexes] == [
        *(("cpu", False), ("pypi", False), ("pytorch-cpu", True))
    ]
    assert query.pinned_indexes == {"torch": "pytorch-cpu"}


def test_default_index_listed_as_explicit_keeps_its_place(folder: Folder) -> None:
    folder.write(
        "uv.toml",
        f'extra-index-url = ["{A}"]\n'
        f'[[index]]\nname = "main"\nurl = "{default_index_url()}"\nexplicit = true\n',
    )
    assert folder.names("x") == ["a", "main"]


# ---- uv.toml beside pyproject.toml


def test_uv_toml_replaces_the_table_but_not_its_sources(folder: Folder) -> None:
    folder.write("pyproject.toml", PYTORCH + f'[tool.uv]\nextra-index-url = ["{A}"]\n')
    folder.write("uv.toml", f'extra-index-url = ["{B}"]\n')
    found = folder.query("torch")
    assert [index.name for index in found.query.indexes] == ["b", "pypi", "pytorch-cpu"]
    assert found.query.pinned_indexes == {"torch": "pytorch-cpu"}
    (warning,) = found.warnings
    assert warning.kind == "configuration-replaced"
    assert "extra-index-url, index" in warning.text


# ---- sources


def sources(folder: Folder, text: str) -> Folder:
    index = f'index = [{{name = "cpu", url = "{CPU}"}}, {{name = "gpu", url = "{A}"}}]\n'
    listed = 'dependencies = ["torch>=2"]\noptional-dependencies = {fast = [], slow = []}\n'
    folder.write(
        "pyproject.toml",
        f'[project]\nname = "x"\n{listed}[dependency-groups]\ntest = []\n'
        f"[tool.uv]\n{index}sources.torch = {text}\n",
    )
    return folder


def test_source_for_an_extra_or_a_group_counts_with_it(folder: Folder) -> None:
    sources(folder, '[{index = "cpu", extra = "fast"}, {index = "gpu", group = "test"}]')
    assert folder.pins("--project", ".") == {}
    assert folder.pins("--extra", "fast") == {"torch": "cpu"}
    assert folder.pins("--project", ".", "--group", "test") == {"torch": "gpu"}


@pytest.mark.parametrize(
    "text",
    [
        "[{index = 'cpu', marker = \"sys_platform == 'linux'\"}]",
        "{index = 'cpu', marker = \"sys_platform == 'linux'\"}",
    ],
)
def test_source_with_a_marker_is_not_used_and_it_is_said(folder: Folder, text: str) -> None:
    sources(folder, text)
    assert folder.pins("--project", ".") == {}
    assert folder.warnings("--project", ".") == ["source-not-used"]
    assert folder.warnings("flask") == []
    assert folder.warnings("torch", "--pin-index", "torch=cpu") == []


def test_entry_without_a_marker_counts_beside_those_with_one(folder: Folder) -> None:
    sources(folder, "[{index = 'cpu', marker = \"python_version < '3'\"}, {index = 'gpu'}]")
    assert folder.pins("torch") == {"torch": "gpu"}


def test_url_of_a_wheel_replaces_the_version_asked_for(folder: Folder) -> None:
    url = "https://a.example/torch-2.3.0-py3-none-any.whl#sha256=00"
    sources(folder, f'{{url = "{url}"}}')
    query = folder.query("--project", ".").query
    assert query.requirements[0].requirement.url == url
    assert [root.requirement.text for root in query.constraints] == ["torch>=2"]


def test_path_of_a_wheel_starts_at_the_file(folder: Folder) -> None:
    wheel = "torch-2.3.0-py3-none-any.whl"
    sources(folder, f'{{path = "dist/{wheel}"}}')
    assert isinstance(folder.refused("torch"), MissingFileError)
    path = folder.write(f"dist/{wheel}", "")
    (root,) = folder.query("torch").query.requirements
    assert root.requirement.url == path.as_uri()


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("{git = 'https://a.example/torch'}", "git+https://a.example/torch"),
        ("{git = 'ssh://git@a.example/t', tag = 'v1'}", "git+ssh://git@a.example/t@v1"),
        (
            "{git = 'https://a.example/t', rev = 'abc', subdirectory = 'python'}",
            "git+https://a.example/t@abc#subdirectory=python",
        ),
        (
            "{url = 'https://a.example/t.zip', subdirectory = 'x'}",
            "https://a.example/t.zip#subdirectory=x",
        ),
        (
            "{url = 'https://a.example/t.zip#sha256=0', subdirectory = 'x'}",
            "https://a.example/t.zip#sha256=0&subdirectory=x",
        ),
    ],
)
def test_a_repository_or_an_archive(folder: Folder, text: str, url: str) -> None:
    sources(folder, text)
    (root,) = folder.query("torch>=2").query.requirements
    assert (root.requirement.url, root.requirement.specifier) == (url, "")
    assert [each.text for each in folder.query("torch>=2").query.constraints] == ["torch>=2"]


def test_several_revisions_are_refused(folder: Folder) -> None:
    sources(folder, "{git = 'https://a.example/t', rev = 'abc', tag = 'v1'}")
    assert "more than one of rev, tag and branch" in folder.refused("flask").why


@pytest.mark.parametrize(
    ("text", "place", "editable"),
    [
        ("{path = 'lib'}", "lib", False),
        ("{path = 'lib', editable = true}", "lib", True),
        ("{path = 'lib', subdirectory = 'python'}", "lib/python", False),
    ],
)
def test_a_folder(folder: Folder, text: str, place: str, editable: bool) -> None:
    sources(folder, text)
    assert isinstance(folder.refused("torch"), MissingFileError)
    folder.write("lib/python/pyproject.toml", "")
    (root,) = folder.query("torch").query.requirements
    assert (root.requirement.url, root.editable) == ((folder.path / place).as_uri(), editable)


def test_own_url_of_a_requirement_counts_more(folder: Folder) -> None:
    sources(folder, "{git = 'https://a.example/torch'}")
    url = "https://b.example/torch-2.3.0-py3-none-any.whl"
    assert folder.asked(f"torch @ {url}") == [f"torch @ {url}"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{workspace = true}", "kind 'workspace'"),
        ("{url = 'ftp://me:secret@a.example/torch-2.tar.gz'}", "no URL that can be fetched"),
        ("{}", "names no place"),
    ],
)
def test_other_sources_stop_only_who_asks_for_the_package(
    folder: Folder, text: str, why: str
) -> None:
    sources(folder, text)
    assert folder.asked("flask") == ["flask"]
    error = folder.refused("torch")
    assert error.culprit == "pyproject.toml [tool.uv.sources] torch"
    assert why in error.what
    assert "secret" not in str(error)


def test_source_of_an_unknown_index_is_refused(folder: Folder) -> None:
    sources(folder, "{index = 'cpus'}")
    error = folder.refused("flask")
    assert error.culprit == "pyproject.toml [tool.uv.sources] torch"
    assert error.what_to_do == "Did you mean cpu?"


# ---- refusals


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("index = 1", "uv.toml: index"),
        ("[[index]]\nname = 'x'", "uv.toml: index[0]"),
        (f"[[index]]\nurl = '{A}'\nexplicit = true", "uv.toml: index[0]"),
        (f"[[index]]\nname = 'a=\\u001b'\nurl = '{A}'", "uv.toml: index[0].name"),
        (f"[[index]]\nurl = '{A}'\nformat = 'flat'\ndefault = true", "uv.toml: index[0]"),
        ("extra-index-url = 'x'", "uv.toml: extra-index-url"),
        ("index-url = 'ftp://me:secret@a.example'", "ftp://me:****@a.example"),
        ("extra-index-url = ['']", "uv.toml extra-index-url"),
        ("constraint-dependencies = ['torch==']", "uv.toml:1"),
    ],
)
def test_unusable_values_are_named(folder: Folder, text: str, culprit: str) -> None:
    folder.write("uv.toml", text)
    error = folder.refused("x")
    assert error.culprit == culprit
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    "text", ["prerelease = 'perhaps'", "exclude-newer = 'soon'", "exclude-newer = [1]"]
)
def test_unusable_policies_are_refused_when_they_count(folder: Folder, text: str) -> None:
    folder.write("pyproject.toml", f"[project]\n[tool.uv]\n{text}\n")
    assert folder.asked("x") == ["x"]
    assert (folder.refused("--project", ".").culprit or "").startswith("pyproject.toml")


def test_configuration_is_shown_without_credentials(folder: Folder) -> None:
    folder.write("uv.toml", "index-url = 'https://me:secret@a.example/simple'")
    settings = folder.query("x").settings
    assert ("index", "uv.toml index-url") in {(s.name, s.origin) for s in settings}
    assert "secret" not in " ".join(setting.shown for setting in settings)


def test_folder_that_is_gone_has_no_configuration(tmp_path: Path) -> None:
    assert Folder(tmp_path / "gone").names("x") == ["pypi"]
