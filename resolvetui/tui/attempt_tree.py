"""The tree of attempts: every query of this run, what it grew out of and how it ended. Pure.

To change the query adds an attempt below the one that counts. Undo and redo are steps in the tree:
to the parent, and to the child that was visited last. Nothing is lost by either; only `dropped`
takes attempts away, and what was dropped last comes back with `restored`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.model.query import Query, TargetRequest
from resolvetui.tui.attempt_answers import Answer, sharing
from resolvetui.tui.changes import Off


class AttemptNode(Struct, frozen=True):
    """One attempt."""

    number: int
    """From 1, in the order in which they were made; a child's is greater than its parent's."""
    parent: int
    """The number of the attempt that it is a change of; 0 for the first."""
    query: Query
    """As it is sent: raw."""
    off: tuple[Off, ...] = ()
    """Requirements that are switched off."""
    change: str = ""
    """What is not as in the parent, in a few words; made safe."""
    answer: Answer | None = None
    """How it ended; None while that is not known."""
    forward: int = 0
    """The child that was visited last; 0 without children."""


class Branch(Struct, frozen=True):
    """What one drop took away."""

    nodes: tuple[AttemptNode, ...]
    """The one that was named first."""
    parent: AttemptNode
    """As it was before."""
    current: int
    base: int


class AttemptTree(Struct, frozen=True):
    """All attempts, and which one counts."""

    nodes: dict[int, AttemptNode]
    """By number, ascending."""
    current: int
    """The attempt that counts."""
    base: int = 0
    """The attempt that others are compared with; 0: each with its parent."""
    newest: int = 1
    """The highest number that was ever given."""
    lost: tuple[Branch, ...] = ()
    """What was dropped since the last step, the last drop at the end."""

    # ---- reading

    @property
    def now(self) -> AttemptNode:
        """The attempt that counts."""
        return self.nodes[self.current]

    @property
    def root(self) -> int:
        """The number of the first attempt."""
        return next(iter(self.nodes))

    def children(self, number: int) -> tuple[int, ...]:
        """The attempts that are changes of this one, ascending."""
        return tuple(node.number for node in self.nodes.values() if node.parent == number)

    def path(self, number: int) -> tuple[int, ...]:
        """From the first attempt to this one, both included."""
        found = []
        while number:
            found.append(number)
            number = self.nodes[number].parent
        return tuple(reversed(found))

    def branch(self, number: int) -> tuple[int, ...]:
        """An attempt and all that came of it, ascending."""
        inside = {number}
        for node in self.nodes.values():
            if node.parent in inside:
                inside.add(node.number)
        return tuple(sorted(inside))

    def compared_with(self, number: int) -> int:
        """The attempt that this one is compared with; 0 for the first, without a mark."""
        return self.base or self.nodes[number].parent

    # ---- steps

    def grown(self, query: Query, off: tuple[Off, ...], change: str) -> Self:
        """A change of the attempt that counts. One that was made here before is gone to again,
        and one that leads back to the parent is a step back.
        """
        wanted = (query, off)
        here = self.now
        near = (here.number, *reversed(self.children(here.number)), here.parent)
        for number in near:
            node = self.nodes.get(number)
            if node is not None and (node.query, node.off) == wanted:
                return self.gone(number)
        number = self.newest + 1
        node = AttemptNode(number, here.number, query, off, change)
        return replace(self, nodes={**self.nodes, number: node}, newest=number).gone(number)

    def gone(self, number: int) -> Self:
        """Another attempt counts; redo leads to it from each of those above it."""
        path = self.path(number)
        nodes = dict(self.nodes)
        for above, below in pairwise(path):
            nodes[above] = replace(nodes[above], forward=below)
        return replace(self, nodes=nodes, current=number, lost=())

    def undone(self) -> Self | None:
        """One step back; None at the first attempt."""
        if not self.now.parent:
            return None
        here = self.current
        parent = replace(self.nodes[self.now.parent], forward=here)
        nodes = {**self.nodes, parent.number: parent}
        return replace(self, nodes=nodes, current=parent.number, lost=())

    def redone(self) -> Self | None:
        """One step on, to the child that was visited last; None where there is none."""
        return self.gone(self.now.forward) if self.now.forward else None

    # ---- what is known

    def answered(self, answer: Answer) -> Self:
        """The attempt that counts has ended; given up, it keeps what an earlier run told."""
        before = self.now.answer
        if answer.outcome == "cancelled" and before is not None:
            return self
        parent = self.nodes.get(self.now.parent)
        kept = sharing(answer, before or (parent.answer if parent else None))
        return self._with(replace(self.now, answer=kept))

    def marked(self, number: int) -> Self:
        """All are compared with this one; with their parents, where it was that one already."""
        return replace(self, base=0 if self.base == number else number)

    def retargeted(self, target: TargetRequest) -> Self:
        """Every attempt is for this target from now on; how they end there is not known."""
        return self._all(
            lambda node: replace(node, query=replace(node.query, target=target), answer=None)
        )

    # ---- drop

    def dropped(self, number: int) -> Self:
        """Without an attempt and all that came of it; the first one cannot be dropped.

        Where the one that counts is among them, the parent counts.
        """
        top = self.nodes[number]
        gone = self.branch(number)
        parent = self.nodes[top.parent]
        taken = tuple(self.nodes[each] for each in gone)
        nodes = {key: node for key, node in self.nodes.items() if key not in gone}
        if parent.forward == number:
            rest = [key for key in self.children(parent.number) if key != number]
            nodes[parent.number] = replace(parent, forward=max(rest, default=0))
        return replace(
            self,
            nodes=nodes,
            current=parent.number if self.current in gone else self.current,
            base=0 if self.base in gone else self.base,
            lost=(*self.lost, Branch(taken, parent, self.current, self.base)),
        )

    def restored(self) -> Self | None:
        """What was dropped last is there again; None when a step was taken since."""
        if not self.lost:
            return None
        *before, last = self.lost
        back = {node.number: node for node in last.nodes}
        parent = replace(self.nodes[last.parent.number], forward=last.parent.forward)
        nodes = {**self.nodes, parent.number: parent, **back}
        return replace(
            self,
            nodes=dict(sorted(nodes.items())),
            current=last.current,
            base=last.base,
            lost=tuple(before),
        )

    def _with(self, node: AttemptNode) -> Self:
        return replace(self, nodes={**self.nodes, node.number: node})

    def _all(self, change: Callable[[AttemptNode], AttemptNode]) -> Self:
        return replace(self, nodes={key: change(node) for key, node in self.nodes.items()})

    def __iter__(self) -> Iterator[AttemptNode]:
        return iter(self.nodes.values())


def first_tree(query: Query, words: str) -> AttemptTree:
    """One attempt, from which all others will grow."""
    return AttemptTree({1: AttemptNode(1, 0, query, change=words)}, 1)
