"""Which source wins, what adds up, and which indexes come of it."""

from __future__ import annotations

import pytest

from resolvetui.errors import MissingFileError, UsageError
from resolvetui.inputs.pip_config import default_index_url
from resolvetui.model.query import (
    BuildPolicy,
    IndexStrategy,
    Policies,
    PrereleasePolicy,
    ResolutionMode,
)
from resolvetui.model.requirement import OriginKind
from tests.inputs.support import A, B, C, Folder

# ---- precedence


def test_flag_over_variable_over_file_over_pip_over_default(folder: Folder) -> None:
    builtin = default_index_url()
    assert folder.urls("x") == [builtin]
    folder.pip(f"index-url = {A}")
    assert folder.urls("x") == [A]
    folder.write("r.txt", f"-i {B}")
    assert folder.urls("-r", "r.txt") == [B]
    assert folder.urls("-r", "r.txt", RESOLVETUI_INDEX_URL=C) == [C]
    assert folder.urls("-r", "r.txt", "-i", A, RESOLVETUI_INDEX_URL=C) == [A]


def test_every_setting_has_its_origin(folder: Folder) -> None:
    folder.pip("retries = 7")
    found = folder.query("x", "-i", A, RESOLVETUI_OFFLINE="1").settings
    origins = {setting.name: (setting.value, setting.origin) for setting in found}
    assert origins["index"] == (f"a={A}", "--index-url")
    assert origins["offline"] == ("true", "RESOLVETUI_OFFLINE")
    assert origins["http-retries"][1].endswith("pip.conf [global]")
    assert origins["resolution"] == ("highest", "default")


def test_settings_are_shown_without_credentials(folder: Folder) -> None:
    found = folder.query(
        "x", "-i", "https://me:secret@a.example/simple", PIP_PROXY="http://t0k@p:1"
    )
    shown = " ".join(setting.shown for setting in found.settings)
    assert "secret" not in shown
    assert "t0k" not in shown


def test_no_config_ignores_pip_entirely(folder: Folder) -> None:
    folder.pip(f"index-url = {A}\ntimeout = 9")
    found = folder.query("x", "--no-config", PIP_EXTRA_INDEX_URL=B)
    assert [source.url for source in found.query.indexes] == [default_index_url()]
    assert found.timeout_s == 15


def test_runtime_values(folder: Folder) -> None:
    folder.pip(
        "timeout = 9\nretries = 2\ncert = ca.pem\nclient-cert = /me.pem\nproxy = http://p:1\n"
        "trusted-host = a.example a.example b.example"
    )
    found = folder.query("x", "--cache-dir", "cache", "--no-cache", "--offline")
    assert (found.timeout_s, found.retries) == (9.0, 2)
    assert found.certificates == str(folder.path / "ca.pem")
    assert found.client_certificate == "/me.pem"
    assert (found.proxy, found.trusted_hosts) == ("http://p:1", ("a.example", "b.example"))
    assert found.cache_dir == str(folder.path / "cache")
    assert found.no_cache
    assert found.offline


def test_own_http_variables_win_over_pip(folder: Folder) -> None:
    folder.pip("timeout = 9\nretries = 2")
    found = folder.query("x", RESOLVETUI_HTTP_TIMEOUT="0.5", RESOLVETUI_HTTP_RETRIES="0")
    assert (found.timeout_s, found.retries) == (0.5, 0)


def test_misspelt_variable_gives_a_warning(folder: Folder) -> None:
    (warning,) = folder.query("x", RESOLVETUI_INDEXURL=A, RESOLVETUI_WHATEVER="1").warnings
    assert "RESOLVETUI_INDEX_URL" in warning.text


@pytest.mark.parametrize(
    "variable",
    [
        {"RESOLVETUI_FORMAT": "xml"},
        {"RESOLVETUI_OFFLINE": "maybe"},
        {"RESOLVETUI_HTTP_TIMEOUT": "inf"},
        {"RESOLVETUI_HTTP_RETRIES": "1.5"},
        {"RESOLVETUI_PYTHON_VERSION": "three"},
    ],
)
def test_unusable_variable_is_named(folder: Folder, variable: dict[str, str]) -> None:
    with pytest.raises(UsageError) as found:
        folder.query("x", **variable)
    assert found.value.culprit in variable


# ---- requirements


def test_requirements_of_all_sources_in_order(folder: Folder) -> None:
    folder.write("r.txt", "numpy\n-c c.txt")
    folder.write("c.txt", "numpy<2")
    folder.write("d.txt", "torch<3")
    folder.write("o.txt", "flask==1")
    folder.pip("constraint = d.txt")
    query = folder.query("torch", "-r", "r.txt", "--override", "o.txt").query
    assert [root.requirement.text for root in query.requirements] == ["torch", "numpy"]
    assert [root.origin.line for root in query.requirements] == [1, 1]
    assert {root.requirement.text: root.origin.kind for root in query.constraints} == {
        "torch<3": OriginKind.CONFIGURATION,
        "numpy<2": OriginKind.CONSTRAINT,
    }
    assert query.overrides[0].origin.kind is OriginKind.OVERRIDE


def test_constraints_of_flag_and_configuration_add_up(folder: Folder) -> None:
    folder.write("c.txt", "numpy<2")
    folder.write("d.txt", "torch<3")
    query = folder.query("x", "-c", "c.txt", PIP_CONSTRAINT="d.txt").query
    assert [root.requirement.text for root in query.constraints] == ["numpy<2", "torch<3"]


def test_build_constraints_are_for_builds_alone(folder: Folder) -> None:
    folder.write("b.txt", "-i https://other.example/simple\nsetuptools<70")
    folder.write("c.txt", "wheel<1")
    effective = folder.query("x", "--build-constraint", "b.txt", PIP_BUILD_CONSTRAINT="c.txt")
    query = effective.query
    assert [root.requirement.text for root in query.build_constraints] == [
        "setuptools<70",
        "wheel<1",
    ]
    assert query.constraints == ()
    assert not any("other.example" in index.url for index in query.indexes)
    assert folder.query("x", "--", "pip", "install", "--build-constraint", "c.txt").query == (
        folder.query("x", "--build-constraint", "c.txt").query
    )


def test_missing_file_is_named_as_written(folder: Folder) -> None:
    with pytest.raises(MissingFileError) as found:
        folder.query("-r", "nope.txt")
    assert found.value.culprit == "nope.txt"


def test_hashes_of_files_are_part_of_the_query(folder: Folder) -> None:
    folder.write("r.txt", f"numpy==1 --hash=sha256:{'a' * 64}")
    query = folder.query("-r", "r.txt").query
    assert query.requirements[0].hashes == (f"sha256:{'a' * 64}",)
    assert not query.policies.require_hashes


@pytest.mark.parametrize("how", ["option", "variable", "file", "pip"])
def test_hashes_can_be_required_in_every_way_that_pip_knows(folder: Folder, how: str) -> None:
    folder.write("r.txt", "--require-hashes" if how == "file" else "")
    options = ["--require-hashes"] if how == "option" else []
    variables = {"variable": "RESOLVETUI_REQUIRE_HASHES", "pip": "PIP_REQUIRE_HASHES"}
    environ = {variables[how]: "1"} if how in variables else {}
    query = folder.query("x", "-r", "r.txt", *options, **environ).query
    assert query.policies.require_hashes


# ---- policies and target


def test_policies_and_target(folder: Folder) -> None:
    query = folder.query(
        *("x", "--index-strategy", "unsafe-best-match", "--resolution", "lowest"),
        *("--prerelease", "if-necessary-or-explicit", "--python", "3.12"),
        *("--python-version", "3.11", "--python-platform", "linux"),
    ).query
    assert query.policies.index_strategy is IndexStrategy.UNSAFE_BEST_MATCH
    assert query.policies.resolution is ResolutionMode.LOWEST
    assert query.policies.prerelease is PrereleasePolicy.IF_NECESSARY
    assert (query.target.python, query.target.python_version) == ("3.12", "3.11")
    assert query.target.python_platform == "linux"


def test_choices_about_what_is_installed(folder: Folder) -> None:
    argv = ("--no-deps", "--upgrade", "--reinstall", "--allow-breaking")
    policies = folder.query("x", *argv, "--exclude-newer", "2024-05-07").query.policies
    assert policies.exclude_newer == "2024-05-08T00:00:00Z"
    assert (policies.no_deps, policies.upgrade) == (True, True)
    assert (policies.reinstall, policies.allow_breaking) == (True, True)
    assert folder.query("x").query.policies == Policies()


def test_choices_have_variables(folder: Folder) -> None:
    found = folder.query("x", RESOLVETUI_EXCLUDE_NEWER="2024-05-07", RESOLVETUI_ALLOW_BREAKING="1")
    assert found.query.policies == Policies(
        exclude_newer="2024-05-08T00:00:00Z", allow_breaking=True
    )


def test_pip_has_three_of_them(folder: Folder) -> None:
    folder.pip("upgrade = true\nno-deps = true\nforce-reinstall = true\nexclude-newer = x")
    policies = folder.query("x").query.policies
    assert policies == Policies(upgrade=True, no_deps=True, reinstall=True)


def test_names_of_ours_are_none_of_pip(folder: Folder) -> None:
    folder.pip("reinstall = true\nallow-breaking = true\npin-index = torch=x")
    assert folder.query("x").query.policies == Policies()


def test_pre_of_pip_allows_prereleases_unless_said_otherwise(folder: Folder) -> None:
    assert folder.query("x", PIP_PRE="1").query.policies.prerelease is PrereleasePolicy.ALLOW
    found = folder.query("x", "--prerelease", "disallow", PIP_PRE="1")
    assert found.query.policies.prerelease is PrereleasePolicy.DISALLOW


@pytest.mark.parametrize(
    ("argv", "only", "no"),
    [
        (["--only-binary", "B_x,a"], ("a", "b-x"), ()),
        (["--only-binary", ":all:", "--no-binary", "a"], (":all:",), ("a",)),
        (["--no-binary", "a", "--only-binary", ":all:"], (":all:",), ()),
        (["--no-binary", "a,b", "--only-binary", "a"], ("a",), ("b",)),
        (["--no-binary", "a", "--no-binary", ":none:,b"], (), ("b",)),
    ],
)
def test_formats_as_in_pip(
    folder: Folder, argv: list[str], only: tuple[str, ...], no: tuple[str, ...]
) -> None:
    policies = folder.query("x", *argv).query.policies
    assert (policies.only_binary, policies.no_binary) == (only, no)


def test_flag_takes_back_a_format_of_pip(folder: Folder) -> None:
    policies = folder.query("x", "--no-binary", "a", PIP_ONLY_BINARY="a,b").query.policies
    assert (policies.only_binary, policies.no_binary) == (("b",), ("a",))


# ---- indexes


def test_indexes_keep_the_order_given_and_the_default_is_last(folder: Folder) -> None:
    folder.pip(f"extra-index-url = {C}")
    assert folder.urls("x", "--extra-index-url", B, "--index", f"mine={A}") == [
        *(B, A, C),
        default_index_url(),
    ]


def test_flags_replace_the_variable_of_the_same_name(folder: Folder) -> None:
    found = folder.urls("x", "--extra-index-url", A, RESOLVETUI_EXTRA_INDEX_URL=f"{B} {C}")
    assert found == [A, default_index_url()]


def test_variable_of_a_repeatable_option_is_split(folder: Folder) -> None:
    found = folder.urls("x", RESOLVETUI_EXTRA_INDEX_URL=f"{B}  {C}")
    assert found == [B, C, default_index_url()]


def test_index_given_twice_counts_once(folder: Folder) -> None:
    folder.pip(f"extra-index-url = {A}/ {B}")
    assert folder.urls("x", "--extra-index-url", A, "-i", B) == [A, B]


def test_find_links_come_first_and_are_flat(folder: Folder) -> None:
    (folder.path / "wheels").mkdir()
    sources = folder.query("x", "-i", A, "-f", "wheels", PIP_FIND_LINKS=f"{B}/links.html").query
    assert [(source.url, source.kind) for source in sources.indexes] == [
        ((folder.path / "wheels").as_uri(), "flat"),
        (f"{B}/links.html", "flat"),
        (A, "simple"),
    ]


def test_no_index_leaves_find_links_only_and_says_so(folder: Folder) -> None:
    (folder.path / "wheels").mkdir()
    found = folder.query("x", "--no-index", "-f", "wheels", "--extra-index-url", A)
    assert [source.kind for source in found.query.indexes] == ["flat"]
    assert [warning.kind for warning in found.warnings] == ["indexes-ignored"]


def test_missing_find_links_folder_of_pip_only_warns(folder: Folder) -> None:
    found = folder.query("x", PIP_FIND_LINKS="/no/such/folder")
    assert [warning.kind for warning in found.warnings] == ["find-links-missing"]
    with pytest.raises(UsageError, match="/no/such/folder"):
        folder.query("x", "-f", "/no/such/folder")


def test_folder_names_may_hold_any_letter(folder: Folder) -> None:
    (folder.path / "a b#ä%").mkdir()
    assert folder.urls("x", "-i", "a b#ä%") == [(folder.path / "a b#ä%").as_uri()]


def test_folder_may_be_an_index(folder: Folder) -> None:
    (folder.path / "simple").mkdir()
    assert folder.urls("x", "-i", "./simple") == [(folder.path / "simple").as_uri()]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://download.pytorch.org/whl/cpu", "pytorch-cpu"),
        ("https://index.example/simple", "index.example"),
        ("https://mirror.corp.example/repository/python/simple/", "mirror-corp-python"),
        ("http://127.0.0.1:8000/whl/cpu/", "127.0.0.1-cpu"),
        ("http://localhost:3141/team/dev/+simple/", "localhost-dev"),
        ("file:///opt/pypi/simple", "file-pypi"),
        ("https://pypi.example/simple", "pypi-simple"),
        ("https://me:secret@a.example/%1b%5Bx", "a-x"),
    ],
)
def test_names_of_indexes_are_short_and_readable(folder: Folder, url: str, name: str) -> None:
    assert folder.names("x", "-i", url) == [name]


def test_default_index_is_called_pypi(folder: Folder) -> None:
    assert folder.names("x") == ["pypi"]
    assert folder.names("x", "-i", default_index_url() + "/") == ["pypi"]


def test_names_of_indexes_are_unique(folder: Folder) -> None:
    hosts = [f"http://127.0.0.1:{port}/simple" for port in (1, 2)]
    more = ["https://a.example/simple", "https://a.test/simple", "https://a.invalid/simple"]
    urls = [word for url in (*hosts, *more) for word in ("--extra-index-url", url)]
    assert folder.names("x", *urls) == [
        *("127.0.0.1", "127.0.0.1-simple", "a", "a-simple", "a-2", "pypi")
    ]


def test_named_index_keeps_its_name(folder: Folder) -> None:
    argv = ["x", "--index", f"a={B}", "-i", A, "--index", C]
    assert folder.names(*argv) == ["a", "c", "a-simple"]


def test_two_indexes_of_one_name_are_refused(folder: Folder) -> None:
    with pytest.raises(UsageError, match="Two indexes are called mine"):
        folder.query("x", "--index", f"mine={A}", "--index", f"mine={B}")


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://a.example/simple", "a.example/simple", "https://", "https://a b.example/"),
        *(
            "https://a.example:port/",
            "https://[::1/simple",
            "http:\x1b//a",
            "git+ssh://h.example/x",
        ),
    ],
)
def test_what_is_no_index_is_refused_with_its_option(folder: Folder, url: str) -> None:
    with pytest.raises(UsageError, match="--extra-index-url") as found:
        folder.query("x", "--extra-index-url", url)
    assert found.value.culprit == url


def test_refused_index_shows_no_credentials(folder: Folder) -> None:
    with pytest.raises(UsageError) as found:
        folder.query("x", "-i", "ftp://me:secret@a.example/")
    assert "secret" not in f"{found.value}{found.value.culprit}"


# ---- consent to builds


@pytest.mark.parametrize(
    ("arguments", "policy", "names"),
    [
        ([], BuildPolicy.ASK, ()),
        (["--build", "allow"], BuildPolicy.ALLOW, ()),
        (["--build", "deny", "--allow-build", "A", "--allow-build", "a"], BuildPolicy.DENY, ("a",)),
        (["--no-binary", "a,b", "--only-binary", "b"], BuildPolicy.ASK, ("a",)),
        (["--no-binary", ":all:"], BuildPolicy.ASK, ()),
        (["--yes", "--install"], BuildPolicy.ASK, ()),
    ],
)
def test_whose_code_may_run(
    folder: Folder, arguments: list[str], policy: BuildPolicy, names: tuple[str, ...]
) -> None:
    policies = folder.query("x", *arguments).query.policies
    assert (policies.build, policies.allow_build) == (policy, names)


def test_a_file_does_not_consent_to_run_code(folder: Folder) -> None:
    folder.write("r.txt", "x\n--no-binary x")
    policies = folder.query("-r", "r.txt").query.policies
    assert (policies.no_binary, policies.allow_build) == (("x",), ())


def test_every_package_is_no_name_to_consent_to(folder: Folder) -> None:
    with pytest.raises(UsageError, match="names of packages"):
        folder.query("x", "--allow-build", ":all:")
