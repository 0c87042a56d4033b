"""The indexes of a query in order, to be moved and removed."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from resolvetui.model.query import IndexSource
from resolvetui.tui import keys
from resolvetui.tui.safe import safe
from resolvetui.tui.widgets.columns import Column, Row
from resolvetui.tui.widgets.vtable import FixedRows, VTable

_COLUMNS = (Column("", 2, 0), Column("", 10, 1, most=18), Column("", 30, 2, most=90))

_HIGHEST = 4
"""Lines; more indexes scroll."""


class IndexList(VTable):
    """Each index on a line; the first is asked first."""

    CONTEXT: ClassVar[keys.Context] = "indexes"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("indexes")]

    class Changed(Message):
        """Another order, or one less."""

    def __init__(self, indexes: tuple[IndexSource, ...], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(_COLUMNS, header=False, id=id)
        self.indexes = indexes

    def on_mount(self) -> None:
        """Show them."""
        self._show()

    def _show(self) -> None:
        self.styles.height = min(max(len(self.indexes), 1), _HIGHEST)
        rows = tuple(
            Row(
                index.name,
                (
                    ((f"{number}.", "muted"),),
                    ((safe(index.name, 60), "strong"),),
                    ((safe(_place(index), 200), "muted"),),
                ),
            )
            for number, index in enumerate(self.indexes, 1)
        )
        self.set_rows(FixedRows(rows), notice=((("no index", "warn"),),))

    def add(self, index: IndexSource) -> None:
        """One more, before the last: the last is what pip calls the default."""
        self._put((*self.indexes[:-1], index, *self.indexes[-1:]), len(self.indexes) - 1)

    def _put(self, indexes: tuple[IndexSource, ...], cursor: int) -> None:
        self.indexes = indexes
        self._show()
        self.move_to(min(max(cursor, 0), max(len(indexes) - 1, 0)))
        self.post_message(self.Changed())

    def _swap(self, step: int) -> None:
        at, other = self.cursor, self.cursor + step
        if 0 <= other < len(self.indexes):
            moved = list(self.indexes)
            moved[at], moved[other] = moved[other], moved[at]
            self._put(tuple(moved), other)

    def action_raise(self) -> None:
        """Ask it one earlier."""
        self._swap(-1)

    def action_lower(self) -> None:
        """Ask it one later."""
        self._swap(1)

    def action_remove(self) -> None:
        """Do without it."""
        at = self.cursor
        if at < len(self.indexes):
            self._put((*self.indexes[:at], *self.indexes[at + 1 :]), at)


def _place(index: IndexSource) -> str:
    pinned = "  only for pinned packages" if index.explicit else ""
    links = "  find-links" if index.kind == "flat" else ""
    return f"{index.shown_url}{links}{pinned}"
