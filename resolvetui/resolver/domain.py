"""The versions of one package as bits, and specifiers as masks over them.

Bit 0 means "the package is absent"; bit i+1 is the i-th version in ascending order (PEP 440). So
a positive term and a negative term are the same thing, a subset of the domain: intersection is
`&`, negation is `full ^ mask`, "required" is `not mask & ABSENT`, the best version is the highest
bit. A domain must be complete before a clause about it is made: the solver asks for the listing
first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from packaging.version import Version

from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.verdict import Reason
from resolvetui.resolver.specifiers import bounds, parse_version

ABSENT = 1
"""The mask of the bit that stands for "not installed"."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Versions of a package that may not be used, all for the same reason: a unary fact."""

    reason: Reason
    mask: int
    index: IndexName | None = None
    """The index whose files are meant, or None where the reason is not about one."""
    detail: str = ""
    """Evidence as data: the bound, tag, index or text that the reason is about."""


@dataclass(frozen=True)
class Domain:
    """All versions that the sources list for one package, and which of them may be used."""

    name: PackageName
    versions: tuple[str, ...]
    """Ascending (PEP 440), canonical, without duplicates."""
    exclusions: tuple[Exclusion, ...] = ()
    """Disjoint masks: each version stands in the exclusion of its *last* hurdle, or in none."""
    preference: tuple[int, ...] = ()
    """Masks in order of preference, for `unsafe-first-match`: a version of an earlier one is
    taken before any of a later one. Empty: the order of versions decides alone."""
    missing: tuple[Exclusion, ...] = ()
    """Where `versions` is empty: what each index answered (masks are 0)."""
    url: str = ""
    """Set where the one version is a direct reference; no version of an index can replace it."""
    _masks: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def full(self) -> int:
        """Every version, and absence."""
        return (1 << (len(self.versions) + 1)) - 1

    @cached_property
    def usable(self) -> int:
        """The versions that no exclusion names, without absence."""
        mask = self.full ^ ABSENT
        for exclusion in self.exclusions:
            mask &= ~exclusion.mask
        return mask

    @cached_property
    def prereleases(self) -> int:
        """The pre-releases (PEP 440: a, b, rc and dev) among the versions."""
        mask = 0
        for position, key in enumerate(self.keys):
            if key.is_prerelease:
                mask |= 2 << position
        return mask

    @cached_property
    def keys(self) -> list[Version]:
        """The versions parsed, ascending."""
        return [parse_version(text) for text in self.versions]

    def bit(self, version: str) -> int:
        """The mask of one version, or 0 when it is not listed."""
        position = bisect_left(self.keys, parse_version(version))
        if position < len(self.keys) and self.keys[position] == parse_version(version):
            return 2 << position
        return 0

    def version(self, bit: int) -> str:
        """The version of a mask with one bit set (not absence)."""
        return self.versions[bit.bit_length() - 2]

    def list(self, mask: int) -> Iterator[str]:
        """The versions in a mask, ascending; absence is passed over."""
        mask >>= 1
        while mask:
            low = mask & -mask
            yield self.versions[low.bit_length() - 1]
            mask ^= low

    def specifier_mask(self, specifier: str) -> int:
        """The versions that a specifier set allows, pre-releases included, without absence.

        Raises `InvalidSpecifier` (packaging) when it is not legal by PEP 440.
        """
        mask = self._masks.get(specifier)
        if mask is None:
            mask = self.full ^ ABSENT
            for low, high, negated in bounds(specifier, self.keys):
                span = (2 << high) - (2 << low)
                mask &= ~span if negated else span
            self._masks[specifier] = mask
        return mask
