"""Random keys and clicks at random sizes break nothing: no exception, and the app still runs."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from resolvetui.tui.app import ResolvetuiApp
from resolvetui.tui.keys import TABLE
from tests.tui.fake import conflict_app, make_app

KEYS = sorted({name for key in TABLE for name in key.keys.split(",")} - {"q"})
KEYS += ["tab", "shift+tab", "escape", "enter", "down", "z", "9", "a", "="]
_COLUMNS, _ROWS = (60, 200), (16, 50)
_CLICK = 0.05
"""So many of the moves are clicks."""


@pytest.mark.parametrize(("seed", "make"), [(1, make_app), (2, conflict_app)])
def test_random_keys(
    seed: int, make: Callable[[], ResolvetuiApp], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # some of the keys write files
    asyncio.run(play(make(), random.Random(seed), 500))


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(3, 13))
@pytest.mark.parametrize("make", [make_app, conflict_app])
def test_many_random_keys(
    seed: int, make: Callable[[], ResolvetuiApp], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asyncio.run(play(make(), random.Random(seed), 1_000))


async def play(app: ResolvetuiApp, chance: random.Random, moves: int) -> None:
    """Press keys, click and resize."""

    def size() -> tuple[int, int]:
        return chance.randint(*_COLUMNS), chance.randint(*_ROWS)

    async with app.run_test(size=size()) as pilot:
        for number in range(moves):
            if chance.random() < _CLICK:
                place = chance.randrange(app.size.width), chance.randrange(app.size.height)
                await pilot.click(offset=place)
            else:
                app.simulate_key(chance.choice(KEYS))
            if number % 10 == 0:
                await pilot.pause()
            if number % 100 == 99:
                await pilot.resize_terminal(*size())
        await pilot.pause()
        assert app.is_running
