"""Ask the default index the questions of `scenarios.toml`, and keep what it says.

    python -m tests.bench.record [--into FOLDER] [--cache FOLDER] [--offline] [SCENARIO ...]

Needs the network, and minutes the first time; afterwards the cache has most of it.
"""

# ruff: noqa: T201 - the figures are its output

from __future__ import annotations

import argparse
from pathlib import Path

from resolvetui.inputs.pip_config import default_index_url
from resolvetui.inputs.requirement_line import parse_root_requirement
from resolvetui.model.names import IndexName
from resolvetui.model.query import IndexSource, Policies, Query, TargetRequest
from resolvetui.model.requirement import Origin, OriginKind
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.runtime import Runtime
from tests.bench.recordings import (
    Recording,
    Scenario,
    default_folder,
    listing,
    needs,
    save,
    scenarios,
)


def query_of(scenario: Scenario) -> Query:
    """A scenario as a query, for this machine's platform."""
    return Query(
        tuple(
            parse_root_requirement(text, Origin(OriginKind.ARGUMENT, line=at))
            for at, text in enumerate(scenario.requirements, 1)
        ),
        indexes=(IndexSource(IndexName("default"), default_index_url()),),
        policies=Policies(only_binary=(":all:",), exclude_newer=scenario.exclude_newer),
        target=TargetRequest(python_version=scenario.python),
    )


def recording_of(attempt: Attempt) -> Recording:
    """All facts that the attempt came across, those fetched ahead included."""
    facts = attempt.facts
    return Recording(
        facts.applicable(attempt.query.requirements),
        tuple(listing(facts.listings.candidates(name).domain) for name in facts.listings.names()),
        tuple(
            needs(name, version, found) for (name, version), found in facts._dependencies.items()
        ),
    )


def main() -> None:
    """Record all scenarios, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=default_folder())
    parser.add_argument("--cache", default="")
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("scenarios", nargs="*")
    options = parser.parse_args()
    runtime = Runtime(cache_dir=options.cache, offline=options.offline)
    for name, scenario in scenarios().items():
        if options.scenarios and name not in options.scenarios:
            continue
        with Session(runtime) as session:
            attempt = session.resolve(query_of(scenario))
            save(options.into, name, recording_of(attempt))
        spent = attempt.statistics
        outcome = "sat" if attempt.resolution else "unsat"
        print(f"{name:26} {outcome:6} {spent.http_requests:6} requests {spent.elapsed_s:7.1f} s")


if __name__ == "__main__":
    main()
