"""How long a what-if takes from known facts: from the change until its answer is in the state.

    python -m tests.bench.whatif [CHANGES]

The real worker process over the demo's indexes, warm: requirements are switched off and on,
versions pinned and left out, the index strategy changed, CHANGES (60) times; then as many steps of
undo and redo, which the worker answers from what it keeps. Figures in milliseconds; nothing is
checked.
"""

# ruff: noqa: T201 - the figures are its output

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import cycle
from typing import TypeAlias

from resolvetui.cli.arguments import parse_arguments
from resolvetui.cli.demonstration import demonstrate
from resolvetui.cli.runtime import runtime_of
from resolvetui.inputs.changes import apply
from resolvetui.inputs.merge import build_query
from resolvetui.model.names import PackageName
from resolvetui.model.query import ExcludeVersion, IndexStrategy, PinVersion, Query, SetStrategy
from resolvetui.tui.backend import WorkerBackend
from resolvetui.tui.bridge import Bridge
from resolvetui.tui.state import Phase
from tests.bench.trace import percentiles

REQUIREMENTS = ["torch", "torchvision", "torchaudio"]
Change: TypeAlias = Callable[[Bridge], None]


def changes(first: Query) -> Iterator[Change]:
    """What a user might try, each from the first query."""
    torch = PackageName("torch")

    def switch(position: int) -> Change:
        def change(bridge: Bridge) -> None:
            stated = bridge.attempts.stated.switch(position)
            bridge.change(stated.query, stated.off)

        return change

    def to(query: Query) -> Change:
        return lambda bridge: bridge.change(query)

    versions = ("2.3.0", "2.2.2", "2.2.1", "2.2.0", "2.1.2")
    yield from (switch(position) for position in range(len(first.requirements)))
    yield from (to(apply(first, [PinVersion(torch, version)])) for version in versions)
    yield from (to(apply(first, [ExcludeVersion(torch, version)])) for version in versions)
    yield to(apply(first, [SetStrategy(IndexStrategy.UNSAFE_BEST_MATCH)]))


def step(bridge: Bridge) -> None:
    """Back to the first attempt, or on to the one that was left."""
    if bridge.attempts.undo() is None:
        bridge.attempts.redo()


async def play(times: int) -> None:
    """Print the figures."""
    with ExitStack() as stack:
        arguments = parse_arguments(["--demo", "--no-config", *REQUIREMENTS])
        effective = demonstrate(build_query(arguments, {}, "."), stack)
        told = asyncio.Event()
        backend = WorkerBackend()
        bridge = Bridge(backend, effective.query, runtime_of(effective), lambda **_: told.set())
        bridge.resolve()

        async def ended() -> None:
            while bridge.state.phase is Phase.RESOLVING:
                await told.wait()
                told.clear()

        async def timed(change: Change) -> float:
            begun = time.perf_counter()
            change(bridge)
            await ended()
            return (time.perf_counter() - begun) * 1000

        await ended()
        for change in changes(effective.query):  # once, so that all facts are known
            await timed(change)
            bridge.attempts.go(1)
            await ended()
        # Answers are kept by query; those of the first round must not be what is measured.
        tries = cycle(changes(effective.query))
        taken = []
        for _, change in zip(range(times), tries, strict=False):
            bridge.attempts.go(1)
            await ended()
            change(bridge)
            await ended()
            begun = time.perf_counter()
            bridge.resolve()
            await ended()
            taken.append((time.perf_counter() - begun) * 1000)
        print(f"{'resolved from facts':24} {percentiles(taken)}")
        taken = [await timed(step) for _ in range(times)]
        print(f"{'gone back to':24} {percentiles(taken)}")
        print(f"{len(bridge.attempts.tree.nodes)} attempts")
        await bridge.close()


if __name__ == "__main__":
    asyncio.run(play(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
