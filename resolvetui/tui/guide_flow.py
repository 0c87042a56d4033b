"""The guided install: from the app as it is to the next step of it, and its dialogs.

It starts nothing by itself but the check after an install, which only reads. Every step can be
taken by the keys of the views as well: the guide sees it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.environment.accelerators import Accelerators, look_for_accelerators
from resolvetui.environment.finding import is_running_python
from resolvetui.environment.surroundings import Surroundings, look_around
from resolvetui.model.query import TargetRequest
from resolvetui.tui.guide import words
from resolvetui.tui.guide.builds import Build, builds_of
from resolvetui.tui.guide.command import Made
from resolvetui.tui.guide.questions import NEW, Question, build_question, environment_question
from resolvetui.tui.guide.steps import Guide, Place, Seen, Step, place
from resolvetui.tui.state import InstallPhase, Phase, SessionState
from resolvetui.tui.widgets.guide_line import GuideLine

if TYPE_CHECKING:
    from resolvetui.tui.bridge import Bridge
    from resolvetui.tui.dialogs.choice import Taken
    from resolvetui.tui.screen import MainScreen

_MOST_TABLES = 8

_ANSWERS: dict[Phase, Literal["none", "running", "solved", "conflict", "failed"]] = {
    Phase.IDLE: "none",
    Phase.RESOLVING: "running",
    Phase.SOLVED: "solved",
    Phase.UNSATISFIABLE: "conflict",
    Phase.FAILED: "failed",
}
_INSTALLS: dict[InstallPhase, Literal["none", "running", "done", "failed"]] = {
    InstallPhase.NONE: "none",
    InstallPhase.RUNNING: "running",
    InstallPhase.STOPPING: "running",
    InstallPhase.DONE: "done",
    InstallPhase.FAILED: "failed",
}


class GuideStart(Struct, frozen=True):
    """How the guide begins."""

    begins: bool = False
    """Whether it is there from the start, without a key."""
    home: TargetRequest | None = None
    """A target that nobody chose, beside the running Python."""
    is_demo: bool = False
    folder: str = ""
    """Where environments are looked for; "" for the current folder."""
    around: Surroundings | None = None
    """What there is to install into; None: looked for when it is asked."""
    machine: Accelerators | None = None
    """Likewise."""


class GuideFlow:
    """Where the guide is, and what its keys do."""

    def __init__(self, screen: MainScreen, bridge: Bridge, start: GuideStart) -> None:
        self._screen = screen
        self._bridge = bridge
        self._start = start
        self._guide = Guide() if start.begins else None
        self._first_indexes = bridge.query.indexes
        self._about = (0, 0)
        """The resolve and the install that were followed last."""
        self._builds: tuple[object, tuple[Build, ...]] = (None, ())

    # ---- where one is

    @property
    def place(self) -> Place | None:
        """The steps; None while there is no guide."""
        return place(self._guide, self.seen) if self._guide else None

    @property
    def seen(self) -> Seen:
        """What the app looks like to the guide."""
        state, query = self._bridge.state, self._bridge.query
        chosen = self._is_chosen(state)
        plan = state.plan
        stands = plan is not None and bool(plan.conflicts or plan.blocked)
        return Seen(
            required=bool(query.requirements),
            chosen=chosen,
            making=bool(state.environment_id),
            refused=state.plan_failure is not None,
            labels=tuple(build.label for build in self._choices(state)[1:]),
            answer=_ANSWERS[state.phase],
            planned=len(plan.changes) if plan is not None else None,
            stands_against=stands or (chosen and state.plan_failure is not None),
            install=_INSTALLS[state.install],
            check=_check(state),
        )

    def _is_chosen(self, state: SessionState) -> bool:
        target = self._bridge.query.target
        if not target.is_environment or target == self._start.home:
            return False
        if is_running_python(target.python, os.environ, self._folder):
            return False
        said = self._guide is not None and Step.ENVIRONMENT in self._guide.passed
        if said or state.target is None or state.phase is Phase.RESOLVING:
            return True
        return state.target.is_virtual

    @property
    def _folder(self) -> Path:
        return Path(self._start.folder) if self._start.folder else Path.cwd()

    def _choices(self, state: SessionState) -> tuple[Build, ...]:
        """The builds that there are to choose from; computed once for what it depends on."""
        query = self._bridge.query
        system = state.target.platform if state.target else ""
        known = (query, tuple(state.tables.items()), system)
        if self._builds[0] != known:
            self._builds = known, builds_of(query, state.tables, system)
        return self._builds[1]

    # ---- with each state

    def follow(self, state: SessionState) -> None:
        """Another state: the line shows it; what only reads is begun."""
        if self._guide is None:
            self._screen.query_one(GuideLine).show(None)
            return
        if (state.resolve_id, state.install_id) != self._about:
            self._about = (state.resolve_id, state.install_id)
            self._guide = self._guide.renewed()
        self._want_tables(state)
        now = place(self._guide, self.seen)
        if now.at is Step.PLAN and self._screen.view.id == "plan" and not self.seen.stands_against:
            self._guide = self._guide.passing(Step.PLAN)
            now = place(self._guide, self.seen)
        if state.install is InstallPhase.DONE and not state.check.id:
            self._bridge.want_check()
            now = place(self._guide, self.seen)
        shown = words.here(now, self.seen, self._bridge.state)
        self._screen.query_one(GuideLine).show((now, shown))

    def _want_tables(self, state: SessionState) -> None:
        """Other builds of what was chosen with a label: the table of all versions has them."""
        if state.phase is not Phase.SOLVED or state.installing:
            return
        pins = state.pins
        for root in state.query.requirements[:_MOST_TABLES]:
            pin = pins.get(root.requirement.name)
            if pin is not None and "+" in pin.version:
                self._bridge.want_candidates(pin.name)

    # ---- keys

    def go_on(self) -> None:
        """Begin, or do what the step is about."""
        if self._guide is None:
            self._guide = Guide()
            self._screen.paint()
            self._screen.say("The guided install: C goes on, P skips a step, X leaves it.")
            return
        now = place(self._guide, self.seen)
        here = words.here(now, self.seen, self._bridge.state)
        if here.why_not:
            self._screen.say(here.why_not, warn=here.go == "wait")
            return
        if here.go in ("add", "environment", "builds") and self._screen.changes.refuse():
            return
        steps: dict[words.Go, Callable[[], None]] = {
            "add": self._screen.action_add_requirement,
            "environment": self._ask_environment,
            "builds": self._ask_build,
            "resolve": self._screen.action_resolve_again,
            "conflict": self._to_conflict,
            "plan": self._to_plan,
            "install": self._screen.action_install,
            "check": self._show_check,
            "command": self._copy_command,
        }
        steps[here.go]()

    def step_over(self) -> None:
        """On without the step that one is at."""
        if self._guide is None:
            self._screen.say("There is no guide to go on with: C begins one.")
            return
        at = place(self._guide, self.seen).at
        if at is None:
            self._screen.say("All steps are done or skipped: X leaves the guide.")
        elif self._bridge.state.installing or self._bridge.state.environment_id:
            running = "An install is running; esc stops it."
            making = "The environment is being made: it takes a moment."
            self._screen.say(running if self._bridge.state.installing else making, warn=True)
        else:
            self._guide = self._guide.skipping(at)
            self._screen.paint()

    def leave(self) -> None:
        """No guide any more; nothing else changes."""
        if self._guide is None:
            self._screen.say("There is no guide to leave.")
            return
        self._guide = None
        self._screen.paint()
        self._screen.say("The guide is left, all else is as it was: C begins it again.")

    # ---- steps

    def _pass(self, step: Step) -> None:
        if self._guide is not None:
            self._guide = self._guide.passing(step)
        self._screen.paint()

    def _skip(self, step: Step) -> None:
        if self._guide is not None:
            self._guide = self._guide.skipping(step)
        self._screen.paint()

    def _ask(self, question: Question) -> None:
        from resolvetui.tui.dialogs.choice import ChoiceDialog

        def answered(taken: Taken | None) -> None:
            if taken is None:
                return
            if not taken.key:
                self._skip(question.step)
            elif not self._screen.changes.refuse():
                if question.step is Step.ENVIRONMENT:
                    self._use_environment(taken)
                else:
                    self._use_build(taken)

        dialog = ChoiceDialog(
            question.title,
            question.lines,
            question.answers,
            marked=question.marked,
            field=question.field,
        )
        self._screen.app.push_screen(dialog, answered)

    def _ask_environment(self) -> None:
        self._ask(environment_question(self._surroundings(), self._bridge.state))

    def _surroundings(self) -> Surroundings:
        return self._start.around or look_around(os.environ, self._folder)

    def _use_environment(self, taken: Taken) -> None:
        if not taken.key.startswith(NEW):
            query = self._bridge.query
            if query.target.python != taken.key:
                self._bridge.change(replace(query, target=TargetRequest(python=taken.key)))
                self._screen.say("the target is changed: u undoes it")
            self._pass(Step.ENVIRONMENT)
        else:
            self._bridge.make_environment(taken.text, taken.key.removeprefix(NEW))

    def _ask_build(self) -> None:
        self._ask(build_question(self._choices(self._bridge.state), self._machine()))

    def _machine(self) -> Accelerators:
        return self._start.machine or look_for_accelerators()

    def _use_build(self, taken: Taken) -> None:
        number = int(taken.key)
        choices = self._choices(self._bridge.state)
        if number < len(choices):
            query = choices[number].query
            if query != self._bridge.query:
                self._bridge.change(query)
                self._screen.say(f"build {choices[number].title}: u undoes it")
            self._pass(Step.BUILDS)

    def _to_conflict(self) -> None:
        there = self._screen.view.id == "conflict"
        if not there:
            self._screen.action_view("conflict")
        self._screen.query_one("#hints").focus()
        if there:
            self._screen.say("enter tries a way out; u undoes it")

    def _to_plan(self) -> None:
        state = self._bridge.state
        if self._screen.view.id == "plan" and self.seen.stands_against:
            self._bridge.plan_again()
            self._screen.say("planned anew")
        self._screen.action_view("plan")
        if state.phase is Phase.SOLVED and not self.seen.stands_against:
            self._pass(Step.PLAN)

    def _show_check(self) -> None:
        from resolvetui.tui.dialogs.text import TextDialog
        from resolvetui.tui.guide.questions import check_lines

        book = self._bridge.state.check
        if book.answer is None:
            self._bridge.want_check()
            return
        dialog = TextDialog("What does not hold", check_lines(book.answer))

        def answered(text: str | None) -> None:
            if text:
                self._screen.copy(text)
            self._pass(Step.CHECK)

        self._screen.app.push_screen(dialog, answered)

    def _made(self) -> Made | None:
        """The environment that was made on the way, by this or another dialog."""
        if self._bridge.made is None:
            return None
        folder, base = self._bridge.made
        return Made(folder, "" if base == self._start.home else base.python)

    def _copy_command(self) -> None:
        from resolvetui.tui import exports
        from resolvetui.tui.dialogs.choose import ChooseDialog
        from resolvetui.tui.guide.command import install_command

        state, query = self._bridge.state, self._bridge.query
        gone = {index.url for index in self._first_indexes} - {each.url for each in query.indexes}
        command = install_command(
            query, self._made(), isolated=bool(gone), demo=self._start.is_demo
        )

        def answered(text: str | None) -> None:
            if text:
                self._screen.copy(text)
                self._pass(Step.COMMAND)

        texts = (("resolvetui command", command), *exports.copies(state))
        self._screen.app.push_screen(ChooseDialog("Copy as", texts), answered)


def _check(state: SessionState) -> Literal["none", "running", "good", "bad", "failed"]:
    book = state.check
    if book.failure is not None:
        return "failed"
    if book.answer is None:
        return "running" if book.id else "none"
    return "bad" if book.answer.problems else "good"
