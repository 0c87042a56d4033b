"""Decisions: which package next, and which of its versions (docs: "Decisions").

The rule changes the answer, not only the time; it is one rule, and arrival times of data play no
part in it. Packages that are direct references come first, then those with one version left, then
those that met conflicts, then the order in which their names were first mentioned.
"""

from __future__ import annotations

from collections.abc import Mapping

from resolvetui.model.names import PackageName
from resolvetui.model.query import PrereleasePolicy, ResolutionMode
from resolvetui.resolver.assignments import Assignments
from resolvetui.resolver.clause import PackageKey, base_name
from resolvetui.resolver.domain import ABSENT, Domain

CONFLICT_THRESHOLD = 5
"""Rejections after which a package is moved to the front, and the one that caused them back."""


class Priorities:
    """The order in which packages are decided."""

    def __init__(self) -> None:
        self._mentioned: dict[PackageName, int] = {}
        self._order: dict[PackageKey, tuple[int, int]] = {}
        self._early: set[PackageKey] = set()
        self._late: set[PackageKey] = set()
        self._urls: set[PackageKey] = set()
        self._affected: dict[PackageKey, int] = {}
        self._culprit: dict[PackageKey, int] = {}

    def mention(self, key: PackageKey, *, url: bool) -> None:
        """Remember a package in the order of first mention; an extra stands beside its base."""
        name = base_name(key)
        place = self._mentioned.setdefault(name, len(self._mentioned))
        self._order[key] = (place, len(self._order))
        if url:
            self._urls.add(key)

    def record_rejection(
        self, affected: PackageKey, culprit: PackageKey
    ) -> tuple[PackageKey | None, PackageKey | None]:
        """Count a version of `affected` that was passed over because of `culprit`.

        Returns (package newly decided early, package newly decided late), each or None. One
        culprit a rejection: counting every violated dependency tries twice as many versions.
        """
        early = late = None
        count = self._affected[affected] = self._affected.get(affected, 0) + 1
        if count == CONFLICT_THRESHOLD and affected not in self._late:
            self._early.add(affected)
            early = affected
        count = self._culprit[culprit] = self._culprit.get(culprit, 0) + 1
        if count == CONFLICT_THRESHOLD and culprit not in self._early:
            self._late.add(culprit)
            late = culprit
        return early, late

    def rank(self, key: PackageKey, mask: int) -> tuple[int, tuple[int, int]]:
        """Lower is decided earlier."""
        if key in self._urls:
            group = 0
        elif mask & (mask - 1) == 0:
            group = 1
        elif key in self._early:
            group = 2
        elif key in self._late:
            group = 3
        else:
            group = 4
        return group, self._order[key]

    def next(self, assignments: Assignments) -> PackageKey | None:
        """The undecided package that is required and comes first, or None when all are decided."""
        best: PackageKey | None = None
        best_rank: tuple[int, tuple[int, int]] | None = None
        for key in self._order:
            mask = assignments.mask[key]
            if mask & ABSENT or key in assignments.decided:
                continue
            rank = self.rank(key, mask)
            if best_rank is None or rank < best_rank:
                best, best_rank = key, rank
        return best


class VersionChoice:
    """Which version of a package is tried first."""

    def __init__(
        self,
        *,
        prerelease: PrereleasePolicy = PrereleasePolicy.IF_NECESSARY,
        resolution: ResolutionMode = ResolutionMode.HIGHEST,
        preferred: Mapping[PackageName, str] | None = None,
        direct: frozenset[PackageName] = frozenset(),
    ) -> None:
        self._allow_prereleases = prerelease is PrereleasePolicy.ALLOW
        self._resolution = resolution
        self._preferred = preferred or {}
        self._direct = direct

    def pick(self, domain: Domain, mask: int) -> int:
        """The bit to try out of `mask`, which must hold at least one version.

        A preferred version (an installed one) before all; stable ones before pre-releases unless
        those are allowed throughout; then the order of preference between indexes; then the
        highest, or the lowest where the user asked for it.
        """
        mask &= ~ABSENT
        preferred = self._preferred.get(domain.name)
        if preferred is not None and mask & (bit := domain.bit(preferred)):
            return bit
        if not self._allow_prereleases:
            mask = mask & ~domain.prereleases or mask
        mask = next((mask & part for part in domain.preference if mask & part), mask)
        if self._lowest(domain.name):
            return mask & -mask
        return 1 << (mask.bit_length() - 1)

    def _lowest(self, name: PackageName) -> bool:
        match self._resolution:
            case ResolutionMode.HIGHEST:
                return False
            case ResolutionMode.LOWEST:
                return True
            case ResolutionMode.LOWEST_DIRECT:
                return name in self._direct
