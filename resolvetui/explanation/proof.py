"""From a failed search to a minimal set of true facts that still has no solution.

Works on clauses and masks only; what the facts mean in words is for `story.py`. "Minimal" means
that every fact is needed: without any one of them the rest can be satisfied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from resolvetui.model.names import PackageName
from resolvetui.resolver.clause import (
    ASKED,
    ROOT,
    Asked,
    Clause,
    Constrained,
    Depends,
    ExtraOf,
    Learned,
    PackageKey,
    Root,
    Unusable,
    base_name,
)
from resolvetui.resolver.domain import ABSENT, Domain
from resolvetui.resolver.outcome import Refutation

Terms = Mapping[PackageKey, int]
Domains = Mapping[PackageName, Domain]

_MANY = 100
"""More leaves than this are first deleted by halves."""
_BUDGET = 50_000
"""Clauses looked at in one test before it is given up; a test that gives up keeps the fact."""
_WORK = 1_000_000
"""Clauses looked at in all tests of one minimisation (about a second); then the rest is kept, and
the proof is true but not minimal."""


def leaves(refutation: Refutation) -> tuple[Clause, ...]:
    """The external clauses that the empty one was derived from, by id."""
    found: dict[int, Clause] = {}
    seen: set[int] = set()
    stack = [refutation.clause]
    while stack:
        clause = stack.pop()
        if clause.id in seen:
            continue
        seen.add(clause.id)
        if isinstance(clause.cause, Learned):
            stack.extend(clause.cause.parents)
        else:
            found[clause.id] = clause
    return tuple(found[id_] for id_ in sorted(found))


def minimise(leaves: Sequence[Clause], domains: Domains) -> tuple[Clause, ...]:
    """A subset without a solution from which nothing can be left out, in the order given.

    Deletion, unary facts first, so that a version is blamed on its file only where the story
    needs it. The same leaves give the same subset.
    """
    kept = sorted(leaves, key=_droppable)
    deletion = _Deletion(domains)
    size = len(kept) // 2 if len(kept) > _MANY else 1
    while size:
        kept = deletion.drop(kept, size)
        size //= 2
    chosen = {clause.id for clause in kept}
    return tuple(clause for clause in leaves if clause.id in chosen)


def _droppable(clause: Clause) -> tuple[int, int]:
    """What is tried first to be left out: unary facts, then the latest dependencies."""
    match clause.cause:
        case Unusable():
            rank = 0
        case Constrained():
            rank = 1
        case Depends():
            rank = 2
        case Asked():
            rank = 3
        case ExtraOf() | Root() | Learned():
            rank = 4
    return rank, -clause.id


@dataclass(slots=True)
class _Deletion:
    """Leaves out runs of clauses as long as the rest contradicts itself."""

    domains: Domains
    work: int = _WORK

    def drop(self, clauses: list[Clause], size: int) -> list[Clause]:
        start = 0
        while start < len(clauses) and self.work > 0:
            rest = clauses[:start] + clauses[start + size :]
            search = _Search(tuple(clause.terms for clause in rest), self.domains)
            if search.fails():
                clauses = rest
            else:
                start += size
            self.work -= _BUDGET - search.budget
        return clauses


def full_mask(key: PackageKey, domains: Domains, clauses: Iterable[Terms] = ()) -> int:
    """All bits of a key's domain; a proxy shares its base's."""
    if key == ROOT:
        return ABSENT | ASKED
    domain = domains.get(base_name(key))
    if domain is not None:
        return domain.full
    mask = ABSENT
    for terms in clauses:
        mask |= terms.get(key, 0)
    return mask


def contradictory(clauses: Iterable[Terms], domains: Domains) -> bool:
    """Whether no choice of one bit a package escapes all these clauses, the query being asked.

    Unit propagation, and splitting of one package at a time. False also when it is too hard to
    tell.
    """
    return _Search(tuple(clauses), domains).fails()


@dataclass(slots=True)
class _Search:
    clauses: tuple[Terms, ...]
    domains: Domains
    budget: int = _BUDGET

    def fails(self) -> bool:
        start = {
            key: full_mask(key, self.domains, self.clauses)
            for terms in self.clauses
            for key in terms
        }
        start[ROOT] = ASKED
        by_key: dict[PackageKey, list[int]] = {}
        for position, terms in enumerate(self.clauses):
            for key in terms:
                by_key.setdefault(key, []).append(position)
        stack = [(start, list(range(len(self.clauses))))]
        while stack:
            assigned, queue = stack.pop()
            if not self._propagate(assigned, queue, by_key):
                continue
            split = self._choose(assigned)
            if split is None or self.budget < 0:
                return False
            key, mask = split
            halves = (assigned[key] & mask, assigned[key] & ~mask)
            stack.extend((assigned | {key: part}, list(by_key[key])) for part in halves)
        return True

    def _propagate(
        self,
        assigned: dict[PackageKey, int],
        queue: list[int],
        by_key: Mapping[PackageKey, list[int]],
    ) -> bool:
        """Narrow until nothing follows any more; False on a contradiction."""
        while queue:
            self.budget -= 1
            terms = self.clauses[queue.pop()]
            unit = unit_key(terms, assigned)
            if unit is None:
                continue
            if unit == _VIOLATED:
                return False
            assigned[unit] &= ~terms[unit]
            queue.extend(by_key[unit])
        return True

    def _choose(self, assigned: Mapping[PackageKey, int]) -> tuple[PackageKey, int] | None:
        """A package and a mask to split it by, out of the first clause that is still open."""
        for terms in self.clauses:
            if all(assigned[key] & mask for key, mask in terms.items()):
                for key, mask in terms.items():
                    if assigned[key] & ~mask:
                        return key, mask
        return None


_VIOLATED = PackageKey("\0violated")


def unit_key(terms: Terms, assigned: Mapping[PackageKey, int]) -> PackageKey | None:
    """The only term that is open while all others hold; `is_violated` when all hold; else None."""
    unit: PackageKey | None = None
    for key, mask in terms.items():
        now = assigned[key]
        if not now & mask:
            return None
        if now & ~mask:
            if unit is not None:
                return None
            unit = key
    return _VIOLATED if unit is None else unit


def is_violated(unit: PackageKey | None) -> bool:
    """Whether `unit_key` said that every term of the clause holds."""
    return unit == _VIOLATED
