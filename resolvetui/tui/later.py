"""Work that is put off until something was drawn, and left undone where that has gone meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget


def is_there(widget: Widget) -> bool:
    """Whether a widget is part of a screen that is open: one that was closed loses its parts."""
    return widget.is_attached and widget.is_mounted and widget.screen in widget.app.screen_stack


def when_drawn(widget: Widget, callback: Callable[[], object]) -> None:
    """Call after the next refresh of a widget, unless it is not there any more."""

    def call() -> None:
        if is_there(widget):
            callback()

    widget.call_after_refresh(call)
