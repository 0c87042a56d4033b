"""The partial solution: what each package may still be, and since when.

Every package has a current mask and a history of how it got narrower. An entry of the history is
an assignment of Dart's solver document ("Partial Solution"): a decision or a derivation. Masks
only shrink, so the first entry that satisfies a term is found by bisection.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from resolvetui.resolver.clause import Clause, PackageKey
from resolvetui.resolver.domain import ABSENT


class Assignment(NamedTuple):
    """One narrowing of one package. (A tuple, because a search makes thousands of them.)"""

    time: int
    """Position among all assignments; 0 for what holds from the start."""
    level: int
    """Decision level; what holds without any decision has level 0."""
    cause: Clause | None
    """The clause that forced it, or None for a decision and for the whole domain."""
    mask: int
    """What the package may be after it."""


class Snapshot(NamedTuple):
    """The partial solution at one moment, as values."""

    level: int
    masks: dict[PackageKey, int]
    decided: dict[PackageKey, int]


class Assignments:
    """What is assigned to every known package, with history. Only this class changes masks."""

    def __init__(self) -> None:
        self.mask: dict[PackageKey, int] = {}
        self.history: dict[PackageKey, list[Assignment]] = {}
        self.decided: dict[PackageKey, int] = {}
        """Decided packages with their level, in order of decision."""
        self.level = 0
        self.changed: dict[PackageKey, None] = {}
        """Packages whose mask is another one since somebody last took note, in order."""
        self._time = 0
        self._trail: list[PackageKey] = []
        """The package of each assignment above level 0, in order."""

    def ground(self, key: PackageKey, full: int, facts: Iterable[Clause]) -> None:
        """Begin with the whole domain, less what unary facts forbid, all at level 0."""
        entries = [Assignment(0, 0, None, full)]
        mask = full
        for fact in facts:
            mask &= ~fact.terms[key]
            entries.append(Assignment(0, 0, fact, mask))
        self.mask[key] = mask
        self.history[key] = entries

    def narrow(self, key: PackageKey, allowed: int, cause: Clause) -> None:
        """Derive: the package is in `allowed`. The result must not be empty."""
        self._append(key, self.mask[key] & allowed, cause)

    def decide(self, key: PackageKey, bit: int) -> None:
        """Choose one version, on a new decision level."""
        self.level += 1
        self.decided[key] = self.level
        self._append(key, bit, None)

    def _append(self, key: PackageKey, mask: int, cause: Clause | None) -> None:
        self._time += 1
        self.mask[key] = mask
        self.history[key].append(Assignment(self._time, self.level, cause, mask))
        self.changed[key] = None
        if self.level:
            self._trail.append(key)

    def backjump(self, level: int) -> None:
        """Forget every assignment above `level`."""
        while self._trail:
            key = self._trail[-1]
            entries = self.history[key]
            if entries[-1].level <= level:
                break
            entries.pop()
            self._trail.pop()
            self.mask[key] = entries[-1].mask
            self.changed[key] = None
        while self.decided and next(reversed(self.decided.values())) > level:
            self.decided.popitem()
        self.level = level

    def take_changed(self) -> dict[PackageKey, None]:
        """The packages that changed since this was last asked."""
        changed, self.changed = self.changed, {}
        return changed

    def snapshot(self) -> Snapshot:
        """A copy of where the search stands; for tests and for looking inside."""
        return Snapshot(self.level, dict(self.mask), dict(self.decided))

    def is_required(self, key: PackageKey) -> bool:
        """Whether absence is ruled out."""
        return not self.mask[key] & ABSENT

    def satisfier(self, key: PackageKey, term: int, allowed: int = -1) -> Assignment:
        """The first assignment of `key` from which on the term holds.

        `allowed` narrows every mask further: with it, the first assignment that satisfies the
        term together with another narrowing (Dart's solver document, "previous satisfier").
        """
        outside = allowed & ~term
        entries = self.history[key]
        low, high = 0, len(entries) - 1
        while low < high:
            middle = (low + high) // 2
            if entries[middle].mask & outside:
                low = middle + 1
            else:
                high = middle
        return entries[low]
