"""From the key `i` to a confirmed install: plan, environment, confirmation, in that order.

Nothing is sent that changes anything before a dialog was answered with yes.
"""

from __future__ import annotations

from typing import Any, Protocol

from textual.app import App

from resolvetui.install.plan import Plan
from resolvetui.session.protocol import RolledBack
from resolvetui.tui.bridge import Bridge
from resolvetui.tui.spans import Spans
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.views.plan import may_install
from resolvetui.tui.views.plan_notes import obstacles


class Stage(Protocol):
    """The screen on which the dialogs open."""

    @property
    def app(self) -> App[Any]:
        """Where dialogs are pushed."""

    def action_view(self, name: str) -> None:
        """Show a view."""

    def say(self, text: str, *, warn: bool = False) -> None:
        """Tell the user something in passing."""


class InstallFlow:
    """Waits for what the next dialog needs, then opens it."""

    def __init__(self, screen: Stage, bridge: Bridge) -> None:
        self._screen = screen
        self._bridge = bridge
        self._waiting = False
        """The user pressed `i` and the plan is on its way."""
        self._told: RolledBack | None = None
        """The last rollback that the user was told of."""

    def begin(self) -> None:
        """The user wants to install."""
        refusal = may_install(self._bridge.state)
        if refusal:
            self._screen.say(refusal, warn=True)
            return
        self._screen.action_view("plan")
        state = self._bridge.state
        if _is_stale(state) and not _wants_environment(state):
            self._bridge.plan_again()
        self._waiting = True
        self.follow(self._bridge.state)

    def follow(self, state: SessionState) -> None:
        """Another state: open the dialog that it allows."""
        if state.rolled_back is not None and state.rolled_back is not self._told:
            self._told = state.rolled_back
            self._screen.say("; ".join(state.rolled_back.lines))
        if not self._waiting or state.environment_id:
            return
        if _wants_environment(state):
            self._waiting = False
            self._offer_environment(state, anyway=False)
        elif state.plan_failure is not None:
            self._waiting = False
        elif state.plan is not None:
            self._waiting = False
            self._with_plan(state, state.plan)

    def _with_plan(self, state: SessionState, plan: Plan) -> None:
        if not plan.changes:
            self._screen.say("Nothing to do: everything is already installed.")
        elif plan.conflicts or plan.blocked:
            self._screen.say(_refusal(plan), warn=True)
        elif state.target is not None and not state.target.is_virtual:
            self._offer_environment(state, anyway=bool(plan.environment))
        else:
            self._confirm(state, plan)

    def _confirm(self, state: SessionState, plan: Plan) -> None:
        from resolvetui.tui.dialogs.confirm import install_dialog

        python = state.target.python if state.target else ""
        dialog = install_dialog(plan, python)
        self._screen.app.push_screen(dialog, lambda yes: self._bridge.install() if yes else None)

    def _offer_environment(self, state: SessionState, *, anyway: bool) -> None:
        from resolvetui.tui.dialogs.environment import EnvironmentDialog

        def answered(folder: str | None) -> None:
            if folder:
                self._waiting = True
                self._bridge.make_environment(folder)
            elif folder == "" and self._bridge.state.plan is not None:
                self._confirm(self._bridge.state, self._bridge.state.plan)

        self._screen.app.push_screen(EnvironmentDialog(_reasons(state), anyway=anyway), answered)

    def ask_to_roll_back(self) -> None:
        """The user wants the last install into the environment undone."""
        from resolvetui.tui.dialogs.confirm import roll_back_dialog

        state = self._bridge.state
        place = state.target.environment if state.target else ""
        if not place or state.phase is Phase.RESOLVING:
            self._screen.say(
                "Still resolving: wait for its end." if place else "There is no environment.",
                warn=True,
            )
            return

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual's signature
            if yes:
                self._screen.action_view("plan")
                self._bridge.roll_back()

        self._screen.app.push_screen(roll_back_dialog(place), answered)

    def ask_to_stop(self) -> None:
        """The user wants an install that runs to end."""
        from resolvetui.tui.dialogs.confirm import stop_dialog

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - Textual's signature
            if yes:
                self._bridge.stop_install()

        self._screen.app.push_screen(stop_dialog(), answered)


def _is_stale(state: SessionState) -> bool:
    """Whether the plan is worth making anew: what stood against it may be gone, or now be seen."""
    stood = state.plan is not None and bool(state.plan.conflicts or state.plan.blocked)
    return stood or bool(state.plan_failure or state.install_failure)


def _refusal(plan: Plan) -> str:
    """Why there is nothing to confirm; the view has all of it."""
    first = next(obstacles(plan))
    return f"It cannot be installed. {''.join(text for text, _ in first[1:])}."


def _wants_environment(state: SessionState) -> bool:
    """Whether the worker refused the environment (PEP 668, read-only, none)."""
    failed = state.plan_failure or state.install_failure
    return failed is not None and failed.kind == "environment"


def _reasons(state: SessionState) -> list[Spans]:
    failed = state.plan_failure or state.install_failure
    if failed is not None:
        reasons: list[Spans] = [((failed.what, "text"),)]
        return [*reasons, ((failed.why, "muted"),)] if failed.why else reasons
    place = state.target.environment if state.target else ""
    if not place:
        return [(("There is no environment to install into yet.", "text"),)]
    return [
        ((place, "strong"), (" is not a virtual environment.", "text")),
        (("What other programs rely on could break. A new one is safe.", "muted"),),
    ]
