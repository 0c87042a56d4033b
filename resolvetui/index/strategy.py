"""Which indexes a package is taken from (uv's index strategies). Pure.

`first-index` is the safe default: the first index that knows a name hides the later ones, so that
nobody can slip a package of the same name into another index. Find-links sources were named file
by file by the user; they take part beside the others and hide nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from resolvetui.model.names import PackageName
from resolvetui.model.query import IndexSource, IndexStrategy, Query


class Roles(Struct, frozen=True):
    """What each source is for one package; all in order of preference."""

    used: tuple[IndexSource, ...]
    """Its files compete."""
    shadowed: tuple[IndexSource, ...]
    """Not asked, because an earlier index knows the name."""
    undecided: tuple[IndexSource, ...]
    """The next to ask before `used` is final; empty when it is."""


def sources_for(name: PackageName, query: Query) -> tuple[IndexSource, ...]:
    """The sources that may be asked about a package: the one that it is pinned to, or all but
    the explicit ones.
    """
    pinned = query.pinned_indexes.get(name)
    if pinned is not None:
        return tuple(source for source in query.indexes if source.name == pinned)
    return tuple(source for source in query.indexes if not source.explicit)


def left_out_by_pin(name: PackageName, query: Query) -> tuple[IndexSource, ...]:
    """The indexes that would be asked about a package if it were not pinned to another one."""
    pinned = query.pinned_indexes.get(name)
    if pinned is None:
        return ()
    return tuple(
        source
        for source in query.indexes
        if source.name != pinned and source.kind == "simple" and not source.explicit
    )


def roles(
    sources: Sequence[IndexSource], has_project: dict[str, bool], strategy: IndexStrategy
) -> Roles:
    """The part of each source, from what is known so far.

    `has_project`: index name → whether it lists the package; not a key while it was not asked.
    """
    if strategy is not IndexStrategy.FIRST_INDEX:
        return Roles(
            tuple(source for source in sources if has_project.get(source.name)),
            (),
            tuple(source for source in sources if source.name not in has_project),
        )
    used: list[IndexSource] = []
    undecided: list[IndexSource] = []
    shadowed: list[IndexSource] = []
    found = waiting = False
    for source in sources:
        if source.kind == "flat":
            if source.name not in has_project:
                undecided.append(source)
            elif has_project[source.name]:
                used.append(source)
        elif found:
            shadowed.append(source)
        elif waiting:
            continue
        elif source.name not in has_project:
            undecided.append(source)
            waiting = True
        elif has_project[source.name]:
            used.append(source)
            found = True
    return Roles(tuple(used), tuple(shadowed), tuple(undecided))
