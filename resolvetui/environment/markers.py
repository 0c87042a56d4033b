"""Markers (PEP 508) against a target: whether they hold, and which value decided.

Comparisons are packaging's; this module remembers answers and finds the comparison to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.markers import Marker, UndefinedComparison, UndefinedEnvironmentName

from resolvetui.environment.target import Target

_WORDS = re.compile(r"""\s*("[^"]*"|'[^']*'|[()]|not\s+in|[\w.]+|[<>=!~]+)""")
_VARIABLE = re.compile(r"[a-z_]+$")


class MarkerEvaluator:
    """Evaluates markers with one target's values, each marker once."""

    def __init__(self, target: Target) -> None:
        self._values = dict(target.markers)
        self._without_extra: dict[str, bool] = {}
        self._with_extra: dict[tuple[str, str], bool] = {}

    def applies(self, marker: str, extra: str = "") -> bool:
        """Whether a marker holds here, `extra` being the one extra that is asked for.

        "" always holds. A comparison that PEP 508 leaves undefined (`os_name ~= "posix"`) does
        not hold: a broken line in one old release must not stop a resolve.
        Raises packaging's InvalidMarker for what is no marker at all.
        """
        if not marker:
            return True
        if "extra" not in marker:
            known = self._without_extra.get(marker)
            if known is None:
                known = self._without_extra[marker] = self._evaluate(marker, "")
            return known
        key = (marker, extra)
        known = self._with_extra.get(key)
        if known is None:
            known = self._with_extra[key] = self._evaluate(marker, extra)
        return known

    def deciding_value(self, marker: str, extra: str = "") -> str:
        """What makes a marker false here, for people; "" for one that holds.

        Of an `and` the first false operand is named, of an `or` every one:
        `sys_platform == "win32"` gives `sys_platform is 'linux'`.
        """
        if self.applies(marker, extra):
            return ""
        causes = _Causes(self, self._values, str(Marker(marker)), extra).of_alternatives()
        return " and ".join(dict.fromkeys(causes))

    def _evaluate(self, marker: str, extra: str) -> bool:
        try:
            return Marker(marker).evaluate({**self._values, "extra": extra})
        except (UndefinedComparison, UndefinedEnvironmentName):
            return False


class _Causes:
    """Walks a false marker in its canonical form; each method eats words and returns causes.

    An empty list stands for "holds". `or` binds less tightly than `and` (PEP 508).
    """

    def __init__(
        self, evaluator: MarkerEvaluator, values: dict[str, str], marker: str, extra: str
    ) -> None:
        self._evaluator = evaluator
        self._values = values
        self._extra = extra
        self._words = list(_split(marker))
        self._at = 0

    def of_alternatives(self) -> list[str]:
        causes = self._of_conjunction()
        while self._eat("or"):
            other = self._of_conjunction()
            causes = causes + other if causes and other else []
        return causes

    def _of_conjunction(self) -> list[str]:
        causes = self._of_operand()
        while self._eat("and"):
            other = self._of_operand()
            causes = causes or other
        return causes

    def _of_operand(self) -> list[str]:
        if self._eat("("):
            causes = self.of_alternatives()
            self._eat(")")
            return causes
        left, operator, right = self._words[self._at : self._at + 3]
        self._at += 3
        comparison = f"{left} {operator} {right}"
        if self._evaluator.applies(comparison, self._extra):
            return []
        variable, literal = (left, right) if _VARIABLE.match(left) else (right, left)
        return [self._describe(variable, literal[1:-1])]

    def _describe(self, variable: str, literal: str) -> str:
        if variable == "extra":
            return f"extra {literal!r} is not requested"
        value = self._values.get(variable)
        return f"{variable} is not known" if value is None else f"{variable} is {value!r}"

    def _eat(self, word: str) -> bool:
        found = self._at < len(self._words) and self._words[self._at] == word
        self._at += found
        return found


def _split(marker: str) -> Iterator[str]:
    return (match[1] for match in _WORDS.finditer(marker))
