"""Where each attempt stands in the picture of the tree: rows with lanes, as in a log. Pure.

The newest is at the top, what it grew out of below it. The youngest child of an attempt goes on in
its lane; the others branch off into the lane beside it:

    ●      4
    │ ○    5, of 3
    ├─○    3, of 1
    ├─○    2, of 1
    ○      1
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from resolvetui.tui.attempt_tree import AttemptTree

NODE = "○"
MOST_LANES = 8
"""Deeper lanes are drawn as the last one."""


class GraphRow(Struct, frozen=True):
    """One attempt's line."""

    number: int
    lane: int
    """How many lanes lie to its left."""
    lines: str
    """What is drawn left of its sign: `│ ├─`, two cells for each lane."""


def rows(tree: AttemptTree) -> tuple[GraphRow, ...]:
    """The attempts from top to bottom."""
    below: dict[int, list[int]] = {}
    for node in tree:
        below.setdefault(node.parent, []).append(node.number)
    return tuple(_rows(below, tree.root))


def _rows(below: dict[int, list[int]], root: int) -> Iterator[GraphRow]:
    """Written without recursion: a chain of attempts may be longer than Python's stack."""
    found: list[GraphRow] = []  # from bottom to top
    waiting = [(root, 0, False)]  # number, lane, whether it branches off here
    while waiting:
        number, lane, branches = waiting.pop()
        found.append(GraphRow(number, lane, lines(lane, branches=branches)))
        *aside, trunk = below.get(number, []) or [0]
        if trunk:
            waiting.append((trunk, lane, False))
        waiting += [(child, lane + 1, True) for child in reversed(aside)]
    yield from reversed(found)


def lines(lane: int, *, branches: bool) -> str:
    """What is left of a sign in this lane.

    >>> lines(0, branches=False), lines(2, branches=False), lines(2, branches=True)
    ('', '│ │ ', '│ ├─')
    """
    shown = min(lane, MOST_LANES)
    return "│ " * (shown - 1) + "├─" if branches else "│ " * shown
