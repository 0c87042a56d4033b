"""How long solving and a warm run take, on worlds that are the same everywhere.

    python -m tests.bench [RUNS]

Prints the best of RUNS (9) in milliseconds. Figures are for comparing two states of the code on
one machine; nothing is checked, so that no test depends on how busy a machine is.
"""

# ruff: noqa: T201 - the figures are its output

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from resolvetui.resolver import Solution
from tests.resolver.worlds import World as SolverWorld
from tests.resolver.worlds import solve
from tests.support.index import World

LENGTH, VERSIONS = 40, 40
"""Packages in the chain, and versions of each."""


def best_ms(runs: int, clock: Callable[[], float], action: Callable[[], None]) -> float:
    """The shortest of several runs."""
    taken = []
    for _ in range(runs):
        begun = clock()
        action()
        taken.append(clock() - begun)
    return min(taken) * 1000


def chain() -> SolverWorld:
    """Each version of a package wants the same version of the next one."""
    world = SolverWorld()
    for at in range(LENGTH):
        last = at == LENGTH - 1
        world.needs[f"p{at}"] = {
            f"{v}.0": [] if last else [f"p{at + 1}=={v}.0"] for v in range(1, VERSIONS + 1)
        }
    return world


def solve_chain(world: SolverWorld) -> None:
    """The two ends disagree on all but the lower half, which has to be found out."""
    outcome = solve(world, "p0", f"p{LENGTH - 1}<={VERSIONS // 2}")
    assert isinstance(outcome, Solution)


def served_chain() -> World:
    """The same, smaller, as an index."""
    world = World()
    for at in range(LENGTH):
        needs = [f"p{at + 1}"] if at < LENGTH - 1 else []
        for version in ("1.0", "2.0", "3.0"):
            world.serve(f"p{at}", version, needs=needs)
    return world


def command(*arguments: str) -> None:
    """One run in a process of its own; raises when it does not end with 0."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "RESOLVETUI_"))}
    subprocess.run(
        [sys.executable, "-m", "resolvetui", "--no-tui", "--no-config", *arguments],
        env=kept,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )


def main(runs: int) -> None:
    """Print the figures."""
    world = chain()
    cpu = best_ms(runs, time.process_time, lambda: solve_chain(world))
    print(f"solve a chain of {LENGTH} with {VERSIONS} versions each   {cpu:7.1f} ms CPU")
    with tempfile.TemporaryDirectory() as cache, served_chain().running() as indexes:
        arguments = ("--index-url", indexes.url("main"), "--cache-dir", cache, "p0")
        fetched = ("--index-url", indexes.url("main"), "--no-cache", "p0")
        cold = best_ms(runs, time.perf_counter, lambda: command(*fetched))
        command(*arguments)
        warm = best_ms(runs, time.perf_counter, lambda: command("--offline", *arguments))
    print(f"{LENGTH} packages without cache, whole process      {cold:7.1f} ms")
    print(f"{LENGTH} packages offline, whole process            {warm:7.1f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
