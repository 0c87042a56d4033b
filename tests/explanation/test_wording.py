from __future__ import annotations

import pytest

from resolvetui.explanation import wording
from resolvetui.explanation.reason_words import cell, condition, predicate
from resolvetui.explanation.tag_words import (
    abi_words,
    platform_label,
    platform_words,
    python_words,
    short_platform,
    tag_span,
)
from resolvetui.model.requirement import OriginKind
from resolvetui.model.verdict import Hurdle, Reason
from tests.environment.helpers import a_target
from tests.explanation.conflicts import ask, constraint

TARGET = a_target("3.12", "x86_64-manylinux_2_28")


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_with_and_without_evidence(reason: Reason) -> None:
    for detail in ("", "1.0"):
        for plural in (False, True):
            text = predicate(Hurdle(reason, detail), TARGET, plural=plural)
            assert text
            assert "{" not in text
        assert cell(Hurdle(reason, detail))
        assert "{" not in condition(Hurdle(reason, detail))


def test_a_supposition_is_nobody_s_request() -> None:
    words = wording.asks(ask("torch===2.3.0", kind=OriginKind.SUPPOSED))
    assert words == "torch is to be 2.3.0"


@pytest.mark.parametrize("kind", [kind for kind in OriginKind if kind is not OriginKind.SUPPOSED])
def test_every_origin_has_words(kind: OriginKind) -> None:
    for where in ("", "requirements.txt:3"):
        root = ask("torch==2.3.0", where, kind)
        assert "torch==2.3.0" in wording.asks(root)
        assert wording.origin_words(root.origin)


def test_a_constraint_is_never_told_as_something_asked_for() -> None:
    words = wording.asks(constraint("torch<2", "constraints.txt:4"))
    assert words == "the constraint torch<2 (constraints.txt:4) applies"


def test_a_file_is_named_with_its_line() -> None:
    assert wording.asks(ask("torch", "requirements.txt:3")) == "requirements.txt:3 asks for torch"


@pytest.mark.parametrize(
    ("hurdle", "words"),
    [
        (Hurdle(Reason.REQUIRES_PYTHON, ">=3.13"), "needs Python >=3.13"),
        (Hurdle(Reason.ABI_TAG, "cp313"), "is built for CPython 3.13"),
        (Hurdle(Reason.PLATFORM_TAG, "win_amd64"), "is built for 64-bit Windows"),
        (Hurdle(Reason.PLATFORM_TOO_NEW, "glibc 2.39"), "needs glibc 2.39, the target has 2.28"),
        (Hurdle(Reason.YANKED, "broken"), "is yanked: broken"),
    ],
)
def test_evidence_stands_in_the_words(hurdle: Hurdle, words: str) -> None:
    assert predicate(hurdle, TARGET) == words


def test_a_detail_with_braces_is_only_text() -> None:
    assert predicate(Hurdle(Reason.YANKED, "{be}"), TARGET) == "is yanked: {be}"


@pytest.mark.parametrize(
    ("hurdle", "text"),
    [
        (None, ""),
        (Hurdle(Reason.PLATFORM_TAG, "manylinux_2_28_aarch64"), "tag aarch64"),
        (Hurdle(Reason.PLATFORM_TAG, "win_amd64"), "tag windows"),
        (Hurdle(Reason.REQUIRES_PYTHON, "<=3.11"), "python ≤3.11"),
        (Hurdle(Reason.SHADOWED, "cu118"), "shadow"),
        (Hurdle(Reason.PRERELEASE), "pre"),
    ],
)
def test_cells_are_a_word_or_two(hurdle: Hurdle | None, text: str) -> None:
    assert cell(hurdle) == text


def test_a_cell_without_unicode() -> None:
    assert cell(Hurdle(Reason.REQUIRES_PYTHON, "<=3.11"), ascii_only=True) == "python <=3.11"


def test_a_cell_names_the_system_where_that_is_what_differs() -> None:
    hurdle = Hurdle(Reason.PLATFORM_TAG, "manylinux1_x86_64")
    assert cell(hurdle, target=a_target("3.12", "x86_64-apple-darwin")) == "tag linux"


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("macosx_11_0_arm64", "Apple silicon (macOS 11+)"),
        ("macosx_10_9_x86_64", "Intel Macs (macOS 10.9+)"),
        ("win32", "32-bit Windows"),
        ("manylinux2014_x86_64", "Linux x86_64 with glibc 2.17+"),
        ("manylinux_2_28_aarch64", "Linux aarch64 with glibc 2.28+"),
        ("musllinux_1_2_x86_64", "Linux x86_64 with musl 1.2+"),
        ("linux_x86_64", "Linux x86_64"),
        ("any", "any platform"),
        ("plan9_mips", "plan9_mips"),
    ],
)
def test_platform_tags_in_words(tag: str, words: str) -> None:
    assert platform_words(tag) == words


def test_one_word_for_a_platform_as_seen_from_a_target() -> None:
    mac = a_target("3.12", "x86_64-apple-darwin")
    assert short_platform("macosx_11_0_arm64", mac) == "arm64"
    assert short_platform("macosx_11_0_arm64", TARGET) == "macos"
    assert short_platform("manylinux2014_aarch64", TARGET) == "aarch64"
    assert short_platform("win_amd64") == "windows"
    assert short_platform("plan9_mips", TARGET) == "plan9_mips"


def test_python_and_abi_tags_in_words() -> None:
    assert python_words("pp310") == "PyPy 3.10"
    assert abi_words("cp313t") == "free-threaded CPython 3.13"
    assert abi_words("abi3") == "the stable ABI"


def test_tags_without_a_gap_are_a_span() -> None:
    assert tag_span(["cp38", "cp39", "cp310", "cp38"]) == "cp38 to cp310"
    assert tag_span(["cp38", "cp310", "pp310", "cp312"]) == "cp38, cp310, cp312 and pp310"


def test_platforms_are_labelled_for_people() -> None:
    assert platform_label(a_target("3.12", "x86_64-apple-darwin")) == "macOS x86_64"
    assert platform_label(TARGET) == "Linux x86_64"
