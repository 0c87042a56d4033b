"""Unit propagation: narrow packages until nothing follows any more (docs: "Propagation")."""

from __future__ import annotations

from resolvetui.resolver.assignments import Assignments
from resolvetui.resolver.clause import Clause, ExtraOf, PackageKey
from resolvetui.resolver.domain import ABSENT
from resolvetui.resolver.events import Observer
from resolvetui.resolver.store import ClauseStore


class Propagation:
    """Carries a change of one package to all that depend on it."""

    def __init__(self, store: ClauseStore, assignments: Assignments, observe: Observer) -> None:
        self._store = store
        self._assignments = assignments
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

    def run(self, *changed: PackageKey) -> Clause | None:
        """Propagate from these packages; the clause that cannot hold, or None."""
        queue = list(changed)
        while queue:
            key = queue.pop(0)
            conflict = self._visit(key, queue)
            if conflict is not None:
                return conflict
        return None

    def _visit(self, key: PackageKey, queue: list[PackageKey]) -> Clause | None:
        mask = self._assignments.mask[key]
        if mask & (mask - 1) == 0 and mask != ABSENT:
            for clause in self._store.of_version(key, mask):
                conflict = self._apply(clause, queue)
                if conflict is not None:
                    return conflict
        for clause in self._store.of_package(key):
            conflict = self._apply(clause, queue)
            if conflict is not None:
                return conflict
        return self._channel(key, queue)

    def _apply(self, clause: Clause, queue: list[PackageKey]) -> Clause | None:
        """Unit rule: when all terms but one hold, the last one must not; when all hold, it is a
        conflict (Dart's solver document, "Unit Propagation").
        """
        masks = self._assignments.mask
        open_key: PackageKey | None = None
        for key, term in clause.terms.items():
            mask = masks[key]
            if not mask & term:
                return None
            if mask & ~term:
                if open_key is not None:
                    return None
                open_key = key
        if open_key is None:
            return clause
        self.narrow(open_key, ~clause.terms[open_key], clause)
        if open_key not in queue:
            queue.append(open_key)
        return None

    def narrow(self, key: PackageKey, allowed: int, cause: Clause) -> None:
        """Derive that a package is in `allowed`, and say so."""
        before = self._assignments.mask[key]
        self._assignments.narrow(key, allowed, cause)
        if self._observe is not None:
            self._observe(("narrowed", key, before, self._assignments.mask[key], cause.id))

    def _channel(self, key: PackageKey, queue: list[PackageKey]) -> Clause | None:
        """A package with an extra is the same version as the package (docs: "Extras").

        The clauses between the two are true for every mask; they are made only when they fire.
        """
        base = self._base_of.get(key)
        if base is not None:
            conflict = self._link(base, key, self._assignments.mask[base] | ABSENT, queue)
            if conflict is None and self._assignments.is_required(key):
                conflict = self._link(key, base, self._assignments.mask[key], queue)
            if conflict is not None:
                return conflict
        for proxy in self._proxies_of.get(key, ()):
            conflict = self._link(key, proxy, self._assignments.mask[key] | ABSENT, queue)
            if conflict is not None:
                return conflict
        return None

    def _link(
        self, key: PackageKey, other: PackageKey, allowed: int, queue: list[PackageKey]
    ) -> Clause | None:
        if not self._assignments.mask[other] & ~allowed:
            return None
        terms = {key: self._assignments.mask[key], other: self._full[other] & ~allowed}
        return self._apply(self._store.make(terms, ExtraOf()), queue)
