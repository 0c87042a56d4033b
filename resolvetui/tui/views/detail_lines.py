"""The one-line parts of the detail pane: tabs, filter line, legend."""

from __future__ import annotations

from textual.message import Message

from resolvetui.tui.spans import Span, width
from resolvetui.tui.views.candidates import LEGEND, MARKS
from resolvetui.tui.views.tabs import TABS, Look, Tab
from resolvetui.tui.widgets.line import Part, SpanLine


def whole_parts(parts: list[Part], cells: int) -> list[Part]:
    """The first parts that fit whole; at least one."""
    kept: list[Part] = []
    used = 0
    for part in parts:
        used += width(part.spans)
        if kept and used > cells:
            break
        kept.append(part)
    return kept


class TabLine(SpanLine):
    """The tabs of the pane."""

    DEFAULT_CSS = """
    TabLine { background: $surface; }
    TabLine > .line--active { background: $panel; }
    """
    tab: Tab = "Candidates"

    class Picked(Message):
        """A tab was clicked."""

        def __init__(self, tab: Tab) -> None:
            super().__init__()
            self.tab = tab

    def show(self, tab: Tab) -> None:
        """Another tab."""
        if tab != self.tab:
            self.tab = tab
            self.refresh()

    def left(self, cells: int) -> list[Part]:
        """A part for each tab."""
        return whole_parts([self._part(tab) for tab in TABS], cells)

    def _part(self, tab: Tab) -> Part:
        active = tab == self.tab
        return Part(
            ((f" {tab} ", "strong" if active else "muted"),),
            f"tab('{tab}')",
            "active" if active else "",
        )

    def action_tab(self, tab: Tab) -> None:
        """The tab that was clicked."""
        self.post_message(self.Picked(tab))


class FilterLine(SpanLine):
    """Filter, mark and order of the table, with their keys."""

    DEFAULT_CSS = "FilterLine { background: $surface; }"

    def __init__(self) -> None:
        super().__init__()
        self._look = Look()

    def show(self, look: Look) -> None:
        """Another look."""
        if look != self._look:
            self._look = look
            self.refresh()

    def left(self, cells: int) -> list[Part]:
        """What the tab offers."""
        look = self._look
        parts: list[Part] = []
        if look.tab not in ("Why", "Requires"):
            text = look.shape.filter
            label: Span = (text, "accent") if text else ("filter", "muted")
            parts.append(Part(((" / ", "key"), label, ("   ", "text")), "screen.filter"))
        if look.tab == "Candidates":
            marks: list[Span] = [("m ", "key"), ("show ", "muted")]
            for mark in MARKS:
                marks += [(mark, "key" if mark == look.shape.mark else "muted"), (" ", "text")]
            parts.append(Part((*marks, ("  ", "text"))))
            parts.append(Part((("s ", "key"), ("sort ", "muted"), (look.shape.sort, "key"))))
        if look.tab == "Tags":
            shown = "used" if look.used_tags else "all"
            parts.append(Part((("m ", "key"), ("show ", "muted"), (shown, "key"))))
        return whole_parts(parts, cells)


class Legend(SpanLine):
    """The signs of the table, as many as fit."""

    DEFAULT_CSS = "Legend { background: $surface; }"

    def left(self, cells: int) -> list[Part]:
        """A part for each sign."""
        parts = [
            Part(((f" {sign.glyph} ", sign.role), (f"{sign.word} ", "muted"))) for sign in LEGEND
        ]
        return whole_parts(parts, cells)
