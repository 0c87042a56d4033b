"""Looser specifiers in the place of one that is too tight (PEP 440). Pure text to text.

Each clause has a lower and an upper side: `~=2.1` is `>=2.1` and `<3`. To drop one side is less of
a change than to drop both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

_CLAUSE = re.compile(r"(===|==|~=|!=|<=|>=|<|>)\s*(\S+)")
_LABEL, _SIDE, _WHOLE = 1, 2, 3
"""Costs: the local part of a version, one side, all of it."""


def relaxed(specifier: str) -> tuple[tuple[str, int], ...]:
    """(looser specifier, cost), the cheapest first; "" takes any version.

    >>> relaxed("==2.3.0+cu121")
    (('==2.3.0', 1), ('>=2.3.0', 2), ('<=2.3.0', 2), ('', 3))
    >>> relaxed(">=2.1,<2.2")
    (('>=2.1', 2), ('<2.2', 2), ('', 3))
    >>> relaxed(">=2"), relaxed("!=1.4"), relaxed("")
    ((('', 2),), (('', 3),), ())
    """
    clauses = [match.groups() for part in specifier.split(",") if (match := _match(part))]
    found: dict[str, int] = {}
    for text, cost in _looser(clauses):
        if text != specifier:
            found.setdefault(text, cost)
    return tuple(found.items())


def _match(part: str) -> re.Match[str] | None:
    return _CLAUSE.fullmatch(part.strip())


def _looser(clauses: list[tuple[str, ...]]) -> Iterator[tuple[str, int]]:
    if any("+" in version for _, version in clauses):
        plain = (operator + version.partition("+")[0] for operator, version in clauses)
        yield ",".join(plain), _LABEL
    sides = [_sides(operator, version) for operator, version in clauses]
    if all(side is not None for side in sides):
        for at in (0, 1):
            kept = [side[at] for side in sides if side]
            yield ",".join(dict.fromkeys(text for text in kept if text)), _SIDE
    if clauses:
        yield "", _WHOLE


def _sides(operator: str, version: str) -> tuple[str, str] | None:
    """(what the clause asks from below, what from above); None where it cannot be taken apart."""
    match operator:
        case ">=" | ">":
            return f"{operator}{version}", ""
        case "<" | "<=":
            return "", f"{operator}{version}"
        case "!=":
            return f"!={version}", f"!={version}"
        case "===":
            return None
    try:
        if version.endswith(".*"):
            lowest = Version(version[:-2])
            return f">={lowest}", f"<{_next(lowest, len(lowest.release))}"
        lowest = Version(version)
    except InvalidVersion:
        return None
    if operator == "~=":
        return f">={lowest}", f"<{_next(lowest, len(lowest.release) - 1)}"
    return f">={lowest.public}", f"<={lowest.public}"


def _next(version: Version, parts: int) -> str:
    """The first version with another prefix of so many parts: 2.2 after 2.1.3 with two."""
    *before, last = version.release[:parts]
    epoch = f"{version.epoch}!" if version.epoch else ""
    return epoch + ".".join(map(str, (*before, last + 1)))
