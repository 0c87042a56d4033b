"""Sessions over loopback indexes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from resolvetui.inputs.requirement_line import parse_root_requirement
from resolvetui.model.names import IndexName
from resolvetui.model.query import IndexSource, Policies, Query, TargetRequest
from resolvetui.model.requirement import Origin, OriginKind
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.runtime import Runtime

LINUX = TargetRequest(python_version="3.12", python_platform="x86_64-manylinux_2_28")


def query(
    *requirements: str,
    urls: Sequence[str],
    constraints: Sequence[str] = (),
    policies: Policies | None = None,
    target: TargetRequest = LINUX,
) -> Query:
    """A query over indexes named `one`, `two`, … in order."""
    names = ("one", "two", "three")
    return Query(
        tuple(
            parse_root_requirement(text, Origin(OriginKind.ARGUMENT, line=at))
            for at, text in enumerate(requirements, 1)
        ),
        tuple(
            parse_root_requirement(text, Origin(OriginKind.CONSTRAINT, "c.txt", at))
            for at, text in enumerate(constraints, 1)
        ),
        indexes=tuple(
            IndexSource(IndexName(name), url) for name, url in zip(names, urls, strict=False)
        ),
        policies=policies or Policies(),
        target=target,
    )


def runtime(cache: Path | None = None, *, offline: bool = False) -> Runtime:
    return Runtime(
        cache_dir=str(cache) if cache else "", no_cache=cache is None, offline=offline, retries=0
    )


def resolve(wanted: Query, cache: Path | None = None, *, offline: bool = False) -> Attempt:
    with Session(runtime(cache, offline=offline)) as session:
        return session.resolve(wanted)


def pins(attempt: Attempt) -> dict[str, str]:
    assert attempt.resolution is not None, attempt.explanation
    return {str(pin.name): pin.version for pin in attempt.resolution.pins}
