"""A text to read: everything about a file, what was copied, an error in full."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from resolvetui.tui.dialogs.dialog import Dialog
from resolvetui.tui.spans import Spans, paragraphs, plain


class CopiedDialog(Dialog[str]):
    """What was copied, for whom no clipboard got it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,q", "cancel", "Leave", show=False)]

    def __init__(self, title: str, lines: list[Spans]) -> None:
        super().__init__()
        self._title = title
        self._lines = lines

    def title_text(self) -> str:
        """The title that was given."""
        return self._title

    def contents(self) -> ComposeResult:
        """The text, scrolling."""
        with VerticalScroll(id="dialog-text"):
            yield Static(paragraphs(self._lines))


class TextDialog(CopiedDialog):
    """Lines of spans; `y` hands them back to be copied."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,q", "cancel", "Leave", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]
    FOOT_TEXT = "y copies · esc leaves"

    def action_copy(self) -> None:
        """Hand the text back."""
        self.answer("\n".join(plain(line) for line in self._lines))
