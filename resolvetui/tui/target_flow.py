"""Changes of the target: from the grid of view 5, and from the dialog of the key `t`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from resolvetui.model.query import Query
from resolvetui.session.protocol import Failed
from resolvetui.tui.state import SessionState
from resolvetui.tui.views.targets import TargetsView

if TYPE_CHECKING:
    from resolvetui.tui.bridge import Bridge
    from resolvetui.tui.screen import MainScreen


class TargetFlow:
    """What the user wants of targets."""

    def __init__(self, screen: MainScreen, bridge: Bridge) -> None:
        self._screen = screen
        self._bridge = bridge
        self._ran = False
        """Whether targets were run when the state was last looked at."""

    def follow(self, state: SessionState) -> bool:
        """Another state: whether a run of targets has ended since the last one."""
        ended = self._ran and not state.matrix.running and not state.matrix.given_up
        self._ran = state.matrix.running
        return ended

    def use(self, wish: TargetsView.Use) -> None:
        """Make a cell the target of the query; one change that `u` undoes."""
        query = self._bridge.query
        answer = self._bridge.state.matrix.answer(wish.target)
        is_new = query.target != wish.target
        if wish.conflict and answer is None and is_new:
            self._screen.say(f"{wish.name} was not run yet: r runs it.")
            return
        if (
            wish.conflict
            and answer is not None
            and not isinstance(answer, Failed)
            and answer.solved
        ):
            self._screen.say(f"{wish.name} has a solution: there is no conflict.")
            return
        if is_new:
            self._bridge.change(replace(query, target=wish.target))
            self._screen.say(f"for {wish.name}: u undoes it")
        elif not wish.conflict:
            self._screen.say(f"{wish.name} is the target already.")
        if wish.conflict:
            self._screen.action_view("conflict")

    def ask(self) -> None:
        """Open the dialog with all that decides beside the requirements."""
        from resolvetui.tui.dialogs.target import TargetDialog

        before = self._bridge.query
        target = self._bridge.state.target

        def answered(query: Query | None) -> None:
            if query is None:
                return
            if query == self._bridge.query:
                self._screen.say("Nothing was changed.")
                return
            self._bridge.change(query)
            self._screen.say("changed: u undoes it")

        self._screen.app.push_screen(TargetDialog(before, target), answered)
