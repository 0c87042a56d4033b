"""How every index has answered; it goes on while the dialog is open."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from resolvetui.tui.dialogs.dialog import Dialog
from resolvetui.tui.later import is_there, when_drawn
from resolvetui.tui.spans import paragraphs
from resolvetui.tui.state import SessionState
from resolvetui.tui.views.index_lines import dialog_lines


class IndexesDialog(Dialog[str]):
    """Answers with the action that the user wants, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "ask('resolve_again')", "Resolve again", show=False),
        Binding("R", "ask('resolve_without_cache')", "Without the cache", show=False),
        Binding("D", "ask('shared')", "Names on several", show=False),
        Binding("enter,q,I", "cancel", "Leave", show=False),
    ]
    TITLE_TEXT = "Indexes, in order of preference"
    FOOT_TEXT = "r asks again · D names on several · esc leaves"

    def __init__(self, state: SessionState) -> None:
        super().__init__()
        self._state = state

    def contents(self) -> ComposeResult:
        """The text, scrolling."""
        with VerticalScroll(id="dialog-text"):
            yield Static(id="index-lines")

    def on_mount(self) -> None:
        """Once the width is known."""
        when_drawn(self, self._show)

    def on_resize(self) -> None:
        """Columns depend on the width."""
        when_drawn(self, self._show)

    def show(self, state: SessionState) -> None:
        """Another state; one that comes before the dialog is there is shown when it is."""
        self._state = state
        if is_there(self):
            self._show()

    def _show(self) -> None:
        state = self._state
        cells = max(self.query_one("#index-lines").size.width, 30)
        self.query_one("#index-lines", Static).update(paragraphs(dialog_lines(state, cells)))

    def action_ask(self, action: str) -> None:
        """Leave, and have it done."""
        self.answer(action)
