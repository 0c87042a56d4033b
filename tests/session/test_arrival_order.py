"""Determinism: replies in any order, and the same pins, events and explanation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from resolvetui.errors import Cancelled, IndexUnreachable
from resolvetui.model.query import IndexStrategy, Policies, Query
from resolvetui.resolver.events import Event
from resolvetui.session.attempts import Attempt
from tests.session.shuffled import ShuffledSession, url_of
from tests.session.support import pins, query
from tests.support.index import World

URLS = (url_of("main"), url_of("second"))


@dataclass
class Run:
    attempt: Attempt
    events: list[Event]
    paths: list[str]


def run(world: World, wanted: Query, seed: int) -> Run:
    events: list[Event] = []
    with ShuffledSession(world, seed) as session:
        attempt = session.resolve(wanted, observe=events.append)
    return Run(attempt, events, session.paths)


def tangled() -> World:
    """Packages that need one another, newest versions in each other's way, on two indexes."""
    world = World()
    for number in range(8):
        for version in range(1, 7):
            after = (number + 1) % 8, (number + 3) % 8
            needs = [f"p{other}<={version + 1},>={version - 2}" for other in after]
            index = "second" if number % 3 == 0 and version % 2 else "main"
            world.serve(f"p{number}", f"{version}.0", needs=needs, index=index)
    for version in range(1, 13):
        world.serve("top", f"{version}.0", needs=[f"base=={version}.0", "p0"])
        world.serve("base", f"{version}.0", needs=["p3<5"], extras={"x": [f"p5<{version}"]})
    return world


ALL = Policies(index_strategy=IndexStrategy.UNSAFE_BEST_MATCH)
SEEDS = range(20)


@pytest.mark.parametrize("policies", [Policies(), ALL])
def test_the_order_of_replies_changes_neither_pins_nor_events(policies: Policies) -> None:
    wanted = query("top", "base[x]<10", "p1<4", urls=URLS, policies=policies)
    runs = [run(tangled(), wanted, seed) for seed in SEEDS]
    assert len({tuple(each.paths) for each in runs}) == len(SEEDS)
    first = runs[0]
    assert pins(first.attempt)["top"] == "9.0"
    assert any(event[0] == "rejected" for event in first.events)
    for other in runs[1:]:
        assert other.attempt.resolution == first.attempt.resolution
        assert other.events == first.events


def test_the_order_of_replies_changes_no_explanation() -> None:
    wanted = query("top>=9", "base<9", "p1<4", "p2>=5", urls=URLS)
    runs = [run(tangled(), wanted, seed) for seed in SEEDS]
    assert len({tuple(each.paths) for each in runs}) > 1
    first = runs[0]
    assert first.attempt.explanation is not None
    for other in runs[1:]:
        assert other.attempt.explanation == first.attempt.explanation
        assert other.events == first.events


def test_the_cache_changes_no_events() -> None:
    wanted = query("top", "base[x]<10", "p1<4", urls=URLS)
    cold: list[Event] = []
    warm: list[Event] = []
    with ShuffledSession(tangled(), 1) as session:
        session.resolve(wanted, observe=cold.append)
        asked = len(session.paths)
        session.resolve(wanted, observe=warm.append)
        assert len(session.paths) == asked
    assert warm == cold


def cancelling(after: int) -> Callable[[str], None]:
    steps = iter(range(after))

    def on_step(_: str) -> None:
        if next(steps, None) is None:
            raise Cancelled("Stopped.")

    return on_step


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_cancelled_run_is_no_proof(after: int) -> None:
    wanted = query("top>=9", "base<9", "p1<4", "p2>=5", urls=URLS)
    with ShuffledSession(tangled(), 3) as session, pytest.raises(Cancelled):
        session.resolve(wanted, cancelling(after))


def test_an_index_that_is_down_is_no_proof() -> None:
    world = tangled()
    world.index("main", down_status=500)
    with ShuffledSession(world, 3) as session, pytest.raises(IndexUnreachable):
        session.resolve(query("top", urls=URLS))
