"""Solve recordings over and over: how long, how many steps, how much memory.

    python -m tests.bench.solve [FOLDER] [--figures FILE] [--runs N] [--only SCENARIO ...]

CPU time is the least of N runs (9) with the facts in memory and every event kept in a list.
Memory is the peak of one more run under tracemalloc, facts and events included. FILE may hold
earlier figures to print beside: `{"scenarios": {NAME: {"outcome", "metadata", "rejected",
"conflicts", "prototype_resolve_again_s"}}}`, each of them optional.
"""

# ruff: noqa: T201 - the figures are its output

from __future__ import annotations

import argparse
import json
import time
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from resolvetui.model.names import PackageName
from resolvetui.resolver import (
    Dependencies,
    Domain,
    NeedListings,
    NeedMetadata,
    Outcome,
    Problem,
    Solution,
    Solver,
    Unreadable,
)
from resolvetui.resolver.events import Event
from tests.bench.recordings import default_folder, load, scenarios


def solve(
    problem: Problem,
    domains: Mapping[PackageName, Domain],
    dependencies: Mapping[tuple[PackageName, str], Dependencies | Unreadable],
    events: list[Event],
) -> Outcome:
    """One search; `KeyError` when the recording lacks a fact that it needs."""
    search = Solver(problem, events.append).run()
    request = next(search)
    try:
        while True:
            match request:
                case NeedListings(names):
                    request = search.send({name: domains[name] for name in names})
                case NeedMetadata(name, version):
                    request = search.send(dependencies[name, version])
    except StopIteration as stop:
        outcome: Outcome = stop.value
        return outcome


def row_of(name: str, folder: Path, runs: int, before: Mapping[str, Any]) -> str | None:
    """The line of one scenario, or None when it was not recorded."""
    tracemalloc.start()
    recording = load(folder, name)
    if recording is None:
        tracemalloc.stop()
        return None
    facts = (recording.problem(), recording.domains(), recording.dependencies())
    events: list[Event] = []
    outcome = solve(*facts, events)
    peak_mb = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    taken = []
    for _ in range(runs):
        events = []
        begun = time.process_time()
        solve(*facts, events)
        taken.append((time.process_time() - begun) * 1000)
    counts = outcome.counts
    ending = "sat" if isinstance(outcome, Solution) else "unsat"
    remark = "" if before.get("outcome", ending) == ending else " another outcome!"
    earlier = before.get("prototype_resolve_again_s")
    factor = f"{min(taken) / (earlier * 1000):5.1f}x" if earlier else "      "
    return (
        f"{name:24} {ending:5} {min(taken):7.2f} ms"
        f" {factor} {len(events):6}"
        f" {_beside(counts.versions_tried, before.get('metadata')):>11}"
        f" {_beside(counts.rejected, before.get('rejected')):>11}"
        f" {_beside(counts.conflicts, before.get('conflicts')):>11}"
        f" {peak_mb:6.1f} MB{remark}"
    )


def _beside(now: int, before: int | None) -> str:
    return f"{now}" if before is None else f"{now} ({before})"


def main() -> None:
    """Print a table of all scenarios that were recorded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=default_folder())
    parser.add_argument("--figures", type=Path)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--only", nargs="*")
    options = parser.parse_args()
    figures = json.loads(options.figures.read_text("utf-8"))["scenarios"] if options.figures else {}
    print(
        f"{'scenario':24} {'':5} {'CPU':>10} {'':6} {'events':>6}"
        f" {'tried':>11} {'rejected':>11} {'conflicts':>11} {'peak':>9}"
    )
    for name in options.only or scenarios():
        row = row_of(name, options.folder, options.runs, figures.get(name, {}))
        print(row or f"{name:24} not recorded")


if __name__ == "__main__":
    main()
