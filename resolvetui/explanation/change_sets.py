"""Sets of changes of one query: what they come to together, and which is more than which."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from msgspec.structs import replace

from resolvetui.explanation import advice, wording
from resolvetui.explanation.proposals import PARTIAL, Proposal
from resolvetui.inputs.changes import replaced
from resolvetui.model.names import PackageName
from resolvetui.model.query import (
    AddIndex,
    AddRequirement,
    AllowBreaking,
    AllowBuild,
    AllowSdist,
    AllowWheel,
    Change,
    DropConstraint,
    DropOverride,
    DropRequirement,
    ReplaceRequirement,
    SetExcludeNewer,
    SetPlatform,
    SetPrerelease,
    SetPythonVersion,
    SetStrategy,
    UpgradeInstalled,
    UsePinnedIndex,
)

_REASON = re.compile(r": |, which |, so that ")
"""What begins the reason of a proposal (`advice.py`)."""

_HOPE = 4
"""What a change that will probably help is ahead of one that costs as much."""
SEVERAL = "several"
"""The kind of a fix with more than one change."""


@dataclass(frozen=True)
class ChangeSet:
    """Changes at once, at most one of each thing that can be changed."""

    steps: tuple[Proposal, ...] = ()

    @classmethod
    def of(cls, changes: Sequence[Change]) -> ChangeSet:
        """The set of changes that nobody weighed."""
        return cls(tuple(Proposal(change, "", "", 0) for change in changes))

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """In the order in which they were thought of; the order makes no difference."""
        return tuple(step.change for step in self.steps)

    @cached_property
    def by_slot(self) -> dict[Hashable, Proposal]:
        """What is changed, to how."""
        return {slot_of(step.change): step for step in self.steps}

    @property
    def cost(self) -> int:
        """The lower, the less the user gives up."""
        return sum(step.cost for step in self.steps)

    @property
    def text(self) -> str:
        """In words; reasons are for changes that stand alone."""
        if len(self.steps) == 1:
            return self.steps[0].text
        return wording.join([_REASON.split(step.text, maxsplit=1)[0] for step in self.steps])

    @property
    def kind(self) -> str:
        """As in `Hint.kind`."""
        return self.steps[0].kind if len(self.steps) == 1 else SEVERAL

    @property
    def trust(self) -> str:
        """What it costs in safety, as a clause; or ""."""
        return "; ".join(dict.fromkeys(step.trust for step in self.steps if step.trust))

    @property
    def is_partial(self) -> bool:
        """Whether it gives up something that was asked for: a part of it, or the machine."""
        return any(step.kind in PARTIAL for step in self.steps)

    @property
    def is_hopeful(self) -> bool:
        """Whether it will probably help, and soon."""
        return all(step.is_hopeful for step in self.steps)

    @property
    def leads_back(self) -> bool:
        """Whether it asks for older versions of what requires something."""
        return any(
            isinstance(step.change, ReplaceRequirement)
            and step.change.new.specifier.startswith("<")
            and not step.is_hopeful
            for step in self.steps
        )

    def place(self, number: int) -> Place:
        """Where it stands in a queue: what will probably help before what is cheap to give up, for
        a search through old versions may take all the time. `number` tells equal ones apart.
        """
        hopeful = sum(step.is_hopeful for step in self.steps)
        return not self.is_hopeful, self.cost - _HOPE * hopeful, len(self.steps), number, self

    def extended(self, proposal: Proposal) -> ChangeSet | None:
        """With one change more, in the place of one of the same thing; None where that is none."""
        if proposal.change in self.changes:
            return None
        slot = slot_of(proposal.change)
        kept = tuple(step for step in self.steps if slot_of(step.change) != slot)
        return ChangeSet((*kept, proposal))

    def parts(self) -> tuple[ChangeSet, ...]:
        """The sets with one change less; none where nothing would be left."""
        if len(self.steps) == 1:
            return ()
        return tuple(
            ChangeSet((*self.steps[:at], *self.steps[at + 1 :])) for at in range(len(self.steps))
        )

    def from_the_first(self, proposal: Proposal) -> Proposal | None:
        """What was thought of after these changes, as a change of the query before them: from
        `a>=2` to `a<3` to `a`. None for a change of what only these brought in, by an addition or
        by asking for something else: to loosen that again leads away from what is asked for.
        """
        first = self.first(proposal.change)
        if first is None:
            return None
        before = self.by_slot.get(slot_of(first))
        if before is not None and before.kind == "platform":  # newer, and still another machine
            return replace(proposal, kind=before.kind, cost=before.cost)
        if first == proposal.change:
            return proposal
        if before is not None and not before.relaxes:
            return None
        return replace(proposal, change=first, text=_words(first))

    def first(self, change: Change) -> Change | None:
        """The change from what the query says at first; None for what only these changes added."""
        if not isinstance(change, ReplaceRequirement | DropRequirement):
            return change
        root = change.old if isinstance(change, ReplaceRequirement) else change.requirement
        for step in self.changes:
            match step:
                case ReplaceRequirement(old=first) if replaced(step) == root:
                    if isinstance(change, DropRequirement):
                        return DropRequirement(first)
                    return ReplaceRequirement(first, change.new)
                case AddRequirement(requirement=added) if added == root:
                    return None
        return change

    def covers(self, less: ChangeSet) -> bool:
        """Whether it changes all that `less` does, and each as much or more."""
        return bool(less.steps) and all(
            (mine := self.by_slot.get(slot)) is not None and _as_much(mine.change, step.change)
            for slot, step in less.by_slot.items()
        )


Place: TypeAlias = tuple[bool, int, int, int, ChangeSet]


def _words(change: Change) -> str:
    """A change of a requirement, by itself."""
    match change:
        case ReplaceRequirement(old=old, new=new):
            return advice.replace(old, wording.short_requirement(new), "")
        case DropRequirement(requirement=root):
            return advice.leave_out(root)
        case _:
            raise AssertionError(change)  # `first` changes nothing else


def slot_of(change: Change) -> Hashable:
    """What is changed: the same for two changes that cannot both be made."""
    match change:
        case ReplaceRequirement(old=root) | DropRequirement(requirement=root):
            return "requirement", root
        case DropConstraint(constraint=root) | DropOverride(override=root):
            return type(change), root
        case AddRequirement(requirement=root):
            return type(change), root.requirement.name
        case UpgradeInstalled(name=name) | UsePinnedIndex(name=name) | AllowBuild(name=name):
            return type(change), name
        case AllowSdist(name=name) | AllowWheel(name=name):
            return "formats", name
        case _:
            return type(change)


def _as_much(change: Change, other: Change) -> bool:
    return change == other or _scale(change) > _scale(other)


def _scale(change: Change) -> int:
    """How much of a requirement is gone: a part, its whole range, all of it."""
    match change:
        case DropRequirement():
            return 3
        case ReplaceRequirement(old=old, new=new) if old.requirement.name == new.name:
            return 2 if not new.specifier and not new.url else 1
        case _:
            return 1


def name_of(change: Change) -> PackageName | None:
    """The package that a change is about, if it is about one."""
    match change:
        case ReplaceRequirement(new=new):
            return new.name
        case (
            AddRequirement(requirement=root)
            | DropRequirement(requirement=root)
            | DropConstraint(constraint=root)
            | DropOverride(override=root)
        ):
            return root.requirement.name
        case SetStrategy() | SetPrerelease() | SetExcludeNewer():
            return None
        case SetPythonVersion() | SetPlatform() | AllowBreaking() | AddIndex():
            return None
        case _:
            return change.name
