"""What a terminal acts on never gets through."""

from __future__ import annotations

import unicodedata

import pytest

from resolvetui.model.names import PackageName
from resolvetui.session import protocol
from resolvetui.tui.safe import MAX_TEXT, is_plain, made_safe, safe
from resolvetui.tui.signs import CANDIDATE_SIGNS, PLAN_SIGNS, to_ascii
from tests.tui import world
from tests.tui.hostile import HOSTILE


@pytest.mark.parametrize(
    "char", [*HOSTILE, "\r", "\x7f", "\x85", "\u2029", "\ud800", "\ufe0f", "\U000e0041"]
)
def test_control_characters_become_visible(char: str) -> None:
    shown = safe(f"a{char}b")
    assert shown.isprintable()
    assert char.isprintable() or char not in shown


def test_ordinary_text_stays_as_it_is() -> None:
    assert safe("Jinja2 3.1.3 größer 漢字") == "Jinja2 3.1.3 größer 漢字"


def test_a_tab_is_one_space_and_newlines_stay_only_where_wanted() -> None:
    assert safe("a\tb\nc") == "a b\\x0ac"
    assert safe("a\nb", lines=True) == "a\nb"


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert safe("abcdef", 4) == "abc…"
    assert len(safe("x\x1b" * 10_000, 100)) == 100


@pytest.mark.parametrize(
    "text",
    [
        *(f"a{chr(code)}b" for code in (*range(0x300), 0x2028, 0xFE0F, 0x202E, 0xE0041)),
        HOSTILE,
        "C:\\users\\x1b",
        'a "quoted" word',
        "x" * MAX_TEXT,
        "x" * (MAX_TEXT + 1),
        '"' * (MAX_TEXT + 1),
    ],
    ids=lambda text: ascii(text[:9]),
)
def test_what_is_plain_would_stay_as_it_is(text: str) -> None:
    message = protocol.Decided(1, ((PackageName("a"), text), (PackageName("b"), "1" * 100)))
    if is_plain(protocol.encode(message)):
        assert made_safe(message) == message


def test_most_messages_are_plain() -> None:
    assert is_plain(protocol.encode(world.candidates(1)))
    assert is_plain(protocol.encode(protocol.Decided(1, ((PackageName("a"), "x" * 100),) * 500)))


def test_every_text_in_a_message_is_made_safe() -> None:
    message = protocol.Decided(1, ((PackageName("a\x1b"), "1\u202e"),))
    assert made_safe(message).packages == (("a\\x1b", "1\\u202e"),)


def test_errors_keep_their_lines() -> None:
    failed = protocol.Failed(1, "x", "what", "one\ntwo\x1b", "", None)
    assert made_safe(failed).why == "one\ntwo\\x1b"


def test_signs_are_one_cell_in_both_forms() -> None:
    for sign in (*CANDIDATE_SIGNS, *PLAN_SIGNS):
        assert unicodedata.east_asian_width(sign.glyph) not in "WF"
        assert to_ascii(sign.glyph) == sign.ascii
        assert len(sign.ascii) == 1


def test_ascii_keeps_the_width() -> None:
    assert to_ascii("● torch … 漢") == "* torch ~ ??"
