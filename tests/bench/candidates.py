"""A package of 10,000 versions in the app: how long a key takes in the table of candidates.

    python -m tests.bench.candidates [KEYS]

What is measured is the screen, from the key press until all that it led to is painted, KEYS (60)
times each. The worker's message goes through the codec of the pipe. Figures in milliseconds;
nothing is checked.
"""

# ruff: noqa: T201 - the figures are its output

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from resolvetui.model.verdict import VersionVerdict
from resolvetui.session import protocol
from resolvetui.session.protocol import Message
from resolvetui.tui.heartbeat import Heartbeat
from resolvetui.tui.views.candidates import Candidates
from tests.bench.trace import timed
from tests.tui import world
from tests.tui.fake import FakeBackend, main, make_app

VERSIONS = 10_000


def many(request: protocol.ListCandidates) -> list[Message]:
    """The table of a package, its versions repeated under other numbers."""
    table = world.candidates(request.id)
    rows: list[tuple[str, str, tuple[VersionVerdict | None, ...]]] = []
    while len(rows) < VERSIONS:
        for _, uploaded, cells in table.versions:
            version = f"{VERSIONS - len(rows)}.0"
            renamed = tuple(cell and replace(cell, version=version) for cell in cells)
            rows.append((version, uploaded, renamed))
    return [replace(table, versions=tuple(rows[:VERSIONS])), protocol.Done(request.id)]


async def play(times: int) -> None:
    """Open the table and press keys."""
    gc.set_threshold(100_000)  # as the command does
    heart = Heartbeat()
    backend = FakeBackend(ListCandidates=many)
    app = make_app(backend, heartbeat=heart)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        table = main(app).query_one(Candidates)
        table.focus()
        await pilot.pause()
        print(f"{len(table.source):,} rows")

        async def settled() -> None:
            """Until nothing waits any more, and what changed is painted."""
            for _ in range(5):
                await asyncio.sleep(0)
            app.screen._on_timer_update()

        def keys(*names: str) -> Callable[[], Awaitable[None]]:
            turn = 0

            async def press() -> None:
                nonlocal turn
                app.simulate_key(names[turn % len(names)])
                turn += 1
                await settled()

            return press

        for names in (("down",), ("pagedown",), ("end", "home"), ("s",), ("m",)):
            print(f"{' '.join(names):20} {await timed(keys(*names), times)}")
        await pilot.press("slash", *">=200")
        print(f"{'typed in a filter':20} {await timed(keys('0', 'backspace'), times)}")
    print(heart.told())


if __name__ == "__main__":
    asyncio.run(play(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
