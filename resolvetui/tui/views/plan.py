"""View 4, Plan: what an install would change, its progress while it runs, and how it ended."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import ContentSwitcher, Static

from resolvetui.install.plan import Action
from resolvetui.tui import keys
from resolvetui.tui.pip_command import pip_command
from resolvetui.tui.spans import Spans, clip, paragraphs
from resolvetui.tui.state import InstallPhase, Phase, SessionState
from resolvetui.tui.views import plan_about, plan_rows
from resolvetui.tui.views.idle import nothing_yet
from resolvetui.tui.views.plan_notes import notes
from resolvetui.tui.views.problem import problem_nodes
from resolvetui.tui.widgets.pane import Pane
from resolvetui.tui.widgets.say import Say
from resolvetui.tui.widgets.stree import STree
from resolvetui.tui.widgets.vtable import FixedRows, VTable

FRAME_ROWS = 10
"""Of the view that neither the table's rows nor the report take."""
NOTES_SHARE = 0.4
"""Of its height that the report takes at most (`app.tcss`)."""


class PlanView(Horizontal):
    """Totals, progress, table, notes; on wide screens all about the package under the cursor."""

    CONTEXT: ClassVar[keys.Context] = "plan"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("plan")]

    class ShowPackage(Message):
        """The candidate table of this package is wanted."""

        def __init__(self, package: str) -> None:
            super().__init__()
            self.package = package

    class RollBack(Message):
        """The last install is to be undone."""

    def __init__(self) -> None:
        super().__init__(id="plan")
        self._state: SessionState | None = None
        self._drawn: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """One pane: totals, progress, then the table or what went wrong, then notes."""
        with Pane(id="planned", title="Plan"):
            yield Static(id="totals")
            with ContentSwitcher(initial="actions"):
                yield VTable(plan_rows.COLUMNS, id="actions")
                yield STree(id="plan-problem", wraps=True)
            with VerticalScroll(id="notes", can_focus=False):
                yield Static(id="notes-text")
        with Pane(id="plan-about"), VerticalScroll(can_focus=False):
            yield Static(id="plan-about-text")

    def show(self, state: SessionState) -> None:
        """Another state."""
        drawn = (
            state.phase, state.plan, state.plan_failure, state.steps, state.install,
            state.installed, state.install_failure, state.plan_id, self.size.width,
        )  # fmt: skip
        if drawn == self._drawn:
            return
        self._drawn, self._state = drawn, state
        # Without a solution there is no plan either: what ended the resolve is told here as well.
        failure = state.plan_failure or state.failure
        switcher = self.query_one(ContentSwitcher)
        had_focus = switcher.has_focus_within
        switcher.current = "plan-problem" if failure else "actions"
        if failure is not None:
            problem = problem_nodes(failure, "" if state.plan_failure else "resolve again")
            self.query_one("#plan-problem", STree).set_nodes(problem)
        rows = FixedRows(plan_rows.plan_rows(state))
        self.query_one("#actions", VTable).set_rows(rows, notice=_nothing(state))
        if had_focus:
            self.focus_first()
        self._draw_words(state)
        self._draw_about()

    def _draw_about(self) -> None:
        state = self._state
        row = self.query_one("#actions", VTable).row_at_cursor
        action = row.data if row and isinstance(row.data, Action) else None
        pane = self.query_one("#plan-about", Pane)
        pane.set_class(action is None, "-empty")
        if state is not None and action is not None:
            pane.set_titles(action.name)
            lines = plan_about.about(state, action)
            self.query_one("#plan-about-text", Static).update(paragraphs(lines))

    @on(VTable.Highlighted, "#actions")
    def _moved(self, event: VTable.Highlighted) -> None:
        if type(event) is VTable.Highlighted:
            self._draw_about()

    def _draw_words(self, state: SessionState) -> None:
        plan = state.plan
        pane = self.query_one("#planned", Pane)
        title = "Plan"
        if plan is not None:
            title = (
                f"Plan for {plan.environment}" if plan.environment else "Plan, no environment yet"
            )
        pane.set_titles(title, plan_rows.kinds(plan) if plan else "")
        totals = self.query_one("#totals", Static)
        totals.display = plan is not None
        cells = max(self.size.width - 4, 20)
        if plan is not None:
            head = [plan_rows.totals(plan)]
            if state.installing:
                head.append(plan_rows.progress_line(state, cells))
            totals.update(paragraphs(clip(line, cells) for line in head))
        rows = len(plan.actions) if plan else 0
        free = min(self.size.height - rows - FRAME_ROWS, int(NOTES_SHARE * self.size.height) - 4)
        lines = notes(state, free)
        self.query_one("#notes").display = bool(lines)
        self.query_one("#notes-text", Static).update(paragraphs(lines))

    def focus_first(self) -> None:
        """The focus when the view opens."""
        current = self.query_one(ContentSwitcher).visible_content
        if current is not None:
            current.focus()

    def leave(self) -> bool:
        """Nothing to leave here."""
        return False

    def on_resize(self) -> None:
        """Lines are cut to the width."""
        if self._state is not None:
            self.show(self._state)

    @on(VTable.Chosen, "#actions")
    def _chosen(self) -> None:
        if self.package:
            self.post_message(self.ShowPackage(self.package))

    @property
    def package(self) -> str:
        """The package under the cursor, or ""."""
        row = self.query_one("#actions", VTable).row_at_cursor
        return row.data.name if row and isinstance(row.data, Action) else ""

    def action_roll_back(self) -> None:
        """Undo the last install, if the user says so once more."""
        self.post_message(self.RollBack())

    def copied(self) -> str:
        """What `y` copies: the report after an install, else a pip command of these versions."""
        state = self._state
        if state is None:
            return ""
        if state.installed is not None:
            return "\n".join(state.installed.lines)
        return pip_command(state.plan, state.query.indexes) if state.plan is not None else ""

    async def action_stop(self) -> None:
        """The question that `esc` asks as well, while an install runs."""
        if self._state is not None and self._state.installing:
            await self.run_action("screen.leave")
        else:
            self.post_message(Say("No install is running."))


def _nothing(state: SessionState) -> tuple[Spans, ...]:
    if state.planning:
        return ((("reading the environment …", "muted"),),)
    match state.phase:
        case Phase.SOLVED if state.plan is not None:
            return ((("Everything is already installed", "strong"),),)
        case Phase.SOLVED:
            return ((("no plan yet", "muted"),),)
        case Phase.UNSATISFIABLE:
            return (
                (("There is no solution to install", "strong"),),
                (("2", "key"), (" shows why", "muted")),
            )
        case Phase.RESOLVING:
            return ((("resolving …", "muted"),),)
        case _:
            return nothing_yet(state)


def may_install(state: SessionState) -> str:
    """Why an install cannot be started now, or "" when it can."""
    if state.installing:
        return "An install is running."
    if state.phase is Phase.RESOLVING:
        return "Still resolving: wait for the solution."
    if state.phase is not Phase.SOLVED:
        return "There is no solution to install."
    if state.install is InstallPhase.DONE:
        return "It is installed."
    return ""
