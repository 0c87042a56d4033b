"""From an attempt to the report that is printed."""

from __future__ import annotations

from collections.abc import Sequence

from resolvetui.install.plan import Plan
from resolvetui.model.names import PackageName
from resolvetui.model.resolution import Resolution
from resolvetui.report.model import Report, Statistics, resolved_report, unsatisfiable_report
from resolvetui.session.attempts import Attempt


def report_of(attempt: Attempt, plan: Plan | None, warnings: Sequence[tuple[str, str]]) -> Report:
    """The report of an attempt; `warnings` of the inputs come before its own."""
    every = (*warnings, *attempt.warnings)
    if attempt.resolution is not None:
        return resolved_report(
            attempt.target,
            attempt.resolution,
            why_not_newer=_why_not_newer(attempt, attempt.resolution),
            plan=plan,
            warnings=every,
            statistics=_statistics(attempt),
        )
    assert attempt.explanation is not None
    return unsatisfiable_report(
        attempt.target, attempt.explanation, warnings=every, statistics=_statistics(attempt)
    )


def _why_not_newer(attempt: Attempt, resolution: Resolution) -> dict[PackageName, str | None]:
    """For packages that are not at their newest version; the others cost nothing."""
    from resolvetui.explanation.why import why_not_newest

    evidence = attempt.evidence
    return {
        pin.name: why_not_newest(
            pin,
            evidence.verdicts_of(pin.name, pin.newest),
            resolution,
            attempt.query,
            attempt.target,
        )
        for pin in resolution.pins
        if pin.newest != pin.version
    }


def _statistics(attempt: Attempt) -> Statistics:
    counted = attempt.statistics
    return Statistics(
        elapsed_s=counted.elapsed_s,
        solve_s=counted.solve_s,
        http_requests=counted.http_requests,
        http_bytes=counted.http_bytes,
        cache_hits=counted.cache_hits,
        decisions=counted.counts.decisions,
        conflicts=counted.counts.conflicts,
        versions_tried=counted.counts.versions_tried,
    )
