"""Whatever the solver refutes can be explained, and only with facts that refute it."""

from __future__ import annotations

import random
from dataclasses import dataclass

from resolvetui.environment.target import Target
from resolvetui.explanation.about import About
from resolvetui.explanation.facts import facts_of
from resolvetui.explanation.lines import group
from resolvetui.explanation.proof import contradictory, leaves, minimise
from resolvetui.explanation.story import explain
from resolvetui.model.files import SkippedFile
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import Query
from resolvetui.model.verdict import Hurdle, VersionVerdict
from resolvetui.resolver.outcome import Refutation
from tests.environment.helpers import a_target
from tests.resolver.worlds import World, random_world, solve

TARGET = a_target()
MAIN = IndexName("main")


@dataclass
class Known:
    """Evidence over a random world: no files, only versions."""

    world: World
    target: Target = TARGET
    query: Query = Query(())  # noqa: RUF009 - frozen

    def verdicts(self, package: PackageName) -> tuple[VersionVerdict, ...]:
        reasons = self.world.unusable.get(package, {})
        return tuple(
            VersionVerdict(
                version, MAIN, Hurdle(reasons[version]) if version in reasons else None, ()
            )
            for version in reversed(self.world.domain(package).versions)
        )

    def index_url(self, index: IndexName) -> str:
        return f"https://{index}.example/simple"

    def listed_on(self, package: PackageName) -> tuple[IndexName, ...]:
        return (MAIN,) if package in self.world.needs else ()

    def skipped(self, package: PackageName) -> tuple[SkippedFile, ...]:
        return ()

    def doubtful(self) -> tuple[IndexName, ...]:
        return ()

    def successor(self, package: PackageName) -> PackageName | None:
        return None

    def known_names(self) -> tuple[PackageName, ...]:
        return tuple(PackageName(name) for name in sorted(self.world.needs))


def test_every_refutation_has_a_minimal_proof_and_a_story() -> None:
    rng = random.Random(20240507)
    refuted = 0
    while refuted < 150:
        world, roots, constraints = random_world(rng)
        outcome = solve(world, *roots, constraints=constraints)
        if not isinstance(outcome, Refutation):
            continue
        refuted += 1
        core = minimise(leaves(outcome), outcome.domains)
        terms = [clause.terms for clause in core]
        assert contradictory(terms, outcome.domains)
        for position in range(len(terms)):
            rest = terms[:position] + terms[position + 1 :]
            assert not contradictory(rest, outcome.domains)
        lines = group(core, outcome.domains)
        assert contradictory([line.terms for line in lines], outcome.domains)
        explanation = explain(outcome, Known(world))
        assert explanation == explain(outcome, Known(world))
        assert explanation.cause.endswith((".", "?"))
        assert [step.id for step in explanation.steps] == list(range(1, len(explanation.steps) + 1))
        for step in explanation.steps:
            assert all(use < step.id for use in step.uses)
        about = About(outcome.domains, Known(world), lines)
        told = {fact for step in explanation.steps for fact in step.facts}
        for line in lines:
            assert set(facts_of(about, line)) <= told
