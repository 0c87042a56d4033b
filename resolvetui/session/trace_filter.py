"""The filter of a trace: `torch conflict !waited`; all terms must hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from resolvetui.resolver.events import Event
from resolvetui.session.trace_words import KINDS

_WORDS: dict[str, frozenset[str]] = {
    "conflict": frozenset({"conflict"}),
    "conflicts": frozenset({"conflict"}),
    "learned": frozenset({"learned"}),
    "decided": frozenset({"decided"}),
    "derived": frozenset({"narrowed"}),
    "jumped": frozenset({"backjump"}),
    "back": frozenset({"backjump"}),
    "passed": frozenset({"rejected", "unreadable"}),
    "tries": frozenset({"candidate"}),
    "listed": frozenset({"listing"}),
    "required": frozenset({"required"}),
    "waited": frozenset({"waited"}),
    "extra": frozenset({"unknown-extra"}),
    "done": frozenset({"done"}),
}


class StepFilter:
    """Whether an event is wanted. A word that is no kind of step is part of a package's name."""

    def __init__(self, text: str, names_in: Callable[[Event], Iterable[str]]) -> None:
        """`names_in`: the packages that an event is about."""
        self._names_in = names_in
        terms = [term.lower() for term in text.split()]
        self._terms = [
            (term.lstrip("!"), not term.startswith("!")) for term in terms if term.strip("!")
        ]

    def __call__(self, event: Event) -> bool:
        """Whether every term holds."""
        return all(self._holds(term, event) == wanted for term, wanted in self._terms)

    def _holds(self, term: str, event: Event) -> bool:
        kinds = _WORDS.get(term)
        if kinds is not None:
            return event[0] in kinds
        return any(term in name for name in self._names_in(event))


assert set().union(*_WORDS.values()) <= set(KINDS)
