"""Spans are cut, padded and wrapped by cells; columns share a width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from resolvetui.tui.spans import Spans, clip, content, fit, plain, width, wrap
from resolvetui.tui.widgets.columns import Column, Row, fitted, lay_out

texts = st.text("ab 漢é", max_size=30)
spans = st.lists(st.tuples(texts, st.sampled_from(["text", "bad"])), max_size=4).map(tuple)


@given(spans, st.integers(0, 40))
def test_a_fitted_line_has_exactly_the_width(line: Spans, cells: int) -> None:
    assert width(fit(line, cells)) == cells


@given(spans, st.integers(4, 40))
def test_wrapped_lines_fit_and_lose_no_word(line: Spans, cells: int) -> None:
    lines = wrap(line, cells)
    assert all(width(part) <= cells for part in lines)
    joined = "".join(plain(part) for part in lines).replace(" ", "")
    assert joined == plain(line).replace(" ", "")


def test_what_is_cut_ends_with_an_ellipsis() -> None:
    assert plain(clip((("abcdef", "text"), ("ghi", "bad")), 8)) == "abcdefg…"


def test_brackets_in_spans_are_no_markup() -> None:
    assert content((("[bold]x[/y]", "text"),)).plain == "[bold]x[/y]"


COLUMNS = (Column("a", 10, 0, most=20), Column("b", 5, 1, drop=1), Column("c", 5, 2, drop=2))


def test_columns_go_by_their_drop_number() -> None:
    assert [column.title for column, _ in lay_out(COLUMNS, 24)] == ["a", "b", "c"]
    assert [column.title for column, _ in lay_out(COLUMNS, 23)] == ["a", "b"]
    assert [column.title for column, _ in lay_out(COLUMNS, 3)] == ["a"]


def test_what_is_left_goes_to_flexible_columns_up_to_their_most() -> None:
    assert [cells for _, cells in lay_out(COLUMNS, 30)] == [16, 5, 5]
    assert [cells for _, cells in lay_out(COLUMNS, 90)] == [20, 5, 5]


def test_fitted_columns_are_no_wider_than_their_cells() -> None:
    rows = (Row(1, ((("x" * 13, "text"),), (), ())),)
    assert [cells for _, cells in lay_out(fitted(COLUMNS, rows), 90)] == [13, 5, 5]
