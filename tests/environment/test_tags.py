from __future__ import annotations

import pytest

from resolvetui.environment.tags import TagMatcher
from resolvetui.model.verdict import Reason, TagVerdict
from tests.environment.helpers import BASE, a_target


def judge(tags: str, python: str = "3.12", platform: str = "linux") -> TagVerdict:
    return TagMatcher(a_target(python, platform)).verdict(tags)


@pytest.mark.parametrize(
    "tags",
    [
        "cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64",
        "cp312-cp312-linux_x86_64",
        "cp38-abi3-manylinux1_x86_64",
        "cp312-none-manylinux_2_28_x86_64",
        "py2.py3-none-any",
        "py3-none-manylinux2010_x86_64",
        "CP312-CP312-Linux_x86_64",
    ],
)
def test_a_supported_tag_fits(tags: str) -> None:
    verdict = judge(tags)
    assert verdict.rank is not None
    assert (verdict.reason, verdict.detail, verdict.nearest) == (None, "", "")
    assert verdict.tags == tags


@pytest.mark.parametrize(
    ("tags", "reason", "detail"),
    [
        ("cp313-cp313-manylinux2014_x86_64", Reason.ABI_TAG, "cp313"),
        ("cp313-abi3-manylinux2014_x86_64", Reason.PYTHON_TAG, "cp313"),
        ("cp310-none-any", Reason.PYTHON_TAG, "cp310"),
        ("cp311-cp311-manylinux2014_x86_64", Reason.ABI_TAG, "cp311"),
        ("cp312-cp312t-manylinux2014_x86_64", Reason.ABI_TAG, "cp312t"),
        ("cp27-cp27mu-manylinux1_x86_64", Reason.ABI_TAG, "cp27mu"),
        ("pp310-pypy310_pp73-manylinux2014_x86_64", Reason.ABI_TAG, "pypy310_pp73"),
        ("py2-none-any", Reason.PYTHON_TAG, "py2"),
        ("cp312-cp312-win_amd64", Reason.PLATFORM_TAG, "win_amd64"),
        ("cp312-cp312-manylinux2014_aarch64", Reason.PLATFORM_TAG, "manylinux2014_aarch64"),
        ("cp312-cp312-manylinux_2_39_x86_64", Reason.PLATFORM_TOO_NEW, "glibc 2.39"),
        ("cp312-cp312-musllinux_1_2_x86_64", Reason.PLATFORM_TAG, "musllinux_1_2_x86_64"),
        ("py3-none-win32", Reason.PLATFORM_TAG, "win32"),
        ("cp311-abi3-any", Reason.PLATFORM_TAG, "any"),
    ],
)
def test_a_miss_names_the_part_that_fails_last(tags: str, reason: Reason, detail: str) -> None:
    verdict = judge(tags)
    assert (verdict.rank, verdict.reason, verdict.detail) == (None, reason, detail)


def test_python_and_abi_are_blamed_before_a_platform_that_fails_too() -> None:
    assert judge("cp313-cp313-win_amd64").reason is Reason.ABI_TAG
    assert judge("cp313-none-win_amd64").reason is Reason.PYTHON_TAG


def test_each_part_is_judged_by_itself() -> None:
    verdict = judge("cp313-abi3-manylinux_2_39_x86_64")
    assert not verdict.python_fits
    assert verdict.abi_fits
    assert not verdict.platform_fits


@pytest.mark.parametrize(
    ("platform", "tags", "detail"),
    [
        ("macos", "cp312-cp312-macosx_14_0_arm64", "macOS 14.0"),
        ("macos", "cp312-cp312-macosx_14_2_universal2", "macOS 14.2"),
        ("x86_64-unknown-linux-musl", "cp312-cp312-musllinux_1_3_x86_64", "musl 1.3"),
        ("x86_64-manylinux_2_17", "cp312-cp312-manylinux_2_28_x86_64", "glibc 2.28"),
    ],
)
def test_a_newer_system_is_told_from_another_one(platform: str, tags: str, detail: str) -> None:
    verdict = judge(tags, platform=platform)
    assert (verdict.reason, verdict.detail) == (Reason.PLATFORM_TOO_NEW, detail)


def test_of_several_levels_the_lowest_is_asked_for() -> None:
    verdict = judge("cp312-cp312-manylinux_2_39_x86_64.manylinux_2_34_x86_64.win_amd64")
    assert verdict.detail == "glibc 2.34"


def test_of_several_pythons_the_nearest_is_named() -> None:
    assert judge("cp27.cp36.cp313-none-any").detail == "cp313"


def test_the_tag_with_most_in_common_is_named() -> None:
    cases = {
        "cp312-cp312-manylinux_2_39_x86_64": "cp312-cp312-manylinux_2_28_x86_64",
        "cp312-cp312-win_amd64": "cp312-cp312-manylinux_2_28_x86_64",
        "cp313-cp313-manylinux2014_x86_64": "cp312-cp312-manylinux2014_x86_64",
        "cp313-cp313-manylinux_2_39_x86_64": "cp312-cp312-manylinux_2_28_x86_64",
        "cp313-abi3-manylinux2014_x86_64": "cp312-abi3-manylinux2014_x86_64",
        "py2-none-any": "cp312-none-any",
    }
    assert {tags: judge(tags).nearest for tags in cases} == cases


def test_the_best_of_a_compressed_set_gives_the_rank() -> None:
    matcher = TagMatcher(a_target())
    plain = matcher.verdict("cp312-cp312-manylinux_2_28_x86_64").rank
    compressed = matcher.verdict(
        "cp311.cp312-cp311.cp312-manylinux_2_17_x86_64.manylinux_2_28_x86_64"
    )
    assert compressed.rank == plain


def test_a_wheel_of_its_own_ranks_before_a_pure_one() -> None:
    own, pure = judge("cp312-cp312-linux_x86_64").rank, judge("py3-none-any").rank
    assert own is not None
    assert pure is not None
    assert own < pure


def test_a_free_threaded_python_does_not_take_the_stable_abi() -> None:
    from resolvetui.environment.targets import supported_tags

    tags = supported_tags("cpython", (3, 13), ["cp313t"], ("linux_x86_64",))
    target = type(BASE)("3.13.0", "cpython", "linux x86_64", "", {}, tags)
    verdict = TagMatcher(target).verdict("cp311-abi3-linux_x86_64")
    assert verdict.rank is None
    assert TagMatcher(target).verdict("cp313-cp313t-linux_x86_64").rank == 0


def test_a_verdict_is_made_once() -> None:
    matcher = TagMatcher(a_target())
    assert matcher.verdict("py2-none-any") is matcher.verdict("py2-none-any")


def test_a_set_with_thousands_of_parts_does_not_explode() -> None:
    many = ".".join(f"a{number}" for number in range(3000))
    assert judge(f"{many}-{many}-{many}").rank is None


@pytest.mark.parametrize("tags", ["", "py3", "py3-none", "a-b-c-d", "--"])
def test_what_is_no_tag_set_fits_nothing(tags: str) -> None:
    assert judge(tags).rank is None


@pytest.mark.parametrize(
    ("tags", "python_fits"),
    [
        ("cp38-cp38-manylinux2014_x86_64", False),
        ("cp313-cp313-manylinux2014_x86_64", False),
        ("cp312-cp312t-manylinux2014_x86_64", True),
    ],
)
def test_an_older_interpreter_fits_only_by_the_stable_abi(tags: str, python_fits: bool) -> None:
    """`cp38-abi3` runs on 3.12, `cp38-cp38` is for another interpreter."""
    verdict = judge(tags)
    assert (verdict.python_fits, verdict.abi_fits) == (python_fits, False)
    assert verdict.reason is Reason.ABI_TAG
