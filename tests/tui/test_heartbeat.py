"""The event loop's lateness is what is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from resolvetui.tui.heartbeat import Heartbeat
from tests.tui.fake import make_app


class EnoughError(Exception):
    """Ends a heart."""


def beaten(late_s: list[float]) -> Heartbeat:
    """A heart whose beats came so late."""
    now = 0.0
    each: Iterator[float] = iter(late_s)

    async def pause(seconds: float) -> None:
        nonlocal now
        late = next(each, None)
        if late is None:
            raise EnoughError
        now += seconds + late

    heart = Heartbeat(lambda: now, pause)
    with pytest.raises(EnoughError):
        asyncio.run(heart.run())
    return heart


def test_percentiles_are_told_in_milliseconds() -> None:
    heart = beaten([number / 1000 for number in range(100, 0, -1)])
    assert heart.told() == (
        "Event loop late by, in ms: p50 50.0  p95 95.0  p99 99.0  max 100.0  of 100 beats"
    )


def test_one_beat_is_all_percentiles() -> None:
    assert "p50 7.0  p95 7.0  p99 7.0  max 7.0  of 1 beats" in beaten([0.007]).told()


def test_no_beat_is_said() -> None:
    assert beaten([]).told() == "The event loop had ended before its first beat."


def test_the_app_beats_from_its_first_frame() -> None:
    beats = 0

    async def pause(_: float) -> None:
        nonlocal beats
        beats += 1
        if beats > 3:
            await asyncio.Event().wait()

    heart = Heartbeat(pause=pause)

    async def play() -> None:
        async with make_app(heartbeat=heart).run_test() as pilot:
            await pilot.press("j")

    asyncio.run(play())
    assert heart.told().endswith("of 3 beats")
