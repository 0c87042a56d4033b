"""What a requirement asks for, in masks: the user's overrides and direct references applied.

Thousands of versions state the same few hundred requirements, so each is worked out once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from resolvetui.model.names import PackageName
from resolvetui.model.requirement import Requirement, RootRequirement
from resolvetui.resolver.clause import PackageKey, proxy_key
from resolvetui.resolver.domain import ABSENT, Domain


class Demand(NamedTuple):
    """One requirement as it counts in this search."""

    requirement: Requirement
    """With the overrides' specifiers and URL in place of its own, if there are overrides."""
    override: RootRequirement | None
    keys: tuple[PackageKey, ...]
    """The package itself, then one proxy an extra."""
    allowed: int
    """The versions that it takes, without absence."""
    full: int
    """The whole domain of the package."""


class Demands:
    """The demands of all requirements met so far. A requirement's domain must be known."""

    def __init__(
        self, domains: Mapping[PackageName, Domain], overrides: Iterable[RootRequirement]
    ) -> None:
        self._domains = domains
        self._overrides = by_name(overrides)
        self._known: dict[Requirement, Demand] = {}

    def of(self, requirement: Requirement) -> Demand:
        """What this requirement asks for."""
        known = self._known.get(requirement)
        if known is None:
            known = self._known[requirement] = self._work_out(requirement)
        return known

    def _work_out(self, stated: Requirement) -> Demand:
        name = stated.name
        domain = self._domains[name]
        overrides = self._overrides.get(name)
        keys = (PackageKey(name), *(proxy_key(name, extra) for extra in stated.extras))
        if not overrides:
            return Demand(stated, None, keys, allowed(stated, domain), domain.full)
        instead = [item.requirement for item in overrides]
        mask = domain.full
        for item in instead:
            mask &= allowed(item, domain)
        effective = Requirement(
            name,
            stated.extras,
            ",".join(item.specifier for item in instead if item.specifier),
            stated.marker,
            next((item.url for item in instead if item.url), ""),
        )
        return Demand(effective, overrides[0], keys, mask, domain.full)


def allowed(requirement: Requirement, domain: Domain) -> int:
    """The versions of a domain that a requirement takes, without absence."""
    if requirement.url:
        return domain.full & ~ABSENT if requirement.url == domain.url else 0
    return domain.specifier_mask(requirement.specifier)


def by_name(stated: Iterable[RootRequirement]) -> dict[PackageName, list[RootRequirement]]:
    """Grouped by the package that they are about, in order."""
    grouped: dict[PackageName, list[RootRequirement]] = {}
    for item in stated:
        grouped.setdefault(item.requirement.name, []).append(item)
    return grouped
