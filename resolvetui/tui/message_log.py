"""All that the app said in passing: toasts and warnings of this run, with their times."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable

from msgspec import Struct

from resolvetui.tui import signs
from resolvetui.tui.safe import safe
from resolvetui.tui.signs import Sign
from resolvetui.tui.spans import Spans
from resolvetui.tui.state import SessionState
from resolvetui.tui.widgets.stree import Node

MOST = 1_000
"""Messages that are kept; the oldest go first."""
Clock = Callable[[], str]


class Told(Struct, frozen=True):
    """One message."""

    time: str
    """Local time, `14:03:09`."""
    severity: str
    """As Textual names them: information, warning, error."""
    text: str


class MessageLog:
    """Grows while the app runs; nothing of it is ever written anywhere."""

    def __init__(self, clock: Clock = lambda: time.strftime("%H:%M:%S")) -> None:
        """`clock`: gives the local time as text."""
        self._clock = clock
        self._told: deque[Told] = deque(maxlen=MOST)
        self._warned: set[str] = set()

    def __len__(self) -> int:
        return len(self._told)

    def add(self, text: str, severity: str = "information") -> None:
        """One more, said now."""
        self._told.append(Told(self._clock(), severity, safe(text, lines=True)))

    def warn_once(self, texts: Iterable[str]) -> None:
        """Warnings; those that were told before, as after a resolve of the same, are left out."""
        for text in texts:
            if text not in self._warned:
                self._warned.add(text)
                self.add(text, "warning")

    def follow(self, state: SessionState) -> None:
        """What the worker warned of so far."""
        if state.warnings:
            self.warn_once(warning.text for warning in state.warnings)

    def nodes(self) -> list[Node]:
        """A node a message, the newest last."""
        return [_node(number, told) for number, told in enumerate(self._told)]


_SIGNS = {"warning": signs.YANKED, "error": signs.NO}
_PLAIN = Sign("·", "-", "said", "muted")


def _node(number: int, told: Told) -> Node:
    sign = _SIGNS.get(told.severity, _PLAIN)
    first, *rest = told.text.split("\n")
    line: Spans = ((f"{told.time}  ", "muted"), (f"{sign.glyph} ", sign.role), (first, "text"))
    below = [Node((number, at), ((text, "text"),), hang=0) for at, text in enumerate(rest)]
    return Node(number, line, told, below, hang=12)
