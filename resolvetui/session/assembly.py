"""From the solver's versions to a `Resolution`: files, edges, who asked."""

from __future__ import annotations

from resolvetui.model.names import ExtraName, IndexName, PackageName
from resolvetui.model.requirement import Requirement
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.resolver import Solution
from resolvetui.session.facts import Facts


def assemble(solution: Solution, facts: Facts) -> Resolution:
    """Every package of a solution with its file, sorted by name."""
    requires = {
        name: _requires(facts, name, version, solution.extras.get(name, ()))
        for name, version in solution.versions.items()
    }
    required_by: dict[PackageName, set[PackageName]] = {name: set() for name in requires}
    for name, (applying, _) in requires.items():
        for requirement in applying:
            if requirement.name != name:
                required_by[requirement.name].add(name)
    asked = {item.requirement.name for item in facts.applicable(facts.query.requirements)}
    pins = []
    for name in sorted(requires):
        version = solution.versions[name]
        file, index = facts.listings.file_of(name, version)
        applying, rest = requires[name]
        pins.append(
            Pin(
                name=name,
                version=version,
                kind="installed" if file is None else "url" if index is None else "file",
                index=index,
                file=file,
                extras=solution.extras.get(name, ()),
                requested=name in asked,
                requires=applying,
                inapplicable=rest,
                required_by=tuple(sorted(required_by[name])),
                newest=facts.listings.candidates(name).domain.versions[-1],
                other_indexes=_other_indexes(facts, name, index),
                demands=facts.listings.demands(name) if file is not None else (),
            )
        )
    return Resolution(tuple(pins))


def _requires(
    facts: Facts, name: PackageName, version: str, extras: tuple[ExtraName, ...]
) -> tuple[tuple[Requirement, ...], tuple[Requirement, ...]]:
    """(requirements that apply, requirements whose marker is false here)."""
    found, rest = facts.requirements(name, version)
    added = [item for extra in extras for item in found.by_extra.get(extra, ())]
    return tuple(dict.fromkeys((*found.base, *added))), rest


def _other_indexes(
    facts: Facts, name: PackageName, index: IndexName | None
) -> tuple[IndexName, ...]:
    return tuple(
        source.name
        for source in facts.query.indexes
        if source.name != index and facts.listings.has_project(name, source.name)
    )
