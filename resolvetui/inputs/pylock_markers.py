"""Markers of lock files (PEP 751), which ask for extras and groups by `'x' in extras`.

Which of these are wanted is known when the lock is read, so that ordinary markers (PEP 508) are
left. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from packaging.markers import Marker

_WORDS = re.compile(r'"[^"]*"|\'[^\']*\'|[()]|not in\b|[\w.]+|[<>=!~]+')


def settled(marker: Marker, extras: Collection[str], groups: Collection[str]) -> str | None:
    """The marker without the comparisons with `extras` and `dependency_groups`: "" where it always
    holds then, None where it never does.

    >>> both = Marker('"gpu" in extras and python_version < "3.12"')
    >>> settled(both, {"gpu"}, ()), settled(both, (), ())
    ('python_version < "3.12"', None)
    """
    found = _Reading(_WORDS.findall(str(marker)), {"extras": extras, "dependency_groups": groups})
    value = found.alternatives()
    if isinstance(value, str):
        return value
    return "" if value else None


class _Reading:
    """Each method eats words and gives whether they hold, or the text that is left to decide.

    `or` binds less tightly than `and` (PEP 508).
    """

    def __init__(self, words: list[str], chosen: dict[str, Collection[str]]) -> None:
        self._words = words[::-1]
        self._chosen = chosen

    def alternatives(self) -> bool | str:
        parts = [self._joined()]
        while self._eat("or"):
            parts.append(self._joined())
        if True in parts:
            return True
        left = [part for part in parts if isinstance(part, str)]
        return " or ".join(left) if left else False

    def _joined(self) -> bool | str:
        parts = [self._one()]
        while self._eat("and"):
            parts.append(self._one())
        if False in parts:
            return False
        left = [part for part in parts if isinstance(part, str)]
        if len(left) == 1:
            return left[0]
        return " and ".join(_grouped(part) for part in left) if left else True

    def _one(self) -> bool | str:
        if self._eat("("):
            inner = self.alternatives()
            self._eat(")")
            return inner
        left, operator, right = (self._words.pop() for _ in range(3))
        if right in self._chosen and operator in {"in", "not in"}:
            return (left[1:-1] in self._chosen[right]) is (operator == "in")
        return f"{left} {operator} {right}"

    def _eat(self, word: str) -> bool:
        is_next = self._words[-1:] == [word]
        if is_next:
            self._words.pop()
        return is_next


def _grouped(part: str) -> str:
    return f"({part})" if " or " in part else part
