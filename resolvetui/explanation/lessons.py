"""What a failed try teaches about others: a conflict that is not touched stays one.

A set of changes needs no resolve where a known conflict rests only on what it leaves as it was.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from msgspec import Struct

from resolvetui.explanation.change_sets import ChangeSet, slot_of
from resolvetui.explanation.hints import lift
from resolvetui.explanation.proposals import Proposal, proposals
from resolvetui.explanation.reading import Reading
from resolvetui.model.query import Change, DropOverride, DropRequirement
from resolvetui.model.requirement import RootRequirement


class Lesson(Struct, frozen=True):
    """One conflict."""

    rests_on: frozenset[Hashable]
    """The slots (`change_sets.slot_of`) of what the user stated that it needs."""
    known: dict[Hashable, Proposal]
    """The changes under which it was found."""
    ways: tuple[Proposal, ...]
    """What touches one of its facts, as changes of the query before all changes."""

    def refutes(self, fix: ChangeSet) -> bool:
        """Whether the conflict is there with these changes too.

        What the user stated may be as it was, or no looser than when the conflict was found; any
        change of another kind (a Python, an index, a policy) may change every fact.
        """
        return all(
            self._holds(slot, fix.by_slot.get(slot), self.known.get(slot))
            for slot in {*fix.by_slot, *self.known}
        )

    def _holds(self, slot: Hashable, mine: Proposal | None, known: Proposal | None) -> bool:
        """Whether what `mine` does to a slot leaves the conflict, which `known` left."""
        if mine is not None and known is not None and mine.change == known.change:
            return True
        if not all(step is None or step.relaxes for step in (mine, known)):
            return False
        return mine is None or slot not in self.rests_on


def lesson_of(fix: ChangeSet, reading: Reading) -> Lesson:
    """The lesson of a try that failed."""
    slots = frozenset(_slot(fix, change) for change in _stated(reading))
    ways = (fix.from_the_first(each) for each in proposals(reading))
    return Lesson(slots, fix.by_slot, tuple(each for each in ways if each is not None))


def _stated(reading: Reading) -> Iterator[Change]:
    """A change of each thing that the user stated and the conflict rests on."""
    for line in reading.about.lines:
        root: RootRequirement | None = line.root()
        override = line.override()
        if root is not None and line.kind == "requirement":
            yield DropRequirement(root)
        elif root is not None:
            yield lift(root)
        if override is not None:
            yield DropOverride(override)


def _slot(fix: ChangeSet, change: Change) -> Hashable:
    return slot_of(fix.first(change) or change)
