"""One of a few texts is chosen, each shown before it is; answers with the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from resolvetui.tui import words
from resolvetui.tui.dialogs.dialog import Dialog
from resolvetui.tui.spans import Spans, paragraphs
from resolvetui.tui.widgets.stree import Node, STree
from resolvetui.tui.widgets.vtable import VTable

_MOST_LINES = 12
"""Lines of a text that are shown before it is chosen."""


class ChooseDialog(Dialog[str]):
    """The texts as a list; the one under the cursor is shown below it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,y", "cancel", "Leave", show=False)]
    FOOT_TEXT = "enter copies · esc leaves"

    def __init__(self, title: str, texts: Sequence[tuple[str, str]]) -> None:
        """`texts`: (label, text)."""
        super().__init__()
        self._title = title
        self._texts = dict(texts)

    def title_text(self) -> str:
        """The title that was given."""
        return self._title

    def contents(self) -> ComposeResult:
        """The list, and below it the text."""
        yield STree(id="choices")
        with VerticalScroll(id="chosen-text", can_focus=False):
            yield Static(id="chosen")

    def on_mount(self) -> None:
        """The first is the one that most people want."""
        tree = self.query_one("#choices", STree)
        tree.set_nodes([Node(label, _label(label, text)) for label, text in self._texts.items()])
        tree.styles.height = len(self._texts)
        tree.focus()
        self._show()

    def _show(self) -> None:
        node = self.query_one("#choices", STree).node
        lines = self._texts[str(node.key)].split("\n") if node else []
        shown: list[Spans] = [((line, "text"),) for line in lines[:_MOST_LINES]]
        if len(lines) > _MOST_LINES:
            more = words.count(len(lines) - _MOST_LINES, "more line")
            shown.append(((f"… {more}", "muted"),))
        self.query_one("#chosen", Static).update(paragraphs(shown))

    @on(VTable.Highlighted, "#choices")
    def _moved(self) -> None:
        self._show()

    @on(VTable.Chosen, "#choices")
    def _taken(self, event: VTable.Chosen) -> None:
        if event.row is not None:
            self.answer(self._texts[str(event.row.key)])


def _label(label: str, text: str) -> Spans:
    return ((label, "strong"), (f"   {words.count(len(text), 'character')}", "muted"))
