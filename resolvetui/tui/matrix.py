"""What the screen knows of the query on many targets: answers, and what is to be run. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.model.query import Query, TargetRequest
from resolvetui.session.protocol import Failed, TargetView
from resolvetui.session.target_messages import TargetAnswer, TargetTold
from resolvetui.tui.grid_targets import TargetGrid, grid_with

Place: TypeAlias = tuple[int, int]
"""Row and column of the grid."""
Answer: TypeAlias = TargetAnswer | Failed

MOST_SHEETS = 10
"""Earlier queries whose answers are kept, for undo and redo."""


class Sheet(Struct, frozen=True):
    """The answers of one query, whatever its own target is."""

    query: Query
    """Without its target."""
    answers: dict[TargetRequest, Answer] = {}


class Matrix(Struct, frozen=True):
    """The grid with its answers; those of another query are put aside when one begins."""

    grid: TargetGrid = TargetGrid()
    off: frozenset[Place] = frozenset()
    """Places that are not to be run."""
    sheet: Sheet | None = None
    aside: tuple[Sheet, ...] = ()
    """Of earlier queries, newest first."""
    waiting: tuple[TargetRequest, ...] = ()
    """Still to be run, in order."""
    asked: dict[int, TargetRequest] = {}
    """On its way: request to target; one at most, or two for a moment."""
    total: int = 0
    """How many this run began with."""
    given_up: bool = False
    """Whether the run was stopped: what is on its way is not asked again."""

    @property
    def running(self) -> bool:
        """Whether targets are run."""
        return bool(self.waiting or self.asked)

    @property
    def done(self) -> int:
        """How many of this run have their answer."""
        return self.total - len(self.waiting) - len(self.asked)

    def answer(self, target: TargetRequest) -> Answer | None:
        """How the query ends there, None while that is not known."""
        return self.sheet.answers.get(target) if self.sheet else None

    def is_running(self, target: TargetRequest) -> bool:
        """Whether a target is in work."""
        return target in self.asked.values()

    def is_stale(self, query: Query) -> bool:
        """Whether a target is in work whose answer would be of no use for this query."""
        return bool(self.asked and self.sheet and self.sheet.query != without_target(query))

    # ---- the query that counts

    def about(self, query: Query) -> Matrix:
        """Another query begins: its own answers are shown; a run of the one before is over."""
        plain = without_target(query)
        if self.sheet is not None and self.sheet.query == plain:
            return self
        sheets = [*([self.sheet] if self.sheet else []), *self.aside]
        found = next((sheet for sheet in sheets if sheet.query == plain), Sheet(plain))
        rest = tuple(sheet for sheet in sheets if sheet is not found)[:MOST_SHEETS]
        return replace(self, sheet=found, aside=rest, waiting=(), asked={}, total=0)

    def seen(self, target: TargetRequest, view: TargetView) -> Matrix:
        """The query's target answered: the grid gets a place for it, if it has none."""
        if self.grid.place(target) is not None:
            return self
        grid = grid_with(self.grid, target, view)
        same = (len(grid.rows), len(grid.columns)) == (len(self.grid.rows), len(self.grid.columns))
        return replace(self, grid=grid, off=self.off if same else frozenset())

    def answered(self, target: TargetRequest, answer: Answer) -> Matrix:
        """What the query comes to on a target is known."""
        if self.sheet is None:
            return self
        sheet = replace(self.sheet, answers={**self.sheet.answers, target: answer})
        return replace(self, sheet=sheet)

    # ---- runs

    def chosen(self) -> tuple[TargetRequest, ...]:
        """The targets that are switched on, platform by platform from the home's own Python."""
        grid = self.grid
        return tuple(
            grid.target(row, column)
            for row in range(len(grid.rows))
            for column in range(len(grid.columns))
            if (row, column) not in self.off
        )

    def begun(self, targets: Sequence[TargetRequest]) -> Matrix:
        """These are to be run; what is known of them is forgotten."""
        if self.sheet is None:
            return self
        kept = {key: value for key, value in self.sheet.answers.items() if key not in targets}
        return replace(
            self,
            sheet=replace(self.sheet, answers=kept),
            waiting=tuple(targets),
            total=len(targets) + len(self.asked),
            given_up=False,
        )

    def sent(self, request: int) -> Matrix:
        """The next of them was asked about."""
        first, *rest = self.waiting
        return replace(self, waiting=tuple(rest), asked={**self.asked, request: first})

    def stopped(self) -> Matrix:
        """No more are asked about."""
        return replace(self, waiting=(), given_up=True)

    def told(self, message: TargetTold) -> Matrix:
        """An answer came; one that nobody waits for any more changes nothing."""
        target = self.asked.get(message.id)
        return self if target is None else self.answered(target, message.answer)

    def failing(self, failed: Failed) -> Matrix:
        """A target could not be resolved for, or, with request 0, none can.

        One that was cancelled on behalf of something else is asked again.
        """
        if failed.id == 0:
            lost = self
            for target in self.asked.values():
                lost = lost.answered(target, failed)
            return replace(lost, waiting=(), asked={})
        target = self.asked[failed.id]
        if failed.kind != "cancelled":
            return self.answered(target, failed)
        return self if self.given_up else replace(self, waiting=(target, *self.waiting))

    def ended(self, request: int) -> Matrix:
        """Nothing more comes for a request."""
        asked = {key: target for key, target in self.asked.items() if key != request}
        return replace(self, asked=asked)

    # ---- what is switched on

    def switched(self, places: frozenset[Place], *, on: bool) -> Matrix:
        """These places are to be run, or not."""
        return replace(self, off=self.off - places if on else self.off | places)

    @property
    def places(self) -> frozenset[Place]:
        """All places."""
        return frozenset(
            (row, column)
            for row in range(len(self.grid.rows))
            for column in range(len(self.grid.columns))
        )


def without_target(query: Query) -> Query:
    """The query as far as it is the same on every target."""
    return replace(query, target=TargetRequest())
