"""One requirement: what is legal, and what is said about what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from resolvetui.errors import MissingFileError, RequirementSyntaxError, UsageError
from resolvetui.inputs.requirement_line import parse_root_requirement
from resolvetui.model.requirement import Origin, OriginKind, Requirement

ARGUMENT = Origin(OriginKind.ARGUMENT, line=1)
WHEEL = "typing_extensions-4.1-py3-none-any.whl"


def parsed(text: str, folder: Path | str = "") -> Requirement:
    return parse_root_requirement(text, ARGUMENT, str(folder)).requirement


def refused(text: str) -> RequirementSyntaxError:
    with pytest.raises(RequirementSyntaxError) as found:
        parse_root_requirement(text, ARGUMENT)
    return found.value


def test_parts_are_canonical() -> None:
    requirement = parsed("Typing_Extensions[B_x, a] >= 4.0, <5 ; python_version>'3.8'")
    assert requirement.text == 'typing-extensions[a,b-x]>=4.0,<5 ; python_version > "3.8"'


def test_text_and_origin_are_kept_for_quoting() -> None:
    origin = Origin(OriginKind.FILE, "base.txt", 3)
    root = parse_root_requirement("  Torch >=2 ", origin)
    assert (root.text, root.origin) == ("Torch >=2", origin)


@pytest.mark.parametrize(
    "place",
    [
        f"https://files.example/a/{WHEEL}",
        f"https://files.example/{WHEEL}#sha256=" + "0" * 64,
        f"https://files.example/{WHEEL}?token=1",
    ],
)
def test_url_of_a_wheel_takes_its_name_from_the_file(place: str) -> None:
    assert parsed(place) == Requirement(parsed("typing-extensions").name, url=place)


def test_wheel_may_have_a_build_tag_and_a_local_version() -> None:
    assert parsed("https://f.example/x-1.0%2Bcpu-1-cp311-cp311-linux_x86_64.whl").name == "x"


def test_url_of_a_wheel_may_have_extras_and_a_marker() -> None:
    requirement = parsed(f"https://files.example/{WHEEL}[B,a] ; os_name == 'nt'")
    assert (requirement.extras, requirement.marker) == (("a", "b"), 'os_name == "nt"')
    assert requirement.url == f"https://files.example/{WHEEL}"


@pytest.mark.parametrize("form", ["{}", "./{}", "typing-extensions @ ./{}"])
def test_local_wheel_becomes_an_absolute_file_url(tmp_path: Path, form: str) -> None:
    (tmp_path / WHEEL).touch()
    requirement = parsed(form.format(WHEEL), tmp_path)
    assert requirement.url == (tmp_path / WHEEL).as_uri()
    assert requirement.name == "typing-extensions"


def test_local_wheel_that_is_not_there_names_the_one_that_is(tmp_path: Path) -> None:
    (tmp_path / WHEEL).touch()
    with pytest.raises(MissingFileError) as found:
        parsed(f"./{WHEEL.replace('4.1', '4.2')}", tmp_path)
    assert WHEEL in found.value.what_to_do


def test_direct_reference_keeps_its_url() -> None:
    assert parsed("x @ https://files.example/x.whl").url == "https://files.example/x.whl"


def test_wheel_without_a_telling_name_is_refused() -> None:
    assert "does not say which project" in refused("https://files.example/x.whl").what


@pytest.mark.parametrize("operator", [">=", "<=", ">", "<", "~="])
def test_local_version_with_an_ordered_operator_gets_the_legal_forms(operator: str) -> None:
    error = refused(f"torchaudio{operator}2.0+cpu")
    assert f"does not allow a local version (+cpu) with {operator}" in error.what
    assert f"torchaudio{operator}2.0+cpu" in error.what
    assert f"torchaudio{operator}2.0 (builds with +cpu" in error.what_to_do
    assert "torchaudio==2.0+cpu" in error.what_to_do
    assert error.text[error.column] == "+"


def test_local_version_with_equality_is_legal() -> None:
    assert parsed("torch==2.0+cpu").specifier == "==2.0+cpu"


@pytest.mark.parametrize(
    ("text", "column", "way_out"),
    [
        ("torch=2.0", 5, "torch==2.0"),
        ("torch==2.0.0.", 12, "torch==2.0.0"),
        ("torch 2.0", 6, "torch==2.0"),
        ("torch@2.0", 5, "torch==2.0"),
        ("torch==>2", 5, "torch>=2 or torch==2"),
        ("torch=>2", 5, "torch>=2"),
        ("torch[cpu]=<2", 10, "torch[cpu]<=2"),
        ("torch^2", 5, "torch~=2.0"),
        ("torch~=2", 7, "torch~=2.0 or torch>=2"),
        ("torch>=2.*", 8, "torch>=2, or torch==2.*"),
        ("torch==2a1.*", 10, "torch==2a1"),
        ("torch>=", 7, "torch>=1.0"),
        ("torch>=1,,<2", 9, "Separate"),
        ("torch>=1 2", 9, "Separate"),
        ("torch>=2 <3", 9, "torch>=2,<3"),
        ("torch>=1,<=2=", 12, "Separate"),
        ("torch (==2.0.)", 12, "torch==2.0"),
        ("torch==two", 7, "torch==1.0"),
        ("torch[cpu", 5, "']'"),
        ("torch(>=2", 5, "')'"),
        ("torch>=2)", 8, "'('"),
        ("torch,numpy", 5, "every requirement by itself"),
        ("töre", 1, "letters"),
        ("==2", 0, "NAME==2"),
        ("", 0, "torch>=2.0"),
        ("torch; python_version < 3.12", 24, '< "3.12"'),
        ("torch; python < '3'", 7, "A marker looks like this"),
        ("https://index.example/simple", 0, "--index-url"),
        ("git+https://files.example/x", 0, "NAME @ git+https"),
        ("./project", 0, "pyproject.toml"),
        ("--index-urls", 0, "--index-url"),
        ("-r base.txt", 0, "two arguments"),
    ],
)
def test_mistake_is_placed_and_has_a_way_out(text: str, column: int, way_out: str) -> None:
    error = refused(text)
    assert (error.column, error.text) == (column, text)
    assert way_out in error.what_to_do


@pytest.mark.parametrize(
    "text", ["torch==" + "(" * 5000, "a;" + "(" * 5000, "[" * 9999, "x" * 99999 + "="]
)
def test_no_text_breaks_the_parser(text: str) -> None:
    with pytest.raises(UsageError):
        parse_root_requirement(text, ARGUMENT)


def test_credentials_in_a_refused_url_are_hidden() -> None:
    error = refused("https://me:secret@files.example/simple")
    assert "secret" not in f"{error} {error.text} {error.culprit}"


def test_error_says_which_line_of_which_file() -> None:
    with pytest.raises(RequirementSyntaxError) as found:
        parse_root_requirement("torch=2", Origin(OriginKind.FILE, "base.txt", 3))
    assert found.value.culprit == "base.txt:3"
