"""`--test-indexes`: each index in effect put to the test, and nothing resolved."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from resolvetui.cli.alone import refuse_format
from resolvetui.cli.runtime import runtime_of
from resolvetui.errors import UsageError
from resolvetui.index.trial import State, Trial, try_index
from resolvetui.inputs.merge import Effective
from resolvetui.model.visible import visible
from resolvetui.session.attempts import Session

UNUSABLE = 1
_SIGNS: dict[State, str] = {"yes": "yes", "no": "no", "partly": "partly", "unknown": "?"}


class IndexReport(Struct):
    """The object that `--format json` prints (schema 1)."""

    schema: int
    status: str
    """`fine`, or `problems` where an index cannot be used."""
    indexes: tuple[Trial, ...]


def test_indexes(effective: Effective) -> int:
    """The exit code: 0, or 1 where an index cannot be used. Raises `UsageError`."""
    refuse_format(effective.interface, "--test-indexes")
    if effective.offline:
        raise UsageError(
            "--test-indexes and --offline do not go together.",
            what_to_do="Leave one of them out.",
            culprit="--offline",
        )
    trials = asyncio.run(_tried(effective))
    is_fine = all(trial.is_usable for trial in trials)
    if effective.interface.format == "json":
        from resolvetui.report.json_report import made_visible

        report = IndexReport(1, "fine" if is_fine else "problems", trials)
        plain = made_visible(msgspec.to_builtins(report))
        text = msgspec.json.format(msgspec.json.encode(plain), indent=2).decode()
    else:
        text = "\n".join(visible(line) for line in _lines(trials))
    sys.stdout.write(text + "\n")
    return 0 if is_fine else UNUSABLE


async def _tried(effective: Effective) -> tuple[Trial, ...]:
    query = effective.query
    projects = [item.requirement.name for item in query.requirements if not item.requirement.url]
    with Session(runtime_of(effective)) as session:
        async with session.open_transport(query) as transport:
            tries = (try_index(source, projects, transport) for source in query.indexes)
            return tuple(await asyncio.gather(*tries))


def _lines(trials: Sequence[Trial]) -> Iterator[str]:
    if not trials:
        yield "There is no index (--no-index, and nothing to find links in)."
    for trial in trials:
        took = f", {trial.latency_ms:.0f} ms" if trial.latency_ms is not None else ""
        login = f", credentials of the {trial.login}" if trial.login else ""
        state = "can be used" if trial.is_usable else "cannot be used"
        yield f"{trial.index}: {state}{took}{login}"
        origin = f" ({trial.origin})" if trial.origin else ""
        yield f"  {trial.url}{origin}"
        for check in trial.checks:
            yield f"  {check.name:<13} {_SIGNS[check.state]:<7} {check.text}"
