"""One immutable state, replaced by each message; old requests' answers change nothing."""

from __future__ import annotations

from resolvetui.session import protocol
from resolvetui.tui import state as states
from resolvetui.tui.merging import merge
from resolvetui.tui.state import InstallPhase, Phase, SessionState
from tests.tui import world


def resolved() -> SessionState:
    state = states.begin_resolve(states.first_state(world.QUERY), 1, world.QUERY)
    for message in world.solved(1):
        state = merge(state, message)
    return state


def failed(request: int) -> protocol.Failed:
    return protocol.Failed(request, "index", "down", "", "", None)


def test_a_good_resolve_ends_with_pins_and_totals() -> None:
    state = resolved()
    assert state.phase is Phase.SOLVED
    assert len(state.pins) == 13
    assert state.elapsed_s == 1.31


def test_messages_of_a_resolve_that_was_given_up_are_ignored() -> None:
    state = states.begin_resolve(resolved(), 2, world.QUERY)
    for message in world.solved(1):
        state = merge(state, message)
    assert state.phase is Phase.RESOLVING
    assert state.resolution is None


def test_credentials_are_not_in_what_is_shown() -> None:
    query = world.query("torch")
    nameless = query.indexes[0].__class__("", query.indexes[0].url)  # type: ignore[arg-type]
    assert "secret" not in states.index_label(nameless)


def test_a_failure_belongs_to_the_request_that_it_names() -> None:
    state = states.begin_question(resolved(), 5, "torch", "")
    assert merge(state, failed(5)).load_failures == {("torch", ""): failed(5)}
    state = states.begin_plan(resolved(), 6)
    assert merge(state, failed(6)).plan_failure == failed(6)
    state = states.begin_install(resolved(), 7)
    assert merge(state, failed(7)).install is InstallPhase.FAILED


def test_a_lost_worker_fails_all_that_runs() -> None:
    state = states.begin_resolve(resolved(), 2, world.QUERY)
    assert merge(state, failed(0)).phase is Phase.FAILED
    assert merge(resolved(), failed(0)).phase is Phase.SOLVED


def test_a_resolve_that_ends_without_a_result_is_idle() -> None:
    state = states.begin_resolve(resolved(), 2, world.QUERY)
    assert merge(state, protocol.Done(2)).phase is Phase.IDLE


def test_files_are_forgotten_when_verdicts_may_differ() -> None:
    state = states.begin_question(resolved(), 5, "torch", "2.3.0+cpu")
    state = merge(state, world.files(5, "torch", "2.3.0+cpu"))
    assert states.begin_resolve(state, 6, world.query("torch")).files
    other = world.query("torch").__class__(world.query("torch").requirements)
    assert not states.begin_resolve(state, 6, other).files


def test_ways_out_replace_those_that_were_not_tried() -> None:
    state = states.begin_resolve(states.first_state(world.CONFLICT_QUERY), 1, world.CONFLICT_QUERY)
    for message in world.unsolved(1):
        state = merge(state, message)
    state = states.begin_fixes(state, 2)
    assert state.fixing
    for message in world.fixed(2)[:-1]:
        state = merge(state, message)
    assert state.explanation is not None
    assert [hint.verified for hint in state.explanation.hints] == [True, True, False]
    assert not merge(state, world.fixed(2)[-1]).fixing


def test_a_lost_worker_tries_no_ways_out_any_more() -> None:
    state = states.begin_fixes(resolved(), 2)
    assert not merge(state, failed(0)).fixing
    assert not merge(state, failed(2)).fixing
