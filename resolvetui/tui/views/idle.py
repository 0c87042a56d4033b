"""What views say before the first resolve has begun."""

from __future__ import annotations

from resolvetui.tui.spans import Spans
from resolvetui.tui.state import SessionState


def nothing_yet(state: SessionState) -> tuple[Spans, ...]:
    """That there is nothing to show, and the key that changes it."""
    if not state.shown.requirements:
        return (
            (("Nothing is required yet", "strong"),),
            (("a", "key"), (" adds a requirement", "muted")),
        )
    return ((("Nothing was resolved yet", "strong"),), (("r", "key"), (" resolves", "muted")))
