"""Steps of a search in words, and the state after one: events to messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from resolvetui.environment.target import Target
from resolvetui.explanation.reason_words import predicate
from resolvetui.explanation.search_words import SearchWords
from resolvetui.model.names import PackageName
from resolvetui.model.verdict import Hurdle
from resolvetui.resolver.clause import ROOT, Clause, PackageKey, base_name
from resolvetui.resolver.domain import ABSENT, Domain
from resolvetui.resolver.events import Event
from resolvetui.resolver.replay import Replay, candidates
from resolvetui.session.trace_messages import (
    AskTraceState,
    StepKind,
    TraceState,
    TraceStep,
    Waiting,
)

KINDS: dict[str, StepKind] = {
    "required": "required",
    "listing": "listed",
    "candidate": "tries",
    "unreadable": "unreadable",
    "unknown-extra": "no such extra",
    "decided": "decided",
    "narrowed": "derived",
    "rejected": "passed over",
    "conflict": "conflict",
    "learned": "learned",
    "backjump": "jumped back",
    "reprioritised": "put off",
    "waited": "waited",
    "done": "done",
}
"""What each event is called."""


Left: TypeAlias = tuple[int | None, int | None]
"""Candidates before a step and after it; None where it changes none."""
_SAME: Left = (None, None)


class StepWords:
    """Words for the events of one search. `clause` gives the clause of an id."""

    def __init__(
        self,
        clause: Callable[[int], Clause],
        domains: Mapping[PackageName, Domain],
        target: Target,
    ) -> None:
        self._clause = clause
        self._domains = domains
        self._target = target
        self._words = SearchWords(domains, target)

    def names_in(self, event: Event) -> Iterable[str]:
        """The packages that an event is about, without extras."""
        match event[0]:
            case "conflict":
                return [base_name(key) for key in self._clause(event[1]).terms]
            case "learned":
                return [base_name(key) for key in event[2]]
            case "backjump" | "done":
                return ()
            case "waited":
                return str(event[1]).split()[1:]
            case _:
                return (base_name(event[1]),)

    def total(self, key: PackageKey) -> int:
        """How many versions there are of a package."""
        domain = self._domains.get(base_name(key))
        return len(domain.versions) if domain else 0

    def step(self, event: Event, number: int, level: int, before: int, ms: float) -> TraceStep:
        """One event. `before`: candidates before a decision."""
        subject, text, left = self._told(event, before)
        package = ""
        if event[0] not in {"conflict", "learned", "backjump", "done", "waited"}:
            package = base_name(event[1])
        return TraceStep(
            number, level, KINDS[event[0]], subject, text, round(ms, 3), left[0], left[1], package
        )

    def _told(self, event: Event, before: int) -> tuple[str, str, Left]:
        """(subject, text, candidates)."""
        match event:
            case ("listing", name, versions, usable):
                return name, "", (len(versions), candidates(usable))
            case ("decided", key, version, _):
                return f"{key} {version}", "", (before, 1)
            case ("narrowed", key, mask, after, clause_id):
                left = (candidates(mask), candidates(after))
                return self._left(key, after), self._because(clause_id), left
            case ("candidate", key, version):
                return f"{key} {version}", "", _SAME
            case ("rejected", key, version, clause_id):
                return f"{key} {version}", self._because(clause_id), _SAME
            case ("unreadable" | "unknown-extra" | "required" | "reprioritised", *_):
                return *self._about_package(event), _SAME
            case _:
                return *self._about_search(event), _SAME

    def _about_package(self, event: Event) -> tuple[str, str]:
        match event:
            case ("unreadable", key, version, reason):
                return f"{key} {version}", predicate(Hurdle(reason, ""), self._target)
            case ("unknown-extra", name, version, extra):
                return f"{name} {version}", f"has no extra {extra}"
            case ("required", key, clause_id):
                return key, self._reason(clause_id)
            case (_, key, when):
                text = f"is decided {when} from now on: it was in the way too often"
                return key, text
            case _:
                return "", ""

    def _about_search(self, event: Event) -> tuple[str, str]:
        match event:
            case ("conflict", clause_id):
                return "", self._reason(clause_id)
            case ("learned", _, terms, _):
                return "", self._words.terms(terms)
            case ("backjump", level, after):
                return "", f"from level {level} to level {after}"
            case ("waited", doing):
                return doing, ""
            case ("done", outcome):
                return "", "there is a solution" if outcome == "solved" else "no solution"
            case _:
                return "", ""

    def _left(self, key: PackageKey, mask: int) -> str:
        return self._words.left(key, mask) if key != ROOT else "the query"

    def _reason(self, clause_id: int) -> str:
        return self._words.clause(self._clause(clause_id))

    def _because(self, clause_id: int) -> str:
        return f"because {self._reason(clause_id)}"

    def lesson(self, event: Event) -> str:
        """What a `learned` event says."""
        return self._words.terms(event[2])

    def conflict(self, event: Event) -> str:
        """What clashes at a `conflict` event."""
        return self._reason(event[1])


def state_after(
    request: AskTraceState,
    step: TraceStep,
    before: Replay,
    after: Replay,
    words: StepWords,
    *,
    conflict: Event | None,
    lesson: Event | None,
    lesson_number: int,
) -> TraceState:
    """The message about the state after a step; `conflict` is the one that it belongs to."""
    undone = [key for key in before.decided if key not in after.decided]
    waiting: list[Waiting] = []
    optional = 0
    for key, mask in after.masks.items():
        if key == ROOT or key in after.decided:
            continue
        if mask & ABSENT:
            optional += bool(mask & ~ABSENT)
        else:
            waiting.append(Waiting(key, candidates(mask), words.total(key)))
    return TraceState(
        request.id,
        request.position,
        step,
        after.level,
        tuple((level, key, after.version(key)) for key, level in after.decided.items()),
        tuple((before.decided[key], str(key), before.version(key)) for key in undone),
        tuple(waiting),
        optional,
        words.conflict(conflict) if conflict is not None else "",
        words.lesson(lesson) if lesson is not None else "",
        lesson_number,
    )
