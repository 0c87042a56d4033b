"""What is recorded is what is solved."""

from __future__ import annotations

import random
from pathlib import Path

from resolvetui.model.names import PackageName
from resolvetui.resolver.events import Event
from tests.bench.recordings import Recording, listing, load, needs, save, scenarios
from tests.bench.solve import row_of, solve
from tests.resolver.worlds import World, problem, random_world, root
from tests.resolver.worlds import solve as solve_world


def recorded(world: World, roots: tuple[str, ...]) -> Recording:
    names = [PackageName(name) for name in "abcdef"]
    return Recording(
        tuple(map(root, roots)),
        tuple(listing(world.domain(name)) for name in names),
        tuple(
            needs(name, version, world.dependencies(name, version))
            for name in names
            for version in world.needs.get(name, {})
        ),
    )


def test_a_recording_is_solved_like_the_world_that_it_is_of(tmp_path: Path) -> None:
    for seed in range(50):
        world, roots, _ = random_world(random.Random(seed))
        save(tmp_path, "x<1", recorded(world, roots))
        loaded = load(tmp_path, "x<1")
        assert loaded is not None
        expected: list[Event] = []
        events: list[Event] = []
        solve_world(world, *roots, observe=expected.append)
        solve(loaded.problem(), loaded.domains(), loaded.dependencies(), events)
        assert events == expected
        assert loaded.problem().requirements == problem(*roots).requirements


def test_what_was_not_recorded_is_said(tmp_path: Path) -> None:
    assert load(tmp_path, "x") is None
    assert row_of("x", tmp_path, 1, {}) is None


def test_the_scenarios_can_be_read() -> None:
    assert all(each.requirements for each in scenarios().values())
