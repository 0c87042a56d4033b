"""What all dialogs have in common: a frame over the dimmed screen, Escape to leave."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from resolvetui.tui.widgets.pane import Pane

T = TypeVar("T")


class Dialog(ModalScreen[T | None]):
    """A framed dialog; Escape dismisses it with None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Leave", show=False)]
    TITLE_TEXT: ClassVar[str] = ""
    FOOT_TEXT: ClassVar[str] = "esc leaves"

    def compose(self) -> ComposeResult:
        """The frame around `contents`."""
        with Pane(id="dialog") as pane:
            pane.set_titles(self.title_text(), self.FOOT_TEXT)
            yield from self.contents()

    def title_text(self) -> str:
        """The text in the frame."""
        return self.TITLE_TEXT

    def contents(self) -> ComposeResult:
        """The widgets in the frame."""
        raise NotImplementedError

    def answer(self, value: T | None) -> None:
        """Close with this answer; a second key press that comes too late changes nothing."""
        if self.is_current:
            self.dismiss(value)

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.answer(None)
