"""How soon the first fix of a conflict is there, its facts in memory; and when the search ends.

    python -m tests.bench.fixes [RUNS]                    the cases of tests/explanations
    python -m tests.bench.fixes --ask "REQUIREMENT ..."   a question to the default index

Prints the median of RUNS (5) in milliseconds for each case, and the median and the worst of all.
With `--ask` every run has the cache of the one before: the first is what a new user waits for.
"""

# ruff: noqa: T201 - the figures are its output

from __future__ import annotations

import argparse
import os
import shlex
import statistics
import tempfile
import time
from pathlib import Path

from resolvetui.cli.arguments import parse_arguments
from resolvetui.cli.environments import in_environment
from resolvetui.cli.runtime import runtime_of
from resolvetui.inputs.merge import build_query
from resolvetui.model.explanation import Hint
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.fixing import find_fixes
from tests.explanations.cases import Case, cases, running


def timed(session: Session, attempt: Attempt) -> tuple[float, float, int]:
    """(ms to the first fix or -1, ms to the end, fixes) of one search."""
    begun = time.perf_counter()
    first = -1.0

    def on_news(hints: tuple[Hint, ...], _trying: str) -> None:
        nonlocal first
        if first < 0 and any(hint.verified for hint in hints):
            first = (time.perf_counter() - begun) * 1000

    hints = find_fixes(session, attempt, on_news)
    ended = (time.perf_counter() - begun) * 1000
    return first, ended, sum(hint.verified for hint in hints)


def of_words(words: list[str], folder: Path, runs: int) -> list[tuple[float, float, int]]:
    """Several searches of one session, the first to fill its memory."""
    effective = build_query(parse_arguments(words), dict(os.environ), str(folder))
    with Session(runtime_of(effective)) as session:
        query = in_environment(effective, session).query
        attempt = session.resolve(query)
        if attempt.explanation is None:
            return []
        return [timed(session, attempt) for _ in range(runs + 1)]


def of_case(case: Case, runs: int) -> list[tuple[float, float, int]]:
    """The searches of one case that has no solution."""
    with tempfile.TemporaryDirectory() as folder, running(case, Path(folder)) as run:
        if case.first:
            run()  # the cache is to have what the run before leaves in it
        words = [word for word in run.words(case.command) if word != "--no-cache"]
        with run.here():
            return of_words([*words, "--cache-dir=cache"], Path(folder), runs)[1:]


def main() -> None:
    """Print a line a case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=int, nargs="?", default=5)
    parser.add_argument("--ask", default="")
    options = parser.parse_args()
    if options.ask:
        words = ["--no-config", "--no-tui", *shlex.split(options.ask)]
        for first, ended, count in of_words(words, Path.cwd(), options.runs):
            print(f"first {first:8.1f} ms   end {ended:8.1f} ms   {count} fixes")
        return
    firsts, ends = [], []
    for name, case in cases().items():
        if case.code != 1:
            continue
        found = of_case(case, options.runs)
        first = statistics.median(each[0] for each in found)
        ended = statistics.median(each[1] for each in found)
        print(f"{name:36} first {first:7.1f}   end {ended:7.1f}   {found[0][2]} fixes")
        ends.append(ended)
        firsts += [first] if first >= 0 else []
    print(f"first fix: median {statistics.median(firsts):.1f} ms, worst {max(firsts):.1f} ms")
    print(f"all fixes: median {statistics.median(ends):.1f} ms, worst {max(ends):.1f} ms")


if __name__ == "__main__":
    main()
