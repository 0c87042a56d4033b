"""From an attempt to the report that is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from resolvetui.inputs.interface import Interface
from resolvetui.install.plan import Plan
from resolvetui.model.names import PackageName, package_name
from resolvetui.model.why import NotNewer, Why
from resolvetui.report.model import Report, Statistics, resolved_report, unsatisfiable_report
from resolvetui.session.attempts import Attempt, Session


class Reasons(Struct, frozen=True):
    """What is told of a resolution beside its packages."""

    not_newest: Mapping[PackageName, NotNewer] = field(default_factory=dict)
    """For packages that are not at the newest version."""
    whys: tuple[Why, ...] = ()
    """All about the packages that were asked about."""

    @property
    def mistaken(self) -> tuple[str, ...]:
        """Sentences about names that are probably typed wrong."""
        return tuple(why.absent for why in self.whys if why.guesses)


NO_REASONS = Reasons()


def reasons_for(session: Session, attempt: Attempt, interface: Interface) -> Reasons:
    """What the report of a resolution tells. Part of the run: a recording holds its facts."""
    from resolvetui.session.whys import explain_package, why_not_newest

    if interface.format == "requirements":
        return NO_REASONS
    names = dict.fromkeys(map(package_name, interface.why))
    whys = tuple(list(explain_package(session, attempt, name))[-1] for name in names)
    return Reasons(why_not_newest(session, attempt), whys)


def report_of(
    attempt: Attempt,
    plan: Plan | None,
    warnings: Sequence[tuple[str, str]],
    reasons: Reasons = NO_REASONS,
) -> Report:
    """The report of an attempt; `warnings` of the inputs come before its own."""
    every = (*warnings, *attempt.warnings, *_absent(reasons.whys))
    if attempt.resolution is not None:
        return resolved_report(
            attempt.target,
            attempt.resolution,
            why_not_newer={name: each.text for name, each in reasons.not_newest.items()},
            whys=reasons.whys,
            plan=plan,
            warnings=every,
            statistics=_statistics(attempt),
        )
    assert attempt.explanation is not None
    return unsatisfiable_report(
        attempt.target, attempt.explanation, warnings=every, statistics=_statistics(attempt)
    )


def _absent(whys: Sequence[Why]) -> list[tuple[str, str]]:
    """What was asked about and is none of the packages."""
    return [("why", why.absent) for why in whys if why.absent]


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
