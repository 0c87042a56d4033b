"""What all dialogs have in common: a frame over the dimmed screen, Escape to leave."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from resolvetui.tui.later import when_drawn
from resolvetui.tui.widgets.pane import Pane

T = TypeVar("T")


class Dialog(ModalScreen[T | None]):
    """A framed dialog; Escape dismisses it with None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Leave", show=False)]
    TITLE_TEXT: ClassVar[str] = ""
    FOOT_TEXT: ClassVar[str] = "esc leaves"
    _is_ready = False
    _early: tuple[T | None] | None = None
    """An answer that came before all of it was there."""

    def on_mount(self) -> None:
        """Called besides what a dialog does itself then."""
        when_drawn(self, self._ready)

    def _ready(self) -> None:
        self._is_ready = True
        if self._early is not None:
            self.answer(self._early[0])

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
        """Close with this answer; a second key press that comes too late changes nothing.

        Not before all is there: parts of it would be mounted into what is gone.
        """
        if self._is_ready and self.is_current:
            self.dismiss(value)
        elif not self._is_ready and self._early is None:
            self._early = (value,)

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.answer(None)
