"""The guided install as values: which steps there are, how each stands, which is next."""

from __future__ import annotations

from typing import Any

import pytest

from resolvetui.tui.guide.steps import ORDER, Guide, Seen, Standing, Step, place
from resolvetui.tui.guide.words import here, row, sign_of
from resolvetui.tui.spans import plain, width
from resolvetui.tui.state import first_state
from tests.tui import world

SOLVED: dict[str, Any] = {"required": True, "answer": "solved"}
READY: dict[str, Any] = {**SOLVED, "chosen": True, "planned": 13}


def at(guide: Guide = Guide(), **seen: Any) -> Step | None:  # noqa: B008 - frozen
    return place(guide, Seen(**seen)).at


def test_the_steps_follow_each_other() -> None:
    assert at() is Step.ENVIRONMENT
    assert at(**SOLVED) is Step.ENVIRONMENT
    assert at(**SOLVED, chosen=True, labels=("cpu", "cu121")) is Step.BUILDS
    assert at(required=True, chosen=True, answer="running") is Step.RESOLVE
    assert at(required=True, chosen=True, answer="failed") is Step.RESOLVE
    assert at(required=True, chosen=True, answer="conflict") is Step.CONFLICT
    assert at(**READY) is Step.PLAN
    seen_plan = Guide().passing(Step.PLAN)
    assert at(seen_plan, **READY) is Step.INSTALL
    assert at(seen_plan, **READY, install="running") is Step.INSTALL
    assert at(seen_plan, **READY, install="failed") is Step.INSTALL
    assert at(seen_plan, **READY, install="done") is Step.CHECK
    assert at(seen_plan, **READY, install="done", check="bad") is Step.CHECK
    assert at(seen_plan, **READY, install="done", check="good") is Step.COMMAND
    all_seen = seen_plan.passing(Step.COMMAND)
    assert at(all_seen, **READY, install="done", check="good") is None


def test_every_step_can_be_skipped_and_the_end_is_reached() -> None:
    for seen in (
        Seen(),
        Seen(required=True, answer="running"),
        Seen(required=True, answer="conflict", labels=("cpu",)),
        Seen(**READY, labels=("cpu", "cu121")),
        Seen(**READY, install="failed", check="failed"),
    ):
        guide = Guide()
        for _ in ORDER:
            now = place(guide, seen).at
            if now is not None:
                guide = guide.skipping(now)
        assert place(guide, seen).at is None, seen


def test_what_is_skipped_is_done_all_the_same_when_it_is_done_after_all() -> None:
    guide = Guide().skipping(Step.ENVIRONMENT)
    assert place(guide, Seen(**SOLVED)).of(Step.ENVIRONMENT) is Standing.SKIPPED
    assert place(guide, Seen(**READY)).of(Step.ENVIRONMENT) is Standing.DONE


def test_without_a_solution_only_the_command_is_left() -> None:
    guide = Guide().skipping(Step.CONFLICT)
    found = place(guide, Seen(required=True, chosen=True, answer="conflict"))
    assert found.at is Step.COMMAND
    assert {found.of(step) for step in (Step.PLAN, Step.INSTALL, Step.CHECK)} == {Standing.UNNEEDED}
    assert at(guide, **READY) is Step.PLAN  # a way out was taken after all


def test_an_environment_that_has_it_all_needs_no_install() -> None:
    guide = Guide().passing(Step.PLAN)
    found = place(guide, Seen(**{**READY, "planned": 0}))
    assert found.of(Step.INSTALL) is Standing.UNNEEDED
    assert found.at is Step.CHECK


def test_an_install_by_another_key_settles_what_comes_before_it() -> None:
    found = place(Guide(), Seen(**SOLVED, labels=("cpu",), install="done"))
    assert found.at is Step.CHECK
    assert found.of(Step.ENVIRONMENT) is Standing.DONE
    assert found.of(Step.BUILDS) is Standing.UNNEEDED


def test_another_answer_is_to_be_seen_anew() -> None:
    guide = Guide().passing(Step.PLAN).passing(Step.BUILDS).renewed()
    assert at(guide, **READY) is Step.PLAN
    assert Step.BUILDS in guide.passed


def test_what_stands_against_a_plan_is_seen_before_an_install() -> None:
    guide = Guide().passing(Step.PLAN)
    found = place(guide, Seen(**READY, stands_against=True))
    assert (found.at, found.of(Step.PLAN)) == (Step.PLAN, Standing.FAILED)


@pytest.mark.parametrize("step", ORDER)
def test_every_place_has_a_sign_a_sentence_and_a_key_or_a_reason(step: Step) -> None:
    cases = [
        Seen(),
        Seen(required=True),
        Seen(required=True, making=True),
        Seen(required=True, refused=True),
        Seen(**SOLVED, chosen=True, labels=("cpu", "")),
        *(Seen(required=True, chosen=True, answer=each) for each in ("none", "running", "failed")),
        Seen(required=True, chosen=True, answer="conflict"),
        Seen(**READY, stands_against=True),
        *(Seen(**READY, install=each) for each in ("none", "running", "failed", "done")),
        *(Seen(**READY, install="done", check=each) for each in ("running", "bad", "failed")),
    ]
    state = first_state(world.QUERY)
    for seen in cases:
        for guide in (Guide(), Guide().passing(Step.PLAN)):
            found = place(guide, seen)
            said = here(found, seen, state)
            assert plain(said.sentence)
            assert said.label or said.why_not
            assert sign_of(found, step).glyph
            assert width(row(found)) < 90
