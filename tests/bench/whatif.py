"""How long a what-if takes from known facts: from the change until its answer is in the state.

    python -m tests.bench.whatif [CHANGES] [PACKAGES ...]

The real worker process over the demo's indexes, warm: requirements are switched off and on,
versions pinned and left out, the index strategy changed, CHANGES (60) times; then as many steps of
undo and redo, which the worker answers from what it keeps. Then the same over wide indexes, of so
many PACKAGES (60 and 150) with 60 versions each, all in the solution; there each change leaves out
another version. Figures in milliseconds; nothing is checked.
"""

# ruff: noqa: T201 - the figures are its output

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import cycle, islice
from typing import TypeAlias

from resolvetui.cli.arguments import parse_arguments
from resolvetui.cli.demonstration import demonstrate
from resolvetui.cli.runtime import runtime_of
from resolvetui.inputs.changes import apply
from resolvetui.inputs.merge import build_query
from resolvetui.model.names import PackageName
from resolvetui.model.query import ExcludeVersion, IndexStrategy, PinVersion, Query, SetStrategy
from resolvetui.session.runtime import Runtime
from resolvetui.tui.backend import WorkerBackend
from resolvetui.tui.bridge import Bridge
from resolvetui.tui.state import Phase
from tests.bench.trace import percentiles
from tests.support.index import World

REQUIREMENTS = ["torch", "torchvision", "torchaudio"]
VERSIONS = 60
Change: TypeAlias = Callable[[Bridge], None]


def changes(first: Query) -> Iterator[Change]:
    """What a user might try, each from the first query."""
    torch = PackageName("torch")

    def switch(position: int) -> Change:
        def change(bridge: Bridge) -> None:
            stated = bridge.attempts.stated.switch(position)
            bridge.change(stated.query, stated.off)

        return change

    versions = ("2.3.0", "2.2.2", "2.2.1", "2.2.0", "2.1.2")
    yield from (switch(position) for position in range(len(first.requirements)))
    yield from (_to(apply(first, [PinVersion(torch, version)])) for version in versions)
    yield from (_to(apply(first, [ExcludeVersion(torch, version)])) for version in versions)
    yield _to(apply(first, [SetStrategy(IndexStrategy.UNSAFE_BEST_MATCH)]))


def step(bridge: Bridge) -> None:
    """Back to the first attempt, or on to the one that was left."""
    if bridge.attempts.undo() is None:
        bridge.attempts.redo()


def exclusions(first: Query, packages: int, count: int) -> Iterator[Change]:
    """The newest version of one package after another is left out."""
    for number in range(count):
        turn, package = divmod(number * 7, packages)
        left_out = ExcludeVersion(PackageName(f"p{package}"), f"{VERSIONS - turn}.0")
        yield _to(apply(first, [left_out]))


def _to(query: Query) -> Change:
    return lambda bridge: bridge.change(query)


class Measured:
    """The session as the screen has it, over a real worker, without a screen."""

    def __init__(self, query: Query, runtime: Runtime) -> None:
        self._told = asyncio.Event()
        self.backend = WorkerBackend()
        self.bridge = Bridge(self.backend, query, runtime, lambda **_: self._told.set())

    async def timed(self, action: Callable[[], None]) -> float:
        """Milliseconds until the answer is in the state."""
        begun = time.perf_counter()
        action()
        while self.bridge.state.phase is Phase.RESOLVING:
            await self._told.wait()
            self._told.clear()
        return (time.perf_counter() - begun) * 1000

    async def play(self, name: str, tries: Iterator[Change], times: int) -> None:
        """Print the figures."""
        bridge = self.bridge
        await self.timed(bridge.resolve)
        taken = []
        for change in tries:
            await self.timed(lambda: bridge.attempts.go(1))
            await self.timed(partial(change, bridge))  # all facts are known after this
            # Answers are kept by query; those of the first time must not be what is measured.
            taken.append(await self.timed(bridge.resolve))
        print(
            f"{name}, {len(bridge.state.pins)} packages, {len(bridge.attempts.tree.nodes)} attempts"
        )
        print(f"  {'resolved from facts':22} {percentiles(taken)}")
        taken = [await self.timed(partial(step, bridge)) for _ in range(times)]
        print(f"  {'gone back to':22} {percentiles(taken)}")
        await bridge.close()


def wide(packages: int) -> World:
    """Each package needs two others, in a tree."""
    world = World()
    for package in range(packages):
        below = (2 * package + 1, 2 * package + 2)
        needs = [f"p{each}>=1" for each in below if each < packages]
        for version in range(1, VERSIONS + 1):
            world.serve(f"p{package}", f"{version}.0", needs=needs)
    return world


async def main(times: int, sizes: Sequence[int]) -> None:
    """The demo, then a wide index of each size."""
    with ExitStack() as stack:
        arguments = parse_arguments(["--demo", "--no-config", *REQUIREMENTS])
        effective = demonstrate(build_query(arguments, {}, "."), stack)
        tries = islice(cycle(changes(effective.query)), times)
        await Measured(effective.query, runtime_of(effective)).play("demo", tries, times)
    for packages in sizes:
        with wide(packages).running() as indexes, tempfile.TemporaryDirectory() as cache:
            arguments = parse_arguments(
                ["--no-config", "--index-url", indexes.url("main"), "--cache-dir", cache, "p0"]
            )
            effective = build_query(arguments, {}, ".")
            left_out = exclusions(effective.query, packages, times)
            await Measured(effective.query, runtime_of(effective)).play("wide", left_out, times)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    asyncio.run(main(numbers[0] if numbers else 60, numbers[1:] or (60, 150)))
