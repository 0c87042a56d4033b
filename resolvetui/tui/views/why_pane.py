"""The third pane of Explore on wide screens: why the package is as it is, beside its candidates."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.message import Message
from textual.timer import Timer

from resolvetui.tui.state import SessionState
from resolvetui.tui.views.tabs import Look, tab_content
from resolvetui.tui.widgets.pane import Pane
from resolvetui.tui.widgets.stree import STree

REST_S = 0.3
"""How long a package is looked at before the solver is asked: an answer may cost a search."""


class WhyPane(Pane):
    """The answer of the tab Why, without the tab."""

    class Needs(Message):
        """Why this package is as it is, is wanted."""

        def __init__(self, package: str) -> None:
            super().__init__()
            self.package = package

    def __init__(self, rest_s: float = REST_S) -> None:
        super().__init__(id="why-pane", title="Why")
        self._rest_s = rest_s
        self._package = ""
        self._state: SessionState | None = None
        self._drawn: tuple[object, ...] = ()
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """The tree."""
        yield STree(id="why-tree", wraps=True)

    def show(self, state: SessionState, package: str) -> None:
        """Another state or package; nothing is asked or drawn where the pane is not seen."""
        self._state, self._package = state, package
        if not self.display:
            return
        self._draw()
        if package and state.whys.wants(package):
            self._ask_when_at_rest()

    def _ask_when_at_rest(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        if self._rest_s:
            self._timer = self.set_timer(self._rest_s, self._ask)
        else:
            self._ask()

    def _ask(self) -> None:
        if self._package and self.display:
            self.post_message(self.Needs(self._package).set_sender(self))

    def _draw(self) -> None:
        state = self._state
        if state is None:
            return
        drawn = (self._package, state.phase, id(state.whys), id(state.explanation), state.failure)
        if drawn == self._drawn:
            return
        self._drawn, self._sources = drawn, (state.whys, state.explanation)
        content = tab_content(state, Look(package=self._package, tab="Why"))
        self.set_titles(f"Why {self._package}" if self._package else "Why")
        self.query_one(STree).set_nodes(list(content.nodes), notice=content.notice)

    def on_show(self) -> None:
        """The screen became wide enough."""
        if self._state is not None:
            self.show(self._state, self._package)
