"""Changes of the list of requirements, by position: what the chips at the head do. Pure.

All other changes of a query are `inputs/changes.py`.
"""

from __future__ import annotations

from msgspec.structs import replace

from resolvetui.model.query import Query
from resolvetui.model.requirement import RootRequirement


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
