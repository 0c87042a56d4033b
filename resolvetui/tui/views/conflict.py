"""View 2, Conflict: why there is no solution, as a tree, with the ways out beside it."""

from __future__ import annotations

import shlex
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.widgets import Static

from resolvetui.model.explanation import Explanation, Hint
from resolvetui.tui import keys, signs, words
from resolvetui.tui.spans import Spans, paragraphs
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.views import fixes, story
from resolvetui.tui.views.bounds import calm_nodes
from resolvetui.tui.views.evidence import EvidencePane
from resolvetui.tui.views.idle import nothing_yet
from resolvetui.tui.views.problem import problem_nodes
from resolvetui.tui.views.story import Link
from resolvetui.tui.widgets.pane import Pane
from resolvetui.tui.widgets.stree import Node, STree
from resolvetui.tui.widgets.vtable import VTable


class ConflictView(Container):
    """Story and ways out."""

    CONTEXT: ClassVar[keys.Context] = "conflict"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("conflict")]

    class ShowPackage(Message):
        """The candidate table of this package is wanted."""

        def __init__(self, package: str) -> None:
            super().__init__()
            self.package = package

    class CopyHint(Message):
        """The arguments of a way out are wanted in the clipboard."""

    class TryFix(Message):
        """The query is to be changed as a way out says."""

        def __init__(self, hint: Hint) -> None:
            super().__init__()
            self.hint = hint

    def __init__(self) -> None:
        super().__init__(id="conflict")
        self._state: SessionState | None = None
        self._explanation: Explanation | None = None
        self._drawn: tuple[object, ...] = ()
        self._ways: tuple[object, ...] = ()
        self._calm: list[Node] = []
        """What is shown of a solution."""

    def compose(self) -> ComposeResult:
        """The two sides."""
        with Vertical(id="because"):
            with Pane(id="story", title="Why there is no solution"):
                yield STree(id="steps", wraps=True)
            yield EvidencePane()
        with Pane(id="ways", title="Ways out"):
            yield STree(id="hints", wraps=True)
            yield Static(id="preview")

    def show(self, state: SessionState) -> None:
        """Another state."""
        self._state = state
        self._show_story(state)
        self._show_ways(state, 0)
        self._show_evidence()

    def _show_evidence(self) -> None:
        """The candidates of the package under the cursor, else of the first of the conflict."""
        state, pane = self._state, self.query_one(EvidencePane)
        if state is None or (state.explanation is None and state.phase is not Phase.SOLVED):
            return
        packages = [
            node.data.package
            for root in self._calm
            for node in root.walk()
            if isinstance(node.data, Link)
        ] or list(state.pins)
        if state.explanation is not None:
            packages = [item.package for item in state.explanation.candidates]
            packages += [step.package for step in state.explanation.steps if step.package]
        kept = pane.package if pane.package in packages else ""
        pane.show(state, self.package or kept or (packages[0] if packages else ""))

    @on(VTable.Highlighted, "#steps")
    def _moved(self, event: VTable.Highlighted) -> None:
        if type(event) is VTable.Highlighted:
            self._show_evidence()

    @on(VTable.Chosen, "#evidence-table")
    def _candidate_chosen(self) -> None:
        self.post_message(self.ShowPackage(self.query_one(EvidencePane).package))

    def spin(self, state: SessionState, frame: int) -> None:
        """The next frame of the spinner."""
        if state.fixing:
            self._show_ways(state, frame)

    def _show_story(self, state: SessionState) -> None:
        drawn = (state.phase, state.resolve_id, state.explanation is None, state.failure)
        same = self._explanation is not None and _same_story(self._explanation, state.explanation)
        self._explanation = state.explanation
        if drawn == self._drawn and (same or state.explanation is None):
            return
        self._drawn = drawn
        steps, pane = self.query_one("#steps", STree), self.query_one("#story", Pane)
        explanation = state.explanation
        self.set_class(explanation is None and state.phase is not Phase.SOLVED, "-empty")
        self.set_class(explanation is None and state.phase is Phase.SOLVED, "-calm")
        if explanation is None and state.phase is Phase.SOLVED:
            self._calm = calm_nodes(state)
            steps.set_nodes(self._calm)
            pane.set_titles("No conflict", words.count(len(state.pins), "package"))
            return
        if explanation is None:
            nodes = problem_nodes(state.failure, "resolve again") if state.failure else []
            steps.set_nodes(nodes, notice=_nothing(state))
            pane.set_titles("Conflict")
            return
        steps.set_nodes(story.story_nodes(explanation))
        pane.set_titles("Why there is no solution", words.count(len(explanation.steps), "step"))

    def _show_ways(self, state: SessionState, frame: int) -> None:
        hints = state.explanation.hints if state.explanation else ()
        spinner = signs.SPINNER[frame % len(signs.SPINNER)]
        ways = (hints, state.trying, spinner)
        if ways == self._ways:
            return
        news = not self._ways or hints != self._ways[0]
        self._ways = ways
        nodes = fixes.fix_nodes(hints, state.trying, spinner)
        tree = self.query_one("#hints", STree)
        tree.set_nodes(nodes, notice=((("none known", "muted"),),))
        if nodes and not tree.has_focus:
            tree.go_to(nodes[0].key)  # the best, until somebody looks at another one
        verified = sum(hint.verified for hint in hints)
        self.query_one("#ways", Pane).set_titles(
            "Ways out", f"{verified} of {len(hints)} verified, enter tries one"
        )
        if news:
            self._show_preview()

    def _show_preview(self) -> None:
        hint = self._hint
        lines = [(("If you try this", "title"),), *fixes.preview(hint)] if hint else []
        self.query_one("#preview", Static).update(paragraphs(lines))

    @property
    def _hint(self) -> Hint | None:
        """The way out under the cursor."""
        node = self.query_one("#hints", STree).node
        return node.data if node and isinstance(node.data, Hint) else None

    @on(VTable.Highlighted, "#hints")
    def _preview(self, event: VTable.Highlighted) -> None:
        if type(event) is VTable.Highlighted:
            self._show_preview()

    def focus_first(self) -> None:
        """The focus when the view opens."""
        self.query_one("#steps", STree).focus()

    def leave(self) -> bool:
        """Nothing to leave but the ways out."""
        aside = self.query_one("#hints", STree), self.query_one("#evidence-table", VTable)
        if any(each.has_focus for each in aside):
            self.focus_first()
            return True
        return False

    @on(VTable.Chosen, "#steps")
    def _follow(self, event: VTable.Chosen) -> None:
        node = event.row.data if event.row else None
        if not isinstance(node, Node):
            return
        link = node.data if isinstance(node.data, Link) else Link()
        if link.step:
            self.query_one("#steps", STree).reveal((link.step, "step"))
        elif link.package:
            self.post_message(self.ShowPackage(link.package))
        else:
            self.query_one("#steps", STree).action_toggle_row()

    @on(VTable.Chosen, "#hints")
    def _hint_chosen(self) -> None:
        hint = self._hint
        if hint is not None and hint.changes:
            self.post_message(self.TryFix(hint))
        elif hint is not None:
            self.post_message(self.CopyHint())

    def copied(self) -> str:
        """What `y` copies: the way out under the cursor, a sentence, or at the root a report."""
        node = self.query_one("#steps", STree).node
        if self._explanation is None:
            return "".join(text for text, _ in node.spans) if node else ""
        hint = self._hint
        if hint is not None and self.query_one("#hints", STree).has_focus:
            return shlex.join(hint.args) if hint.args else hint.text
        return story.copied(self._explanation, node)

    @property
    def package(self) -> str:
        """The package under the cursor, or ""."""
        node = self.query_one("#steps", STree).node
        return node.data.package if node and isinstance(node.data, Link) else ""


def _same_story(one: Explanation, other: Explanation | None) -> bool:
    """Whether only the ways out differ."""
    return other is not None and (one.cause, one.steps) == (other.cause, other.steps)


def _nothing(state: SessionState) -> tuple[Spans, ...]:
    match state.phase:
        case Phase.RESOLVING:
            return ((("resolving …", "muted"),),)
        case _:
            return nothing_yet(state)
