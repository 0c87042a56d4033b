"""View 5, Targets: how the query ends on other Pythons and platforms, a cell each."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.message import Message
from textual.widgets import ContentSwitcher, Static

from resolvetui.inputs.as_command import shown_command
from resolvetui.model.query import TargetRequest
from resolvetui.tui import keys, signs, words
from resolvetui.tui.later import when_drawn
from resolvetui.tui.matrix import Matrix, Place
from resolvetui.tui.safe import safe
from resolvetui.tui.spans import Spans, paragraphs, plain
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.target_link import TargetLink
from resolvetui.tui.views.problem import problem_nodes
from resolvetui.tui.views.target_cells import cell, details, legend, summary
from resolvetui.tui.widgets.grid import CellGrid
from resolvetui.tui.widgets.pane import Pane
from resolvetui.tui.widgets.say import Say
from resolvetui.tui.widgets.stree import STree


class TargetsView(Container):
    """The grid, and below it or beside it what is known of the cell under the cursor."""

    CONTEXT: ClassVar[keys.Context] = "targets"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("targets")]

    class Use(Message):
        """The query is to be asked for another target."""

        def __init__(self, target: TargetRequest, name: str, *, conflict: bool = False) -> None:
            super().__init__()
            self.target = target
            self.name = name
            """`3.11 on macos arm64`."""
            self.conflict = conflict
            """Whether its conflict is to be shown."""

    def __init__(self, link: TargetLink) -> None:
        super().__init__(id="targets")
        self._link = link
        self._state: SessionState | None = None
        self._drawn: tuple[object, ...] = ()
        self._grid: object = None
        self._marks = 0

    def compose(self) -> ComposeResult:
        """Grid and details, or what stands against both."""
        with ContentSwitcher(initial="target-problem"):
            with Container(id="target-panes"):
                with Pane(id="matrix", title="Targets"):
                    yield CellGrid(id="cells")
                with Container(id="target-below"):
                    with (
                        Pane(id="target", title="Target"),
                        VerticalScroll(id="target-text"),
                    ):
                        yield Static(id="target-lines")
                    with (
                        Pane(id="summary", title="Outcomes"),
                        VerticalScroll(id="summary-text"),
                    ):
                        yield Static(id="summary-lines")
            with Pane(id="target-problem", title="Targets"):
                yield STree(id="target-trouble", wraps=True)

    # ---- drawing

    def show(self, state: SessionState) -> None:
        """Another state."""
        self._state = state
        matrix = state.matrix
        drawn = (
            matrix, state.query.target, bool(state.query.requirements), state.phase, state.failure,
            self.size.width,
        )  # fmt: skip
        if len(drawn) == len(self._drawn) and all(
            a is b or a == b for a, b in zip(drawn, self._drawn, strict=True)
        ):
            return
        self._drawn = drawn
        self._show_grid(state)
        self._show_cell()

    def _show_grid(self, state: SessionState) -> None:
        matrix, grid = state.matrix, state.matrix.grid
        switcher = self.query_one(ContentSwitcher)
        had_focus = switcher.has_focus_within
        usable = bool(grid.rows and state.query.requirements)
        switcher.current = "target-panes" if usable else "target-problem"
        if not usable:
            nodes = problem_nodes(state.failure, "tries again") if state.failure else []
            self.query_one("#target-trouble", STree).set_nodes(nodes, notice=_nothing(state))
        else:
            current = grid.place(state.query.target)
            table = self.query_one(CellGrid)
            table.set_cells(
                [_head(column.label, column.libc) for column in grid.columns],
                [((f"{row.minor:>5}", "strong"),) for row in grid.rows],
                [
                    [cell(matrix, (row, column), current) for column in range(len(grid.columns))]
                    for row in range(len(grid.rows))
                ],
            )
            if grid != self._grid:
                self._grid = grid
                if current is not None:
                    table.go_to(*current)
            self.query_one("#matrix", Pane).set_titles("Targets", _subtitle(matrix))
        if had_focus:
            self.focus_first()

    def _show_cell(self) -> None:
        state = self._state
        place = self.place
        if state is None or place is None:
            return
        matrix = state.matrix
        current = matrix.grid.place(state.query.target)
        text = self.query_one("#target-text")
        cells = max(text.size.width - 2, 20)
        lines = [*details(matrix, place, current, cells), (), self._command(state, place)]
        self.query_one("#target-lines", Static).update(paragraphs(lines))
        beside = max(self.query_one("#summary-text").size.width - 2, 20)
        outcomes = [*summary(matrix, beside), (), (("Signs", "title"),), *legend()]
        self.query_one("#summary-lines", Static).update(paragraphs(outcomes))
        title = matrix.grid.name(*place)
        suffix = "the target now" if place == current else "enter makes it the target"
        self.query_one("#target", Pane).set_titles(title, suffix)

    def _command(self, state: SessionState, place: Place) -> Spans:
        """What asks the same on a command line."""
        query = replace(state.query, target=state.matrix.grid.target(*place))
        return (("$ ", "muted"), (safe(shown_command(query), 1000), "info"))

    @property
    def place(self) -> Place | None:
        """Where the cursor is; None while there is no grid."""
        if self._state is None or not self._state.matrix.grid.rows:
            return None
        grid = self._state.matrix.grid
        row, column = self.query_one(CellGrid).cursor
        return min(row, len(grid.rows) - 1), min(column, len(grid.columns) - 1)

    @on(CellGrid.Highlighted)
    def _moved(self) -> None:
        self.query_one("#target-text", VerticalScroll).scroll_home(animate=False)
        self._show_cell()

    def on_resize(self) -> None:
        """Lists are laid out to the width."""
        when_drawn(self, self._show_cell)

    def focus_first(self) -> None:
        """The focus when the view opens."""
        current = self.query_one(ContentSwitcher).current
        (self.query_one(CellGrid) if current == "target-panes" else self.query_one(STree)).focus()

    # ---- what is done

    @on(CellGrid.Chosen)
    def _chosen(self) -> None:
        self._use(conflict=False)

    def action_conflict(self) -> None:
        """Show why there is no solution for the target under the cursor."""
        self._use(conflict=True)

    def _use(self, *, conflict: bool) -> None:
        place, state = self.place, self._state
        if place is None or state is None:
            self.post_message(Say("There is no target yet."))
            return
        grid = state.matrix.grid
        self.post_message(self.Use(grid.target(*place), grid.name(*place), conflict=conflict))

    @on(CellGrid.Toggled)
    def _toggled(self) -> None:
        place = self.place
        if place is not None:
            self._link.switch(frozenset((place,)), on=place in self._link.matrix.off)

    def action_mark(self) -> None:
        """Switch on all, this Python, this platform, or none, in turn."""
        place, matrix = self.place, self._link.matrix
        if place is None:
            self.post_message(Say("There is no target yet."))
            return
        row, column = place
        names = (
            f"Python {matrix.grid.rows[row].minor}",
            matrix.grid.columns[column].label,
            "none",
            "all",
        )
        wanted = (
            frozenset(each for each in matrix.places if each[0] == row),
            frozenset(each for each in matrix.places if each[1] == column),
            frozenset[Place](),
            matrix.places,
        )[self._marks]
        self.post_message(Say(f"switched on: {names[self._marks]}"))
        self._marks = (self._marks + 1) % len(names)
        self._link.switch(matrix.places, on=False)
        self._link.switch(wanted, on=True)

    def run(self) -> None:
        """Run what is switched on, or say why not."""
        state = self._state
        if state is None or not state.query.requirements or not state.matrix.grid.rows:
            self.post_message(Say("There is nothing to run yet."))
            return
        matrix = self._link.matrix  # newer than what was painted last
        chosen = matrix.chosen()
        if not chosen:
            self.post_message(Say("No target is switched on: space or m switches them on."))
            return
        known = state.query.target if state.answered else None  # the resolve that counts told it
        wanted = [each for each in chosen if each != known and not matrix.is_running(each)]
        if wanted:
            self._link.run(wanted)
        else:
            self.post_message(Say("What is switched on is known already."))

    def leave(self) -> bool:
        """Stop a run."""
        if self._link.matrix.running:
            self._link.stop()
            return True
        return False

    @property
    def package(self) -> str:
        """No package is under the cursor."""
        return ""

    def copied(self) -> str:
        """What `y` copies: the whole grid as text, and what is known of the cell."""
        state, place = self._state, self.place
        if state is None or place is None:
            return ""
        matrix, grid = state.matrix, state.matrix.grid
        current = grid.place(state.query.target)
        lines = [
            f"{grid.name(row, column)}: {plain(cell(matrix, (row, column), current)[2:])}"
            for row in range(len(grid.rows))
            for column in range(len(grid.columns))
            if matrix.answer(grid.target(row, column)) is not None
        ]
        known = [*details(matrix, place, current, 80), (), self._command(state, place)]
        about = [plain(line).rstrip() for line in known]
        return "\n".join([*lines, "", grid.name(*place), *about])


def _head(label: str, libc: str) -> tuple[Spans, ...]:
    return ((label, "strong"),), ((libc, "muted"),)


def _subtitle(matrix: Matrix) -> str:
    if matrix.running:
        return f"{signs.RUNNING.glyph} {matrix.done} of {matrix.total} run, esc stops"
    return f"{words.count(len(matrix.chosen()), 'target')} switched on, r runs them"


def _nothing(state: SessionState) -> tuple[Spans, ...]:
    if not state.query.requirements:
        return (
            (("Nothing is required yet", "strong"),),
            (("a", "key"), (" adds a requirement", "muted")),
        )
    if state.phase is Phase.RESOLVING:
        return ((("asking the target …", "muted"),),)
    return ((("The target is not known", "strong"),), (("r", "key"), (" tries again", "muted")))
