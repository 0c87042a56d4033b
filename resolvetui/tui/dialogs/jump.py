"""Jump mode: a letter over every pane; the one that is pressed gets the focus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from resolvetui.tui.spans import Spans, content

LETTERS = "asdfghjklqwertyuiop"
"""The home row first."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a letter leads to."""

    widget: Widget
    name: str
    region: Region
    """Of the pane, in cells of the screen."""


class JumpScreen(ModalScreen[Widget | None]):
    """Answers with the widget whose letter was pressed or clicked; any other key leaves."""

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__()
        self._places = dict(zip(LETTERS, places, strict=False))

    def compose(self) -> ComposeResult:
        """The labels, each over its place, and a line that says what to do."""
        for letter, place in self._places.items():
            label: Spans = ((f" {letter} ", "key"), (f"{place.name} ", "strong"))
            mark = Static(content(label), id=f"jump-{letter}", classes="jump")
            mark.styles.offset = (place.region.x + (place.region.height > 1) * 2, place.region.y)
            yield mark
        hint: Spans = ((" a letter jumps · any other key leaves ", "muted"),)
        yield Static(content(hint), id="jump-hint")

    def on_key(self, event: events.Key) -> None:
        """A letter chooses."""
        event.stop()
        self._answer(event.character or "")

    def on_click(self, event: events.Click) -> None:
        """A click on a label chooses."""
        name = event.widget.id or "" if event.widget else ""
        self._answer(name.removeprefix("jump-"))

    def _answer(self, letter: str) -> None:
        if self.is_current:
            place = self._places.get(letter)
            self.dismiss(place.widget if place else None)
