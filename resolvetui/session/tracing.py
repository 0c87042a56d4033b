"""The trace of a resolve: what the solver did, kept while it runs, told afterwards.

While a search runs an event costs one append and one look at the clock. Levels, snapshots, words
and filters are made when somebody looks. Memory is bounded: of a longer search the first
`FIRST` and the last `LAST` events are kept, and where the gap is is told.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping

from resolvetui.environment.target import Target
from resolvetui.errors import UsageError
from resolvetui.model.names import PackageName
from resolvetui.resolver.clause import Clause
from resolvetui.resolver.domain import Domain
from resolvetui.resolver.events import Event
from resolvetui.resolver.replay import Replay, Timeline
from resolvetui.session.trace_filter import StepFilter
from resolvetui.session.trace_messages import (
    AskTraceState,
    ListTrace,
    SeekTrace,
    TraceFound,
    TracePage,
    TraceState,
    TraceStep,
)
from resolvetui.session.trace_words import StepWords, state_after

FIRST = 20_000
"""Events kept from the start of a search."""
LAST = 100_000
"""Events kept from its end."""
MOST_TRACES = 4
"""Traces kept of earlier resolves, the newest ones."""
MOST_ROWS = 1_000
"""Steps in one page."""

_HIDDEN = "grounded"
"""An event that goes with another one and is no step of its own."""


class Trace:
    """The events of one resolve. `observe` is the solver's observer."""

    def __init__(
        self,
        clock: Callable[[], float] = time.perf_counter,
        first: int = FIRST,
        last: int = LAST,
    ) -> None:
        self._clock = clock
        self._begun = clock()
        self._first, self._last = first, last
        self._head: list[Event] = []
        self._tail: deque[Event] = deque()
        self._times = array("f")
        self._late: deque[float] = deque()
        self._between = Replay()
        self._unkept = 0
        self._reading: _Reading | None = None
        self._clause: Callable[[int], Clause] | None = None
        self._domains: Mapping[PackageName, Domain] = {}
        self._target: Target | None = None

    def observe(self, event: Event) -> None:
        """An event of the solver."""
        if len(self._head) < self._first:
            self._head.append(event)
            self._times.append(self._clock() - self._begun)
            return
        self._tail.append(event)
        self._late.append(self._clock() - self._begun)
        if len(self._tail) > self._last:
            self._drop()

    def wait(self, doing: str) -> None:
        """The search stands still until the network answers: `reading torch 2.3.0`."""
        if doing:
            self.observe(("waited", doing))

    def _drop(self) -> None:
        """The oldest event after the first ones becomes part of the state before the last ones."""
        if not self._unkept:
            for event in self._head:
                self._between.see(event)
        event = self._tail.popleft()
        self._late.popleft()
        self._between.see(event)
        self._unkept += event[0] != _HIDDEN

    def end(
        self,
        clause: Callable[[int], Clause],
        domains: Mapping[PackageName, Domain],
        target: Target,
    ) -> None:
        """The resolve is over; what its events speak of can be looked up here."""
        self._clause, self._domains, self._target = clause, domains, target

    @property
    def reading(self) -> _Reading:
        """The events made readable, at the first look. Raises `UsageError` without a search."""
        if self._clause is None or self._target is None:
            raise UsageError(
                "This resolve has no trace.",
                why="It ended before the search began.",
                what_to_do="Resolve again.",
            )
        if self._reading is None:
            words = StepWords(self._clause, self._domains, self._target)
            parts = [Timeline(self._head)]
            if self._unkept:
                parts.append(Timeline(list(self._tail), self._between))
            else:
                parts = [Timeline([*self._head, *self._tail])]
            times = array("f", [*self._times, *self._late])
            self._reading = _Reading(parts, times, self._unkept, words)
            self._head, self._tail = [], deque()
        return self._reading


class _Reading:
    """A trace that is complete: steps by position, filtered or not."""

    def __init__(
        self, parts: list[Timeline], times: array[float], unkept: int, words: StepWords
    ) -> None:
        self._parts = parts
        self._times = times
        self._unkept = unkept
        self._words = words
        self._split = len(parts[0])
        self._steps = array("l", (at for at, event in self._events() if event[0] != _HIDDEN))
        self._first_steps = bisect_left(self._steps, self._split)
        self._lessons = [at for at, event in self._events() if event[0] == "learned"]
        self._clashes = [at for at, event in self._events() if event[0] == "conflict"]
        self._filtered: OrderedDict[str, array[int]] = OrderedDict()

    def _events(self) -> Iterator[tuple[int, Event]]:
        at = 0
        for part in self._parts:
            for event in part.events:
                yield at, event
                at += 1

    def _find(self, at: int) -> tuple[Timeline, int]:
        """The part that holds an event, and its place there."""
        return (self._parts[0], at) if at < self._split else (self._parts[1], at - self._split)

    def _number(self, at: int) -> int:
        rank = bisect_left(self._steps, at) + 1
        return rank if rank <= self._first_steps or not self._unkept else rank + self._unkept

    def _step(self, at: int) -> TraceStep:
        part, place = self._find(at)
        return self._words.step(
            part.events[place],
            self._number(at),
            part.levels[place],
            part.before[place],
            self._times[at] * 1000,
        )

    def passing(self, wanted: str) -> array[int]:
        """The events that are steps and pass a filter; the last few answers are kept."""
        if not wanted.strip():
            return self._steps
        known = self._filtered.get(wanted)
        if known is None:
            test = StepFilter(wanted, self._words.names_in)
            parts = self._parts
            split = self._split
            known = array(
                "l",
                (
                    at
                    for at in self._steps
                    if test(parts[0].events[at] if at < split else parts[1].events[at - split])
                ),
            )
            self._filtered[wanted] = known
            while len(self._filtered) > 4:
                self._filtered.popitem(last=False)
        return known

    def page(self, request: ListTrace) -> TracePage:
        """A page of steps."""
        passing = self.passing(request.filter)
        first = max(request.first, 0)
        count = min(max(request.count, 0), MOST_ROWS)
        return TracePage(
            request.id,
            request.filter,
            first,
            tuple(self._step(at) for at in passing[first : first + count]),
            len(passing),
            len(self._steps),
            self._unkept,
            self._first_steps,
            len(self._clashes),
        )

    def seek(self, request: SeekTrace) -> TraceFound:
        """The nearest conflict before or after a position, if one passes the filter."""
        passing = self.passing(request.filter)
        clashes = self._clashes
        here = passing[request.position] if 0 <= request.position < len(passing) else -1
        if request.back:
            candidates: Iterator[int] = reversed(clashes[: bisect_left(clashes, here)])
        else:
            candidates = iter(clashes[bisect_right(clashes, here) :])
        for at in candidates:
            place = bisect_left(passing, at)
            if place < len(passing) and passing[place] == at:
                return TraceFound(request.id, place)
        return TraceFound(request.id, None)

    def after(self, request: AskTraceState) -> TraceState:
        """The partial solution after a step. Raises `UsageError` where there is none."""
        passing = self.passing(request.filter)
        if not 0 <= request.position < len(passing):
            raise UsageError("There is no such step.")
        at = passing[request.position]
        part, place = self._find(at)
        before = part.at(place)
        end = place + 1
        while end < len(part) and part.events[end][0] == _HIDDEN:
            end += 1  # what goes with the step
        after = before.copy()
        for event in part.events[place:end]:
            after.see(event)
        lesson = bisect_right(self._lessons, at) - 1
        lesson_at = self._lessons[lesson] if lesson >= 0 else None
        clash = bisect_right(self._clashes, at) - 1
        clash_at = self._clashes[clash] if clash >= 0 else None
        return state_after(
            request,
            self._step(at),
            before,
            after,
            self._words,
            conflict=self._event(clash_at) if self._belongs(clash_at, at) else None,
            lesson=self._event(lesson_at),
            lesson_number=0 if lesson_at is None else self._number(lesson_at),
        )

    def _event(self, at: int | None) -> Event | None:
        if at is None:
            return None
        part, place = self._find(at)
        return part.events[place]

    def _belongs(self, clash_at: int | None, at: int) -> bool:
        """Whether a step is the conflict itself or what it leads to at once."""
        if clash_at is None:
            return False
        between = (self._event(each) for each in range(clash_at + 1, at + 1))
        return at - clash_at <= 3 and all(
            event is not None and event[0] in {"learned", "backjump", "done"} for event in between
        )

    def all_steps(self) -> Iterator[TraceStep]:
        """Every step that was kept, in order."""
        return (self._step(at) for at in self._steps)

    @property
    def gap(self) -> tuple[int, int]:
        """After which step steps are missing, and how many: (0, 0) where none are."""
        return (self._first_steps, self._unkept) if self._unkept else (0, 0)

    def __len__(self) -> int:
        return len(self._steps)


class TraceShelf:
    """The traces of the last resolves, by the number of their request."""

    def __init__(self) -> None:
        self._traces: OrderedDict[int, Trace] = OrderedDict()

    def begin(self, resolve: int) -> Trace:
        """A new trace; the oldest goes when there are too many."""
        trace = self._traces[resolve] = Trace()
        while len(self._traces) > MOST_TRACES:
            self._traces.popitem(last=False)
        return trace

    def rename(self, resolve: int, now: int) -> None:
        """The trace of a resolve, if it is kept, is asked for by another number from now on."""
        if resolve in self._traces:
            self._traces[now] = self._traces.pop(resolve)

    def of(self, resolve: int) -> _Reading:
        """The trace of a resolve. Raises `UsageError` where it is not kept."""
        trace = self._traces.get(resolve)
        if trace is None:
            raise UsageError(
                "The trace of this resolve is not kept any more.",
                why=f"Those of the last {MOST_TRACES} resolves are.",
                what_to_do="Resolve again.",
            )
        return trace.reading
