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
    """With the override's specifier and URL in place of its own, if there is an override."""
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
        effective, override = self._effective(stated)
        domain = self._domains[effective.name]
        proxies = (proxy_key(effective.name, extra) for extra in effective.extras)
        keys = (PackageKey(effective.name), *proxies)
        return Demand(effective, override, keys, allowed(effective, domain), domain.full)

    def _effective(self, stated: Requirement) -> tuple[Requirement, RootRequirement | None]:
        """What counts of a requirement, and the override that decided so."""
        overrides = self._overrides.get(stated.name)
        if not overrides:
            return stated, None
        specifier = ",".join(
            item.requirement.specifier for item in overrides if item.requirement.specifier
        )
        url = overrides[0].requirement.url
        effective = Requirement(stated.name, stated.extras, specifier, stated.marker, url)
        return effective, overrides[0]


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
