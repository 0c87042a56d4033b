"""Dependencies, extras and groups of a pyproject.toml."""

from __future__ import annotations

import pytest

from resolvetui.errors import MissingFileError, RequirementSyntaxError
from resolvetui.model.requirement import OriginKind
from tests.inputs.support import Folder

DEMO = """\
[project]
name = "demo"
dependencies = [
    # "torch>=2",
    "torch>=2",
    'numpy ; python_version < "3.13"',
]

[project.optional-dependencies]
gpu = ["triton", "torch>=2"]
All_Things = ["demo[gpu]", "flask"]

[dependency-groups]
test = ["pytest>=8", "flask"]
"Dev.Tools" = [{include-group = "test"}, "ruff"]
"""


@pytest.fixture
def demo(folder: Folder) -> Folder:
    folder.write("pyproject.toml", DEMO)
    folder.write("lib/pyproject.toml", '[project]\nname = "lib"\ndependencies = ["six"]\n')
    return folder


def test_project_gives_its_dependencies_after_the_arguments(demo: Folder) -> None:
    found = demo.asked("six", "--project", ".")
    assert found == ["six", "torch>=2", 'numpy ; python_version < "3.13"']


@pytest.mark.parametrize("place", ["lib", "./lib/", "lib/pyproject.toml"])
def test_project_is_a_folder_or_its_file(demo: Folder, place: str) -> None:
    (root,) = demo.query("--project", place).query.requirements
    assert root.origin.kind is OriginKind.FILE
    assert root.origin.where == "lib/pyproject.toml:3"


def test_projects_add_up(demo: Folder) -> None:
    assert demo.asked("--project", "lib", "--project", ".")[:2] == ["six", "torch>=2"]


def test_lines_are_those_of_the_list_and_not_of_comments(demo: Folder) -> None:
    found = demo.query("--project", ".", "--extra", "gpu", "--group", "test").query.requirements
    assert [(root.requirement.name, root.origin.line) for root in found] == [
        *(("torch", 5), ("numpy", 6), ("triton", 10), ("torch", 10)),
        *(("pytest", 14), ("flask", 14)),
    ]


def test_extra_goes_with_the_dependencies_of_the_current_folder(demo: Folder) -> None:
    assert demo.asked("--extra", "GPU") == [
        *("torch>=2", 'numpy ; python_version < "3.13"', "triton", "torch>=2")
    ]


def test_group_is_asked_for_alone(demo: Folder) -> None:
    assert demo.asked("--group", "test") == ["pytest>=8", "flask"]


def test_group_has_the_groups_that_it_includes(demo: Folder) -> None:
    assert demo.asked("--group", "dev-tools") == ["pytest>=8", "flask", "ruff"]


def test_projects_own_name_stands_for_what_it_requires(demo: Folder) -> None:
    found = demo.asked("--extra", "all-things")
    assert [text for text in found if text.startswith("demo")] == []
    assert "triton" in found
    assert "flask" in found


def test_marker_of_a_self_reference_holds_for_what_it_brings(folder: Folder) -> None:
    folder.write(
        "pyproject.toml",
        '[project]\nname = "demo"\n[project.optional-dependencies]\n'
        'a = ["six ; sys_platform == \'linux\'", "flask"]\n'
        "b = [\"demo[a] ; python_version > '3'\"]\n",
    )
    assert folder.asked("--extra", "b") == [
        'six ; (sys_platform == "linux") and (python_version > "3")',
        'flask ; python_version > "3"',
    ]


def test_extras_that_name_each_other_end(folder: Folder) -> None:
    folder.write(
        "pyproject.toml",
        '[project]\nname = "demo"\n[project.optional-dependencies]\n'
        'a = ["demo[b]", "six"]\nb = ["demo[a]", "flask"]\n',
    )
    assert folder.asked("--extra", "a") == ["flask", "six"]


def test_options_have_variables(demo: Folder) -> None:
    query = demo.query(RESOLVETUI_PROJECT="lib .", RESOLVETUI_GROUP="test").query
    assert len(query.requirements) == 5


def test_what_was_asked_for_is_a_setting_in_effect(demo: Folder) -> None:
    found = demo.query("--project", ".", "--extra", "gpu").settings
    assert [(s.name, s.value) for s in found if s.name in {"extra", "project"}] == [
        ("extra", "gpu"),
        ("project", "."),
    ]


# ---- refusals


@pytest.mark.parametrize(
    ("argv", "why", "way_out"),
    [
        (["--group", "tests"], "dev-tools, test", "Did you mean test?"),
        (["--extra", "gpus"], "all-things, gpu", "Did you mean gpu?"),
        (["--project", "lib", "--group", "x"], "no group at all", ""),
        (["--project", "lib", "--project", ".", "--extra", "gpi"], "gpu", "Did you mean gpu?"),
    ],
)
def test_unknown_names_are_refused_with_those_there_are(
    demo: Folder, argv: list[str], why: str, way_out: str
) -> None:
    error = demo.refused(*argv)
    assert why in error.why
    assert error.what_to_do == way_out
    assert error.culprit == argv[-2]


def test_group_that_includes_itself_is_refused_with_its_way(folder: Folder) -> None:
    folder.write(
        "pyproject.toml",
        '[dependency-groups]\na = [{include-group = "b"}]\nb = [{include-group = "A"}]\n',
    )
    error = folder.refused("--group", "a")
    assert "a > b > a" in error.why
    assert error.culprit == "pyproject.toml: dependency-groups.b"


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("[project]\ndependencies = 'torch'", "pyproject.toml: project.dependencies"),
        ("[project]\ndependencies = [1]", "pyproject.toml: project.dependencies[0]"),
        ("project = 1", "pyproject.toml: project"),
        ("[project]\ndynamic = ['dependencies']", "pyproject.toml: project.dependencies"),
        ("[tool.poetry]\nname = 'x'", "pyproject.toml: project"),
        ("[project]\noptional-dependencies = {x = 1}", "pyproject.toml: project.optional"),
        ("dependency-groups = {x = [1]}", "pyproject.toml: dependency-groups"),
        ("dependency-groups = {x = [], X = []}", "pyproject.toml: dependency-groups.X"),
    ],
)
def test_tables_of_the_wrong_shape_are_named(folder: Folder, text: str, culprit: str) -> None:
    folder.write("pyproject.toml", text)
    assert (folder.refused("--project", ".").culprit or "").startswith(culprit)


@pytest.mark.parametrize("item", ["{path = 'x'}", "{}", "{include-group = 'y', more = 1}"])
def test_unknown_items_of_groups_are_refused(folder: Folder, item: str) -> None:
    folder.write("pyproject.toml", f"dependency-groups = {{x = [{item}], y = []}}")
    assert "include-group" in folder.refused("--group", "x").what_to_do


def test_dynamic_extras_are_not_called_unknown(folder: Folder) -> None:
    folder.write("pyproject.toml", "[project]\ndynamic = ['optional-dependencies']")
    assert "dynamic" in folder.refused("--extra", "x").why


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[project]\nname = \n", "pyproject.toml:2"),
        ("[project]\nx = [", "pyproject.toml:2"),
        (f"x = {'9' * 5000}", "pyproject.toml"),
        (f"x = {'[' * 5000}", "pyproject.toml"),
    ],
)
def test_illegal_toml_is_refused_with_its_line(folder: Folder, text: str, place: str) -> None:
    folder.write("pyproject.toml", text)
    assert folder.refused("--project", ".").culprit == place


def test_illegal_requirement_is_refused_with_its_line(folder: Folder) -> None:
    folder.write("pyproject.toml", '[project]\ndependencies = [\n  "torch==",\n]\n')
    error = folder.refused("--project", ".")
    assert isinstance(error, RequirementSyntaxError)
    assert "pyproject.toml:3" in error.why


def test_missing_project_says_who_named_it(folder: Folder) -> None:
    error = folder.refused("--group", "test")
    assert isinstance(error, MissingFileError)
    assert (error.culprit, error.why) == ("pyproject.toml", "--group reads it.")


def test_pyproject_is_no_requirements_file(demo: Folder) -> None:
    assert demo.refused("-r", "lib/pyproject.toml").what_to_do.startswith("Write --project lib ")
