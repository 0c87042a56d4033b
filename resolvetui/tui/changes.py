"""Changes of a query that the keys of the screen make. Pure: query to query."""

from __future__ import annotations

from typing import Protocol

from msgspec.structs import replace

from resolvetui.model.names import PackageName
from resolvetui.model.query import Query
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement


class OfVersion(Protocol):
    """A change that is about one version of a package."""

    def __call__(self, query: Query, package: str, version: str) -> Query:
        """The changed query."""
        ...


def put(query: Query, added: tuple[RootRequirement, ...], position: int | None = None) -> Query:
    """With more requirements: at the end, or instead of the one at `position`."""
    roots = query.requirements
    if position is None:
        return replace(query, requirements=(*roots, *added))
    return replace(query, requirements=(*roots[:position], *added, *roots[position + 1 :]))


def drop(query: Query, position: int) -> Query:
    """Without the requirement at `position`."""
    roots = query.requirements
    return replace(query, requirements=(*roots[:position], *roots[position + 1 :]))


def pin(query: Query, package: str, version: str) -> Query:
    """Asking for exactly this version; an earlier pin of the package goes."""
    roots = tuple(
        root
        for root in query.requirements
        if not (root.requirement.name == package and _is_pin(root.requirement))
    )
    return replace(query, requirements=(*roots, _asked(package, f"=={version}")))


def exclude(query: Query, package: str, version: str) -> Query:
    """Doing without this version."""
    return put(query, (_asked(package, f"!={version}"),))


def _is_pin(requirement: Requirement) -> bool:
    specifier = requirement.specifier
    return specifier.startswith("==") and "," not in specifier and "*" not in specifier


def _asked(package: str, specifier: str) -> RootRequirement:
    requirement = Requirement(PackageName(package), specifier=specifier)
    return RootRequirement(requirement, Origin(OriginKind.PROMPT), requirement.text)
