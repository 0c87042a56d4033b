"""The solver against brute force over small random worlds."""

from __future__ import annotations

import random

import pytest
from packaging.requirements import Requirement

from resolvetui.resolver import Refutation, Solution
from tests.resolver.worlds import World, has_solution, problems_of, random_world, solve


def check(seed: int) -> None:
    """The answer is right: sound when there is one, and none only where brute force has none."""
    world, roots, constraints = random_world(random.Random(seed))
    outcome = solve(world, *roots, constraints=constraints)
    if isinstance(outcome, Solution):
        chosen = {str(name): version for name, version in outcome.versions.items()}
        assert list(problems_of(world, roots, constraints, chosen)) == [], seed
        assert _is_needed(world, roots, chosen), seed
    else:
        assert isinstance(outcome, Refutation)
        assert not has_solution(world, roots, constraints), seed


def _is_needed(world: World, roots: tuple[str, ...], chosen: dict[str, str]) -> bool:
    """Nothing is installed that nobody requires."""
    seen: set[tuple[str, frozenset[str]]] = set()
    queue = list(roots)
    while queue:
        parsed = Requirement(queue.pop())
        key = (parsed.name, frozenset(parsed.extras))
        if key in seen:
            continue
        seen.add(key)
        version = chosen[parsed.name]
        queue += world.needs[parsed.name][version]
        for extra in parsed.extras:
            queue += world.extras.get((parsed.name, version), {}).get(extra, [])
    return set(chosen) == {name for name, _ in seen}


def test_agrees_with_brute_force_on_random_worlds() -> None:
    for seed in range(1_000):
        check(seed)


@pytest.mark.nightly
def test_agrees_with_brute_force_on_many_random_worlds() -> None:
    for seed in range(1_000, 21_000):
        check(seed)
