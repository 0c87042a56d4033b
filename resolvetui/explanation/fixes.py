"""Fixes that were really tried: sets of changes, cheapest first, each with a complete resolve.

An implicit hitting-set search (Reiter's HS-tree): every failed try is read for its minimal facts,
and only what touches one of those facts is tried next. Pure: it yields what to try and is sent
what came of it, so that the same facts give the same fixes in the same order; the clock is only a
cap.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from resolvetui.explanation import advice
from resolvetui.explanation.change_sets import ChangeSet, Place
from resolvetui.explanation.evidence import Evidence
from resolvetui.explanation.hints import MOST, hints_for
from resolvetui.explanation.lessons import Lesson, lesson_of
from resolvetui.explanation.outcomes import Judged, Outcomes
from resolvetui.explanation.proposals import ADVICE_KINDS
from resolvetui.explanation.reading import Reading, read
from resolvetui.explanation.story import cause_of
from resolvetui.inputs.changes import apply, arguments
from resolvetui.model.explanation import Hint
from resolvetui.model.names import PackageName
from resolvetui.model.query import Change, Query
from resolvetui.model.resolution import Resolution
from resolvetui.resolver.outcome import Refutation


class Limits(Struct, frozen=True):
    """When the search for fixes ends."""

    solves: int = 60
    """Resolves with an answer."""
    seconds: float = 2.0
    """Soft: once there is a fix that keeps all that was asked for, later only that is tried which
    was proposed at once: a proposal must not go because the cache had less to tell.
    """
    most_seconds: float = 10.0
    """No try begins later."""
    turn_seconds: float = 0.6
    """For one try in memory; one that takes longer gets a longer turn when all had theirs."""
    long_turn_seconds: float = 2.0
    """For one with the network, and for second turns."""
    changes: int = 3
    """Changes at once."""


class Try(Struct, frozen=True):
    """A query to resolve."""

    query: Query
    text: str
    """What is tried, in words."""
    online: bool
    """Whether the network may be asked: only after all that memory can answer."""
    seconds: float
    """What is left of the time."""


class Success(Struct, frozen=True):
    """It has a solution."""

    resolution: Resolution


class Failure(Struct, frozen=True):
    """It has none."""

    refutation: Refutation
    evidence: Evidence


class Unknown(Struct, frozen=True):
    """It could not be found out."""

    needs_network: bool = False
    """Whether the network may know."""
    out_of_time: bool = False
    """Whether more time may tell; what was found out until then is kept."""
    needs_build: bool = False
    """Whether only a build can tell, which would run code."""


_MOST_CONSENTS = 2

Tried: TypeAlias = Success | Failure | Unknown
Search: TypeAlias = Generator[Try, Tried, tuple[Hint, ...]]


class FixSearch(Struct):
    """One search. `hints` are the ways out as known at any moment, best first."""

    query: Query
    failure: Failure
    installed: Mapping[PackageName, str]
    clock: Callable[[], float]
    limits: Limits = Limits()
    solves: int = 0
    _started: float = 0.0
    _queue: list[Place] = field(default_factory=list)
    _deferred: list[Place] = field(default_factory=list)
    """What needs the network."""
    _begun: list[Place] = field(default_factory=list)
    """What needs more than one turn."""
    _had_turn: list[ChangeSet] = field(default_factory=list)
    _too_long: set[frozenset[Change]] = field(default_factory=set)
    """What had all its turns without an answer."""
    _less: list[Place] = field(default_factory=list)
    """Parts of a fix, each of which may be enough."""
    _less_online: list[Place] = field(default_factory=list)
    """Those that need the network."""
    _answered: set[frozenset[Change]] = field(default_factory=set)
    _seen: set[frozenset[Change]] = field(default_factory=set)
    _lessons: list[Lesson] = field(default_factory=list)
    _solved: list[ChangeSet] = field(default_factory=list)
    _found: list[tuple[Judged, ChangeSet]] = field(default_factory=list)
    _causes: dict[frozenset[Change], str] = field(default_factory=dict)
    """Why a single change is not enough."""
    _unchecked: set[frozenset[Change]] = field(default_factory=set)
    """What only a build could check."""
    _consents: list[ChangeSet] = field(default_factory=list)
    """The same, in the order in which they were thought of."""
    _suggested: tuple[Hint, ...] = ()
    _proposed: set[frozenset[Change]] = field(default_factory=set)
    """The changes of those."""
    _pushed: int = 0
    _is_over: bool = False
    _is_offline: bool = False
    """Whether something could only be told by a network that may not be asked."""

    def run(self) -> Search:
        """Try until nothing is left, or a limit is reached; the final hints."""
        self._started = self.clock()
        reading = read(self.failure.refutation, self.failure.evidence)
        self._suggested = hints_for(reading.about, reading.core, reading.dead_end)
        self._proposed = {frozenset(hint.changes) for hint in self._suggested if hint.changes}
        outcomes = Outcomes(reading, self.installed)
        self._learn(ChangeSet(), reading)
        while (found := self._next()) is not None:
            fix, online = found
            tried = yield Try(
                apply(self.query, fix.changes), fix.text, online, self._turn(fix, online=online)
            )
            match tried:
                case Success(resolution=resolution):
                    self._succeed(fix, outcomes.judge(fix, resolution))
                case Failure():
                    self._fail(fix, tried)
                case Unknown(needs_build=True):
                    self._unchecked.add(frozenset(fix.changes))
                    self._consents.append(fix)
                case Unknown(needs_network=True) if not online:
                    self._push(self._less_online if self._is_part(fix) else self._deferred, fix)
                case Unknown(out_of_time=True) if fix not in self._had_turn:
                    self._had_turn.append(fix)
                    self._push(self._less_online if self._is_part(fix) else self._begun, fix)
                case Unknown(out_of_time=True):
                    self._too_long.add(frozenset(fix.changes))
                case Unknown(needs_network=needs_network):
                    self._is_offline |= needs_network
        self._is_over = True
        return self.hints

    def _is_part(self, fix: ChangeSet) -> bool:
        """Whether it is less than a fix: what is shown should change no more than it has to."""
        return any(solved.covers(fix) for solved in self._solved)

    # ---- what is next

    def _next(self) -> tuple[ChangeSet, bool] | None:
        """What to try, and whether the network may be asked; None at the end.

        That enough was found already ends nothing: a cheaper one may wait for the network, and
        what the cache holds must not decide which fixes there are.
        """
        while self.solves < self.limits.solves and self._seconds_left() > 0:
            queue = self._next_queue()
            if not queue:
                return None
            online = queue is not self._queue and queue is not self._less
            fix = heappop(queue)[-1]
            if frozenset(fix.changes) in self._answered:
                continue
            if any(fix.covers(solved) for solved in self._solved):
                continue  # less is enough
            lesson = self._refuting(fix)
            if lesson is None:
                return fix, online
            self._extend(fix, lesson)
        return None

    def _next_queue(self) -> list[Place]:
        """What memory can answer goes first; but not for ever, where nothing was found."""
        if self._less or self._less_online:
            return self._less or self._less_online
        if self._is_enough():
            for queue in (self._queue, self._deferred, self._begun):
                queue[:] = [each for each in queue if self._is_proposed(each[-1])]
                heapify(queue)
        is_late = self.clock() - self._started > self.limits.seconds
        if is_late and self._deferred:
            return self._deferred
        return self._queue or self._deferred or self._begun

    def _turn(self, fix: ChangeSet, *, online: bool) -> float:
        """The seconds of one try."""
        is_long = online or fix in self._had_turn
        turn = self.limits.long_turn_seconds if is_long else self.limits.turn_seconds
        return min(self._seconds_left(), turn)

    def _refuting(self, fix: ChangeSet) -> Lesson | None:
        """A known conflict that these changes leave as it is. Single changes are always tried."""
        if len(fix.steps) == 1:
            return None
        return next((lesson for lesson in self._lessons if lesson.refutes(fix)), None)

    def _seconds_left(self) -> float:
        return self._started + self.limits.most_seconds - self.clock()

    def _is_enough(self) -> bool:
        """Whether nothing new is thought of any more."""
        is_late = self.clock() - self._started > self.limits.seconds
        return is_late and any(not fix.is_partial for fix in self._solved)

    def _is_proposed(self, fix: ChangeSet) -> bool:
        return frozenset(fix.changes) in self._proposed

    # ---- what came of it

    def _succeed(self, fix: ChangeSet, judged: Judged) -> None:
        self.solves += 1
        self._answered.add(frozenset(fix.changes))
        self._solved.append(fix)
        for part in fix.parts():
            if frozenset(part.changes) not in self._answered:
                self._push(self._less, part)
        self._found.append((judged, fix))
        self._found.sort(key=lambda each: each[0].rank)

    def _fail(self, fix: ChangeSet, failure: Failure) -> None:
        self.solves += 1
        self._answered.add(frozenset(fix.changes))
        reading = read(failure.refutation, failure.evidence)
        if len(fix.steps) == 1:
            self._causes[frozenset(fix.changes)] = cause_of(reading)
        self._learn(fix, reading)

    def _learn(self, fix: ChangeSet, reading: Reading) -> None:
        """Remember the conflict, and queue what touches one of its facts."""
        lesson = lesson_of(fix, reading)
        self._lessons.append(lesson)
        self._extend(fix, lesson)

    def _extend(self, fix: ChangeSet, lesson: Lesson) -> None:
        for way in lesson.ways:
            further = fix.extended(way)
            if further is None or len(further.steps) > self.limits.changes:
                continue
            changes = frozenset(further.changes)
            if changes in self._seen or not apply(self.query, further.changes).requirements:
                continue  # to ask for nothing is no way out
            self._seen.add(changes)
            self._push(self._queue, further)

    def _push(self, queue: list[Place], fix: ChangeSet) -> None:
        self._pushed += 1
        heappush(queue, fix.place(self._pushed))

    # ---- the answer

    @property
    def hints(self) -> tuple[Hint, ...]:
        """Verified ones, then those that were not tried, then those that do not help.

        At the end of the search those that time did not suffice for say so. What was not tried for
        another reason is left out: nothing is known of it.
        """
        verified = [self._hint(judged, fix) for judged, fix in self._best()[:MOST]]
        open_, failed = [], []
        for hint in self._suggested:
            changes = frozenset(hint.changes)
            if changes in self._causes:
                failed.append(_with_reason(hint, self._causes[changes]))
            elif self._is_open(hint):
                open_.append(self._open(hint))
        if self._is_over and all(hint.partial for hint in verified):
            open_ += self._further_consents()
        if self._is_over and self._is_offline and not verified:
            open_.append(Hint(advice.GO_ONLINE, "online"))
        return (*verified, *open_, *failed)

    def _further_consents(self) -> list[Hint]:
        """Changes that may help together with a build, where nothing else does."""
        single = [fix for fix in self._consents if len(fix.steps) == 1]
        found = [
            fix
            for fix in self._consents
            if len(fix.steps) > 1
            and not fix.is_partial
            and not any(fix.covers(less) for less in (*single, *self._solved))
        ]
        return [
            Hint(
                fix.text,
                fix.kind,
                arguments(self.query, fix.changes),
                changes=fix.changes,
                unchecked=advice.NEEDS_CONSENT,
            )
            for fix in found[:_MOST_CONSENTS]
        ]

    def _is_open(self, hint: Hint) -> bool:
        """Whether it may be shown though nobody tried it."""
        if not hint.changes or hint.kind in ADVICE_KINDS:
            return True
        covered = any(ChangeSet.of(hint.changes).covers(solved) for solved in self._solved)
        needs_consent = frozenset(hint.changes) in self._unchecked
        return not covered and (needs_consent or self._is_unfinished(hint) or not self._is_over)

    def _is_unfinished(self, hint: Hint) -> bool:
        """Whether time or the number of tries did not suffice for it."""
        changes = frozenset(hint.changes)
        waiting = (*self._queue, *self._deferred, *self._begun)
        return changes in self._too_long or any(
            frozenset(place[-1].changes) == changes for place in waiting
        )

    def _open(self, hint: Hint) -> Hint:
        """A hint that nobody tried, with the reason."""
        if frozenset(hint.changes) in self._unchecked:
            return replace(hint, unchecked=advice.NEEDS_CONSENT)
        if self._is_over and self._is_unfinished(hint):
            return replace(hint, unchecked=advice.OUT_OF_TIME)
        return hint

    def _best(self) -> list[tuple[Judged, ChangeSet]]:
        """The fixes found, best first, without those that are more than another, or lead to the
        same as a better one. (What the network had to tell may come after what is more.)
        """
        best: list[tuple[Judged, ChangeSet]] = []
        for judged, fix in self._found:
            more = any(fix.covers(less) for less in self._solved if less is not fix)
            if not more and all(judged.pins != other.pins for other, _ in best):
                best.append((judged, fix))
        return best

    def _hint(self, judged: Judged, fix: ChangeSet) -> Hint:
        return Hint(
            fix.text,
            fix.kind,
            arguments(self.query, fix.changes),
            verified=True,
            changes=fix.changes,
            outcome=judged.outcome,
            partial=fix.is_partial,
        )


def _with_reason(hint: Hint, cause: str) -> Hint:
    return Hint(hint.text, hint.kind, hint.args, changes=hint.changes, tried=cause)
