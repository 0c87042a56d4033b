"""View 2, Conflict: why there is no solution, as a tree, with the ways out beside it."""

from __future__ import annotations

import shlex
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message

from resolvetui.model.explanation import Explanation, Hint
from resolvetui.tui import keys, words
from resolvetui.tui.spans import Spans
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.views import story
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

    def __init__(self) -> None:
        super().__init__(id="conflict")
        self._state: SessionState | None = None
        self._explanation: Explanation | None = None
        self._drawn: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """The two sides."""
        with Pane(id="story", title="Why there is no solution"):
            yield STree(id="steps", wraps=True)
        with Pane(id="ways", title="Ways out"):
            yield STree(id="hints", wraps=True)

    def show(self, state: SessionState) -> None:
        """Another state."""
        drawn = (state.phase, state.resolve_id, state.explanation is None, state.failure)
        if drawn == self._drawn and state.explanation is self._explanation:
            return
        self._drawn, self._explanation = drawn, state.explanation
        steps, hints = self.query_one("#steps", STree), self.query_one("#hints", STree)
        pane, ways = self.query_one("#story", Pane), self.query_one("#ways", Pane)
        explanation = state.explanation
        self.set_class(explanation is None, "-empty")
        if explanation is None:
            nodes = problem_nodes(state.failure, "resolve again") if state.failure else []
            steps.set_nodes(nodes, notice=_nothing(state))
            hints.set_nodes([])
            pane.set_titles("Conflict")
            return
        steps.set_nodes(story.story_nodes(explanation))
        hints.set_nodes(story.hint_nodes(explanation.hints), notice=((("none known", "muted"),),))
        pane.set_titles("Why there is no solution", words.count(len(explanation.steps), "step"))
        verified = sum(hint.verified for hint in explanation.hints)
        ways.set_titles("Ways out", f"{verified} of {len(explanation.hints)} verified")

    def focus_first(self) -> None:
        """The focus when the view opens."""
        self.query_one("#steps", STree).focus()

    def leave(self) -> bool:
        """Nothing to leave but the ways out."""
        if self.query_one("#hints", STree).has_focus:
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
        self.post_message(self.CopyHint())

    def copied(self) -> str:
        """What `y` copies: the way out under the cursor, a sentence, or at the root a report."""
        if self._explanation is None:
            return ""
        hints = self.query_one("#hints", STree)
        if hints.has_focus and hints.node and isinstance(hints.node.data, Hint):
            hint = hints.node.data
            return shlex.join(hint.args) if hint.args else hint.text
        node = self.query_one("#steps", STree).node
        if node is None or node.key == "cause":
            return story.report(self._explanation)
        return "".join(text for text, _ in node.spans)

    @property
    def package(self) -> str:
        """The package under the cursor, or ""."""
        node = self.query_one("#steps", STree).node
        return node.data.package if node and isinstance(node.data, Link) else ""


def _nothing(state: SessionState) -> tuple[Spans, ...]:
    match state.phase:
        case Phase.SOLVED:
            conflicts = state.progress.conflicts if state.progress else 0
            turned = f"The resolver turned back {words.count(conflicts, 'time')}."
            return (
                (("No conflict", "strong"),),
                (),
                ((turned, "muted"),),
                (("1", "key"), (" shows the solution", "muted")),
            )
        case Phase.RESOLVING:
            return ((("resolving …", "muted"),),)
        case _:
            return ((("Nothing was resolved yet", "muted"),),)
