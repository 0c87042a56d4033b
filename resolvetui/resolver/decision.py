"""Decisions: which package next, and which of its versions (docs: "Decisions").

The rule changes the answer, not only the time; it is one rule, and arrival times of data play no
part in it. Packages that are direct references come first, then those with one version left, then
those that met conflicts, then the order in which their names were first mentioned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from resolvetui.model.names import PackageName
from resolvetui.model.query import PrereleasePolicy, ResolutionMode
from resolvetui.resolver.assignments import Assignments
from resolvetui.resolver.clause import PackageKey, base_name
from resolvetui.resolver.domain import ABSENT, Domain

CONFLICT_THRESHOLD = 5
"""uv's. Moving earlier reorders what one unlucky version disturbs; later wastes versions."""

_URL, _SINGLE, _EARLY, _LATE, _REST = range(5)
"""Groups of packages, in the order in which they are decided."""


def _rank(group: int, place: int, order: int) -> int:
    """One number to compare by: the group, the place of the name, the order of its keys."""
    return (group << 60) + (place << 30) + order


class Priorities:
    """The order in which packages are decided.

    `threshold`: rejections after which a package is moved to the front, and the one that caused
    them back.
    """

    def __init__(self, threshold: int = CONFLICT_THRESHOLD) -> None:
        self.threshold = threshold
        self._places: dict[PackageName, int] = {}
        self._rank: dict[PackageKey, int] = {}
        """Lower is decided earlier."""
        self._rank_if_single: dict[PackageKey, int] = {}
        """The same while only one version is left."""
        self._group: dict[PackageKey, int] = {}
        self._affected: dict[PackageKey, int] = {}
        self._culprit: dict[PackageKey, int] = {}
        self._open: dict[PackageKey, None] = {}
        """All that are required and undecided, and some that were a while ago."""

    def mention(self, key: PackageKey, *, url: bool) -> None:
        """Remember a package in the order of first mention; an extra stands beside its base."""
        place = self._places.setdefault(base_name(key), len(self._places))
        order = len(self._rank)
        self._group[key] = _URL if url else _REST
        self._rank[key] = _rank(self._group[key], place, order)
        self._rank_if_single[key] = _rank(_URL if url else _SINGLE, place, order)

    def _move(self, key: PackageKey, group: int) -> None:
        """Put a package into another group, unless no other source can replace it anyway."""
        if self._group[key] != _URL:
            self._rank[key] += (group - self._group[key]) << 60
            self._group[key] = group

    def record_rejection(
        self, affected: PackageKey, culprit: PackageKey
    ) -> tuple[PackageKey | None, PackageKey | None]:
        """Count a version of `affected` that was passed over because of `culprit`.

        Returns (package newly decided early, package newly decided late), each or None. One
        culprit a rejection: counting every violated dependency tries twice as many versions.
        """
        early = late = None
        count = self._affected[affected] = self._affected.get(affected, 0) + 1
        if count == self.threshold and self._group[affected] != _LATE:
            self._move(affected, _EARLY)
            early = affected
        count = self._culprit[culprit] = self._culprit.get(culprit, 0) + 1
        if count == self.threshold and self._group[culprit] != _EARLY:
            self._move(culprit, _LATE)
            late = culprit
        return early, late

    def next(self, assignments: Assignments, changed: Iterable[PackageKey]) -> PackageKey | None:
        """The undecided package that is required and comes first, or None when all are decided.

        `changed`: the packages whose mask is another one than at the last call.
        """
        for key in changed:
            self._open[key] = None
        best: PackageKey | None = None
        best_rank = 0
        closed = []
        for key in self._open:
            mask = assignments.mask[key]
            if mask & ABSENT or key in assignments.decided:
                closed.append(key)
                continue
            rank = self._rank[key] if mask & (mask - 1) else self._rank_if_single[key]
            if best is None or rank < best_rank:
                best, best_rank = key, rank
        for key in closed:
            del self._open[key]
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
        for part in domain.preference:
            if mask & part:
                mask &= part
                break
        if self._resolution is not ResolutionMode.HIGHEST and self._lowest(domain.name):
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
