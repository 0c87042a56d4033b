"""Why a package is as it is in an attempt's resolution: the searches that the answer rests on.

"Why not newer" is asked of the solver: the same query with the newer version required as well,
over the facts of the attempt. What is asked for every package at once stays within what is in
memory and cache, and within a small amount of work that is counted in steps, not in time, so that
the same facts give the same words.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import takewhile

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.errors import Cancelled, ResolvetuiError
from resolvetui.explanation.evidence import Evidence
from resolvetui.explanation.newer import at_a_glance, by_search, seen_in, supposed
from resolvetui.explanation.proof import leaves
from resolvetui.model.names import PackageName
from resolvetui.model.query import PrereleasePolicy
from resolvetui.model.requirement import Requirement
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.model.why import NotNewer, Why
from resolvetui.resolver import Dependencies, Outcome, Refutation, Solver
from resolvetui.resolver.decision import VersionChoice
from resolvetui.resolver.specifiers import parse_version
from resolvetui.session.attempts import Attempt, Session
from resolvetui.session.driver import Driver
from resolvetui.session.problem import problem_of

PATIENCE_S = 5.0
"""How long the network may take for the answer about one package."""
_REPORT_STEPS = 400
"""Facts that all searches for a report may look at: 0.06 ms each from memory, 0.25 ms from the
cache, so 100 ms at worst."""
_REPORT_LEAVES = 40
"""Facts of a proof that a report makes small: that takes some milliseconds."""
_STEPS = 20_000
"""Facts that the searches for one package may look at that was asked about."""


def why_not_newest(
    session: Session, attempt: Attempt, *, steps: int = _REPORT_STEPS
) -> dict[PackageName, NotNewer]:
    """For each package that is not at the newest version that is listed: why.

    Needs no network. `steps` is how many facts all its searches may look at; a package for which
    that is not enough keeps what is seen without a search.
    """
    resolution = attempt.resolution
    assert resolution is not None
    evidence = attempt.evidence
    found: dict[PackageName, NotNewer] = {}
    searches = _Searches(session, attempt, resolution, evidence, steps=steps)
    searches.most_leaves = _REPORT_LEAVES
    for pin in resolution.pins:
        if pin.newest in ("", pin.version) or pin.kind == "url":
            continue
        newest = _newest_wanted(pin, attempt)
        verdicts = evidence.verdicts_of(pin.name, newest)
        glance = at_a_glance(pin, newest, verdicts, resolution, attempt.query, attempt.target)
        found[pin.name] = searches.answer(pin, glance) if glance.kind == "unknown" else glance
    return found


def _newest_wanted(pin: Pin, attempt: Attempt) -> str:
    """The newest final version that is newer than the one of a package, which is what one misses;
    the newest of all where there is none, or pre-releases are as welcome.
    """
    if attempt.query.policies.prerelease is PrereleasePolicy.ALLOW:
        return pin.newest
    versions = attempt.facts.listings.candidates(pin.name).domain.versions
    newer = takewhile(lambda version: version != pin.version, reversed(versions))
    return next((each for each in newer if not parse_version(each).is_prerelease), pin.newest)


def explain_package(
    session: Session,
    attempt: Attempt,
    name: PackageName,
    check: Callable[[], None] = lambda: None,
) -> Iterator[Why]:
    """What is known at once; then, where only the network can tell more, all of it.

    `check` is called at every step of a search and may raise `Cancelled`. An index that does not
    answer in time leaves unsaid what it would have told.
    """
    from resolvetui.explanation.why import why

    resolution = attempt.resolution
    assert resolution is not None
    facts = attempt.facts
    stated = {pin.name: facts.stated(pin.name, pin.version) for pin in resolution.pins}
    for online in (False, True):
        evidence = attempt.evidence
        searches = _Searches(session, attempt, resolution, evidence, check, steps=_STEPS)
        if online:
            session.ask_shadowed(facts, [name])
            searches.patience_s = PATIENCE_S
        yield why(name, resolution, evidence, stated, searches.about(name))
        is_hidden = bool(facts.listings.shadowed_unknown([name]))
        if session.runtime.offline or not (searches.lacked_facts or is_hidden):
            return


class _TooMuch(Cancelled):
    """The search is more work than its answer is worth."""


class _Searches(Struct):
    """Searches with a newer version, over the facts of one attempt."""

    session: Session
    attempt: Attempt
    resolution: Resolution
    evidence: Evidence
    check: Callable[[], None] = lambda: None
    steps: int = _STEPS
    """What is left of the work."""
    most_leaves: int = _STEPS
    """A proof of more facts is not told."""
    patience_s: float = 0.0
    """How long the network may be asked; 0 for not at all."""
    lacked_facts: bool = False
    """Whether a search ended because only the network knows what comes next."""

    def about(self, name: PackageName) -> Callable[[NotNewer], NotNewer]:
        """Searches for versions of one package, where a search can tell more than a glance."""
        pin = next((pin for pin in self.resolution.pins if pin.name == name), None)

        def search(glance: NotNewer) -> NotNewer:
            if pin is None or glance.kind not in ("unknown", "held-back"):
                return glance
            return self.answer(pin, glance)

        return search

    def answer(self, pin: Pin, glance: NotNewer) -> NotNewer:
        """What a search with the version comes to; else what its requirements show."""
        outcome = self._outcome(pin, glance.version)
        if outcome is not None and not self._is_long(outcome):
            return by_search(glance, pin, outcome, self.resolution, self.evidence)
        if glance.kind != "unknown":
            return glance
        return seen_in(glance, self._requires(pin, glance.version), self.resolution)

    def _is_long(self, outcome: Outcome) -> bool:
        return isinstance(outcome, Refutation) and len(leaves(outcome)) > self.most_leaves

    def _requires(self, pin: Pin, version: str) -> tuple[Requirement, ...]:
        known = self.attempt.facts.dependencies_now(pin.name, version)
        if not isinstance(known, Dependencies):
            return ()
        added = [each for extra in pin.extras for each in known.by_extra.get(extra, ())]
        return (*known.base, *added)

    def _outcome(self, pin: Pin, version: str) -> Outcome | None:
        """Of the query with this version; None where that cannot be found out."""
        facts, query = self.attempt.facts, supposed(pin.name, version, self.attempt.query)
        problem = replace(problem_of(facts, query), choice=self._as_chosen(pin))
        ends_at = time.monotonic() + self.patience_s

        def on_step(_doing: str) -> None:
            self.check()
            self.steps -= 1
            if self.steps < 0 or (self.patience_s and time.monotonic() > ends_at):
                raise _TooMuch("The search was given up.")

        driver = Driver(
            Solver(problem, max_decisions=_STEPS),
            facts,
            lambda: self.session.open_transport(query),
            on_step,
        )
        try:
            if self.patience_s:
                return driver.run(self.patience_s)
            outcome = driver.run_from_memory()
        except _TooMuch:
            return None
        except Cancelled:
            raise
        except (ResolvetuiError, TimeoutError):
            return None  # no claim is made
        self.lacked_facts |= outcome is None
        return outcome

    def _as_chosen(self, pin: Pin) -> VersionChoice:
        """Keep to the versions of the resolution where that is possible: what is otherwise then had
        to change.
        """
        policies = self.attempt.query.policies
        chosen = {each.name: each.version for each in self.resolution.pins if each != pin}
        return VersionChoice(prerelease=policies.prerelease, preferred=chosen)
