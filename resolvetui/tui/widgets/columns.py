"""Columns and rows of a `VTable` as values, and how columns share a width."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

from resolvetui.tui.spans import Spans, width

GAP = 2
"""Cells between two columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `cells` wide, or between `cells` and `most` when it is flexible."""

    title: str
    cells: int
    position: int
    """Which cell of a row it shows."""
    most: int | None = None
    """Widest it grows to; None: fixed width."""
    drop: int = 0
    """Columns go when space is short, the highest number first; 0 stays."""
    right: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line: cells for the columns, or `wide` spans over the whole width."""

    key: Hashable
    cells: tuple[Spans, ...] = ()
    wide: Spans | None = None
    data: object = None
    """Whatever the owner wants to find again in a message."""
    continues: bool = False
    """Belongs to the row above: the cursor passes over it and covers it."""


def lay_out(columns: tuple[Column, ...], cells: int) -> tuple[tuple[Column, int], ...]:
    """The columns that fit into `cells` cells, in order, with their widths.

    What is left goes to the flexible columns, evenly, up to their most.
    """
    kept = list(columns)
    while _needed(kept) > cells and any(column.drop for column in kept):
        kept.remove(max(kept, key=lambda column: column.drop))
    widths = {column.position: column.cells for column in kept}
    left = cells - _needed(kept)
    growing = [column for column in kept if column.most is not None]
    while left > 0 and growing:
        for column in growing[:left]:
            widths[column.position] += 1
            left -= 1
        growing = [column for column in growing if widths[column.position] < (column.most or 0)]
    return tuple((column, widths[column.position]) for column in kept)


def fitted(columns: tuple[Column, ...], rows: tuple[Row, ...]) -> tuple[Column, ...]:
    """The columns, flexible ones no wider than the widest of their cells (or the title)."""
    return tuple(
        column if column.most is None else _fitted(column, column.most, rows) for column in columns
    )


def _fitted(column: Column, most: int, rows: tuple[Row, ...]) -> Column:
    cells = (row.cells[column.position] for row in rows if row.wide is None)
    need = max((width(cell) for cell in cells), default=0)
    need = max(min(need, most), len(column.title))
    return replace(column, cells=min(column.cells, need), most=need)


def _needed(columns: list[Column]) -> int:
    return sum(column.cells for column in columns) + GAP * max(len(columns) - 1, 0)
