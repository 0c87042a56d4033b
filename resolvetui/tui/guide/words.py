"""What the line of the guided install says at each step, and what its key does there. Pure."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from resolvetui.tui import signs, words
from resolvetui.tui.guide.steps import ORDER, Place, Seen, Standing, Step
from resolvetui.tui.signs import Sign
from resolvetui.tui.spans import Role, Span, Spans
from resolvetui.tui.state import SessionState

Go = Literal[
    "add", "environment", "builds", "wait", "resolve", "conflict", "plan", "install", "check",
    "command", "end",
]  # fmt: skip
"""What the key that goes on does."""


class Here(Struct, frozen=True):
    """The step that one is at."""

    go: Go
    label: str
    """Beside the key."""
    sentence: Spans
    why_not: str = ""
    """Said for the key where it can do nothing."""


_SIGNS = {
    Standing.DONE: signs.STEP_DONE,
    Standing.SKIPPED: signs.STEP_SKIPPED,
    Standing.UNNEEDED: signs.STEP_UNNEEDED,
}


def here(place: Place, seen: Seen, state: SessionState) -> Here:
    """What is to be said and done where one is."""
    if place.at is None:
        return Here(
            "end",
            "",
            (("all steps are behind you", "text"),),
            "All steps are done or skipped: X leaves the guide.",
        )
    if not seen.required:
        return Here("add", "add", (("what is to be installed?", "text"),))
    return _HERE[place.at](seen, state)


def _environment(seen: Seen, state: SessionState) -> Here:
    if seen.making:
        return Here("wait", "", (("being made …", "accent"),), "The environment is being made.")
    if seen.refused and state.plan_failure is not None:
        return Here("environment", "choose", ((state.plan_failure.what, "bad"),))
    return Here("environment", "choose", (("none is chosen yet", "text"),))


def _builds(seen: Seen, _state: SessionState) -> Here:
    labels = ", ".join(label or "plain" for label in seen.labels)
    return Here("builds", "choose", (("there are several: ", "text"), (labels, "strong")))


def _resolve(seen: Seen, state: SessionState) -> Here:
    match seen.answer:
        case "running":
            why = "Still resolving: esc and all views work meanwhile."
            return Here("wait", "", (("looking for versions that go together …", "accent"),), why)
        case "failed":
            what = state.failure.what if state.failure else "it failed"
            return Here("resolve", "again", ((what, "bad"),))
        case _:
            return Here("resolve", "resolve", (("nothing was looked for yet", "text"),))


def _conflict(_seen: Seen, _state: SessionState) -> Here:
    return Here("conflict", "ways out", (("no solution: try a way out", "bad"),))


def _plan(seen: Seen, state: SessionState) -> Here:
    if seen.stands_against:
        return Here("plan", "look", (("something stands against it", "bad"),))
    found = words.count(len(state.pins), "package")
    return Here("plan", "look", ((found, "strong"), (" found: see what would change", "text")))


def _install(seen: Seen, state: SessionState) -> Here:
    match seen.install:
        case "running":
            why = "An install is running; esc stops it."
            return Here("wait", "", (("it runs; esc stops it", "accent"),), why)
        case "failed":
            failed = state.install_failure
            what = "stopped, nothing was changed"
            if failed is not None and failed.kind != "cancelled":
                what = failed.what
            return Here("install", "again", ((what, "bad"),))
        case _:
            pass
    if seen.planned is None:
        return Here("install", "install", (("asks once more before it begins", "text"),))
    where = f" in {state.plan.environment}" if state.plan and state.plan.environment else ""
    changes = words.count(seen.planned, "change")
    return Here("install", "install", ((changes, "strong"), (where, "text")))


def _check(seen: Seen, state: SessionState) -> Here:
    book = state.check
    match seen.check:
        case "running":
            what: Spans = (("looking at what is there now …", "accent"),)
            return Here("wait", "", what, "The environment is being looked at.")
        case "bad" if book.answer is not None:
            found = words.count(len(book.answer.problems), "problem")
            return Here("check", "read", ((found, "bad"), (" in the environment", "text")))
        case "failed" if book.failure is not None:
            return Here("check", "again", ((book.failure.what, "bad"),))
        case _:
            return Here("check", "check", (("whether all that is installed fits", "text"),))


def _command(seen: Seen, state: SessionState) -> Here:
    said: Spans = (("the same without the app", "text"),)
    if seen.check == "good" and state.check.answer is not None:
        said = ((f"{words.count(state.check.answer.packages, 'package')} in order", "ok"),)
    return Here("command", "copy as command", said)


_HERE = {
    Step.ENVIRONMENT: _environment,
    Step.BUILDS: _builds,
    Step.RESOLVE: _resolve,
    Step.CONFLICT: _conflict,
    Step.PLAN: _plan,
    Step.INSTALL: _install,
    Step.CHECK: _check,
    Step.COMMAND: _command,
}


# ---- the steps in a row


def sign_of(place: Place, step: Step) -> Sign:
    """The sign of a step."""
    standing = place.of(step)
    if step is place.at:
        return signs.STEP_STUCK if standing is Standing.FAILED else signs.STEP_HERE
    return _SIGNS.get(standing, signs.STEP_AHEAD)


def row(place: Place) -> Spans:
    """All steps with sign and word, 88 cells."""
    spans: list[Span] = []
    for step in ORDER:
        sign = sign_of(place, step)
        word: Role = "strong" if step is place.at else _WORDS.get(place.of(step), "muted")
        spans += [("  " if spans else "", "guide"), (f"{sign.glyph} ", sign.role), (step, word)]
    return tuple(spans)


_WORDS: dict[Standing, Role] = {Standing.DONE: "text", Standing.UNNEEDED: "guide"}


def head(place: Place) -> Spans:
    """The step that one is at alone: its number of all, sign, word."""
    total = f"{place.number}/{len(ORDER)} "
    if place.at is None:
        return ((total, "muted"), (f"{signs.STEP_DONE.glyph} ", "ok"), ("Done", "strong"))
    sign = sign_of(place, place.at)
    return ((total, "muted"), (f"{sign.glyph} ", sign.role), (place.at, "strong"))
