"""The solver against an exhaustive search over small random cases."""

from __future__ import annotations

import pytest

from resolvetui.resolver import Refutation, Solution
from tests.resolver.cases import Case, Maker
from tests.resolver.worlds import drive, parse


def flaw(case: Case) -> str:
    """What is wrong with the solver's answer, or ""."""
    outcome = drive(case.world, case.solver())
    if isinstance(outcome, Refutation):
        return "there is a solution" if case.has_solution() else ""
    assert isinstance(outcome, Solution)
    chosen = {str(name): version for name, version in outcome.versions.items()}
    for text in case.unmet(chosen):
        return f"{text} is not met"
    for name, version in chosen.items():
        if version not in case.candidates(name):
            return f"{name} {version} cannot be used"
    if set(chosen) != {parse(text).name for text in case.reached(chosen)}:
        return "something is installed that nobody requires"
    return ""


def wrong(first: int, count: int) -> list[tuple[int, str]]:
    """The seeds whose answer is wrong, with what is wrong."""
    answers = ((seed, flaw(Maker(seed).case())) for seed in range(first, first + count))
    return [(seed, found) for seed, found in answers if found]


def test_agrees_with_an_exhaustive_search_on_random_cases() -> None:
    assert wrong(0, 1_000) == []


def test_random_cases_are_of_all_kinds() -> None:
    """What is tested is not only what is easy."""
    outcomes = [drive(case.world, case.solver()) for case in map(_case, range(300))]
    solved = [outcome for outcome in outcomes if isinstance(outcome, Solution)]
    assert 75 < len(solved) < 225
    assert sum(len(outcome.versions) > 2 for outcome in solved) > 20
    assert sum(outcome.counts.conflicts > 1 for outcome in outcomes) > 20
    cases = [_case(seed) for seed in range(300)]
    for count in (
        sum(bool(case.overrides) for case in cases),
        sum(bool(case.kept) for case in cases),
        sum(bool(case.world.urls) for case in cases),
        sum(bool(case.world.indexes) for case in cases),
        sum(bool(case.constraints) for case in cases),
    ):
        assert count > 15


def _case(seed: int) -> Case:
    return Maker(seed).case()


@pytest.mark.nightly
@pytest.mark.parametrize("piece", range(20))
def test_agrees_with_an_exhaustive_search_on_many_random_cases(piece: int) -> None:
    assert wrong(1_000 + piece * 10_000, 10_000) == []
