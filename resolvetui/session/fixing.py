"""Fixes for an attempt without a solution: each is a complete resolve over the session's facts.

What is tried and in which order is `explanation/fixes.py`; here it is resolved. A try that lacks
facts waits until all that memory can answer was tried, and is fetched for within the time left.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from resolvetui.errors import Cancelled, OfflineError, ResolvetuiError
from resolvetui.explanation.fixes import Failure, FixSearch, Limits, Success, Tried, Try, Unknown
from resolvetui.model.explanation import Hint
from resolvetui.model.query import TargetRequest
from resolvetui.model.resolution import Resolution
from resolvetui.resolver import Refutation, Solution, Solver
from resolvetui.session.assembly import assemble
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.driver import Driver, NeedsBuild
from resolvetui.session.evidence import SessionEvidence
from resolvetui.session.facts import Facts
from resolvetui.session.problem import problem_of

OnNews = Callable[[tuple[Hint, ...], str], None]
"""Told the ways out as known now, best first, and what is tried next, "" at the end."""


def find_fixes(
    session: Session,
    attempt: Attempt,
    on_news: OnNews = lambda _hints, _trying: None,
    check: Callable[[], None] = lambda: None,
    *,
    limits: Limits | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Hint, ...]:
    """The ways out of an attempt without a solution: verified ones first, failed ones last.

    `check` is called at every step of every try and may raise `Cancelled`.
    """
    refutation = attempt.outcome
    assert isinstance(refutation, Refutation)
    search = FixSearch(
        attempt.query,
        Failure(refutation, attempt.evidence),
        {name: item.version for name, item in attempt.facts.installed.items()},
        clock,
        limits or Limits(),
    )
    fixer = _Fixer(session, attempt.facts, check, clock)
    run = search.run()
    try:
        wanted = next(run)
        while True:
            on_news(search.hints, wanted.text)
            check()
            wanted = run.send(fixer.attempt(wanted))
    except StopIteration as stop:
        hints: tuple[Hint, ...] = stop.value
    attempt.facts.further = fixer.facts
    session.cache.flush()
    on_news(hints, "")
    return hints


def with_fixes(
    session: Session,
    attempt: Attempt,
    on_news: OnNews = lambda _hints, _trying: None,
    check: Callable[[], None] = lambda: None,
) -> Attempt:
    """The attempt with its ways out tried; one with a solution as it is."""
    if attempt.explanation is None:
        return attempt
    hints = find_fixes(session, attempt, on_news, check)
    explanation = msgspec.structs.replace(attempt.explanation, hints=hints, searched=True)
    return msgspec.structs.replace(attempt, explanation=explanation)


class _OutOfTime(Cancelled):
    """The time for fixes is over."""


class _Fixer:
    """Resolves one query after another; what one finds out, the next one knows."""

    def __init__(
        self,
        session: Session,
        facts: Facts,
        check: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self._session = session
        self._check = check
        self._clock = clock
        self._known = {_world(facts): facts}
        self._first = facts
        self.facts: list[Facts] = []
        """Of each try."""

    def attempt(self, wanted: Try) -> Tried:
        """What comes of a try."""
        ends_at = self._clock() + wanted.seconds

        def on_step(_doing: str) -> None:
            self._check()
            if self._clock() > ends_at:
                raise _OutOfTime("There was no time left.")

        try:
            return self._resolve(wanted, on_step)
        except (_OutOfTime, TimeoutError):
            return Unknown(out_of_time=True)
        except Cancelled:
            raise
        except OfflineError:
            return Unknown(needs_network=True)
        except ResolvetuiError:
            return Unknown()  # it decides nothing: no claim is made

    def _resolve(self, wanted: Try, on_step: Callable[[str], None]) -> Tried:
        query, session = wanted.query, self._session
        world = query.target, query.policies.exclude_newer
        like = self._known.get(world, self._first)
        facts, _ = session.facts_for(query, like)
        self.facts.append(facts)
        driver = Driver(
            Solver(problem_of(facts)), facts, lambda: session.open_transport(query), on_step
        )
        try:
            outcome = driver.run(wanted.seconds) if wanted.online else driver.run_from_memory()
        except NeedsBuild:
            outcome = None
        self._known[_world(facts)] = facts
        if driver.awaited_build is not None:
            return Unknown(needs_build=True)  # nobody consented to run code for a mere try
        if outcome is None:
            return Unknown(needs_network=True)
        facts.listings.refusals.judge()
        if isinstance(outcome, Solution):
            return Success(_checked(assemble(outcome, facts), facts))
        return Failure(outcome, SessionEvidence(facts))


def _checked(resolution: Resolution, facts: Facts) -> Resolution:
    """The answer of a try, unless the query as it then is would be refused for a hash."""
    if facts.query.minds_hashes:
        from resolvetui.session.hash_checks import check_answer, check_stated

        check_stated(facts)
        check_answer(facts, resolution)
    return resolution


def _world(facts: Facts) -> tuple[TargetRequest, str]:
    """Queries of one world can use most of each other's facts."""
    return facts.query.target, facts.query.policies.exclude_newer
