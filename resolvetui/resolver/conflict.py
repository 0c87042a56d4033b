"""Conflict resolution: learn from a conflict, and find how far to go back (docs: "Conflict
resolution").
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from resolvetui.resolver.assignments import Assignment, Assignments
from resolvetui.resolver.clause import Clause, Learned, PackageKey
from resolvetui.resolver.store import ClauseStore


class Lesson(Struct, frozen=True):
    """What a conflict teaches."""

    clause: Clause
    """Has no terms when the query has no solution."""
    key: PackageKey | None
    """The package that it narrows after the backjump; None when there are no terms."""
    level: int
    """The level to go back to, at which every other term still holds."""


def analyse(
    conflict: Clause,
    assignments: Assignments,
    store: ClauseStore,
    full: Mapping[PackageKey, int],
) -> Lesson:
    """Resolve the conflict with the causes of its satisfiers until one decision is to blame.

    Invariant: the terms all hold in the partial solution. (Dart's solver document, "Conflict
    Resolution"; the names are the same there.)
    """
    terms = dict(conflict.terms)
    parents = [conflict]
    while terms:
        key, satisfier, previous_level = _latest_satisfier(terms, assignments)
        if satisfier.cause is None or satisfier.level > previous_level:
            clause = conflict if len(parents) == 1 else store.make(terms, Learned(tuple(parents)))
            return Lesson(clause, key, previous_level)
        parents.append(satisfier.cause)
        terms = _resolve(terms, satisfier.cause.terms, key, full[key])
    return Lesson(store.make({}, Learned(tuple(parents))), None, 0)


def _latest_satisfier(
    terms: Mapping[PackageKey, int], assignments: Assignments
) -> tuple[PackageKey, Assignment, int]:
    """The package whose satisfier comes last, that satisfier, and the previous satisfier level."""
    latest_key: PackageKey | None = None
    latest: Assignment | None = None
    previous_level = 0
    for key, term in terms.items():
        satisfier = assignments.satisfier(key, term)
        if latest is None or satisfier.time > latest.time:
            if latest is not None:
                previous_level = max(previous_level, latest.level)
            latest_key, latest = key, satisfier
        else:
            previous_level = max(previous_level, satisfier.level)
    assert latest_key is not None
    assert latest is not None
    if latest.cause is not None:
        # What the satisfier forbids by itself may cover only a part of the term: then the
        # assignment that covers the rest counts as well.
        allowed = ~latest.cause.terms[latest_key]
        rest = assignments.satisfier(latest_key, terms[latest_key], allowed)
        previous_level = max(previous_level, rest.level if rest.time < latest.time else 0)
    return latest_key, latest, previous_level


def _resolve(
    terms: Mapping[PackageKey, int], cause: Mapping[PackageKey, int], key: PackageKey, full: int
) -> dict[PackageKey, int]:
    """The rule of resolution: OR on the package in question, AND on all others."""
    resolved: dict[PackageKey, int] = {}
    for other in dict.fromkeys((*terms, *cause)):
        if other == key:
            mask = terms[key] | cause[key]
            if mask != full:
                resolved[key] = mask
        else:
            resolved[other] = terms.get(other, -1) & cause.get(other, -1)
    return resolved
