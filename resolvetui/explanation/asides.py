"""Which lines of a story are told within the step of another, not in one of their own.

Versions of a package that cannot be used are an aside where the story is about others of it: "a 2
requires b<2, so it cannot be used (a 3 is yanked)". The step then holds the facts of both.
"""

from __future__ import annotations

from collections.abc import Sequence

from resolvetui.explanation.trace import Firing
from resolvetui.resolver.clause import base_name


def asides(firings: Sequence[Firing]) -> dict[int, int]:
    """Positions of unusable versions to the dependency in whose step they are told.

    Whatever builds on the one builds on the other too, so that nothing is told too late.
    """
    built = [sources(firings, at) for at in range(len(firings))]
    found: dict[int, int] = {}
    for at, firing in enumerate(firings):
        if firing.line.kind != "unusable":
            continue
        name = base_name(firing.line.subject)
        users = [
            user
            for user in range(len(firings))
            if at in built[user] and firings[user].line.kind != "extra"
        ]
        hosts = [
            host
            for host in range(at + 1, len(firings))
            if _requires(firings[host], name)
            and all(host == user or host in built[user] for user in users)
        ]
        if users and hosts:
            found[at] = hosts[-1]
    return found


def _requires(firing: Firing, name: str) -> bool:
    line = firing.line
    return (
        line.kind == "dependency"
        and line.depender is not None
        and base_name(line.depender) == name
        and line.depender != line.subject
    )


def sources(firings: Sequence[Firing], at: int) -> set[int]:
    """What a firing builds on; what an extra passes on, at its source."""
    found: set[int] = set()
    seen: set[int] = set()
    stack = list(firings[at].uses)
    while stack:
        use = stack.pop()
        if use in seen:
            continue
        seen.add(use)
        if firings[use].line.kind == "extra":
            stack.extend(firings[use].uses)
        else:
            found.add(use)
    return found
