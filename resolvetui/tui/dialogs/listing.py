"""A list to read in a dialog: messages; `y` hands the line under the cursor back to be copied."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from resolvetui.tui.dialogs.dialog import Dialog
from resolvetui.tui.spans import Spans, plain
from resolvetui.tui.widgets.stree import Node, STree


class ListDialog(Dialog[str]):
    """Nodes whose lines wrap; it opens at the last one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "cancel", "Leave", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]
    FOOT_TEXT = "y copies · esc leaves"

    def __init__(self, title: str, nodes: list[Node], notice: tuple[Spans, ...]) -> None:
        super().__init__()
        self._title = title
        self._lines = nodes
        self._notice = notice

    def title_text(self) -> str:
        """The title that was given."""
        return self._title

    def contents(self) -> ComposeResult:
        """The tree."""
        yield STree(id="listing", wraps=True)

    def on_mount(self) -> None:
        """To the newest."""
        tree = self.query_one("#listing", STree)
        tree.set_nodes(self._lines, notice=self._notice)
        tree.focus()
        if self._lines:
            self.call_after_refresh(tree.go_to, self._lines[-1].key)

    def action_copy(self) -> None:
        """Hand the line under the cursor back."""
        node = self.query_one("#listing", STree).node
        if node is not None:
            self.answer(plain(node.spans))
