"""Names that several indexes have: who has what, whether it is the same, what counts and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from resolvetui.model.sharing import SharedName, Sharing
from resolvetui.tui.dialogs.dialog import Dialog
from resolvetui.tui.later import is_there, when_drawn
from resolvetui.tui.spans import Spans, paragraphs
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.views import shared_rows
from resolvetui.tui.widgets.columns import fitted
from resolvetui.tui.widgets.vtable import FixedRows, VTable


class SharedDialog(Dialog[str]):
    """Answers with the name whose candidates are wanted, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "ask", "Ask all indexes", show=False),
        Binding("q,D", "cancel", "Leave", show=False),
    ]
    TITLE_TEXT = "Names on several indexes"
    FOOT_TEXT = "enter candidates · a asks all indexes · esc leaves"

    def __init__(self, state: SessionState, ask: Callable[[], None]) -> None:
        """`ask`: has the indexes asked that the strategy hides; the answer comes by `show`."""
        super().__init__()
        self._state = state
        self._ask = ask
        self._drawn: Sharing | None = None

    def contents(self) -> ComposeResult:
        """Summary, table, all about the row under the cursor."""
        yield Static(id="shared-summary")
        yield VTable(id="shared")
        with VerticalScroll(id="shared-about", can_focus=False):
            yield Static(id="shared-text")

    def on_mount(self) -> None:
        """What is known by now."""
        self.query_one("#shared", VTable).focus()
        self._show()
        when_drawn(self, self._show_about)

    def on_resize(self) -> None:
        """Lines are cut to the width."""
        when_drawn(self, self._show_about)

    def show(self, state: SessionState) -> None:
        """Another state; one that comes before the dialog is there is shown when it is."""
        self._state = state
        if is_there(self):
            self._show()

    def _show(self) -> None:
        state = self._state
        table = self.query_one("#shared", VTable)
        sharing = state.sharing
        asking = bool(state.sharing_id)
        self.query_one("#shared-summary", Static).update(
            paragraphs([_head(sharing, asking=asking)])
        )
        if sharing is None:
            table.set_rows(FixedRows(), notice=_nothing(state))
        elif sharing is not self._drawn:
            self._drawn = sharing
            rows = shared_rows.shared_rows(sharing)
            table.set_columns(fitted(shared_rows.shared_columns(sharing), rows))
            table.set_rows(FixedRows(rows), notice=_NONE)
            self._show_about()

    def _show_about(self) -> None:
        row = self.query_one("#shared", VTable).row_at_cursor
        name = row.data if row else None
        cells = max(self.query_one("#shared-text").size.width, 30)
        lines = list(shared_rows.about(name, cells)) if isinstance(name, SharedName) else []
        self.query_one("#shared-text", Static).update(paragraphs(lines))
        self.query_one("#shared-about").display = bool(lines)

    @on(VTable.Highlighted, "#shared")
    def _moved(self) -> None:
        self._show_about()

    @on(VTable.Chosen, "#shared")
    def _chosen(self, event: VTable.Chosen) -> None:
        if event.row is not None:
            self.answer(str(event.row.key))

    def action_ask(self) -> None:
        """Ask all indexes about all names."""
        self._ask()


_NONE: tuple[Spans, ...] = ((("Every name is on one index only.", "muted"),),)


def _head(sharing: Sharing | None, *, asking: bool) -> Spans:
    if asking:
        return (("asking …", "accent"),)
    if sharing is None:
        return ()
    spans: Spans = ((shared_rows.summary(sharing), "text"),)
    if not sharing.open:
        return spans
    return (*spans, ("   a", "key"), (" asks all; they learn these names", "muted"))


def _nothing(state: SessionState) -> tuple[Spans, ...]:
    if state.sharing_id:
        return ((("comparing …", "muted"),),)
    if state.phase is Phase.RESOLVING:
        return ((("Still resolving.", "muted"),),)
    return ((("Nothing was resolved yet.", "muted"),),)
