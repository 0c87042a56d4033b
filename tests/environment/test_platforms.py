from __future__ import annotations

import pytest

from resolvetui.environment.platforms import describe, platform_names
from resolvetui.errors import TargetError


@pytest.mark.parametrize("name", platform_names())
def test_every_name_that_is_offered_is_known(name: str) -> None:
    platform = describe(name)
    assert platform.name == name
    assert len(set(platform.tags)) == len(platform.tags) > 0


@pytest.mark.parametrize(
    ("name", "has", "lacks"),
    [
        ("linux", "manylinux_2_28_x86_64", "manylinux_2_29_x86_64"),
        ("linux", "linux_x86_64", "musllinux_1_1_x86_64"),
        ("linux", "manylinux1_x86_64", "manylinux_2_4_x86_64"),
        ("aarch64-manylinux_2_50", "manylinux_2_50_aarch64", "manylinux_2_16_aarch64"),
        ("x86_64-manylinux2014", "manylinux2014_x86_64", "manylinux_2_18_x86_64"),
        ("i686-manylinux_2_17", "manylinux1_i686", "manylinux1_x86_64"),
        ("x86_64-unknown-linux-musl", "musllinux_1_2_x86_64", "manylinux1_x86_64"),
        ("aarch64-musllinux_1_1", "musllinux_1_1_aarch64", "musllinux_1_2_aarch64"),
        ("macos", "macosx_13_0_arm64", "macosx_14_0_arm64"),
        ("macos", "macosx_10_9_universal2", "macosx_13_0_x86_64"),
        ("arm64-apple-darwin", "macosx_11_0_arm64", "macosx_10_9_x86_64"),
        ("x86_64-apple-darwin", "macosx_10_9_x86_64", "macosx_13_0_arm64"),
        ("macosx_15_0_arm64", "macosx_15_0_arm64", "macosx_16_0_arm64"),
        ("macos-arm64", "macosx_13_0_arm64", "macosx_13_0_x86_64"),
        ("macos-x86_64", "macosx_13_0_x86_64", "macosx_13_0_arm64"),
        ("linux-arm64", "manylinux_2_28_aarch64", "manylinux_2_28_x86_64"),
        ("windows-arm64", "win_arm64", "win_amd64"),
        ("windows", "win_amd64", "win32"),
        ("aarch64-pc-windows-msvc", "win_arm64", "win_amd64"),
        ("manylinux_2_28_x86_64", "manylinux_2_28_x86_64", "manylinux_2_29_x86_64"),
    ],
)
def test_a_platform_has_its_tags(name: str, has: str, lacks: str) -> None:
    tags = describe(name).tags
    assert has in tags
    assert lacks not in tags


def test_tags_are_in_packagings_order() -> None:
    assert describe("x86_64-manylinux_2_17").tags[:3] == (
        "linux_x86_64",
        "manylinux_2_17_x86_64",
        "manylinux2014_x86_64",
    )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("linux", ("linux", "posix", "Linux", "x86_64")),
        ("macos", ("darwin", "posix", "Darwin", "arm64")),
        ("x86_64-apple-darwin", ("darwin", "posix", "Darwin", "x86_64")),
        ("windows", ("win32", "nt", "Windows", "AMD64")),
        ("i686-pc-windows-msvc", ("win32", "nt", "Windows", "x86")),
    ],
)
def test_a_platform_decides_marker_values(name: str, values: tuple[str, ...]) -> None:
    markers = describe(name).markers
    names = ("sys_platform", "os_name", "platform_system", "platform_machine")
    assert tuple(markers[name] for name in names) == values


def test_label_and_libc_are_for_people() -> None:
    assert (describe("linux").label, describe("linux").libc) == ("linux x86_64", "glibc 2.28")
    assert (describe("macos").label, describe("macos").libc) == ("macos arm64", "")
    assert describe("x86_64-musllinux_1_1").libc == "musl 1.1"


@pytest.mark.parametrize(
    ("name", "close"),
    [
        ("windos", "windows"),
        ("x86_64-manylinux_2_51", "x86_64-manylinux_2_"),
        ("x86_64-manylinux_2_16", "x86_64-manylinux_2_"),
        ("aarch64-apple-darwn", "aarch64-apple-darwin"),
    ],
)
def test_an_unknown_name_is_told_with_close_ones(name: str, close: str) -> None:
    with pytest.raises(TargetError) as caught:
        describe(name)
    assert close in caught.value.why
    assert "linux" in caught.value.what_to_do
