"""The solver: a generator that asks for facts and returns a solution or a proof of its absence.

    solver = Solver(problem)
    search = solver.run()
    request = next(search)                  # NeedListings or NeedMetadata
    request = search.send(reply)            # … until StopIteration, whose value is the Outcome

It follows Dart's solver document: unit propagation, decision making, conflict resolution. What is
particular to Python packages (extras, constraints, overrides, direct references, pre-releases)
becomes masks and clauses here, and nothing of it is known to the other modules.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Mapping

from msgspec import Struct, field

from resolvetui.errors import GaveUp
from resolvetui.model.names import ExtraName, PackageName
from resolvetui.model.requirement import Requirement, RootRequirement
from resolvetui.resolver.assignments import Assignments, Snapshot
from resolvetui.resolver.clause import (
    ASKED,
    ROOT,
    Asked,
    Clause,
    Constrained,
    Learned,
    PackageKey,
    Root,
    Unusable,
    base_name,
    extra_of,
    proxy_key,
)
from resolvetui.resolver.conflict import analyse
from resolvetui.resolver.decision import Priorities, VersionChoice
from resolvetui.resolver.demands import Demands, allowed, by_name
from resolvetui.resolver.domain import ABSENT, Domain, Exclusion
from resolvetui.resolver.events import Observer
from resolvetui.resolver.hints import Hints
from resolvetui.resolver.outcome import Counts, Outcome, Refutation, Solution
from resolvetui.resolver.propagation import Propagation
from resolvetui.resolver.requests import (
    Dependencies,
    NeedListings,
    NeedMetadata,
    Reply,
    Request,
    Unreadable,
)
from resolvetui.resolver.store import ClauseStore

MAX_DECISIONS = 200_000
"""A search that is longer gives up; real ones take some thousands at most."""

Search = Generator[Request, Reply, Outcome]


class Problem(Struct, frozen=True):
    """What the user stated, with markers already evaluated: only what applies to the target."""

    requirements: tuple[RootRequirement, ...]
    constraints: tuple[RootRequirement, ...] = ()
    overrides: tuple[RootRequirement, ...] = ()
    choice: VersionChoice = field(default_factory=VersionChoice)


class Solver:
    """One search. `hints` collects versions whose metadata will probably be asked for next;
    whoever drives the search may fetch them ahead, and nothing depends on it.

    `max_seconds` counts from the first step, waiting for replies included; `clock` gives seconds.
    """

    def __init__(
        self,
        problem: Problem,
        observe: Observer = None,
        max_decisions: int = MAX_DECISIONS,
        *,
        max_seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.hints: list[tuple[PackageName, str]] = []
        self.domains: dict[PackageName, Domain] = {}
        self._problem = problem
        self._observe = observe
        self._max_decisions = max_decisions
        self._max_seconds = max_seconds
        self._clock = clock
        self._store = ClauseStore()
        self._assignments = Assignments()
        self._propagation = Propagation(self._store, self._assignments, observe)
        self._priorities = Priorities()
        self._ahead = Hints(problem.choice)
        self._full: dict[PackageKey, int] = {}
        self._domain_of: dict[PackageKey, Domain] = {}
        self._constraints = by_name(problem.constraints)
        self._demands = Demands(self.domains, problem.overrides)
        self._metadata: dict[tuple[PackageName, str], Dependencies | Unreadable] = {}
        self._decisions = self._conflicts = self._rejected = 0

    @property
    def counts(self) -> Counts:
        """The work so far."""
        return Counts(self._decisions, self._conflicts, self._rejected, len(self._metadata))

    def clause(self, clause_id: int) -> Clause:
        """The clause that an event names by its id; `IndexError` for an id that was not told."""
        return self._store.clauses[clause_id]

    def snapshot(self) -> Snapshot:
        """The partial solution as it is now; what `events.py` says can be rebuilt from events."""
        return self._assignments.snapshot()

    def run(self) -> Search:
        """Search; see the module's text for the conversation. Raises `GaveUp` at a limit."""
        give_up_at = None if self._max_seconds is None else self._clock() + self._max_seconds
        yield from self._ground(item.requirement for item in self._problem.requirements)
        changed = self._ask_root()
        while True:
            clause = self._settle(changed)
            if clause is not None:
                self._tell("done", "refuted")
                return Refutation(clause, self.domains, self.counts)
            key = self._next_package()
            if key is None:
                self._tell("done", "solved")
                return self._solution()
            if give_up_at is not None and self._clock() >= give_up_at:
                raise _gave_up(f"{self._max_seconds:g} seconds")
            changed = yield from self._try_next_version(key)

    # -- facts

    def _ground(self, requirements: Iterable[Requirement]) -> Generator[Request, Reply, None]:
        """Learn every version of the packages named, before any clause about them is made."""
        requirements = tuple(requirements)
        unknown = {item.name: None for item in requirements if item.name not in self.domains}
        if unknown:
            reply = yield NeedListings(tuple(unknown))
            assert isinstance(reply, Mapping)
            for name in unknown:
                self._add_domain(reply[name])
        for requirement in requirements:
            for extra in requirement.extras:
                self._add_proxy(requirement.name, extra)

    def _add_domain(self, domain: Domain) -> None:
        key = PackageKey(domain.name)
        self.domains[domain.name] = domain
        facts = [
            self._store.make({key: exclusion.mask}, Unusable(exclusion))
            for exclusion in domain.exclusions
        ]
        for constraint in self._constraints.get(domain.name, ()):
            forbidden = domain.full & ~allowed(constraint.requirement, domain) & ~ABSENT
            if forbidden:
                facts.append(self._store.make({key: forbidden}, Constrained(constraint)))
        self._tell("listing", domain.name, domain.versions, domain.usable)
        self._know(key, domain, facts)

    def _add_proxy(self, name: PackageName, extra: ExtraName) -> None:
        key = proxy_key(name, extra)
        if key not in self._full:
            self._know(key, self.domains[name], (), PackageKey(name))

    def _know(
        self,
        key: PackageKey,
        domain: Domain,
        facts: Iterable[Clause],
        base: PackageKey | None = None,
    ) -> None:
        """Begin to assign versions to a package, or to the proxy of an extra of `base`."""
        self._full[key] = domain.full
        self._domain_of[key] = domain
        self._assignments.ground(key, domain.full, facts)
        self._propagation.know(key, domain.full, base)
        self._priorities.mention(key, url=bool(domain.url))
        if self._observe is not None:
            ids = tuple(fact.id for fact in facts)
            self._observe(("grounded", key, self._assignments.mask[key], ids))

    def _ask_root(self) -> Iterable[PackageKey]:
        """The root's clauses: it is asked, and each requirement of the user follows from it."""
        full = ABSENT | ASKED
        asked = self._store.make({ROOT: ABSENT}, Root())
        self._full[ROOT] = full
        self._assignments.ground(ROOT, full, (asked,))
        self._propagation.know(ROOT, full)
        self._tell("grounded", ROOT, ASKED, (asked.id,))
        for item in self._problem.requirements:
            demand = self._demands.of(item.requirement)
            for key in demand.keys:
                terms = {ROOT: ASKED}
                if demand.allowed:
                    terms[key] = demand.full & ~demand.allowed
                clause = self._store.make(terms, Asked(item, demand.override))
                self._store.scan(clause)
                self._tell("required", key, clause.id)
        return tuple(self._full)

    # -- search

    def _settle(self, changed: Iterable[PackageKey]) -> Clause | None:
        """Propagate and learn until no conflict is left; the empty clause when none can be."""
        conflict = self._propagation.run(changed)
        while conflict is not None:
            self._conflicts += 1
            self._tell("conflict", conflict.id)
            lesson = analyse(conflict, self._assignments, self._store, self._full)
            self._tell_lesson(lesson.clause, conflict)
            if lesson.key is None:
                return lesson.clause
            self._backjump(lesson.level)
            if lesson.clause is not conflict and len(lesson.clause.terms) > 1:
                self._store.scan(lesson.clause)
            self._propagation.narrow(lesson.key, ~lesson.clause.terms[lesson.key], lesson.clause)
            conflict = self._propagation.run((lesson.key,))
        return None

    def _tell_lesson(self, clause: Clause, conflict: Clause) -> None:
        if (
            self._observe is not None
            and isinstance(clause.cause, Learned)
            and clause is not conflict
        ):
            parents = tuple(parent.id for parent in clause.cause.parents)
            self._observe(("learned", clause.id, dict(clause.terms), parents))

    def _backjump(self, level: int) -> None:
        self._tell("backjump", self._assignments.level, level)
        self._assignments.backjump(level)

    def _next_package(self) -> PackageKey | None:
        """The package to decide next; on the way, wish for what it and others will need."""
        assignments = self._assignments
        changed = assignments.take_changed()
        for key in changed:
            mask = assignments.mask[key]
            if not mask & ABSENT and key not in assignments.decided and extra_of(key) is None:
                self.hints += self._ahead.wishes(self._domain_of[key], mask)
        return self._priorities.next(assignments, changed)

    def _try_next_version(
        self, key: PackageKey
    ) -> Generator[Request, Reply, tuple[PackageKey, ...]]:
        """Decide a version of this package, or pass over one that cannot be; what has changed."""
        domain = self._domain_of[key]
        bit = self._problem.choice.pick(domain, self._assignments.mask[key])
        version = domain.version(bit)
        self._tell("candidate", key, version)
        if not self._store.knows(key, bit):
            yield from self._learn_dependencies(key, bit, domain, version)
        for clause in self._store.of_version(key, bit):
            if self._is_violated(clause, key):
                return self._reject(key, version, clause)
        if self._decisions >= self._max_decisions:
            raise _gave_up(f"{self._max_decisions:,} decisions")
        self._decisions += 1
        self._assignments.decide(key, bit)
        self._tell("decided", key, version, self._assignments.level)
        return (key,)

    def _is_violated(self, clause: Clause, key: PackageKey) -> bool:
        """Whether all other terms hold, so that choosing this version would be a conflict."""
        masks = self._assignments.mask
        for other, term in clause.terms.items():
            if masks[other] & ~term and other != key:
                return False
        return True

    def _reject(self, key: PackageKey, version: str, clause: Clause) -> tuple[PackageKey, ...]:
        """Pass over a version without deciding it: cheaper than a conflict, same result."""
        self._rejected += 1
        self._tell("rejected", key, version, clause.id)
        culprit = next((other for other in clause.terms if other != key), None)
        if culprit is not None:
            early, late = self._priorities.record_rejection(key, culprit)
            if early is not None:
                self._tell("reprioritised", early, "early")
            if late is not None:
                self._tell("reprioritised", late, "late")
                if late in self._assignments.decided:
                    self._backjump(self._assignments.decided[late] - 1)
                    return (late,)
        if not self._assignments.mask[key] & ~clause.terms[key]:
            return (key,)  # nothing is left: the propagation meets the same clause as a conflict
        self._propagation.narrow(key, ~clause.terms[key], clause)
        return (key,)

    def _learn_dependencies(
        self, key: PackageKey, bit: int, domain: Domain, version: str
    ) -> Generator[Request, Reply, None]:
        """Make the clauses of one version (or of one extra of it)."""
        name = domain.name
        reply = self._metadata.get((name, version))
        if reply is None:
            answer = yield NeedMetadata(name, version)
            assert isinstance(answer, Dependencies | Unreadable)
            reply = self._metadata[name, version] = answer
            self._ahead.note_read(name, bit)
        self._store.open_version(key, bit)
        if isinstance(reply, Unreadable):
            exclusion = Exclusion(reply.reason, bit, None, reply.detail)
            self._store.add_unusable(key, bit, Unusable(exclusion))
            self._tell("unreadable", key, version, reply.reason)
            return
        extra = extra_of(key)
        if extra is not None and extra not in reply.by_extra:
            self._tell("unknown-extra", name, version, extra)
        requirements = reply.base if extra is None else reply.by_extra.get(extra, ())
        yield from self._ground(requirements)
        for requirement in requirements:
            demand = self._demands.of(requirement)
            for other in demand.keys:
                if other != key or not demand.allowed & bit:  # else it is content with itself
                    self._store.add_dependency(key, bit, other, demand)

    def _solution(self) -> Solution:
        versions: dict[PackageName, str] = {}
        extras: dict[PackageName, list[ExtraName]] = {}
        for key in self._assignments.decided:
            name, extra = base_name(key), extra_of(key)
            if extra is None:
                versions[name] = self.domains[name].version(self._assignments.mask[key])
            else:
                extras.setdefault(name, []).append(extra)
        asked = {name: tuple(sorted(names)) for name, names in extras.items()}
        return Solution(versions, asked, self.counts)

    def _tell(self, *event: object) -> None:
        if self._observe is not None:
            self._observe(event)


def _gave_up(limit: str) -> GaveUp:
    return GaveUp(
        f"The search was stopped after {limit}.",
        why="This is no proof that there is no solution.",
        what_to_do="Narrow some requirements (lower bounds help most) and try again.",
    )
