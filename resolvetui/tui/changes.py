"""Changes of the list of requirements, by position: what the chips at the head do. Pure.

A requirement that is switched off is no part of the query; it is remembered beside it, with its
place among the others. All other changes of a query are `inputs/changes.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.model.query import Query
from resolvetui.model.requirement import RootRequirement


class Off(Struct, frozen=True):
    """A requirement that is switched off."""

    position: int
    """Its place among all of them, those that are on included."""
    root: RootRequirement


class Stated(Struct, frozen=True):
    """What is asked for, and what is switched off."""

    query: Query
    off: tuple[Off, ...] = ()
    """By position, ascending."""

    @property
    def chips(self) -> tuple[tuple[RootRequirement, bool], ...]:
        """All requirements in their order, and whether each is on."""
        chips = [(root, True) for root in self.query.requirements]
        for each in self.off:
            chips.insert(each.position, (each.root, False))
        return tuple(chips)

    def _with(self, chips: Iterable[tuple[RootRequirement, bool]]) -> Stated:
        listed = tuple(chips)
        on = tuple(root for root, is_on in listed if is_on)
        off = tuple(
            Off(position, root) for position, (root, is_on) in enumerate(listed) if not is_on
        )
        return Stated(replace(self.query, requirements=on), off)

    def put(self, added: Sequence[RootRequirement], position: int | None = None) -> Stated:
        """With more requirements: at the end, or instead of the one at `position`."""
        chips = self.chips
        new = tuple((root, True) for root in added)
        if position is None:
            return self._with((*chips, *new))
        return self._with((*chips[:position], *new, *chips[position + 1 :]))

    def drop(self, position: int) -> Stated:
        """Without the requirement at `position`."""
        return self._with((*self.chips[:position], *self.chips[position + 1 :]))

    def switch(self, position: int) -> Stated:
        """With the requirement at `position` off, or on again."""
        chips = self.chips
        root, is_on = chips[position]
        return self._with((*chips[:position], (root, not is_on), *chips[position + 1 :]))
