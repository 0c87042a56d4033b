"""One query on several targets, beside the attempt that counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from resolvetui.demo.server import LoopbackIndexes
from resolvetui.model.names import PackageName
from resolvetui.model.query import Query, TargetRequest
from resolvetui.session import protocol
from resolvetui.session.driver import CancelFlag
from resolvetui.session.protocol import Message
from resolvetui.session.target_messages import RunTarget, TargetAnswer, TargetTold
from resolvetui.session.worker import Worker
from tests.session.support import query, runtime
from tests.session.test_worker import of_kind
from tests.support.index import World

TORCH = PackageName("torch")
WINDOWS = TargetRequest(python_version="3.12", python_platform="windows")
MAC = TargetRequest(python_version="3.12", python_platform="macos")
OLD = TargetRequest(python_version="3.8", python_platform="x86_64-manylinux_2_28")


@dataclass
class Place:
    indexes: LoopbackIndexes
    query: Query
    messages: list[Message]
    worker: Worker

    def run(self, request: int, target: TargetRequest) -> None:
        wanted = replace(self.query, target=target)
        self.worker.handle(RunTarget(request, wanted, runtime()))

    def answer(self, request: int) -> TargetAnswer:
        told = [each for each in self.messages if isinstance(each, TargetTold)]
        return next(each.answer for each in told if each.id == request)


@pytest.fixture
def place() -> Iterator[Place]:
    world = World()
    world.serve(
        "torch", "2.3.0", wheels=["cp312-cp312-linux_x86_64", "cp312-cp312-win_amd64"],
        needs=["filelock", "colorama; sys_platform == 'win32'"], requires_python=">=3.10",
    )  # fmt: skip
    world.serve("filelock", "3.13.1")
    world.serve("colorama", "0.4.6")
    with world.running() as indexes:
        messages: list[Message] = []
        worker = Worker(messages.append)
        wanted = query("torch", urls=[indexes.url("main")])
        worker.handle(protocol.Resolve(1, wanted, runtime()))
        yield Place(indexes, wanted, messages, worker)
        worker.close()


def test_each_target_has_its_own_solution(place: Place) -> None:
    place.run(2, place.query.target)
    place.run(3, WINDOWS)
    names = [[name for name, _ in place.answer(request).pins] for request in (2, 3)]
    assert names == [["filelock", "torch"], ["colorama", "filelock", "torch"]]
    assert place.answer(3).solved
    assert place.answer(3).download_bytes
    assert place.messages[-1] == protocol.Done(3)


def test_a_target_without_a_solution_says_what_of_it_is_to_blame(place: Place) -> None:
    place.run(2, MAC)
    place.run(3, OLD)
    mac, old = place.answer(2), place.answer(3)
    assert (mac.solved, mac.reason, mac.pins) == (False, "platform-tag", ())
    assert "No wheel of torch 2.3.0" in mac.cause
    assert "would fit on" in mac.nearest[0]
    assert old.reason == "requires-python"


def test_a_contradiction_is_not_the_targets_fault(place: Place) -> None:
    place.query = query("filelock<3", "filelock>3", urls=[place.indexes.url("main")])
    place.run(3, WINDOWS)
    answer = place.answer(3)
    assert not answer.solved
    assert answer.reason == ""


def test_a_name_that_no_index_has_is_missing_everywhere(place: Place) -> None:
    place.query = query("nothing-here", urls=[place.indexes.url("main")])
    place.run(2, WINDOWS)
    assert place.answer(2).reason == "not-found"


def test_an_index_that_fails_is_an_error_and_the_next_target_is_run(place: Place) -> None:
    good = place.query
    place.query = query("torch", urls=["http://127.0.0.1:9/simple"])
    place.run(2, WINDOWS)
    place.query = good
    place.run(3, WINDOWS)
    failed = of_kind(place.messages, protocol.Failed)
    assert (failed.id, failed.kind) == (2, "index-unreachable")
    assert place.answer(3).solved


def test_a_target_that_does_not_exist_is_an_error(place: Place) -> None:
    place.run(2, TargetRequest(python_version="3.12", python_platform="amiga"))
    assert of_kind(place.messages, protocol.Failed).kind == "target"


def test_a_run_that_is_cancelled_says_so(place: Place) -> None:
    flag = place.worker.cancels[2] = CancelFlag()
    flag.set()
    place.run(2, WINDOWS)
    assert of_kind(place.messages, protocol.Failed).kind == "cancelled"


def test_a_run_is_cancelled_in_the_middle(place: Place) -> None:
    class Soon(CancelFlag):
        checks = 0

        def check(self) -> None:
            self.checks += 1
            if self.checks > 3:
                self.set()
            super().check()

    place.worker.cancels[2] = Soon()
    place.run(2, WINDOWS)
    assert of_kind(place.messages, protocol.Failed).kind == "cancelled"
    assert place.messages[-1] == protocol.Done(2)


def test_pages_are_read_once_for_all_targets(place: Place) -> None:
    before = len(place.indexes.requests)
    place.run(2, place.query.target)
    assert len(place.indexes.requests) == before


def test_the_resolve_that_counts_stays_the_same(place: Place) -> None:
    place.run(2, WINDOWS)
    place.messages.clear()
    place.worker.handle(protocol.ListFiles(3, TORCH, "2.3.0"))
    files = of_kind(place.messages, protocol.Files).files
    fitting = [file.file.filename for file in files if not file.hurdles]
    assert fitting == ["torch-2.3.0-cp312-cp312-linux_x86_64.whl"]
    session = place.worker._session
    assert session is not None
    assert session.facts is not None
    assert session.facts.query.target == place.query.target


def test_every_message_survives_the_pipe(place: Place) -> None:
    place.run(2, WINDOWS)
    place.run(3, MAC)
    for message in place.messages:
        assert protocol.decode_message(protocol.encode(message)) == message
    request = RunTarget(2, place.query, runtime())
    assert protocol.decode_request(protocol.encode(request)) == request
