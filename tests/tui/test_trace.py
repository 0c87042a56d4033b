"""The Trace view: each key, paging, filters, the state after a step, saving."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input, Static

from resolvetui.session import protocol
from resolvetui.session.trace_messages import (
    AskTraceState,
    ListTrace,
    SaveSession,
    SaveTrace,
    SeekTrace,
    TraceFound,
    TracePage,
    TraceState,
    TraceStep,
)
from resolvetui.tui.dialogs.save import SaveDialog
from resolvetui.tui.save_flow import Record
from resolvetui.tui.screen import MainScreen
from resolvetui.tui.trace_book import PAGE, TraceBook
from resolvetui.tui.views.trace import TraceView
from tests.tui import traces, world
from tests.tui.fake import FakeBackend, make_app
from tests.tui.test_app import play, press, until, view


def trace(screen: MainScreen) -> TraceView:
    return screen.query_one(TraceView)


def after(screen: MainScreen) -> str:
    return str(screen.query_one("#after", Static).visual)


def toasts(screen: MainScreen) -> list[str]:
    return [one.message for one in screen.app._notifications]


def kind(screen: MainScreen) -> str:
    step = trace(screen).book.step(trace(screen).table.cursor)
    return step.kind if step else ""


def test_6_shows_the_steps_and_the_state_after_the_first() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        assert not backend.of(ListTrace)
        await press(pilot, "6")
        assert view(screen) == "trace"
        assert len(trace(screen).table.source) == trace(screen).book.total
        assert "Partial solution" in after(screen)
        assert [request.first for request in backend.of(ListTrace)] == [0]

    play(steps, make_app(backend))


def test_full_stop_and_comma_step_and_the_state_follows() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "6", "full_stop", "full_stop", "comma", "full_stop")
        assert trace(screen).table.cursor == 2
        told = trace(screen).book.after
        assert told is not None
        assert told.position == 2

    play(steps)


def test_conflicts_are_jumped_to_both_ways_and_the_end_is_told() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "6", "greater_than_sign")
        assert kind(screen) == "conflict"
        first = trace(screen).table.cursor
        await press(pilot, "end", "greater_than_sign")
        assert toasts(screen)[-1] == "No conflict after this step."
        for _ in range(9):
            await press(pilot, "less_than_sign")
        assert trace(screen).table.cursor == first
        assert toasts(screen)[-1] == "No conflict before this step."

    play(steps)


def test_the_state_of_a_backjump_tells_conflict_lesson_and_what_was_taken_back() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "6", "greater_than_sign")
        while kind(screen) != "jumped back":
            await press(pilot, "full_stop")
        shown = after(screen)
        assert "Conflict\n" in shown
        assert "Taken back\n" in shown
        assert "torchvision" in shown

    play(steps)


def test_a_resolve_without_a_conflict_says_so() -> None:
    calm = traces.answers(traces.trace_of("numpy"))

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "6", "greater_than_sign")
        assert toasts(screen) == ["This resolve had no conflict."]
        assert "no conflict" in str(screen.query_one("#steps-pane").border_subtitle)

    play(steps, make_app(FakeBackend(**calm)))


def test_the_filter_takes_packages_and_kinds_and_esc_ends_it() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "6")
        whole = trace(screen).book.total
        await press(pilot, "slash", *"numpy", "space", *"!tries", "enter")
        await until(pilot, lambda: trace(screen).book.filter == "numpy !tries")
        steps_ = trace(screen).book.pages[0]
        assert steps_
        assert all(step.package == "numpy" and step.kind != "tries" for step in steps_)
        await press(pilot, "greater_than_sign")
        assert toasts(screen)[-1].endswith("among the steps that pass the filter.")
        await press(pilot, "escape")
        assert trace(screen).book.total == whole

    play(steps)


def test_a_filter_that_nothing_passes_says_so() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "6", "slash", *"zzz", "enter")
        assert trace(screen).book.total == 0
        assert len(trace(screen).table.source) == 0
        await press(pilot, "escape", "slash")
        assert isinstance(screen.focused, Input)

    play(steps)


def test_space_plays_and_stops() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "6", "space")
        shown = trace(screen)
        await until(pilot, lambda: shown.table.cursor >= 2)
        await press(pilot, "space")
        assert shown._player is None
        await press(pilot, "space", "escape")
        assert shown._player is None
        assert view(screen) == "trace"

    play(steps)


def test_y_copies_the_step_with_its_state() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "6", "full_stop", "y")
        assert screen.app.clipboard.startswith("step 2, level 0\n")
        assert "Partial solution" in screen.app.clipboard

    play(steps)


def test_w_and_enter_go_on_from_a_step() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "6", "enter")
        assert screen.focused is not None
        assert screen.focused.id == "after-scroll"
        await press(pilot, "escape", "full_stop", "full_stop", "w")
        assert view(screen) == "explore"

    play(steps)


def test_o_writes_the_trace_and_asks_before_it_replaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    backend = FakeBackend()

    def mine() -> None:
        Path("trace.txt").write_text("mine", encoding="utf-8")

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "6", "o")
        assert isinstance(screen.app.screen, SaveDialog)
        await press(pilot, "enter")
        assert backend.of(SaveTrace)[-1].path == "trace.txt"
        assert not backend.of(SaveTrace)[-1].replace
        assert toasts(screen)[-1] == "saved: trace of 61 steps in trace.txt"
        mine()
        await press(pilot, "o", "enter")
        assert isinstance(screen.app.screen, SaveDialog)
        await press(pilot, "enter")
        assert backend.of(SaveTrace)[-1].replace

    play(steps, make_app(backend))


def test_s_saves_the_session_and_a_failure_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def fail(request: SaveSession) -> list[protocol.Message]:
        return [traces.failed(request.id, "The disk is full."), protocol.Done(request.id)]

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "S", "enter")
        assert toasts(screen)[-1].startswith("Not saved: The disk is full.")

    play(steps, make_app(FakeBackend(SaveSession=fail)))


def test_nothing_is_saved_before_a_resolve() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "S")
        assert toasts(screen) == ["Nothing was resolved yet."]
        await press(pilot, "6", "o", "slash", "greater_than_sign", "space")
        assert screen.app.screen is screen
        assert len(toasts(screen)) == 5

    play(steps, make_app(query=world.query()))


def test_record_writes_each_attempt_when_it_has_ended() -> None:
    backend = FakeBackend()
    record = Record("run.json", (("input", "mind this"),))

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        (sent,) = backend.of(SaveSession)
        assert (sent.path, sent.replace, sent.warnings) == ("run.json", True, record.warnings)
        await press(pilot, "r")
        assert len(backend.of(SaveSession)) == 2
        assert not toasts(screen)

    play(steps, make_app(backend, record=record))


def test_a_trace_that_cannot_be_had_says_why() -> None:
    def fail(request: ListTrace) -> list[protocol.Message]:
        return [traces.failed(request.id, "It is not kept."), protocol.Done(request.id)]

    backend = FakeBackend(ListTrace=fail)

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "6", "full_stop", "2", "6")
        assert trace(screen).book.failed is not None
        assert len(backend.of(ListTrace)) == 1
        await press(pilot, "r")
        assert len(backend.of(ListTrace)) == 2

    play(steps, make_app(backend))


MANY = 100_000


def many_step(position: int) -> TraceStep:
    kinds: tuple[Any, ...] = ("tries", "decided", "derived", "conflict")
    which = 3 if position % 997 == 996 else position % 3
    name = f"package-{position % 50}"
    return TraceStep(
        position + 1, position % 40, kinds[which], name, "", position / 100, 9, 3, name
    )


def long_trace() -> dict[str, Any]:
    """A worker with 100,000 steps, made when they are asked for."""

    def page(r: ListTrace) -> list[protocol.Message]:
        steps = tuple(many_step(at) for at in range(r.first, min(r.first + r.count, MANY)))
        told = TracePage(r.id, r.filter, r.first, steps, MANY, MANY, 7_000, 20_000, MANY // 997)
        return [told, protocol.Done(r.id)]

    def state(r: AskTraceState) -> list[protocol.Message]:
        step = many_step(r.position)
        told = TraceState(r.id, r.position, step, step.level, (), (), (), 0, "", "", 0)
        return [told, protocol.Done(r.id)]

    def seek(r: SeekTrace) -> list[protocol.Message]:
        step = -1 if r.back else 1
        at = next((x for x in range(r.position + step, MANY, step) if x % 997 == 996), None)
        return [TraceFound(r.id, at), protocol.Done(r.id)]

    return {"ListTrace": page, "AskTraceState": state, "SeekTrace": seek}


def test_of_100_000_steps_only_what_is_seen_is_asked_for() -> None:
    backend = FakeBackend(**long_trace())

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "6", "pagedown", "pagedown", "end", "home")
        assert len(trace(screen).table.source) == MANY
        await press(pilot, *["greater_than_sign"] * 5)
        assert trace(screen).table.cursor == 4 * 997 + 996
        asked = {request.first // PAGE for request in backend.of(ListTrace)}
        assert len(asked) == len(backend.of(ListTrace))
        assert len(asked) <= 12
        assert len(backend.of(AskTraceState)) <= 12
        assert "7,000 after step 20,000" in str(screen.query_one("#steps-pane").border_subtitle)

    play(steps, make_app(backend))


def test_pages_that_were_not_looked_at_for_long_are_forgotten() -> None:
    book = TraceBook()
    for number in range(100):
        book = book.begun(number + 1, "page", number)
        told = TracePage(number + 1, "", number * PAGE, (many_step(number),), MANY, MANY, 0, 0, 0)
        book = book.told(told).done(number + 1)
    assert len(book.pages) == 40
    assert book.wants_page(0)
    assert not book.wants_page(99)


def test_an_answer_to_another_filter_is_not_taken() -> None:
    book = TraceBook().begun(1, "page", 0).filtered("x")
    late = TracePage(1, "", 0, (many_step(0),), MANY, MANY, 0, 0, 0)
    assert book.told(late).pages == {}


def test_a_late_state_is_followed_by_the_one_that_is_wanted_now() -> None:
    waiting: list[AskTraceState] = []

    def later(request: AskTraceState) -> list[protocol.Message]:
        waiting.append(request)
        return []

    backend = FakeBackend(**{**long_trace(), "AskTraceState": later})

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "6", *["full_stop"] * 6)
        assert len(waiting) == 1
        first = waiting[0]
        told = TraceState(first.id, 0, many_step(0), 0, (), (), (), 0, "", "", 0)
        backend.receive(told)
        backend.receive(protocol.Done(first.id))
        await until(pilot, lambda: len(waiting) == 2)
        assert waiting[1].position == 6
        backend.receive(replace(told, id=waiting[1].id, position=6, step=many_step(6)))
        await until(pilot, lambda: "package-6" in after(screen))

    play(steps, make_app(backend))
