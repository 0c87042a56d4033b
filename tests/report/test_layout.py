from __future__ import annotations

import pytest

from resolvetui.model.visible import visible, visible_line
from resolvetui.report.layout import columns, line, plain, wrapped


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("\x00\x07\x7f\x9b", "\\x00\\x07\\x7f\\x9b"),
        ("\u200b\u202e\u2066\ufeff\udcff", "\\u200b\\u202e\\u2066\\ufeff\\udcff"),
        ("two\nlines", "two\nlines"),
        ("Größe 東京 é", "Größe 東京 é"),
    ],
)
def test_what_a_terminal_might_obey_is_made_visible(raw: str, shown: str) -> None:
    assert visible(raw) == shown
    assert visible(shown) == shown


def test_one_line_stays_one_line() -> None:
    assert visible_line("a\nb") == "a\\x0ab"
    assert plain([line("a\nb")]) == "a\\x0ab"


def test_columns_are_aligned_without_trailing_blanks() -> None:
    rows = [[("plain", "a"), ("plain", "b"), ("plain", "")], [("strong", "long"), ("plain", "c")]]
    assert plain(columns(rows)) == "  a     b\n  long  c"  # type: ignore[arg-type]


def test_cells_beyond_the_width_go_to_further_lines() -> None:
    rows = [[("strong", "x" * 20), ("plain", "word " * 10)], [("strong", "y"), ("plain", "c")]]
    assert plain(columns(rows, width=40)).splitlines() == [  # type: ignore[arg-type]
        "  " + "x" * 20,
        "      word word word word word word word",
        "      word word word",
        "  y" + " " * 21 + "c",
    ]


def test_no_rows_are_no_lines() -> None:
    assert columns([]) == []


def test_wrapped_lines_hang() -> None:
    text = "word " * 12
    lines = plain(wrapped(text, 40, indent="  ")).splitlines()
    assert lines[0].startswith("  word")
    assert lines[1].startswith("    word")


def test_an_empty_paragraph_is_an_empty_line() -> None:
    assert plain(wrapped("", 40)) == ""
