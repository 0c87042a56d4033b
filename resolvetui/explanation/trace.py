"""The order of a story: how the lines follow from each other, the deepest fact first.

Unit propagation over the lines of the minimal proof, told from the bottom: what cannot be used
at all, then who needs it, and at last what the user asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from resolvetui.explanation.lines import Line
from resolvetui.explanation.proof import Domains, full_mask, is_violated, unit_key
from resolvetui.resolver.clause import ASKED, ROOT, PackageKey
from resolvetui.resolver.domain import ABSENT


class Firing(Struct, frozen=True):
    """One line at its turn."""

    line: Line
    uses: tuple[int, ...]
    """Positions of the earlier firings that it builds on."""
    alive: int
    """What was left of the line's subject before it."""
    allowed: int
    """The listed versions of the subject that the line takes, usable or not."""
    narrowed: PackageKey | None
    """The package that it leaves fewer versions of; None when it ends the story."""
    removed: int
    """The bits of `narrowed` that it took."""
    blockers: tuple[int, ...]
    """Positions of the earlier firings that took some of `allowed`."""

    @property
    def is_dead_end(self) -> bool:
        """Whether it asks for versions of which none is left."""
        asks = self.line.kind in ("requirement", "dependency")
        itself = self.line.depender == self.line.subject
        return asks and not itself and not self.allowed & self.alive


class _Trace(Struct):
    lines: list[Line]
    domains: Domains
    alive: dict[PackageKey, int] = field(default_factory=dict)
    touched: dict[PackageKey, list[tuple[int, int]]] = field(default_factory=dict)
    firings: list[Firing] = field(default_factory=list)

    def run(self) -> bool:
        """Fire line after line; True when that ends in a contradiction."""
        for line in self.lines:
            for key in line.terms:
                self.alive.setdefault(key, full_mask(key, self.domains, (line.terms,)))
        self.alive[ROOT] = ASKED
        depths = _depths(self.lines)
        while True:
            turn = self._next(depths)
            if turn is None:
                return False
            line, unit = turn
            self.lines.remove(line)
            if self._fire(line, unit):
                return True

    def _next(self, depths: dict[PackageKey, int]) -> tuple[Line, PackageKey] | None:
        best: tuple[tuple[int, int], Line, PackageKey] | None = None
        for line in self.lines:
            unit = unit_key(line.terms, self.alive)
            if unit is None:
                continue
            rank = (_rank(line, unit), depths.get(line.subject, 0))
            if best is None or rank < best[0]:
                best = (rank, line, unit)
        return best[1:] if best else None

    def _fire(self, line: Line, unit: PackageKey) -> bool:
        over = is_violated(unit)
        before = self.alive[line.subject]
        full = full_mask(line.subject, self.domains, (line.terms,))
        allowed = full & ~line.forbidden() & ~ABSENT
        blockers = self._takers(line.subject, allowed)
        removed = 0 if over else self.alive[unit] & line.terms[unit]
        uses = self._uses(line, unit)
        if not over:
            self.alive[unit] &= ~removed
            over = self.alive[unit] == 0
            if over:
                uses |= set(self._takers(unit, -1))
            self.touched.setdefault(unit, []).append((len(self.firings), removed))
        self.firings.append(
            Firing(
                line,
                tuple(sorted(uses)),
                before,
                allowed,
                None if over else unit,
                removed,
                blockers,
            )
        )
        return over

    def _takers(self, key: PackageKey, mask: int) -> tuple[int, ...]:
        """The firings so far that took one of these bits."""
        return tuple(at for at, removed in self.touched.get(key, ()) if removed & mask)

    def _uses(self, line: Line, unit: PackageKey) -> set[int]:
        """The firings that made the other terms hold."""
        return {
            at for key, mask in line.terms.items() if key != unit for at in self._takers(key, ~mask)
        }


def trace(lines: Sequence[Line], domains: Domains) -> tuple[tuple[Firing, ...], tuple[Line, ...]]:
    """The lines in the order of the story, and those that propagation alone does not reach.

    The second part is empty where the story is a chain; else only trying all choices shows the
    contradiction, and the rest has to be told side by side.
    """
    state = _Trace(list(lines), domains)
    ended = state.run()
    return tuple(state.firings), () if ended else tuple(state.lines)


def _rank(line: Line, unit: PackageKey) -> int:
    match line.kind:
        case "unusable":
            return 0
        case "extra":
            return 1
        case "dependency":
            return 4 if unit == line.subject and unit != line.depender else 2
        case "constraint":
            return 3
        case "requirement":
            return 5


def _depths(lines: Sequence[Line]) -> dict[PackageKey, int]:
    """Packages in order of a walk from the query that leaves a package after all it needs: the
    deepest first.
    """
    needs: dict[PackageKey, list[PackageKey]] = {}
    for line in lines:
        if line.kind == "requirement":
            needs.setdefault(ROOT, []).append(line.subject)
        elif line.kind == "dependency" and line.depender is not None:
            needs.setdefault(line.depender, []).append(line.subject)
        elif line.kind == "extra":
            for key in line.terms:
                needs.setdefault(key, []).extend(line.terms)
    order: dict[PackageKey, int] = {}
    seen = {ROOT}
    stack = [(ROOT, iter(needs.get(ROOT, ())))]
    while stack:
        key, rest = stack[-1]
        child = next((each for each in rest if each not in seen), None)
        if child is None:
            order[key] = len(order)
            stack.pop()
        else:
            seen.add(child)
            stack.append((child, iter(needs.get(child, ()))))
    return order
