"""A search that is stopped has proved nothing: it ends in an error, never in a refutation."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from resolvetui.errors import Cancelled, GaveUp
from resolvetui.resolver import Refutation, Solver
from resolvetui.resolver.events import Event
from tests.resolver.worlds import World, drive, problem


def hopeless() -> World:
    """Refuted only after every one of 64 versions was tried."""
    world = World({"b": {"1": []}, "c": {f"{number}": [] for number in range(64)}})
    world.needs["a"] = {f"{number}": [f"c=={number}", "d"] for number in range(64)}
    world.needs["d"] = {f"{number}": [f"c!={number}", "b>1"] for number in range(4)}
    return world


def clock() -> Iterator[float]:
    """A second later at every look."""
    return map(float, itertools.count())


def test_without_a_limit_it_is_a_refutation() -> None:
    outcome = drive(hopeless(), Solver(problem("a")))
    assert isinstance(outcome, Refutation)
    assert outcome.counts.rejected > 3


@pytest.mark.parametrize("most", [0, 1, 2, 5])
def test_too_many_decisions_are_giving_up(most: int) -> None:
    world = World({"a": {"1": ["b"]}, "b": {"1": ["c"]}, "c": {"1": ["d"]}, "d": {"1": ["e"]}})
    world.needs["e"] = {"1": ["f"]}
    world.needs["f"] = {"1": []}
    with pytest.raises(GaveUp, match=f"stopped after {most} decisions"):
        drive(world, Solver(problem("a"), max_decisions=most))


@pytest.mark.parametrize("seconds", [0, 1, 2])
def test_too_much_time_is_giving_up(seconds: int) -> None:
    solver = Solver(problem("a"), max_seconds=seconds, clock=clock().__next__)
    with pytest.raises(GaveUp, match=f"stopped after {seconds} seconds") as caught:
        drive(hopeless(), solver)
    assert "no proof" in caught.value.why


def test_time_enough_changes_nothing() -> None:
    events: list[Event] = []
    timed: list[Event] = []
    drive(hopeless(), Solver(problem("a"), events.append))
    drive(hopeless(), Solver(problem("a"), timed.append, max_seconds=1e6, clock=clock().__next__))
    assert timed == events


def test_without_a_time_limit_nobody_looks_at_the_clock() -> None:
    def unused() -> float:
        raise AssertionError

    assert isinstance(drive(hopeless(), Solver(problem("a"), clock=unused)), Refutation)


def test_whoever_observes_can_cancel_at_any_event() -> None:
    events: list[Event] = []
    drive(hopeless(), Solver(problem("a"), events.append))
    for last in range(len(events)):
        seen: list[Event] = []

        def observe(event: Event, seen: list[Event] = seen, last: int = last) -> None:
            seen.append(event)
            if len(seen) > last:
                raise Cancelled("Stopped.")

        with pytest.raises(Cancelled):
            drive(hopeless(), Solver(problem("a"), observe))
        assert seen == events[: last + 1]
