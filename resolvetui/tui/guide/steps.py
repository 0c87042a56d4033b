"""The steps of a guided install, how each stands, and which is next. Pure.

Nothing is remembered of a step that can be seen: how it stands follows from the app as it is, so
that whoever goes another way (a key, another view, undo) is where the guide says. Kept are only
the answers "I have seen it" and "without this step".
"""

from __future__ import annotations

import enum
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace


class Step(enum.StrEnum):
    """In order; the value is the word that people see."""

    ENVIRONMENT = "Environment"
    BUILDS = "Builds"
    RESOLVE = "Resolve"
    CONFLICT = "Conflict"
    PLAN = "Plan"
    INSTALL = "Install"
    CHECK = "Check"
    COMMAND = "Command"


ORDER = tuple(Step)


class Standing(enum.StrEnum):
    """How a step stands."""

    DONE = "done"
    OPEN = "ahead"
    RUNNING = "running"
    FAILED = "needs you"
    SKIPPED = "skipped"
    UNNEEDED = "not needed"


_WAITING = (Standing.OPEN, Standing.RUNNING, Standing.FAILED)


class Seen(Struct, frozen=True):
    """What the steps depend on, as the app has it now."""

    required: bool = False
    """Whether anything is asked for."""
    chosen: bool = False
    """Whether there is an environment to install into that the user named or made."""
    making: bool = False
    """Whether an environment is being made."""
    refused: bool = False
    """Whether that failed."""
    labels: tuple[str, ...] = ()
    """The builds that there are to choose from; () where there is no choice."""
    answer: Literal["none", "running", "solved", "conflict", "failed"] = "none"
    """How the resolve stands."""
    planned: int | None = None
    """How many packages the plan changes; None while there is none."""
    stands_against: bool = False
    """Whether the plan cannot be carried out as it is, or could not be made."""
    install: Literal["none", "running", "done", "failed"] = "none"
    check: Literal["none", "running", "good", "bad", "failed"] = "none"


_OF_ONE_ANSWER = frozenset({Step.PLAN, Step.CHECK, Step.COMMAND})


class Guide(Struct, frozen=True):
    """What the user has said of the steps."""

    passed: frozenset[Step] = frozenset()
    """Seen, answered."""
    skipped: frozenset[Step] = frozenset()

    def passing(self, step: Step) -> Guide:
        """The user has seen it."""
        return replace(self, passed=self.passed | {step}, skipped=self.skipped - {step})

    def skipping(self, step: Step) -> Guide:
        """The user goes on without it."""
        return replace(self, skipped=self.skipped | {step})

    def renewed(self) -> Guide:
        """Another answer, or another install: what was seen of the one before does not count."""
        return replace(self, passed=self.passed - _OF_ONE_ANSWER)


class Place(Struct, frozen=True):
    """All steps, and where one is among them."""

    standings: tuple[tuple[Step, Standing], ...]
    at: Step | None
    """The step that waits for the user, or for the app; None at the end."""

    @property
    def number(self) -> int:
        """1 for the first step; the number of steps at the end."""
        return ORDER.index(self.at) + 1 if self.at else len(ORDER)

    def of(self, step: Step) -> Standing:
        """How a step stands."""
        return dict(self.standings)[step]


def place(guide: Guide, seen: Seen) -> Place:
    """Where one is.

    A step that is skipped counts as skipped until it is done after all; what can no longer be
    reached from there (no plan without a solution) is not needed.
    """
    standings = tuple((step, _standing(step, guide, seen)) for step in ORDER)
    at = next((step for step, standing in standings if standing in _WAITING), None)
    return Place(standings, at)


def _standing(step: Step, guide: Guide, seen: Seen) -> Standing:
    found = _STANDING[step](guide, seen)
    if step in guide.skipped and found in _WAITING:
        return Standing.SKIPPED
    return found


def _environment(_guide: Guide, seen: Seen) -> Standing:
    if seen.making:
        return Standing.RUNNING
    if seen.chosen or seen.install in ("running", "done"):
        return Standing.DONE
    return Standing.FAILED if seen.refused else Standing.OPEN


def _builds(guide: Guide, seen: Seen) -> Standing:
    if Step.BUILDS in guide.passed:
        return Standing.DONE
    is_open = seen.labels and seen.install not in ("running", "done")
    return Standing.OPEN if is_open else Standing.UNNEEDED


def _resolve(_guide: Guide, seen: Seen) -> Standing:
    match seen.answer:
        case "none":
            return Standing.OPEN
        case "running":
            return Standing.RUNNING
        case "failed":
            return Standing.FAILED
        case _:
            return Standing.DONE


def _conflict(_guide: Guide, seen: Seen) -> Standing:
    return Standing.FAILED if seen.answer == "conflict" else Standing.UNNEEDED


def _plan(guide: Guide, seen: Seen) -> Standing:
    if _is_hopeless(guide, seen):
        return Standing.UNNEEDED
    if seen.stands_against and seen.install == "none":
        return Standing.FAILED
    began = seen.install != "none"
    return Standing.DONE if began or Step.PLAN in guide.passed else Standing.OPEN


def _install(guide: Guide, seen: Seen) -> Standing:
    match seen.install:
        case "running":
            return Standing.RUNNING
        case "done":
            return Standing.DONE
        case "failed":
            return Standing.FAILED
        case _:
            nothing = seen.planned == 0 and not seen.stands_against
            unneeded = nothing or _is_hopeless(guide, seen)
            return Standing.UNNEEDED if unneeded else Standing.OPEN


def _check(guide: Guide, seen: Seen) -> Standing:
    if Step.CHECK in guide.passed or seen.check == "good":
        return Standing.DONE
    if Step.INSTALL in guide.skipped and seen.install != "done":
        return Standing.UNNEEDED  # nothing was changed
    if _is_hopeless(guide, seen):
        return Standing.UNNEEDED
    if seen.check == "running":
        return Standing.RUNNING
    return Standing.FAILED if seen.check in ("bad", "failed") else Standing.OPEN


def _command(guide: Guide, _seen: Seen) -> Standing:
    return Standing.DONE if Step.COMMAND in guide.passed else Standing.OPEN


_STANDING = {
    Step.ENVIRONMENT: _environment,
    Step.BUILDS: _builds,
    Step.RESOLVE: _resolve,
    Step.CONFLICT: _conflict,
    Step.PLAN: _plan,
    Step.INSTALL: _install,
    Step.CHECK: _check,
    Step.COMMAND: _command,
}


def _is_hopeless(guide: Guide, seen: Seen) -> bool:
    """Whether the user goes on without a solution: then there is nothing to install."""
    without = Step.RESOLVE in guide.skipped or Step.CONFLICT in guide.skipped
    return without and seen.answer != "solved"
