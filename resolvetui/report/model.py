"""What a run has to say at its end, whatever it is printed as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from resolvetui.environment.target import Target
from resolvetui.errors import ErrorDetails, RequirementSyntaxError, ResolvetuiError
from resolvetui.install.plan import Plan
from resolvetui.metadata.built import BuildLog
from resolvetui.model.explanation import Explanation
from resolvetui.model.names import PackageName
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.model.why import Why

Status = Literal["resolved", "unsatisfiable", "error"]


class Statistics(Struct, frozen=True):
    """What a run cost."""

    elapsed_s: float = 0.0
    solve_s: float = 0.0
    http_requests: int = 0
    http_bytes: int = 0
    cache_hits: int = 0
    decisions: int = 0
    conflicts: int = 0
    versions_tried: int = 0


class ReportedPackage(Struct, frozen=True):
    """One package of a resolution."""

    pin: Pin
    why_not_newer: str | None = None
    """Why it is not at `pin.newest`; None when it is."""
    marker: str | None = None
    """With several targets: where it applies."""
    why: Why | None = None
    """All about it, where that was asked for."""


class Warning_(Struct, frozen=True):  # noqa: N801 - `Warning` is Python's
    """Something that changes no outcome."""

    kind: str
    text: str


class ReportedError(Struct, frozen=True):
    """An error of `resolvetui.errors`, in its parts."""

    kind: str
    what: str
    why: str
    what_to_do: str
    culprit: str | None
    text: str = ""
    """The requirement as written, where its syntax is the matter."""
    column: int = 0
    """Where in `text` it fails, 0-based."""
    details: ErrorDetails = ErrorDetails()


class Report(Struct, frozen=True):
    """The end of a run. Text from outside is raw in it: rendering makes it safe."""

    status: Status
    target: Target | None = None
    packages: tuple[ReportedPackage, ...] = ()
    """Sorted by name."""
    absent: tuple[Why, ...] = ()
    """Packages that were asked about and are none of `packages`."""
    explanation: Explanation | None = None
    plan: Plan | None = None
    warnings: tuple[Warning_, ...] = ()
    builds: tuple[BuildLog, ...] = ()
    """The builds that were run, in order."""
    error: ReportedError | None = None
    statistics: Statistics = Statistics()


def resolved_report(
    target: Target,
    resolution: Resolution,
    *,
    why_not_newer: Mapping[PackageName, str | None] | None = None,
    whys: Sequence[Why] = (),
    plan: Plan | None = None,
    warnings: Sequence[tuple[str, str]] = (),
    statistics: Statistics | None = None,
) -> Report:
    """There is a solution. `warnings` are (kind, text)."""
    reasons = why_not_newer or {}
    asked = {why.package: why for why in whys}
    return Report(
        "resolved",
        target,
        tuple(
            ReportedPackage(pin, reasons.get(pin.name), why=asked.get(pin.name))
            for pin in resolution.pins
        ),
        tuple(why for why in whys if why.absent),
        plan=plan,
        warnings=_warnings(warnings),
        statistics=statistics or Statistics(),
    )


def unsatisfiable_report(
    target: Target,
    explanation: Explanation,
    *,
    warnings: Sequence[tuple[str, str]] = (),
    statistics: Statistics | None = None,
) -> Report:
    """There is none, and why."""
    return Report(
        "unsatisfiable",
        target,
        explanation=explanation,
        warnings=_warnings(warnings),
        statistics=statistics or Statistics(),
    )


def error_report(
    error: ResolvetuiError,
    *,
    target: Target | None = None,
    warnings: Sequence[tuple[str, str]] = (),
    statistics: Statistics | None = None,
) -> Report:
    """It went wrong before there was an answer."""
    text, column = "", 0
    if isinstance(error, RequirementSyntaxError):
        text, column = error.text, error.column
    parts = ReportedError(
        error.kind,
        error.what,
        error.why,
        error.what_to_do,
        error.culprit,
        text,
        column,
        error.details,
    )
    return Report(
        "error",
        target,
        error=parts,
        warnings=_warnings(warnings),
        statistics=statistics or Statistics(),
    )


def _warnings(pairs: Sequence[tuple[str, str]]) -> tuple[Warning_, ...]:
    return tuple(Warning_(kind, text) for kind, text in pairs)
