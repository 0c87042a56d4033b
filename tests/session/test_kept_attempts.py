"""Attempts that are gone back to are answered without a resolve, and can be asked about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from resolvetui.demo.server import LoopbackIndexes
from resolvetui.model.names import PackageName
from resolvetui.model.query import Query
from resolvetui.session import protocol, trace_messages
from resolvetui.session.kept_attempts import KeptAttempts
from resolvetui.session.protocol import Message, Request
from resolvetui.session.worker import Worker
from tests.session.support import query, runtime
from tests.support.index import World

TORCH = PackageName("torch")


@pytest.fixture
def indexes() -> Iterator[LoopbackIndexes]:
    world = World()
    world.serve("torch", "2.3.0")
    world.serve("torch", "2.2.0")
    with world.running() as running:
        yield running


class Asked:
    """A worker, and what it says to each request."""

    def __init__(self) -> None:
        self._said: list[Message] = []
        self._worker = Worker(self._said.append)

    def __call__(self, request: Request) -> list[Message]:
        self._said.clear()
        self._worker.handle(request)
        return list(self._said)


def versions(messages: list[Message]) -> list[str]:
    return [
        pin.version
        for message in messages
        if isinstance(message, protocol.Resolved)
        for pin in message.resolution.pins
    ]


def resolve(number: int, asked: Query, *, kept: bool = True) -> protocol.Resolve:
    return protocol.Resolve(number, asked, runtime(), kept)


def test_going_back_asks_no_index_and_says_the_same(indexes: LoopbackIndexes) -> None:
    ask = Asked()
    new, old = (query(text, urls=[indexes.url("main")]) for text in ("torch", "torch<2.3"))
    first = ask(resolve(1, new))
    assert versions(ask(resolve(2, old))) == ["2.2.0"]
    before = len(indexes.requests)
    again = ask(resolve(3, new))
    assert versions(again) == ["2.3.0"]
    assert len(indexes.requests) == before
    assert {message.id for message in again} == {3}
    assert {type(message) for message in again} <= {type(message) for message in first}


def test_what_was_gone_back_to_can_be_asked_about(indexes: LoopbackIndexes) -> None:
    ask = Asked()
    new, old = (query(text, urls=[indexes.url("main")]) for text in ("torch", "torch<2.3"))
    ask(resolve(1, old))
    ask(resolve(2, new))
    ask(resolve(3, old))
    (table, _) = ask(protocol.ListCandidates(4, TORCH))
    assert isinstance(table, protocol.CandidateTable)
    assert table.chosen == "2.2.0"
    told = [each for each in ask(protocol.AskWhy(5, TORCH)) if isinstance(each, protocol.WhyTold)]
    assert told
    page = ask(trace_messages.ListTrace(6, 3, "", 0, 10))[0]
    assert isinstance(page, trace_messages.TracePage)
    assert page.total > 0


def test_a_conflict_comes_back_with_the_ways_out_that_were_tried(indexes: LoopbackIndexes) -> None:
    ask = Asked()
    urls = [indexes.url("main")]
    ask(resolve(1, query("torch>3", urls=urls)))
    ask(protocol.FindFixes(2))
    ask(resolve(3, query("torch", urls=urls)))
    again = ask(resolve(4, query("torch>3", urls=urls)))
    found = next(each for each in again if isinstance(each, protocol.Unsatisfiable))
    assert found.explanation.searched
    assert found.explanation.hints


def test_who_resolves_without_the_cache_gets_a_new_answer(
    indexes: LoopbackIndexes, tmp_path: Path
) -> None:
    ask = Asked()
    cached = replace(runtime(), no_cache=False, cache_dir=str(tmp_path))
    asked = query("torch", urls=[indexes.url("main")])
    ask(protocol.Resolve(1, asked, cached))
    before = len(indexes.requests)
    assert versions(ask(protocol.Resolve(2, asked, cached, kept=True))) == ["2.3.0"]
    assert len(indexes.requests) == before
    fresh = replace(cached, no_cache=True)
    assert versions(ask(protocol.Resolve(3, asked, fresh, kept=True))) == ["2.3.0"]
    assert len(indexes.requests) > before


def test_only_some_are_kept_and_the_one_not_looked_at_goes_first(indexes: LoopbackIndexes) -> None:
    kept = KeptAttempts(most=2)
    worker: list[Message] = []
    real = Worker(worker.append)
    asked = [query(text, urls=[indexes.url("main")]) for text in ("torch", "torch<2.3", "torch>2")]
    for number, each in enumerate(asked[:2]):
        real.handle(resolve(number, each))
        kept.keep(real._current, number, ())
    assert kept.find(asked[0], 9) is not None
    real.handle(resolve(3, asked[2]))
    kept.keep(real._current, 3, ())
    assert len(kept) == 2
    assert kept.find(asked[1], 9) is None
    assert kept.find(asked[0], 9) is not None
