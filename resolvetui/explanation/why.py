"""On success: why the newest version of a package was not chosen."""

from __future__ import annotations

from collections.abc import Sequence

from resolvetui.environment.target import Target
from resolvetui.explanation import wording
from resolvetui.explanation.about import is_shadowed, stated_for, takes
from resolvetui.model.query import PrereleasePolicy, Query, ResolutionMode
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.model.verdict import VersionVerdict
from resolvetui.resolver.specifiers import parse_version


def why_not_newest(
    pin: Pin,
    verdicts: Sequence[VersionVerdict],
    resolution: Resolution,
    query: Query,
    target: Target,
) -> str | None:
    """Why `pin` is not at `pin.newest`, in a few words; None when it is, or is a direct reference.

    `verdicts`: every version on every index. A version that could be used is held back by the
    first requirement, constraint or package of the resolution that does not take it.
    """
    if pin.kind == "url" or not pin.newest or not _is_newer(pin.newest, pin.version):
        return None
    of_newest = [verdict for verdict in verdicts if verdict.version == pin.newest]
    blocked = _reason(of_newest, target)
    if blocked is not None:
        return blocked
    holder = _held_back_by(pin, resolution, query, target)
    if holder is not None:
        return wording.held_back(pin.newest, holder)
    return wording.not_taken(pin.newest, _policy(pin, query))


def _is_newer(newest: str, chosen: str) -> bool:
    return parse_version(newest) > parse_version(chosen)


def _reason(verdicts: Sequence[VersionVerdict], target: Target) -> str | None:
    """The hurdle of the newest version, on an index that is asked if one lists it."""
    if any(verdict.hurdle is None for verdict in verdicts):
        return None
    ordered = sorted(verdicts, key=is_shadowed)
    if not ordered or ordered[0].hurdle is None:
        return None
    return f"{ordered[0].version} {wording.predicate(ordered[0].hurdle, target)}"


def _held_back_by(pin: Pin, resolution: Resolution, query: Query, target: Target) -> str | None:
    """The first that does not take the newest version; where overrides speak, only they do."""
    overrides = stated_for(query.overrides, pin.name, target)
    roots = overrides or stated_for([*query.requirements, *query.constraints], pin.name, target)
    for root in roots:
        if not takes(root.requirement.specifier, pin.newest):
            return wording.stated(root)
    for other in () if overrides else resolution.pins:
        for asked in other.requires:
            if asked.name == pin.name and not takes(asked.specifier, pin.newest):
                return f"{other.name}'s requirement {wording.short_requirement(asked)}"
    return None


def _policy(pin: Pin, query: Query) -> str:
    policies = query.policies
    if pin.kind == "installed":
        return "installed"
    if policies.resolution is not ResolutionMode.HIGHEST:
        return "lowest"
    newest = parse_version(pin.newest)
    if newest.is_prerelease and policies.prerelease is not PrereleasePolicy.ALLOW:
        return "prerelease"
    return "dependencies"
