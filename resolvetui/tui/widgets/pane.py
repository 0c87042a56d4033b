"""A framed part of a view, with a title, a subtitle and a brighter frame when it has the focus."""

from __future__ import annotations

from textual.containers import Vertical
from textual.content import Content

from resolvetui.tui.spans import clip, plain


class Pane(Vertical):
    """The frame. Titles are spans, cut to the frame's width, never markup."""

    ALLOW_MAXIMIZE = True
    DEFAULT_CSS = """
    Pane {
        border: round $frame;
        border-title-color: $muted;
        border-title-style: none;
        border-subtitle-color: $muted;
        background: $surface;
        padding: 0;
    }
    Pane:focus-within {
        border: round $primary;
        border-title-color: $primary;
        border-title-style: bold;
    }
    """

    def __init__(self, *, id: str | None = None, title: str = "") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._titles: tuple[str, str] = (title, "")
        self.set_titles(title, "")

    def set_titles(self, title: str, subtitle: str = "") -> None:
        """Text of the upper and the lower frame."""
        self._titles = (title, subtitle)
        self._show_titles()

    @property
    def name_shown(self) -> str:
        """The title, whole."""
        return self._titles[0]

    def on_resize(self) -> None:
        """Titles are cut to the width."""
        self._show_titles()

    def _show_titles(self) -> None:
        cells = max(self.size.width - 4, 10) if self.size.width else 70
        title, subtitle = self._titles
        self.border_title = _cut(title, cells) if title else None
        self.border_subtitle = _cut(subtitle, cells) if subtitle else None


def _cut(text: str, cells: int) -> Content:
    return Content(plain(clip(((text, "text"),), cells)))
