"""Which clauses there are, and where to find those that a change may wake."""

from __future__ import annotations

from collections.abc import Iterator

from resolvetui.resolver.clause import Cause, Clause, Depends, Learned, PackageKey
from resolvetui.resolver.demands import Demand


class ClauseStore:
    """All clauses of a search.

    A dependency of a single version is looked at only when the package is narrowed to that
    version, so it lives in a dictionary by version. Clauses that several versions share, and
    learned ones, live in lists by package that propagation scans.
    """

    def __init__(self) -> None:
        self.clauses: list[Clause] = []
        """All that were made, by id."""
        self._shared: dict[tuple[PackageKey, PackageKey, int], Clause] = {}
        self._scanned: dict[PackageKey, list[Clause]] = {}
        self._by_version: dict[PackageKey, dict[int, list[Clause]]] = {}

    def make(self, terms: dict[PackageKey, int], cause: Cause) -> Clause:
        """A clause with the next id, stored nowhere yet."""
        clause = Clause(len(self.clauses), terms, cause)
        self.clauses.append(clause)
        return clause

    def scan(self, clause: Clause) -> None:
        """Look at this clause whenever one of its packages changes."""
        for key in clause.terms:
            self._scanned.setdefault(key, []).append(clause)

    def of_package(self, key: PackageKey) -> list[Clause]:
        """The scanned clauses that mention a package, oldest first."""
        return self._scanned.get(key, [])

    def of_version(self, key: PackageKey, bit: int) -> list[Clause]:
        """The clauses that say what one version depends on."""
        versions = self._by_version.get(key)
        return versions.get(bit, []) if versions else []

    def knows(self, key: PackageKey, bit: int) -> bool:
        """Whether the dependencies of this version were added."""
        return bit in self._by_version.get(key, ())

    def open_version(self, key: PackageKey, bit: int) -> None:
        """Note that the dependencies of this version are known from now on."""
        self._by_version.setdefault(key, {}).setdefault(bit, [])

    def add_unusable(self, key: PackageKey, bit: int, cause: Cause) -> Clause:
        """A version turned out to be unusable when it was looked at."""
        clause = self.make({key: bit}, cause)
        self._by_version[key][bit].append(clause)
        return clause

    def add_dependency(
        self, key: PackageKey, bit: int, other: PackageKey, demand: Demand
    ) -> Clause:
        """This version of `key` requires `other`, a package or a proxy that `demand` is about.

        Versions that depend on the same versions of the same package share one clause: their
        bits are merged by OR, which only makes the clause stronger, so whatever was derived from
        it stays true.
        """
        identity = (key, other, demand.allowed)
        clause = self._shared.get(identity)
        if clause is None:
            clause = self.make(_dependency_terms(key, bit, other, demand), Depends())
            self._shared[identity] = clause
        elif not (mask := clause.terms[key]) & bit:
            if mask & (mask - 1) == 0:
                self.scan(clause)
            clause.terms[key] = mask | bit
        cause = clause.cause
        assert isinstance(cause, Depends)
        cause.override = demand.override
        stated = cause.requirements
        stated[demand.requirement] = stated.get(demand.requirement, 0) | bit
        self._by_version[key][bit].append(clause)
        return clause


def _dependency_terms(
    key: PackageKey, bit: int, other: PackageKey, demand: Demand
) -> dict[PackageKey, int]:
    """A term that holds for the whole domain is left out: nothing can make it false. (That is
    how a requirement that no listed version meets ends: its depender is just unusable.)
    """
    if other == key or not demand.allowed:
        return {key: bit}
    return {key: bit, other: demand.full ^ demand.allowed}


def external_clauses(clause: Clause) -> Iterator[Clause]:
    """The external clauses (Dart's solver document, "Incompatibility") below a derived one, each
    once, in the order of a depth-first walk.
    """
    seen: set[int] = set()
    stack = [clause]
    while stack:
        current = stack.pop()
        if current.id in seen:
            continue
        seen.add(current.id)
        if isinstance(current.cause, Learned):
            stack.extend(reversed(current.cause.parents))
        else:
            yield current
