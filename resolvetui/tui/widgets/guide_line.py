"""The line below the head that shows where a guided install is; not there without one.

Below the head and not in the foot, where messages would cover its keys.
"""

from __future__ import annotations

from typing import ClassVar

from resolvetui.tui.guide.steps import Place
from resolvetui.tui.guide.words import Here, head, row
from resolvetui.tui.spans import width
from resolvetui.tui.widgets.line import Part, SpanLine

_GAP = 3


class GuideLine(SpanLine):
    """The step that one is at and, where there is room, all of them; at the right end the keys."""

    DEFAULT_CSS: ClassVar[str] = """
    GuideLine { background: $surface; display: none; }
    GuideLine.-on { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Place, Here] | None = None

    def show(self, shown: tuple[Place, Here] | None) -> None:
        """Another step, or no guide any more."""
        if shown != self._shown:
            self._shown = shown
            self.set_class(shown is not None, "-on")
            self.refresh()

    def left(self, cells: int) -> list[Part]:
        """All steps and the sentence; else the one step and the sentence."""
        if self._shown is None:
            return []
        place, here = self._shown
        room = cells - sum(width(part.spans) for part in self.right(cells)) - 1
        every = row(place)
        begin = every if width(every) + _GAP + width(here.sentence) <= room else head(place)
        return [Part(((" ", "text"), *begin, ("  ", "text"), *here.sentence, (" ", "text")))]

    def right(self, cells: int) -> list[Part]:  # noqa: ARG002 - the same at any width
        """What goes on, over, and away."""
        if self._shown is None:
            return []
        place, here = self._shown
        parts = []
        if here.label:
            parts.append(Part((("  C", "key"), (f" {here.label}", "text")), "screen.guide_on"))
        if place.at is not None:
            parts.append(Part((("  P", "key"), (" skip", "muted")), "screen.guide_over"))
        parts.append(Part((("  X", "key"), (" leave ", "muted")), "screen.guide_leave"))
        return parts
