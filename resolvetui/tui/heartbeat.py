"""How late an event loop is for what it should do: the measure of "it hangs".

A beat every 50 ms; whatever keeps the loop from coming back (a long callback, a busy thread) makes
the next beat late by that long. `RESOLVETUI_PERF=1` has the app tell it when it has ended.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import NoReturn

BEAT_S = 0.05
_PER_MS = 1000


class Heartbeat:
    """Beats as long as `run` is awaited."""

    def __init__(
        self,
        clock: Callable[[], float] = time.perf_counter,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`clock`: seconds; `pause` returns after so many of them, or later."""
        self._clock, self._pause = clock, pause
        self._late_ms: list[float] = []

    async def run(self) -> NoReturn:
        """Beat until it is cancelled."""
        while True:
            begun = self._clock()
            await self._pause(BEAT_S)
            self._late_ms.append((self._clock() - begun - BEAT_S) * _PER_MS)

    def told(self) -> str:
        """A line with percentiles of how late it was, in milliseconds."""
        if not self._late_ms:
            return "The event loop had ended before its first beat."
        late = sorted(self._late_ms)
        ranks = "  ".join(f"p{rank} {_percentile(late, rank):.1f}" for rank in (50, 95, 99))
        return f"Event loop late by, in ms: {ranks}  max {late[-1]:.1f}  of {len(late)} beats"


def _percentile(ordered: Sequence[float], rank: int) -> float:
    """The nearest-rank percentile."""
    return ordered[max(0, -(-len(ordered) * rank // 100) - 1)]
