"""A trace of 100,000 events in the app: how long a key takes.

    python -m tests.bench.trace [KEYS]

Real searches of the bench's chain are watched until there are 100,000 events, kept by a real
`Trace` and looked at in the real view. Its answers go through the codec of the pipe, in this
process: what is measured is the sum of worker and screen, from the key press until the screen has
nothing left to do, KEYS (60) times each. Figures in milliseconds; nothing is checked.
"""

# ruff: noqa: T201 - the figures are its output

from __future__ import annotations

import asyncio
import gc
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Sequence

from resolvetui.resolver import Solver
from resolvetui.session.trace_messages import ListTrace
from resolvetui.session.tracing import Trace
from resolvetui.tui.views.trace import TraceView
from tests.bench.__main__ import LENGTH, chain
from tests.resolver.worlds import drive, problem
from tests.tui import traces
from tests.tui.fake import FakeBackend, main, make_app

EVENTS = 100_000


def long_trace() -> Trace:
    """Searches one after the other, told as one, until there are enough events."""
    trace = Trace()
    seen = 0
    world = chain()
    solver = Solver(problem("p0"))

    def observe(event: tuple[object, ...]) -> None:
        nonlocal seen
        if seen < EVENTS:
            seen += 1
            trace.observe(event)

    while seen < EVENTS:
        if seen:
            observe(("backjump", solver.snapshot().level, 0))
        solver = Solver(problem("p0", f"p{LENGTH - 1}<=2"), observe)
        drive(world, solver)
    trace.end(solver.clause, solver.domains, traces.TARGET)
    return trace


async def timed(action: Callable[[], Awaitable[None]], times: int) -> str:
    """p50, p95 and the worst of several runs."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        await action()
        taken.append((time.perf_counter() - begun) * 1000)
    return percentiles(taken)


def percentiles(taken: Sequence[float]) -> str:
    """Of times in milliseconds."""
    ranks = sorted(taken)
    middle, late = ranks[len(ranks) // 2], ranks[len(ranks) * 95 // 100]
    return f"p50 {middle:6.1f}  p95 {late:6.1f}  max {ranks[-1]:6.1f}"


async def play(trace: Trace, times: int) -> None:
    """Open the view and press keys."""
    gc.set_threshold(100_000)  # as the command does
    backend = FakeBackend(**traces.answers(trace))
    app = make_app(backend)
    async with app.run_test(size=(120, 40)) as pilot:
        view = main(app).query_one(TraceView)

        async def settled() -> None:
            """Until the row under the cursor and the state after it are painted."""
            for _ in range(10_000):
                await asyncio.sleep(0)
                after = view.book.after
                here = view.book.step(view.table.cursor) is not None
                if here and after is not None and after.position == view.table.cursor:
                    app.screen._on_timer_update()
                    return

        def key(name: str) -> Callable[[], Awaitable[None]]:
            async def press() -> None:
                before = view.table.cursor
                app.simulate_key(name)
                for _ in range(10_000):
                    await asyncio.sleep(0)
                    if view.table.cursor != before:
                        break
                await settled()

            return press

        async def filtered() -> None:
            text = "p7" if view.book.filter != "p7" else "p8"
            main(app).bridge.trace.filter(text)
            await settled()

        begun = time.perf_counter()
        await pilot.press("6")
        await settled()
        first = (time.perf_counter() - begun) * 1000
        print(f"{view.book.total:,} steps; first look {first:.0f} ms")
        for name in ("down", "pagedown", "greater_than_sign"):
            print(f"{name:20} {await timed(key(name), times)}")
        await pilot.press("end")
        print(f"{'pageup from the end':20} {await timed(key('pageup'), times)}")
        print(f"{'another filter':20} {await timed(filtered, 10)}")
        pages = len(backend.of(ListTrace))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{pages} pages were asked for; peak memory of it all {peak:.0f} MiB")


if __name__ == "__main__":
    asyncio.run(play(long_trace(), int(sys.argv[1]) if len(sys.argv) > 1 else 60))
