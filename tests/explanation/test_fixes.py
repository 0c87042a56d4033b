"""The search for fixes over random worlds: true claims, and nothing skipped that would help."""

from __future__ import annotations

import random
from dataclasses import replace

from msgspec import field

from resolvetui.explanation.change_sets import ChangeSet
from resolvetui.explanation.fixes import Failure, FixSearch, Limits, Success, Tried
from resolvetui.explanation.lessons import Lesson
from resolvetui.explanation.reading import read
from resolvetui.inputs.changes import apply
from resolvetui.model.explanation import Hint
from resolvetui.model.query import DropRequirement, Query
from resolvetui.model.requirement import OriginKind
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.resolver import NeedListings, Outcome, Problem, Refutation, Solution, Solver
from tests.explanation.test_random_conflicts import MAIN, Known
from tests.resolver.worlds import World, random_world, root

PATIENT = Limits(solves=60, seconds=1e9)


def outcome_of(world: World, query: Query) -> Outcome:
    search = Solver(Problem(query.requirements, query.constraints, query.overrides)).run()
    try:
        request = next(search)
        while True:
            if isinstance(request, NeedListings):
                request = search.send({name: world.domain(name) for name in request.names})
            else:
                request = search.send(world.dependencies(request.name, request.version))
    except StopIteration as stop:
        outcome: Outcome = stop.value
        return outcome


def tried(world: World, query: Query) -> Tried:
    outcome = outcome_of(world, query)
    if isinstance(outcome, Refutation):
        return Failure(outcome, replace(Known(world), query=query))
    return Success(resolution_of(outcome))


def resolution_of(solution: Solution) -> Resolution:
    return Resolution(
        tuple(
            Pin(name, version, "file", MAIN, None, (), False, (), (), (), version)
            for name, version in sorted(solution.versions.items())
        )
    )


class Checked(FixSearch):
    """Solves what the search takes for refuted."""

    world: World = field(default_factory=World)
    skipped: int = 0

    def _refuting(self, fix: ChangeSet) -> Lesson | None:
        lesson = super()._refuting(fix)
        if lesson is not None:
            self.skipped += 1
            found = outcome_of(self.world, apply(self.query, fix.changes))
            assert isinstance(found, Refutation), fix.text
        return lesson


def search(world: World, query: Query, limits: Limits = PATIENT) -> Checked:
    first = tried(world, query)
    assert isinstance(first, Failure)
    return Checked(query, first, {}, lambda: 0.0, limits, world=world)


def finish(looking: Checked) -> tuple[Hint, ...]:
    run = looking.run()
    try:
        wanted = next(run)
        while True:
            wanted = run.send(tried(looking.world, wanted.query))
    except StopIteration as stop:
        hints: tuple[Hint, ...] = stop.value
        return hints


def refuted_worlds(count: int) -> list[tuple[World, Query]]:
    rng = random.Random(20240603)
    found: list[tuple[World, Query]] = []
    while len(found) < count:
        world, roots, constraints = random_world(rng)
        query = Query(
            tuple(root(text) for text in dict.fromkeys(roots)),
            tuple(root(text, OriginKind.CONSTRAINT) for text in dict.fromkeys(constraints)),
        )
        if isinstance(outcome_of(world, query), Refutation):
            found.append((world, query))
    return found


def test_every_claim_holds_and_nothing_is_skipped_that_would_help() -> None:
    skipped = verified = 0
    for world, query in refuted_worlds(120):
        looking = search(world, query)
        for hint in finish(looking):
            found = outcome_of(world, apply(query, hint.changes))
            assert hint.verified == isinstance(found, Solution)
            assert hint.verified == (hint.outcome is not None)
            verified += hint.verified
        skipped += looking.skipped
    assert verified > 100
    assert skipped > 10


def test_the_same_world_gives_the_same_fixes() -> None:
    for world, query in refuted_worlds(15):
        assert finish(search(world, query)) == finish(search(world, query))


def test_where_leaving_out_one_requirement_helps_some_fix_is_found() -> None:
    for world, query in refuted_worlds(60):
        helps = [
            each
            for each in query.requirements
            if len(query.requirements) > 1
            and isinstance(outcome_of(world, apply(query, [DropRequirement(each)])), Solution)
        ]
        hints = finish(search(world, query))
        assert not helps or any(hint.verified for hint in hints)


def clash() -> tuple[World, Query]:
    world = World({"a": {"1.0": ["b<2"]}, "b": {"1.0": [], "1.5": [], "2.0": []}})
    return world, Query((root("a"), root("b>=2")))


def test_the_count_of_solves_is_a_limit() -> None:
    world, query = clash()
    looking = search(world, query, Limits(solves=1, seconds=1e9))
    finish(looking)
    assert looking.solves == 1


def test_less_comes_before_more_and_more_of_the_same_is_not_shown() -> None:
    world, query = clash()
    texts = [hint.text for hint in finish(search(world, query)) if hint.verified]
    assert texts == ["drop >=2 from b: b<2 would suit a 1.0", "do without a"]


def test_a_conflict_is_read_once_for_all_that_leaves_it_alone() -> None:
    world, query = clash()
    looking = search(world, query)
    reading = read(looking.failure.refutation, looking.failure.evidence)
    assert {line.kind for line in reading.about.lines} == {"requirement", "dependency"}
    finish(looking)
    assert looking.solves == 2  # `do without b` is more than dropping its range
