from __future__ import annotations

import pytest

from resolvetui.environment.tags import TagMatcher
from resolvetui.environment.target import Target
from resolvetui.explanation.names import did_you_mean
from resolvetui.explanation.nearest import nearest_file
from resolvetui.explanation.pythons import nearest_python, python_minors
from resolvetui.index.judging import FormatPolicy, Judge
from resolvetui.model.files import Release, WheelFile, encode_files
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.verdict import FileVerdict, VersionVerdict
from tests.environment.helpers import a_target

LINUX = a_target("3.12", "x86_64-manylinux_2_28")


def judged(target: Target, *tags: str, requires_python: str | None = None) -> VersionVerdict:
    files = tuple(
        WheelFile(f"a-1.0-{each}.whl", "https://i/a", "1.0", {}, None, requires_python, tags=each)
        for each in tags
    )
    release = Release("1.0", encode_files(files))
    return Judge(target).release(release, IndexName("pypi"), FormatPolicy())


def verdict(tags: str, requires_python: str | None = None) -> FileVerdict:
    return judged(LINUX, tags, requires_python=requires_python).files[0]


def test_the_nearest_file_is_for_the_same_system() -> None:
    target = a_target("3.12", "x86_64-apple-darwin")
    found = judged(target, "cp312-cp312-manylinux1_x86_64", "cp312-cp312-macosx_11_0_arm64")
    assert nearest_file([found], target) == (
        "a-1.0-cp312-cp312-macosx_11_0_arm64.whl would fit on Apple silicon (macOS 11+)"
    )


def test_the_nearest_file_is_for_the_closest_python() -> None:
    wheels = [f"cp{minor}-cp{minor}-manylinux1_x86_64" for minor in (39, 310, 311, 314)]
    assert nearest_file([judged(LINUX, *wheels)], LINUX) == (
        "a-1.0-cp311-cp311-manylinux1_x86_64.whl would fit on CPython 3.11"
    )


def test_all_that_a_file_misses_is_said() -> None:
    found = judged(LINUX, "cp311-cp311-win_amd64", requires_python="<3.12")
    assert nearest_file([found], LINUX) == (
        "a-1.0-cp311-cp311-win_amd64.whl would fit "
        "on CPython 3.11, on 64-bit Windows and on Python <3.12"
    )


def test_where_a_file_fits_none_is_nearest() -> None:
    assert nearest_file([judged(LINUX, "py3-none-any", "cp39-cp39-win32")], LINUX) == ""
    assert nearest_file([], LINUX) == ""


@pytest.mark.parametrize(
    ("tags", "bound", "minors"),
    [
        ("cp311-cp311-win_amd64", None, {11}),
        ("cp37-cp37m-win_amd64", None, {7}),
        ("cp312-abi3-win_amd64", "<3.14", {12, 13}),
        ("py3-none-any", ">=3.13.1,<3.15", {14}),
        ("cp310.cp311-cp310.cp311-any", None, {10, 11}),
        ("py2-none-any", None, set()),
    ],
)
def test_pythons_of_a_wheel(tags: str, bound: str | None, minors: set[int]) -> None:
    assert python_minors(verdict(tags, bound)) == minors


def test_of_two_pythons_as_close_the_newer_is_taken() -> None:
    files = [verdict(f"cp{minor}-cp{minor}-manylinux1_x86_64") for minor in (311, 313)]
    assert nearest_python(files, LINUX) == "3.13"


def test_a_huge_tag_is_no_python() -> None:
    assert python_minors(verdict(f"cp3{'9' * 400}-cp3{'9' * 400}-any")) == set()
    assert TagMatcher(LINUX).verdict(f"cp3{'9' * 400}-none-any").rank is None


def test_a_name_is_guessed_from_known_ones() -> None:
    known = [PackageName(name) for name in ("flask", "torch", "requests")]
    assert did_you_mean(PackageName("flaks"), known) == ("flask",)
    assert did_you_mean(PackageName("torch"), known) == ()
