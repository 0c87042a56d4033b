"""A one-line widget that draws spans, with parts that can be clicked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from resolvetui.tui.spans import Role, Spans, clip, role_styles, width

Ground: TypeAlias = Literal["", "active", "chip"]


@dataclass(frozen=True, slots=True)
class Part:
    """Spans that belong together; `action` runs at a click."""

    spans: Spans
    action: str = ""
    ground: Ground = ""
    """What it is drawn on: the line's own ground, that of what is chosen, that of a chip."""


class SpanLine(Widget):
    """Parts from the left, then parts at the right end; subclasses say which."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"line--active", "line--chip"}
    DEFAULT_CSS = """
    SpanLine { height: 1; width: 1fr; background: $background; }
    SpanLine > .line--active { background: $surface; }
    SpanLine > .line--chip { background: $panel; }
    """

    def left(self, cells: int) -> list[Part]:
        """Parts from the left, for a line of so many cells."""
        raise NotImplementedError

    def right(self, cells: int) -> list[Part]:  # noqa: ARG002 - subclasses use it
        """Parts at the right end."""
        return []

    def placed(self) -> list[tuple[int, Part]]:
        """Each part with its first cell; what does not fit is cut with an ellipsis."""
        cells = self.size.width
        right = self.right(cells)
        room = cells - sum(width(part.spans) for part in right)
        placed, x = [], 0
        for part in self.left(cells):
            left = room - x
            if left <= 0:
                break
            spans = clip(part.spans, left)
            placed.append((x, Part(spans, part.action, part.ground)))
            x += width(spans)
        x = max(room, 0)
        for part in right:
            placed.append((x, part))
            x += width(part.spans)
        return placed

    def render_line(self, y: int) -> Strip:
        """The line (Textual's line API)."""
        if y:
            return Strip.blank(self.size.width, self.rich_style)
        segments: list[Segment] = []
        x = 0
        for start, part in self.placed():
            if start > x:
                segments.append(Segment(" " * (start - x), self.rich_style))
            segments += [self._segment(text, role, part) for text, role in part.spans]
            x = start + width(part.spans)
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _segment(self, text: str, role: Role, part: Part) -> Segment:
        style = self.rich_style + role_styles(self.app.theme_variables)[role]
        if part.ground:
            ground = self.get_component_rich_style(f"line--{part.ground}")
            style += Style(bgcolor=ground.bgcolor)
        return Segment(text, style)

    async def on_click(self, event: events.Click) -> None:
        """Run the action of the part that was hit."""
        for start, part in self.placed():
            if part.action and start <= event.x < start + width(part.spans):
                await self.run_action(part.action)
                return
