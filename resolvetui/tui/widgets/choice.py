"""One of a few words, all of them in sight: the chosen one is marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from resolvetui.tui import keys
from resolvetui.tui.widgets.line import Part, SpanLine


class Choice(SpanLine, can_focus=True):
    """Left and right choose; a click does too."""

    CONTEXT: ClassVar[keys.Context] = "choice"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("choice")]
    DEFAULT_CSS = """
    Choice { background: $panel; }
    Choice > .line--active { background: $surface; }
    Choice:focus > .line--active { background: $cursor-row; }
    """

    class Changed(Message):
        """Another word was chosen."""

    class Applied(Message):
        """Enter was pressed."""

    def __init__(self, words: Sequence[str], chosen: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._words = tuple(words)
        self._at = self._words.index(chosen)

    @property
    def value(self) -> str:
        """The chosen word."""
        return self._words[self._at]

    def left(self, cells: int) -> list[Part]:  # noqa: ARG002 - cut where it ends
        """The words; brackets mark the chosen one without any colour."""
        parts: list[Part] = []
        for number, word in enumerate(self._words):
            if number == self._at:
                parts.append(Part(((f"[{word}]", "strong"),), f"choose({number})", "active"))
            else:
                parts.append(Part(((f" {word} ", "muted"),), f"choose({number})"))
        return parts

    def on_focus(self) -> None:
        """The chosen word gets the ground of a cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """It loses it."""
        self.refresh()

    def action_choose(self, number: int) -> None:
        """The word that was clicked."""
        if number != self._at:
            self._at = number
            self.refresh()
            self.post_message(self.Changed())

    def action_previous(self) -> None:
        """The word before."""
        self.action_choose(max(self._at - 1, 0))

    def action_next(self) -> None:
        """The next word; after the last the first."""
        self.action_choose((self._at + 1) % len(self._words))

    def action_apply(self) -> None:
        """Tell that Enter was pressed."""
        self.post_message(self.Applied())
