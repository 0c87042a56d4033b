"""View 1, Explore: the solution as a tree at the left, the package under its cursor at the right.

On a narrow screen the two take turns: Enter goes in, Escape comes back.
"""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Static

from resolvetui.tui import keys
from resolvetui.tui.later import when_drawn
from resolvetui.tui.spans import Spans, paragraphs
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.views import index_lines, solution
from resolvetui.tui.views.detail import DetailPane
from resolvetui.tui.views.solution import FORMS, Form
from resolvetui.tui.views.tabs import Tab
from resolvetui.tui.views.why_pane import REST_S, WhyPane
from resolvetui.tui.widgets.pane import Pane
from resolvetui.tui.widgets.say import Say
from resolvetui.tui.widgets.stree import Node, STree
from resolvetui.tui.widgets.vtable import VTable

FOLLOW_S = 0.05
"""How long the detail waits for the tree's cursor to come to rest."""


class ExploreView(Horizontal):
    """Tree, index pane, detail."""

    CONTEXT: ClassVar[keys.Context] = "explore"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("explore")]

    def __init__(self, *, follow_s: float = FOLLOW_S) -> None:
        super().__init__(id="explore")
        self._form: Form = "tree"
        self._drawn: tuple[object, ...] = ()
        self._state: SessionState | None = None
        self._index_lines: list[Spans] = []
        self._follow_s = follow_s
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """The two sides."""
        with Pane(id="solution", title="Solution"):
            yield STree(id="tree")
            yield Static(id="indexes")
        yield DetailPane()
        yield WhyPane(REST_S if self._follow_s else 0.0)

    @property
    def solution_tree(self) -> STree:
        """The left side."""
        return self.query_one("#tree", STree)

    @property
    def detail(self) -> DetailPane:
        """The right side."""
        return self.query_one(DetailPane)

    def show(self, state: SessionState) -> None:
        """Another state."""
        self._state = state
        sources = (state.resolution, state.explanation, state.decided, state.shown)
        drawn = (self._form, state.phase, *map(id, sources))
        if drawn != self._drawn:
            self._drawn = drawn
            self._sources = sources  # keeps them alive: an id must not come back
            self._draw_tree(state)
            if state.phase is Phase.FAILED:  # where one side is seen, the one that says why
                self.add_class("-detail")
        self._draw_indexes(state)
        self.detail.show(state)
        self._show_why()

    def _show_why(self) -> None:
        if self._state is not None:
            silent = self._state.phase in (Phase.IDLE, Phase.FAILED)
            self.set_class(silent, "-whyless")
            self.query_one(WhyPane).show(self._state, self.detail.look.package)

    def on_resize(self) -> None:
        """The index pane is cut to the width, once that is known."""
        state = self._state
        if state is not None:
            when_drawn(self, lambda: self._draw_indexes(state))

    def _draw_tree(self, state: SessionState) -> None:
        pane = self.query_one("#solution", Pane)
        titles = {Phase.UNSATISFIABLE: "Packages of the conflict", Phase.RESOLVING: "So far"}
        pane.set_titles(titles.get(state.phase, "Solution"), solution.subtitle(state, self._form))
        nodes = solution.nodes(state, self._form)
        self.solution_tree.set_nodes(nodes, notice=solution.NO_REQUIREMENTS)
        known = {node.data for root in nodes for node in root.walk()}
        if nodes and self.detail.look.package not in known:
            self.detail.show_package(str(nodes[0].data))

    def _draw_indexes(self, state: SessionState) -> None:
        pane = self.query_one("#indexes", Static)
        lines = index_lines.pane_lines(state, max(self.solution_tree.size.width - 2, 20))
        pane.set_class(not lines, "-empty")
        if lines and lines != self._index_lines:
            self._index_lines = lines
            pane.update(paragraphs(lines))

    def go_to(self, package: str, tab: Tab | None = None) -> None:
        """Show this package, wherever it is in the tree, or without it."""
        node = solution.first_node(list(self.solution_tree.nodes()), package)
        if node is not None:
            self.solution_tree.reveal(node.key)
        why = self.query_one(WhyPane)
        beside = tab == "Why" and why.display
        if tab is not None and not beside:
            self.detail.show_tab(tab)
        self.detail.show_package(package)
        self._show_why()
        if beside:
            why.query_one(STree).focus()
            return
        self.set_class(True, "-detail")  # noqa: FBT003 - Textual's signature
        self.detail.focus_content()

    # ---- messages of the parts

    @on(VTable.Highlighted, "#tree")
    def _follow(self, event: VTable.Highlighted) -> None:
        if self._timer is not None:
            self._timer.stop()
        node = event.row.data if event.row else None
        if not isinstance(node, Node):
            return
        if self._follow_s:
            self._timer = self.set_timer(self._follow_s, self._follow_now)
        else:
            self._follow_now()

    def _follow_now(self) -> None:
        node = self.solution_tree.node
        if node is not None:
            self.detail.show_package(str(node.data))
            self._show_why()

    @on(VTable.Chosen, "#tree")
    def _enter(self, event: VTable.Chosen) -> None:
        node = event.row.data if event.row else None
        if not isinstance(node, Node):
            return
        first = solution.first_node(list(self.solution_tree.nodes()), str(node.data))
        if first is not None and first is not node:
            self.solution_tree.reveal(first.key)
            return
        self._follow_now()
        self.add_class("-detail")
        self.detail.focus_content()

    @on(DetailPane.GoTo)
    def _go(self, event: DetailPane.GoTo) -> None:
        self.go_to(event.package)

    # ---- keys

    def leave(self) -> bool:
        """One step back: filter, mark, detail. False when there is nothing to leave."""
        detail = self.detail
        if detail.end_filter() or detail.clear_mark():
            return True
        why = self.query_one(WhyPane)
        if why.has_focus_within or detail.has_focus_within or self.has_class("-detail"):
            self.remove_class("-detail")
            self.solution_tree.focus()
            return True
        return False

    def focus_first(self) -> None:
        """The focus when the view opens."""
        if self.has_class("-detail"):
            self.detail.focus_content()
        else:
            self.solution_tree.focus()

    def copied(self) -> str:
        """What `y` copies."""
        return self.detail.copied()

    def action_tab(self, step: int) -> None:
        """The next tab, or the one before."""
        self.detail.step_tab(step)

    def action_filter(self) -> None:
        """Filter the table."""
        self.add_class("-detail")
        self.detail.start_filter()

    def action_mark(self) -> None:
        """All, what fits, problems."""
        self.detail.step_mark()

    def action_sort(self) -> None:
        """The next order."""
        self.detail.step_sort()

    def action_form(self) -> None:
        """The next form of the solution."""
        if self._state is None or self._state.resolution is None:
            self.post_message(Say("There is no solution to show in another form."))
            return
        self._form = FORMS[(FORMS.index(self._form) + 1) % len(FORMS)]
        self.show(self._state)
