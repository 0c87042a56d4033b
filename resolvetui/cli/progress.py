"""One line on stderr that says what is going on; silent where stderr is no terminal."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Self, TextIO

from resolvetui.model.visible import visible
from resolvetui.resolver.events import Event

INTERVAL_S = 0.1
_WIDTH = 76


class ProgressLine:
    """A line that is drawn over and over, and wiped at the end."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._is_on = stream.isatty()
        self._due = clock() + INTERVAL_S
        self._decided = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._draw("")

    def observe(self, event: Event) -> None:
        """An event of the solver: counts what is decided."""
        if event[0] == "decided":
            self._decided += 1

    def step(self, doing: str) -> None:
        """The search waits for something, or computes ("")."""
        if doing:
            self._say(f"resolving: {self._decided} decided, {doing}")

    def trying(self, change: str) -> None:
        """A way out of a conflict is being tried."""
        if change:
            self._say(f"no solution; trying: {change}")

    def package(self, name: str, state: str, done: int, total: int) -> None:
        """An install moved on."""
        part = f" {100 * done // total} %" if total and state == "downloading" else ""
        self._say(f"installing: {name} {state}{part}")

    def _say(self, text: str) -> None:
        now = self._clock()
        if now >= self._due:
            self._due = now + INTERVAL_S
            self._draw(visible(text)[:_WIDTH])

    def _draw(self, text: str) -> None:
        if self._is_on:
            self._stream.write(f"\r\x1b[K{text}")
            self._stream.flush()
