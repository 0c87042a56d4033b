"""The candidates below the story of a conflict, on large screens: of what the cursor is on."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.message import Message

from resolvetui.tui.state import SessionState
from resolvetui.tui.views.tabs import Look, tab_content
from resolvetui.tui.widgets.pane import Pane
from resolvetui.tui.widgets.vtable import VTable


class EvidencePane(Pane):
    """A package's versions on each index, as in Explore."""

    class Needs(Message):
        """The candidate table of this package is wanted."""

        def __init__(self, package: str) -> None:
            super().__init__()
            self.package = package

    def __init__(self) -> None:
        super().__init__(id="evidence", title="Candidates")
        self._state: SessionState | None = None
        self._package = ""
        self._drawn: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """The table."""
        yield VTable(id="evidence-table")

    @property
    def package(self) -> str:
        """Whose candidates are shown."""
        return self._package

    def show(self, state: SessionState, package: str) -> None:
        """Another state or package; nothing is asked or drawn where the pane is not seen."""
        self._state, self._package = state, package
        if not self.display or not package:
            return
        if package not in state.tables:
            self.post_message(self.Needs(package).set_sender(self))
        table = state.tables.get(package)
        drawn = (package, state.phase, id(table), id(state.asked), id(state.load_failures))
        if drawn == self._drawn:
            return
        self._drawn, self._sources = drawn, (table, state.asked, state.load_failures)
        content = tab_content(state, Look(package=package))
        self.set_titles(f"Candidates of {package}", content.subtitle)
        widget = self.query_one(VTable)
        widget.set_columns(content.columns)
        widget.set_rows(content.rows, notice=content.notice)

    def on_show(self) -> None:
        """The screen became large enough."""
        if self._state is not None:
            self.show(self._state, self._package)
