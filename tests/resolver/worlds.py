"""Small worlds for the solver, made by hand or at random."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import cache, lru_cache

from packaging.requirements import Requirement as PackagingRequirement

from resolvetui.model.names import ExtraName, PackageName
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement
from resolvetui.model.verdict import Reason
from resolvetui.resolver import (
    Dependencies,
    Domain,
    Exclusion,
    NeedListings,
    NeedMetadata,
    Outcome,
    Problem,
    Refutation,
    Solution,
    Solver,
    Unreadable,
)
from resolvetui.resolver.decision import VersionChoice
from resolvetui.resolver.events import Observer
from resolvetui.resolver.solver import MAX_DECISIONS
from resolvetui.resolver.specifiers import parse_version

parse = lru_cache(maxsize=None)(PackagingRequirement)
"""Random worlds say the same few thousand things over and over."""


@cache
def requirement(text: str) -> Requirement:
    """`a[x]>=1` as a value of the model."""
    parsed = parse(text)
    return Requirement(
        PackageName(parsed.name),
        tuple(sorted(ExtraName(extra) for extra in parsed.extras)),
        ",".join(sorted(str(clause) for clause in parsed.specifier)),
        "",
        parsed.url or "",
    )


def root(text: str, kind: OriginKind = OriginKind.ARGUMENT) -> RootRequirement:
    return RootRequirement(requirement(text), Origin(kind), text)


@dataclass
class World:
    """Packages with versions, what they need, and which versions may not be used."""

    needs: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Package → version → requirements."""
    extras: dict[tuple[str, str], dict[str, list[str]]] = field(default_factory=dict)
    """(package, version) → extra → requirements."""
    unusable: dict[str, dict[str, Reason]] = field(default_factory=dict)
    """Package → version → why no file of it can be used."""
    unreadable: dict[tuple[str, str], Reason] = field(default_factory=dict)
    """(package, version) → why its metadata is of no use; found out only when it is tried."""
    indexes: dict[str, list[set[str]]] = field(default_factory=dict)
    """Package → versions of each index, where those of an earlier index are preferred."""
    urls: dict[str, str] = field(default_factory=dict)
    """Package → the direct reference that its one version comes from."""

    def domain(self, name: PackageName) -> Domain:
        versions = tuple(sorted(self.needs.get(name, {}), key=parse_version))
        plain = Domain(name, versions)
        exclusions = tuple(
            Exclusion(reason, plain.bit(version))
            for version, reason in self.unusable.get(name, {}).items()
        )
        preference = tuple(
            sum(plain.bit(version) for version in listed) for listed in self.indexes.get(name, ())
        )
        return Domain(name, versions, exclusions, preference, url=self.urls.get(name, ""))

    def dependencies(self, name: PackageName, version: str) -> Dependencies | Unreadable:
        reason = self.unreadable.get((name, version))
        if reason is not None:
            return Unreadable(reason, "")
        by_extra = {
            ExtraName(extra): tuple(map(requirement, texts))
            for extra, texts in self.extras.get((name, version), {}).items()
        }
        return Dependencies(tuple(map(requirement, self.needs[name][version])), by_extra)


def problem(
    *roots: str,
    constraints: tuple[str, ...] = (),
    overrides: tuple[str, ...] = (),
    choice: VersionChoice | None = None,
) -> Problem:
    """Requirements, constraints and overrides as texts."""
    return Problem(
        tuple(root(text) for text in roots),
        tuple(root(text, OriginKind.CONSTRAINT) for text in constraints),
        tuple(root(text, OriginKind.OVERRIDE) for text in overrides),
        choice or VersionChoice(),
    )


def solve(
    world: World,
    *roots: str,
    constraints: tuple[str, ...] = (),
    overrides: tuple[str, ...] = (),
    choice: VersionChoice | None = None,
    observe: Observer = None,
    max_decisions: int = MAX_DECISIONS,
) -> Outcome:
    """Run the solver over a world."""
    stated = problem(*roots, constraints=constraints, overrides=overrides, choice=choice)
    return drive(world, Solver(stated, observe, max_decisions))


def drive(world: World, solver: Solver, *, backwards: bool = False) -> Outcome:
    """Tell a solver all that it asks of a world; `backwards` turns the order within replies."""
    step = -1 if backwards else 1
    search = solver.run()
    try:
        request = next(search)
        while True:
            match request:
                case NeedListings(names):
                    request = search.send({name: world.domain(name) for name in names[::step]})
                case NeedMetadata(name, version):
                    request = search.send(world.dependencies(name, version))
    except StopIteration as stop:
        outcome: Outcome = stop.value
        return outcome


def versions(outcome: Outcome) -> dict[str, str]:
    """The chosen versions; an assertion error for a refutation."""
    assert isinstance(outcome, Solution)
    return dict(sorted((str(name), version) for name, version in outcome.versions.items()))


def is_refuted(outcome: Outcome) -> bool:
    return isinstance(outcome, Refutation)


# ---- random worlds

OPERATORS = ("==", ">=", "<=", "<", ">", "!=")
VERSIONS = ("1.0", "1.0+cpu", "1.1", "2.0rc1", "2.0", "2.0+cu1", "2.0.post1", "3.0")


def random_world(rng: random.Random) -> tuple[World, tuple[str, ...], tuple[str, ...]]:
    """A world of 3 to 6 packages, its root requirements and its constraints."""
    names = ["a", "b", "c", "d", "e", "f"][: rng.randint(3, 6)]
    world = World()
    for name in names:
        count = rng.randint(0, 3) if rng.random() < 0.2 else rng.randint(1, 4)
        chosen = rng.sample(VERSIONS, count)
        world.needs[name] = {v: _random_needs(rng, names) for v in chosen}
        for version in chosen:
            if rng.random() < 0.15:
                world.unusable.setdefault(name, {})[version] = rng.choice(list(Reason))
            if rng.random() < 0.3:
                world.extras[name, version] = {
                    extra: _random_needs(rng, names) for extra in ("x", "y") if rng.random() < 0.7
                }
    if rng.random() < 0.1:
        del world.needs[rng.choice(names)]
    roots = tuple(_random_requirement(rng, names) for _ in range(rng.randint(1, 3)))
    constraints = tuple(
        _random_requirement(rng, names, extras=False) for _ in range(rng.choice((0, 0, 1, 2)))
    )
    return world, roots, constraints


def _random_needs(rng: random.Random, names: list[str]) -> list[str]:
    return [_random_requirement(rng, names) for _ in range(rng.choice((0, 0, 1, 1, 2)))]


def _random_requirement(rng: random.Random, names: list[str], *, extras: bool = True) -> str:
    name = rng.choice(names)
    extra = rng.choice(("", "", "", "[x]", "[y]", "[x,y]")) if extras else ""
    if rng.random() < 0.3:
        return f"{name}{extra}"
    operator, version = rng.choice(OPERATORS), rng.choice(VERSIONS)
    if operator not in ("==", "!="):
        version = version.partition("+")[0]
    return f"{name}{extra}{operator}{version}"
