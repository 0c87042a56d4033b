"""A trace: the state after any step, a gap in a long search, filters, and files of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from resolvetui.environment.target import Target
from resolvetui.errors import UsageError
from resolvetui.resolver import Solver
from resolvetui.resolver.events import Event
from resolvetui.resolver.replay import Replay, Timeline
from resolvetui.session import protocol
from resolvetui.session.protocol import Message, Request
from resolvetui.session.recording_file import read_recording
from resolvetui.session.runtime import Runtime
from resolvetui.session.saving import save_trace
from resolvetui.session.trace_messages import (
    AskTraceState,
    ListTrace,
    Saved,
    SaveSession,
    SaveTrace,
    SeekTrace,
    TracePage,
    TraceState,
)
from resolvetui.session.tracing import Trace, TraceShelf
from resolvetui.session.worker import Worker
from tests.bench.__main__ import chain
from tests.resolver.worlds import World as SolverWorld
from tests.resolver.worlds import drive, problem, random_world
from tests.session.support import query, runtime
from tests.support.index import disagreeing

TARGET = Target("3.12.3", "cpython", "linux x86_64", "glibc 2.36", markers={}, tags=())


def events_of(world: SolverWorld, *roots: str) -> list[Event]:
    events: list[Event] = []
    drive(world, Solver(problem(*roots), events.append))
    return events


def assert_every_moment(events: list[Event], step: int = 1) -> None:
    timeline, whole = Timeline(events), Replay()
    for count, event in enumerate(events):
        if count % step == 0:
            assert timeline.at(count).snapshot == whole.snapshot
        whole.see(event)
    assert timeline.at(len(events)).snapshot == whole.snapshot


def test_snapshot_and_replay_give_what_a_whole_replay_gives() -> None:
    for seed in range(150):
        world, roots, _ = random_world(random.Random(seed))
        assert_every_moment(events_of(world, *roots))


def test_so_they_do_in_a_hard_search() -> None:
    events = events_of(chain(), "p0", "p39<=30")
    assert len(events) > 5_000
    assert_every_moment(events, step=17)


def traced(first: int = 20_000, last: int = 100_000) -> Trace:
    trace = Trace(first=first, last=last)
    solver = Solver(problem("p0", "p39<=36"), trace.observe)
    drive(chain(), solver)
    trace.end(solver.clause, solver.domains, TARGET)
    return trace


def test_a_long_trace_keeps_its_ends_and_says_what_is_missing() -> None:
    whole, short = traced().reading, traced(first=300, last=500).reading
    page = short.page(ListTrace(1, 1, "", 0, 1_000))
    assert page.dropped == len(whole) - page.total > 0
    numbers = [step.number for step in page.steps]
    assert numbers[-1] == len(whole)
    at = page.dropped_after
    assert numbers[at] - numbers[at - 1] == page.dropped + 1
    for position in (0, at - 1, at, at + 1, page.total - 1):
        told = short.after(AskTraceState(1, 1, "", position))
        same = whole.after(AskTraceState(1, 1, "", told.step.number - 1))
        assert told.decided == same.decided
        assert told.waiting == same.waiting
        assert replace(told.step, ms=0.0) == replace(same.step, ms=0.0)


def test_the_next_conflict_is_one_and_the_nearest() -> None:
    reading = traced().reading
    kinds = [step.kind for step in reading.all_steps()]
    for position in (0, 40, 200, 900):
        found = reading.seek(SeekTrace(1, 1, "", position, False)).position
        assert found == kinds.index("conflict", position + 1)
        back = reading.seek(SeekTrace(1, 1, "", found, True)).position
        assert back is None or (back < found and "conflict" not in kinds[back + 1 : found])
    assert reading.seek(SeekTrace(1, 1, "", len(kinds) - 1, False)).position is None


def test_a_filter_takes_packages_and_kinds() -> None:
    reading = traced().reading
    page = reading.page(ListTrace(1, 1, "p39 !derived", 0, 1_000))
    assert {step.package for step in page.steps} <= {"p39", ""}
    assert "derived" not in {step.kind for step in page.steps}
    assert 0 < page.total < page.kept


@pytest.fixture
def url() -> Iterator[str]:
    with disagreeing().running() as indexes:
        yield indexes.url("main")


def answers(*requests: Request) -> list[Message]:
    messages: list[Message] = []
    worker = Worker(messages.append)
    for request in requests:
        worker.handle(request)
    worker.close()
    return [message for message in messages if message.id > 1]


def test_the_worker_tells_and_writes_the_trace_of_a_resolve(url: str, tmp_path: Path) -> None:
    text, lines = str(tmp_path / "t.txt"), str(tmp_path / "t.jsonl")
    messages = answers(
        protocol.Resolve(1, query("a", urls=[url]), runtime()),
        ListTrace(2, 1, "", 0, 100),
        AskTraceState(3, 1, "", 0),
        SaveTrace(4, 1, text, replace=False),
        SaveTrace(5, 1, lines, replace=False),
        SaveTrace(6, 1, text, replace=False),
        ListTrace(7, 99, "", 0, 1),
    )
    page = next(message for message in messages if isinstance(message, TracePage))
    assert [step.kind for step in page.steps if step.subject == "a 2"] == ["tries", "passed over"]
    assert page.steps[0].kind == "waited"
    assert [step.number for step in page.steps] == list(range(1, page.total + 1))
    assert any(isinstance(message, TraceState) for message in messages)
    failed = [message.id for message in messages if isinstance(message, protocol.Failed)]
    assert failed == [6, 7]
    assert "passed over   a 2 because a 2 requires b>=2" in Path(text).read_text("utf-8")
    head, *rows = [msgspec.json.decode(row) for row in Path(lines).read_bytes().splitlines()]
    assert head["format"] == "resolvetui trace"
    assert len(rows) == head["steps"] == page.total
    for message in messages:
        assert protocol.decode_message(protocol.encode(message)) == message


def test_a_session_is_saved_and_replayed_by_another_worker(url: str, tmp_path: Path) -> None:
    path = str(tmp_path / "session.json.gz")
    asked = query("a", urls=[url])
    saved = answers(protocol.Resolve(1, asked, runtime()), SaveSession(2, path, replace=False))
    assert isinstance(saved[0], Saved)
    recording = read_recording(Path(path))
    assert recording.day
    replayed = answers(
        protocol.Resolve(2, recording.query, Runtime(replay=path)),
        ListTrace(3, 2, "", 0, 100),
        protocol.MakePlan(4),
        protocol.Resolve(5, query("c", urls=[url]), Runtime(replay=path)),
        SaveSession(6, path, replace=False),
    )
    resolved = next(each for each in replayed if isinstance(each, protocol.Resolved))
    assert [(pin.name, pin.version) for pin in resolved.resolution.pins] == [("a", "1"), ("b", "1")]
    failures = [each for each in replayed if isinstance(each, protocol.Failed)]
    assert [each.id for each in failures] == [4, 5, 6]
    assert "This is a replay" in failures[0].why
    assert "The recording has no" in failures[1].what
    assert "is there already" in failures[2].what


def test_a_damaged_recording_is_a_clear_error(url: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(b'{"format": "resolvetui recording", "schema": 1, "query": 7}')
    (failed, _) = answers(protocol.Resolve(2, query("a", urls=[url]), Runtime(replay=str(path))))
    assert isinstance(failed, protocol.Failed)
    assert "is damaged" in failed.what


def test_a_name_that_is_no_file_is_refused(tmp_path: Path) -> None:
    shelf = TraceShelf()
    trace = shelf.begin(1)
    with pytest.raises(UsageError, match="has no trace"):
        save_trace(shelf, 1, str(tmp_path / "x"), replace=False)
    solver = Solver(problem("p0"), trace.observe)
    drive(chain(), solver)
    trace.end(solver.clause, solver.domains, TARGET)
    for name in (str(tmp_path), "", "a\0b", str(tmp_path / "no" / "x")):
        with pytest.raises(UsageError):
            save_trace(shelf, 1, name, replace=False)
