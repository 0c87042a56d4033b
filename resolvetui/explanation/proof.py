"""From a failed search to a minimal set of true facts that still has no solution.

Works on clauses and masks only; what the facts mean in words is for `story.py`. "Minimal" means
that every fact is needed: without any one of them the rest can be satisfied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct, field

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
    deletion = _Deletion(domains, sorted(leaves, key=_droppable))
    chosen = {clause.id for clause in deletion.run()}
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


_Signature: TypeAlias = tuple[PackageKey | None, frozenset[tuple[PackageKey, int]]]


class _Deletion(Struct):
    """Leaves out one clause after another as long as the rest contradicts itself.

    All clauses together contradict themselves, so a choice that escapes all but one breaks that
    one: it is looked for only where all terms of that clause hold, and that settles most others.
    """

    domains: Domains
    clauses: Sequence[Clause]
    work: int = _WORK
    full: dict[PackageKey, int] = field(default_factory=dict)
    groups: dict[_Signature, list[Clause]] = field(default_factory=dict)
    """Clauses that differ only in the versions of who requires something: in a test they are one,
    with the versions of all."""
    merged: dict[_Signature, Terms] = field(default_factory=dict)

    def run(self) -> list[Clause]:
        """The clauses that are needed."""
        every = [clause.terms for clause in self.clauses]
        self.full = {key: full_mask(key, self.domains, every) for terms in every for key in terms}
        self.full[ROOT] = ASKED
        for clause in self.clauses:
            self.groups.setdefault(_signature(clause), []).append(clause)
        self.merged = {signature: _merged(group) for signature, group in self.groups.items()}
        return [clause for clause in self.clauses if self._is_needed(clause)]

    def _is_needed(self, clause: Clause) -> bool:
        """Whether the rest can be satisfied; if it cannot, the clause is left out from now on.

        Also where that is too hard to tell.
        """
        if self.work < 0:
            return True
        signature = _signature(clause)
        others = [other for other in self.groups[signature] if other is not clause]
        rest = [terms for known, terms in self.merged.items() if known != signature]
        if others:
            rest.append(_merged(others))
        start = dict(self.full)
        for key, mask in clause.terms.items():
            start[key] &= mask
        search = _Search(tuple(_settled(rest, clause.terms, start)), self.domains)
        fails = search.fails(start)
        self.work -= _BUDGET - search.budget
        if not fails:
            return True
        self.groups[signature] = others
        if others:
            self.merged[signature] = _merged(others)
        else:
            del self.merged[signature]
        return False


def _signature(clause: Clause) -> _Signature:
    """What a clause says but for the versions of who requires it."""
    depender = next(iter(clause.terms)) if isinstance(clause.cause, Depends) else None
    if depender is None:
        return None, frozenset(clause.terms.items())
    return depender, frozenset(item for item in clause.terms.items() if item[0] != depender)


def _merged(group: Sequence[Clause]) -> Terms:
    """One clause that says what all of a group say."""
    if len(group) == 1 or not isinstance(group[0].cause, Depends):
        return group[0].terms
    depender = next(iter(group[0].terms))
    versions = 0
    for clause in group:
        versions |= clause.terms[depender]
    return {**group[0].terms, depender: versions}


def _settled(rest: Iterable[Terms], held: Terms, start: dict[PackageKey, int]) -> Iterator[Terms]:
    """The clauses that are open where the terms of `held` hold; those with one open term narrow
    `start` at once.
    """
    for terms in rest:
        open_: PackageKey | None = None
        count = 0
        for key, mask in terms.items():
            if key in held or key == ROOT:
                now = start[key]
                if not now & mask:
                    break  # it is escaped
                if not now & ~mask:
                    continue  # the term holds
            count += 1
            open_ = key
        else:
            if count == 1 and open_ is not None:
                start[open_] &= ~terms[open_]
            else:
                yield terms


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
    return _Search(tuple(_joined(clauses)), domains).fails()


def _joined(clauses: Iterable[Terms]) -> Iterator[Terms]:
    """Clauses that differ only in the mask of their first term are one with the masks of all."""
    found: dict[tuple[PackageKey, frozenset[tuple[PackageKey, int]]], int] = {}
    for terms in clauses:
        if not terms:
            yield terms
            continue
        first = next(iter(terms))
        rest = frozenset(item for item in terms.items() if item[0] != first)
        found[first, rest] = found.get((first, rest), 0) | terms[first]
    yield from ({first: mask, **dict(rest)} for (first, rest), mask in found.items())


class _Search(Struct):
    clauses: tuple[Terms, ...]
    domains: Domains
    budget: int = _BUDGET

    def fails(self, start: dict[PackageKey, int] | None = None) -> bool:
        """Whether nothing is left of some package, whatever is chosen; `start`: what is left."""
        if start is None:
            start = {
                key: full_mask(key, self.domains, self.clauses)
                for terms in self.clauses
                for key in terms
            }
            start[ROOT] = ASKED
        elif not all(start.values()):
            return True
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
            key, version = split
            parts = (assigned[key] & ~version, version)  # the last is looked at first
            stack.extend((assigned | {key: part}, list(by_key[key])) for part in parts)
        return True

    def _propagate(
        self,
        assigned: dict[PackageKey, int],
        queue: list[int],
        by_key: Mapping[PackageKey, list[int]],
    ) -> bool:
        """Narrow until nothing follows any more; False on a contradiction."""
        waiting = set(queue)
        while queue:
            self.budget -= 1
            position = queue.pop()
            waiting.discard(position)
            terms = self.clauses[position]
            unit = unit_key(terms, assigned)
            if unit is None:
                continue
            if unit == _VIOLATED:
                return False
            assigned[unit] &= ~terms[unit]
            fresh = [each for each in by_key[unit] if each not in waiting]
            waiting.update(fresh)
            queue += fresh
        return True

    def _choose(self, assigned: Mapping[PackageKey, int]) -> tuple[PackageKey, int] | None:
        """A package of the first clause that is still open, and the newest version left of it.

        One version settles all that is said of the others; a half of them, little.
        """
        for terms in self.clauses:
            if all(assigned[key] & mask for key, mask in terms.items()):
                for key in terms:
                    now = assigned[key]
                    if now & (now - 1):
                        return key, 1 << (now.bit_length() - 1)
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
