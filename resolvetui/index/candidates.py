"""Assessed pages of several indexes + policies → the domain of one package. Pure.

A version that several indexes list stands once in the domain. It is usable when a file of any of
them is; the index that it is taken from is the first in order of preference that has such a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from resolvetui.index.assessment import Assessment, unpack
from resolvetui.index.judging import FormatPolicy
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexStrategy, Policies, PrereleasePolicy
from resolvetui.model.verdict import Reason
from resolvetui.resolver.domain import Domain, Exclusion
from resolvetui.resolver.specifiers import parse_version

_PLACE = {reason.value: place for place, reason in enumerate(Reason)}


class Candidates(Struct, frozen=True):
    """A package's domain, and where each version of it comes from."""

    domain: Domain
    sources: tuple[tuple[IndexName, int], ...]
    """Index → the versions that are taken from it; disjoint masks of the domain."""

    def index_of(self, bit: int) -> IndexName | None:
        """The index that a version is taken from; None for an installed one or a URL."""
        return next((index for index, mask in self.sources if mask & bit), None)


class Wishes(Struct, frozen=True):
    """What the query says of one package, beyond which versions it requires."""

    exact: tuple[str, ...] = ()
    """Specifiers of the user that pin one version (`==1.0`): these may be yanked (PEP 592)."""
    names_prerelease: bool = False
    """Whether a specifier of the user names a pre-release."""
    installed: str = ""
    """The installed version, or ""; it can always be kept."""


class _Merged:
    """One index's masks, moved onto the merged list of versions."""

    def __init__(self, index: IndexName, assessment: Assessment, places: Mapping[str, int]) -> None:
        self.index = index
        self._bits = [2 << places[version] for version in assessment.version_list]
        self._contiguous = len(self._bits) == len(places)
        self.wheel = self._move(assessment.wheel)
        self.sdist = self._move(assessment.sdist)
        self.yanked_wheel = self._move(assessment.yanked_wheel)
        self.yanked_sdist = self._move(assessment.yanked_sdist)
        self.wheel_misses = self._misses(assessment.wheel_misses)
        self.sdist_misses = self._misses(assessment.sdist_misses)
        self.listed = sum(self._bits)

    def _move(self, packed: bytes) -> int:
        mask = unpack(packed)
        if self._contiguous:
            return mask << 1
        return sum(bit for position, bit in enumerate(self._bits) if mask >> position & 1)

    def _misses(self, misses: Mapping[str, bytes]) -> dict[str, int]:
        return {reason: self._move(mask) for reason, mask in misses.items()}

    def usable(self, formats: FormatPolicy, pinned: int) -> int:
        wheels = self.wheel | (self.yanked_wheel & pinned) if formats.wheels else 0
        sdists = self.sdist | (self.yanked_sdist & pinned) if formats.sdists else 0
        return wheels | sdists

    def hurdles(self, formats: FormatPolicy) -> list[tuple[int, str, int]]:
        """(place, reason, mask) of everything that keeps versions out, last hurdle first."""
        found: dict[str, int] = {}
        for allowed, misses, fits, yanked, reason in (
            (formats.wheels, self.wheel_misses, self.wheel, self.yanked_wheel, Reason.ONLY_WHEEL),
            (formats.sdists, self.sdist_misses, self.sdist, self.yanked_sdist, Reason.ONLY_SDIST),
        ):
            last = {Reason.YANKED.value: yanked} if allowed else {reason.value: fits | yanked}
            kinds = {**misses, **last}
            for kind, mask in kinds.items():
                if mask:
                    found[kind] = found.get(kind, 0) | mask
        return sorted(((_PLACE[kind], kind, mask) for kind, mask in found.items()), reverse=True)


def merge(
    name: PackageName,
    pages: Sequence[tuple[IndexName, Assessment]],
    policies: Policies,
    wishes: Wishes,
    missing: Sequence[Exclusion] = (),
) -> Candidates:
    """The candidates of a package; `pages` in order of preference, shadowed indexes left out.

    `missing`: what each index answered where none has the package.
    """
    versions = _merged_versions(pages, wishes.installed)
    places = {version: place for place, version in enumerate(versions)}
    merged = [_Merged(index, assessment, places) for index, assessment in pages]
    plain = Domain(name, versions)
    pinned = 0
    for specifier in wishes.exact:
        pinned |= plain.specifier_mask(specifier)
    formats = FormatPolicy.of(policies, name)
    sources, usable = _sources(merged, formats, pinned)
    if wishes.installed:
        usable |= 2 << places[wishes.installed]
    exclusions = _exclusions(merged, formats, plain.full ^ 1 ^ usable)
    held_back = _held_back(plain, policies.prerelease, wishes) & usable
    if held_back:
        policy = policies.prerelease.value
        exclusions.append(Exclusion(Reason.PRERELEASE, held_back, detail=policy))
    preference: tuple[int, ...] = ()
    if policies.index_strategy is IndexStrategy.UNSAFE_FIRST_MATCH and len(merged) > 1:
        preference = tuple(part.listed for part in merged)
    domain = Domain(
        name, versions, tuple(exclusions), preference, () if versions else tuple(missing)
    )
    return Candidates(domain, tuple(sources))


def _merged_versions(
    pages: Sequence[tuple[IndexName, Assessment]], installed: str
) -> tuple[str, ...]:
    if len(pages) == 1 and not installed:
        return tuple(pages[0][1].version_list)
    known = dict.fromkeys(version for _, page in pages for version in page.version_list)
    if installed:
        known[installed] = None
    return tuple(sorted(known, key=parse_version))


def _sources(
    merged: Sequence[_Merged], formats: FormatPolicy, pinned: int
) -> tuple[list[tuple[IndexName, int]], int]:
    """Each usable version goes to the first index that has a usable file of it."""
    sources: list[tuple[IndexName, int]] = []
    taken = 0
    for part in merged:
        mine = part.usable(formats, pinned) & ~taken
        taken |= mine
        sources.append((part.index, mine))
    return sources, taken


def _exclusions(merged: Sequence[_Merged], formats: FormatPolicy, rest: int) -> list[Exclusion]:
    """Why the versions in `rest` cannot be used: each by the last hurdle of its best file, at the
    first index where it gets that far.
    """
    hurdles = [
        (place, -order, reason, mask, part.index)
        for order, part in enumerate(merged)
        for place, reason, mask in part.hurdles(formats)
    ]
    exclusions: list[Exclusion] = []
    for _, _, reason, mask, index in sorted(hurdles, key=lambda row: row[:2], reverse=True):
        mine = mask & rest
        if mine:
            exclusions.append(Exclusion(Reason(reason), mine, index))
            rest &= ~mine
    if rest:
        exclusions.append(Exclusion(Reason.NOT_FOUND, rest, detail="no files"))
    return exclusions


def _held_back(domain: Domain, policy: PrereleasePolicy, wishes: Wishes) -> int:
    """The pre-releases that the policy rules out from the start."""
    match policy:
        case PrereleasePolicy.ALLOW | PrereleasePolicy.IF_NECESSARY:
            return 0
        case PrereleasePolicy.DISALLOW:
            held_back = domain.prereleases
        case PrereleasePolicy.EXPLICIT:
            held_back = 0 if wishes.names_prerelease else domain.prereleases
    if wishes.installed:
        held_back &= ~domain.bit(wishes.installed)
    return held_back
