"""Find: a line in which a text is typed while the cursor of a list goes to where it is."""

from __future__ import annotations

from collections.abc import Hashable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Key
from textual.message import Message
from textual.widgets import Input, Static

from resolvetui.tui.spans import content, plain
from resolvetui.tui.widgets.columns import Row
from resolvetui.tui.widgets.stree import STree
from resolvetui.tui.widgets.vtable import VTable


class FindBar(Horizontal):
    """Hidden until a text is looked for; Enter and Escape give the focus back to the list."""

    DEFAULT_CSS = """
    FindBar { display: none; height: 1; background: $panel; }
    FindBar.-typing { display: block; }
    FindBar Static { width: 3; background: $panel; }
    FindBar Input { width: 1fr; background: $panel; padding: 0 1 0 0; }
    """

    class Left(Message):
        """The line was left."""

        def __init__(self, table: VTable) -> None:
            super().__init__()
            self.table = table

    def __init__(self) -> None:
        super().__init__(id="find")
        self.text = ""
        """What was looked for last."""
        self._table: VTable | None = None
        self._from: Hashable = None

    def compose(self) -> ComposeResult:
        """The sign and the input."""
        yield Static(content(((" / ", "key"),)))
        yield Input(id="find-text", compact=True, placeholder="find; n and N go on from there")

    def begin(self, table: VTable) -> None:
        """Look in this list."""
        self._table, self._from = table, table.key_at_cursor
        self.add_class("-typing")
        field = self.query_one(Input)
        field.value = ""
        field.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if self._table is not None and self.has_class("-typing"):
            self.text = event.value or self.text
            if event.value and self._from is not None:
                _reach(self._table, self._from)
                _step(self._table, event.value, 1, here=True)

    @on(Input.Submitted)
    def _done(self) -> None:
        self._leave()

    def on_key(self, event: Key) -> None:
        """Escape leaves the cursor where it was."""
        if event.key == "escape" and self._table is not None:
            event.stop()
            if self._from is not None:
                _reach(self._table, self._from)
            self._leave()

    def _leave(self) -> None:
        table, self._table = self._table, None
        self.remove_class("-typing")
        if table is not None:
            self.post_message(self.Left(table))

    def step(self, table: VTable, step: int, filtered: str = "") -> bool:
        """The next match, or the one before; False when there is none. Without a text of its own
        every row that a filter left is one.
        """
        return _step(table, "" if filtered else self.text, step, whole=bool(filtered))


def _step(table: VTable, text: str, step: int, *, here: bool = False, whole: bool = False) -> bool:
    """Move to the next place with the text, round the end; `here`: where it is may do; `whole`:
    rows below others do not count.
    """
    keys = _keys(table, text.casefold(), whole=whole)
    if not keys:
        return False
    order = {key: at for at, key in enumerate(_order(table))}
    at = order.get(table.key_at_cursor, 0)
    places = sorted(order[key] for key in keys)
    if step > 0:
        ahead = [place for place in places if place > at - here]
        target = ahead[0] if ahead else places[0]
    else:
        ahead = [place for place in places if place < at]
        target = ahead[-1] if ahead else places[-1]
    by_place = {at: key for key, at in order.items()}
    return _reach(table, by_place[target])


def _order(table: VTable) -> list[Hashable]:
    """The keys of a list from top to bottom, those in closed nodes included."""
    if isinstance(table, STree):
        return [node.key for node in table.nodes()]
    return [table.source.key(at) for at in range(len(table.source))]


def _keys(table: VTable, wanted: str, *, whole: bool) -> list[Hashable]:
    if isinstance(table, STree):
        return [n.key for n in table.nodes() if wanted in plain(n.spans).casefold()]
    rows = map(table.source.row, range(len(table.source)))
    return [
        row.key
        for row in rows
        if not row.continues and (not whole or row.wide is None) and wanted in _text(row)
    ]


def _text(row: Row) -> str:
    spans = row.wide if row.wide is not None else [span for cell in row.cells for span in cell]
    return plain(spans).casefold()


def _reach(table: VTable, key: Hashable) -> bool:
    return table.reveal(key) if isinstance(table, STree) else table.go_to(key)
