"""A tree of spans, with lines that wrap: a `VTable` whose rows are the open nodes.

Textual's own tree draws one line a node and cuts it; sentences of an explanation need more. It
owns opening, closing and guides, and leaves what a node means to its `data`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from textual.binding import BindingType

from resolvetui.tui import keys
from resolvetui.tui.spans import Spans, wrap
from resolvetui.tui.widgets.columns import Row
from resolvetui.tui.widgets.vtable import FixedRows, VTable


@dataclass(slots=True, eq=False)
class Node:
    """One node; `key` is unique in its tree and keeps cursor and openness over a rebuild."""

    key: Hashable
    spans: Spans
    data: object = None
    children: list[Node] = field(default_factory=list)
    open: bool = True
    hang: int = 2
    """Indent of the second and further lines, under the text behind the sign."""

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


class STree(VTable):
    """The tree. Space, left and right open and close; Enter posts `Chosen`."""

    CONTEXT: ClassVar[keys.Context] = "tree"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("tree")]

    def __init__(self, *, id: str | None = None, wraps: bool = False) -> None:  # noqa: A002 - Textual's name
        super().__init__(header=False, id=id)
        self._roots: list[Node] = []
        self._wraps = wraps
        self._parents: dict[Hashable, Node] = {}
        self._empty: tuple[Spans, ...] = ()

    @property
    def node(self) -> Node | None:
        """The node under the cursor."""
        row = self.row_at_cursor
        return row.data if row and isinstance(row.data, Node) else None

    def nodes(self) -> Iterator[Node]:
        """All nodes, open or not."""
        for root in self._roots:
            yield from root.walk()

    def set_nodes(self, roots: list[Node], *, notice: tuple[Spans, ...] = ()) -> None:
        """Another tree; nodes that were there before stay open or closed."""
        was_open = {node.key: node.open for node in self.nodes() if node.children}
        self._roots, self._empty = roots, notice
        for node in self.nodes():
            node.open = was_open.get(node.key, node.open)
        self._parents = {child.key: node for node in self.nodes() for child in node.children}
        self._flatten()

    def reveal(self, key: Hashable) -> bool:
        """Open what hides the node and put the cursor on it."""
        parent = self._parents.get(key)
        while parent is not None:
            parent.open = True
            parent = self._parents.get(parent.key)
        self._flatten()
        return self.go_to(key)

    def on_resize(self) -> None:
        """Lines wrap at the width."""
        super().on_resize()
        self._flatten()

    def _flatten(self) -> None:
        rows: list[Row] = []
        for root in self._roots:
            self._add(rows, root, "", "", "")
        self.set_rows(FixedRows(tuple(rows)), notice=self._empty)

    def _add(self, rows: list[Row], node: Node, before: str, turn: str, after: str) -> None:
        """A node's rows: its parents' guides, its own `turn`, and `after` for what follows."""
        arrow = ("▾ " if node.open else "▸ ") if node.children else "  "
        below = "│ " if node.children and node.open else "  "
        for number, line in enumerate(self._lines(node, before + turn + arrow)):
            guides = before + (turn if number == 0 else after)
            lead: Spans = (
                (guides, "guide"),
                (arrow if number == 0 else below, "muted" if number == 0 else "guide"),
            )
            hang: Spans = ((" " * node.hang, "text"),) if number else ()
            rows.append(
                Row(
                    (node.key, number) if number else node.key,
                    wide=(*lead, *hang, *line),
                    data=node,
                    continues=number > 0,
                )
            )
        if not node.open:
            return
        for child in node.children:
            last = child is node.children[-1]
            self._add(rows, child, before + after, "└ " if last else "├ ", "  " if last else "│ ")

    def _lines(self, node: Node, lead: str) -> list[Spans]:
        cells = self.cells - 1 - len(lead)
        if not self._wraps or cells < 10:
            return [node.spans]
        first = wrap(node.spans, cells)
        if len(first) == 1 or not node.hang:
            return first
        return [first[0], *wrap(_rest(node.spans, first[0]), cells - node.hang)]

    # ---- keys

    def _set_open(self, node: Node, *, unfold: bool) -> None:
        if node.children and node.open != unfold:
            node.open = unfold
            self._flatten()

    def action_unfold(self) -> None:
        """Open the node; the first child when it is open."""
        node = self.node
        if node and node.children:
            if node.open:
                self.action_cursor_down()
            self._set_open(node, unfold=True)

    def action_fold(self) -> None:
        """Close the node; to its parent when it is closed."""
        node = self.node
        if node is None:
            return
        if node.children and node.open:
            self._set_open(node, unfold=False)
        elif node.key in self._parents:
            self.go_to(self._parents[node.key].key)

    def action_toggle_row(self) -> None:
        """Open or close the node."""
        if self.node:
            self._set_open(self.node, unfold=not self.node.open)

    def action_toggle_all(self) -> None:
        """Close all when the node under the cursor is open, else open all."""
        unfold = not (self.node and self.node.open and self.node.children)
        for node in self.nodes():
            node.open = unfold or not node.children
        self._flatten()


def _rest(spans: Spans, taken: Spans) -> Spans:
    """The spans without the text of their first line and the space after it."""
    skip = sum(len(text) for text, _ in taken)
    rest = []
    for text, role in spans:
        cut = min(skip, len(text))
        skip -= cut
        if text[cut:]:
            rest.append((text[cut:], role))
    return tuple(rest)
