"""A thousand random keys at random sizes break nothing."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from resolvetui.tui.keys import TABLE
from tests.tui.fake import conflict_app, make_app

KEYS = sorted({name for key in TABLE for name in key.keys.split(",")} - {"q"})
KEYS += ["tab", "shift+tab", "t", "z", "9"]


@pytest.mark.parametrize(("seed", "make"), [(1, make_app), (2, conflict_app)])
def test_random_keys(
    seed: int, make: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # one of the keys writes files
    chance = random.Random(seed)

    async def play() -> None:
        app = make()
        async with app.run_test(size=(chance.randint(60, 140), chance.randint(16, 50))) as pilot:
            for number in range(500):
                app.simulate_key(chance.choice(KEYS))
                if number % 10 == 0:
                    await pilot.pause()
                if number % 125 == 124:
                    await pilot.resize_terminal(chance.randint(60, 200), chance.randint(16, 50))
            await pilot.pause()
            assert app.is_running

    asyncio.run(play())
