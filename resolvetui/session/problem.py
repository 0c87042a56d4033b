"""From the facts of a query to the solver's problem, and from its proof back to packages. Pure."""

from __future__ import annotations

from packaging.specifiers import SpecifierSet

from resolvetui.environment.installed import requirements_of
from resolvetui.model.names import PackageName
from resolvetui.model.query import Query
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement
from resolvetui.resolver import Problem, Refutation
from resolvetui.resolver.clause import (
    Asked,
    Clause,
    Constrained,
    Depends,
    base_name,
)
from resolvetui.resolver.decision import VersionChoice
from resolvetui.resolver.store import external_clauses
from resolvetui.session.facts import Facts


def problem_of(facts: Facts, query: Query | None = None) -> Problem:
    """What the solver has to solve for the query of these facts, or for one that only asks for
    more of the same packages.
    """
    query = query or facts.query
    requirements = facts.applicable(query.requirements)
    kept = _kept(facts, {item.requirement.name for item in requirements})
    return Problem(
        requirements,
        (*facts.applicable(query.constraints), *kept),
        facts.applicable(query.overrides),
        VersionChoice(
            prerelease=query.policies.prerelease,
            resolution=query.policies.resolution,
            preferred=_preferred(facts),
            direct=frozenset(item.requirement.name for item in requirements),
        ),
    )


def _preferred(facts: Facts) -> dict[PackageName, str]:
    """Installed versions are kept where they satisfy, unless an upgrade is asked for."""
    if facts.query.policies.upgrade:
        return {}
    return {item.name: item.version for item in facts.installed.values()}


def _kept(facts: Facts, asked: set[PackageName]) -> tuple[RootRequirement, ...]:
    """What installed packages require that nobody asks for and that thus stay as they are.

    It limits versions as a constraint does. A requirement that does not hold now is none of ours.
    To let such a package change with the rest, ask for it by name.
    """
    if facts.query.policies.allow_breaking:
        return ()
    kept = []
    for item in facts.installed.values():
        if item.name in asked:
            continue
        origin = Origin(OriginKind.INSTALLED, f"{item.name} {item.version}")
        kept += [
            RootRequirement(requirement, origin, requirement.text)
            for requirement in requirements_of(item)
            if _holds(facts, requirement)
        ]
    return tuple(kept)


def _holds(facts: Facts, requirement: Requirement) -> bool:
    """Whether an installed package meets a requirement that applies here."""
    other = facts.installed.get(requirement.name)
    if other is None or requirement.url or not facts.markers.applies(requirement.marker):
        return False
    return SpecifierSet(requirement.specifier).contains(other.version, prereleases=True)


def involved_packages(refutation: Refutation) -> list[PackageName]:
    """The packages that a proof speaks of, sorted."""
    found: set[PackageName] = set()
    for clause in external_clauses(refutation.clause):
        found.update(base_name(key) for key in clause.terms if key)
        found.update(_required_names(clause))
    return sorted(found)


def _required_names(clause: Clause) -> list[PackageName]:
    """A requirement that no version meets has no term of its own in its clause."""
    match clause.cause:
        case Asked(requirement=stated) | Constrained(requirement=stated):
            return [stated.requirement.name]
        case Depends(requirements=requirements):
            return [requirement.name for requirement in requirements]
        case _:
            return []
