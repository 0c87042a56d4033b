"""Unit propagation: narrow packages until nothing follows any more (docs: "Propagation")."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from resolvetui.resolver.assignments import Assignments
from resolvetui.resolver.clause import Clause, ExtraOf, PackageKey
from resolvetui.resolver.domain import ABSENT
from resolvetui.resolver.events import Observer
from resolvetui.resolver.store import ClauseStore

Queue: TypeAlias = dict[PackageKey, None]
"""Packages to visit, first in, first out, each waiting once."""


class Propagation:
    """Carries a change of one package to all that depend on it."""

    def __init__(self, store: ClauseStore, assignments: Assignments, observe: Observer) -> None:
        self._store = store
        self._assignments = assignments
        self._masks = assignments.mask
        self._observe = observe
        self._base_of: dict[PackageKey, PackageKey] = {}
        self._proxies_of: dict[PackageKey, list[PackageKey]] = {}
        self._full: dict[PackageKey, int] = {}

    def know(self, key: PackageKey, full: int, base: PackageKey | None = None) -> None:
        """Register a package; `base` for the proxy of a package with an extra."""
        self._full[key] = full
        if base is not None:
            self._base_of[key] = base
            self._proxies_of.setdefault(base, []).append(key)

    def run(self, changed: Iterable[PackageKey]) -> Clause | None:
        """Propagate from these packages; the clause that cannot hold, or None."""
        queue: Queue = dict.fromkeys(changed)
        while queue:
            key = next(iter(queue))
            del queue[key]
            conflict = self._visit(key, queue)
            if conflict is not None:
                return conflict
        return None

    def _visit(self, key: PackageKey, queue: Queue) -> Clause | None:
        """Everything that this package's mask may have made true."""
        mask = self._masks[key]
        if mask & (mask - 1) == 0 and mask != ABSENT:
            for clause in self._store.of_version(key, mask):
                if self._apply(clause, queue):
                    return clause
        for clause in self._store.of_package(key):
            if self._apply(clause, queue):
                return clause
        return self._channel(key, queue)

    def _apply(self, clause: Clause, queue: Queue) -> bool:
        """Unit rule: when all terms but one hold, the last one must not. True when all hold,
        which is a conflict (Dart's solver document, "Unit Propagation").
        """
        masks = self._masks
        open_key: PackageKey | None = None
        for key, term in clause.terms.items():
            mask = masks[key]
            if not mask & term:
                return False
            if mask & ~term:
                if open_key is not None:
                    return False
                open_key = key
        if open_key is None:
            return True
        self.narrow(open_key, ~clause.terms[open_key], clause)
        queue[open_key] = None
        return False

    def narrow(self, key: PackageKey, allowed: int, cause: Clause) -> None:
        """Derive that a package is in `allowed`, and say so."""
        before = self._masks[key]
        self._assignments.narrow(key, allowed, cause)
        if self._observe is not None:
            self._observe(("narrowed", key, before, self._masks[key], cause.id))

    def _channel(self, key: PackageKey, queue: Queue) -> Clause | None:
        """A package with an extra is the same version as the package (docs: "Extras").

        The clauses between the two are true for every mask; they are made only when they fire.
        """
        base = self._base_of.get(key)
        if base is not None:
            conflict = self._link(base, key, self._masks[base] | ABSENT, queue)
            if conflict is None and not self._masks[key] & ABSENT:
                conflict = self._link(key, base, self._masks[key], queue)
            if conflict is not None:
                return conflict
        for proxy in self._proxies_of.get(key, ()):
            conflict = self._link(key, proxy, self._masks[key] | ABSENT, queue)
            if conflict is not None:
                return conflict
        return None

    def _link(
        self, key: PackageKey, other: PackageKey, allowed: int, queue: Queue
    ) -> Clause | None:
        if not self._masks[other] & ~allowed:
            return None
        terms = {key: self._masks[key], other: self._full[other] & ~allowed}
        clause = self._store.make(terms, ExtraOf())
        return clause if self._apply(clause, queue) else None
