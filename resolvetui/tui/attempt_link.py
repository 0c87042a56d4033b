"""Steps in the tree of attempts; the worker is asked for the answer that it has, or a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from resolvetui.model.query import Query
from resolvetui.tui.attempt_answers import CANCELLED
from resolvetui.tui.attempt_tree import AttemptTree
from resolvetui.tui.attempt_words import change_words
from resolvetui.tui.changes import Off, Stated
from resolvetui.tui.state import Phase

if TYPE_CHECKING:
    from resolvetui.tui.bridge import Bridge


class AttemptLink:
    """What keys and views do with attempts."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    @property
    def tree(self) -> AttemptTree:
        """All attempts."""
        return self._bridge.state.attempts

    @property
    def stated(self) -> Stated:
        """What the attempt that counts asks for."""
        return Stated(self.tree.now.query, self.tree.now.off)

    def change(self, query: Query, off: tuple[Off, ...] | None = None, *, by: str = "") -> None:
        """Another query. `off`: what is switched off then; as now, where it is None.

        `by`: what made the change, before the words that say what it is.
        """
        now = self.stated
        wanted = Stated(query, now.off if off is None else off)
        words = change_words(now, wanted)
        grown = self._left.grown(wanted.query, wanted.off, f"{by}: {words}" if by else words)
        self._step(grown)

    def undo(self) -> str | None:
        """Back to the parent, or, after a drop, what was dropped is there again; in words what
        was taken back. None when there is nothing.
        """
        tree = self._left
        back = tree.restored()
        if back is not None:
            number = tree.lost[-1].nodes[0].number
            self._put(back) if back.current == tree.current else self._step(back)
            return f"#{number} is there again"
        parent = tree.undone()
        if parent is None:
            return None
        self._step(parent)
        return f"undone: {tree.now.change}; ctrl+r redoes it"

    def redo(self) -> str | None:
        """On to the child that was visited last; in words what it does. None without a child."""
        child = self._left.redone()
        if child is None:
            return None
        self._step(child)
        return f"done again: {child.now.change}"

    def go(self, number: int) -> None:
        """Make an attempt the one that counts."""
        self._step(self._left.gone(number))

    def mark(self, number: int) -> None:
        """Compare all others with this one, or each with its parent again."""
        self._put(self.tree.marked(number))

    def drop(self, number: int) -> None:
        """Forget an attempt and all that came of it."""
        before = self.tree
        tree = self._left.dropped(number)
        self._put(tree) if tree.current == before.current else self._step(tree)

    @property
    def _left(self) -> AttemptTree:
        """The tree when the attempt that counts is left: a resolve that runs is given up."""
        tree = self.tree
        running = self._bridge.state.phase is Phase.RESOLVING
        return tree.answered(CANCELLED) if running else tree

    def _step(self, tree: AttemptTree) -> None:
        self._set(tree)
        self._bridge.resolve(kept=True)

    def _put(self, tree: AttemptTree) -> None:
        self._set(tree)
        self._bridge.tell_changed(now=True)

    def _set(self, tree: AttemptTree) -> None:
        self._bridge.state = replace(self._bridge.state, attempts=tree)
