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

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

from resolvetui.errors import GaveUp
from resolvetui.model.names import ExtraName, PackageName
from resolvetui.model.requirement import Requirement, RootRequirement
from resolvetui.resolver.assignments import Assignments
from resolvetui.resolver.clause import (
    ASKED,
    ROOT,
    Asked,
    Clause,
    Constrained,
    PackageKey,
    Root,
    Unusable,
    base_name,
    extra_of,
    proxy_key,
)
from resolvetui.resolver.conflict import analyse
from resolvetui.resolver.decision import Priorities, VersionChoice
from resolvetui.resolver.domain import ABSENT, Domain, Exclusion
from resolvetui.resolver.events import Observer
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


@dataclass(frozen=True)
class Problem:
    """What the user stated, with markers already evaluated: only what applies to the target."""

    requirements: tuple[RootRequirement, ...]
    constraints: tuple[RootRequirement, ...] = ()
    overrides: tuple[RootRequirement, ...] = ()
    choice: VersionChoice = field(default_factory=VersionChoice)


class Solver:
    """One search. `hints` collects versions whose metadata will probably be asked for next;
    whoever drives the search may fetch them ahead, and nothing depends on it.
    """

    def __init__(
        self, problem: Problem, observe: Observer = None, max_decisions: int = MAX_DECISIONS
    ) -> None:
        self.hints: list[tuple[PackageName, str]] = []
        self.domains: dict[PackageName, Domain] = {}
        self._problem = problem
        self._observe = observe
        self._max_decisions = max_decisions
        self._store = ClauseStore()
        self._assignments = Assignments()
        self._propagation = Propagation(self._store, self._assignments, observe)
        self._priorities = Priorities()
        self._full: dict[PackageKey, int] = {}
        self._constraints = _by_name(problem.constraints)
        self._overrides = _by_name(problem.overrides)
        self._metadata: dict[tuple[PackageName, str], Dependencies | Unreadable] = {}
        self._tried: dict[PackageName, int] = {}
        self._hinted: dict[PackageName, int] = {}
        self._decisions = self._conflicts = self._rejected = 0

    @property
    def counts(self) -> Counts:
        """The work so far."""
        return Counts(self._decisions, self._conflicts, self._rejected, len(self._metadata))

    def run(self) -> Search:
        """Search; see the module's text for the conversation. Raises `GaveUp` at the limit."""
        yield from self._ground(tuple(item.requirement for item in self._problem.requirements))
        changed: tuple[PackageKey, ...] = self._ask_root()
        while True:
            clause = self._settle(changed)
            if clause is not None:
                self._tell("done", "refuted")
                return Refutation(clause, self.domains, self.counts)
            key = self._priorities.next(self._assignments)
            if key is None:
                self._tell("done", "solved")
                return self._solution()
            changed = yield from self._try_next_version(key)

    # -- facts

    def _ground(self, requirements: tuple[Requirement, ...]) -> Generator[Request, Reply, None]:
        """Learn every version of the packages named, before any clause about them is made."""
        names = dict.fromkeys(item.name for item in requirements)
        unknown = tuple(name for name in names if name not in self.domains)
        if unknown:
            reply = yield NeedListings(unknown)
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
            forbidden = domain.full & ~self._allowed(constraint.requirement, domain) & ~ABSENT
            if forbidden:
                facts.append(self._store.make({key: forbidden}, Constrained(constraint)))
        self._full[key] = domain.full
        self._assignments.ground(key, domain.full, facts)
        self._propagation.know(key, domain.full)
        self._priorities.mention(key, url=bool(domain.url))
        self._tell("listing", domain.name, domain.versions, domain.usable)

    def _add_proxy(self, name: PackageName, extra: ExtraName) -> None:
        key, base = proxy_key(name, extra), PackageKey(name)
        if key in self._full:
            return
        self._full[key] = self._full[base]
        self._assignments.ground(key, self._full[base], ())
        self._propagation.know(key, self._full[base], base)
        self._priorities.mention(key, url=bool(self.domains[name].url))

    def _allowed(self, requirement: Requirement, domain: Domain) -> int:
        """The versions that a requirement takes; an override of the user stands in its place."""
        if requirement.url:
            return domain.full & ~ABSENT if requirement.url == domain.url else 0
        return domain.specifier_mask(requirement.specifier)

    def _effective(self, requirement: Requirement) -> tuple[Requirement, RootRequirement | None]:
        """What counts of a requirement, and the override that decided so."""
        overrides = self._overrides.get(requirement.name)
        if not overrides:
            return requirement, None
        instead = overrides[0].requirement
        specifier = ",".join(
            item.requirement.specifier for item in overrides if item.requirement.specifier
        )
        effective = Requirement(
            requirement.name, requirement.extras, specifier, requirement.marker, instead.url
        )
        return effective, overrides[0]

    def _ask_root(self) -> tuple[PackageKey, ...]:
        """The root's clauses: it is asked, and each requirement of the user follows from it."""
        full = ABSENT | ASKED
        self._full[ROOT] = full
        self._assignments.ground(ROOT, full, (self._store.make({ROOT: ABSENT}, Root()),))
        self._propagation.know(ROOT, full)
        for item in self._problem.requirements:
            effective, override = self._effective(item.requirement)
            domain = self.domains[effective.name]
            allowed = self._allowed(effective, domain)
            for key in _keys(effective):
                terms = {ROOT: ASKED, key: domain.full & ~allowed}
                if not allowed:
                    del terms[key]
                self._store.scan(self._store.make(terms, Asked(item, override)))
                self._tell("required", key, item.text)
        return tuple(self._full)

    # -- search

    def _settle(self, changed: tuple[PackageKey, ...]) -> Clause | None:
        """Propagate and learn until no conflict is left; the empty clause when none can be."""
        conflict = self._propagation.run(*changed)
        while conflict is not None:
            self._conflicts += 1
            self._tell("conflict", conflict.id)
            lesson = analyse(conflict, self._assignments, self._store, self._full)
            if lesson.key is None:
                return lesson.clause
            self._tell("learned", lesson.clause.id, dict(lesson.clause.terms))
            self._backjump(lesson.level)
            if lesson.clause is not conflict and len(lesson.clause.terms) > 1:
                self._store.scan(lesson.clause)
            self._propagation.narrow(lesson.key, ~lesson.clause.terms[lesson.key], lesson.clause)
            conflict = self._propagation.run(lesson.key)
        self._hint()
        return None

    def _backjump(self, level: int) -> None:
        self._tell("backjump", self._assignments.level, level)
        self._assignments.backjump(level)

    def _try_next_version(
        self, key: PackageKey
    ) -> Generator[Request, Reply, tuple[PackageKey, ...]]:
        """Decide a version of this package, or pass over one that cannot be; what has changed."""
        domain = self.domains[base_name(key)]
        bit = self._problem.choice.pick(domain, self._assignments.mask[key])
        self._tell("candidate", key, domain.version(bit))
        if not self._store.knows(key, bit):
            yield from self._learn_dependencies(key, bit, domain)
        for clause in self._store.of_version(key, bit):
            if self._is_violated(clause, key):
                return self._reject(key, bit, clause)
        self._decisions += 1
        if self._decisions > self._max_decisions:
            raise GaveUp(
                f"The search was stopped after {self._max_decisions:,} decisions.",
                why="This is no proof that there is no solution.",
                what_to_do="Narrow some requirements (lower bounds help most) and try again.",
            )
        self._assignments.decide(key, bit)
        self._tell("decided", key, domain.version(bit), self._assignments.level)
        return (key,)

    def _is_violated(self, clause: Clause, key: PackageKey) -> bool:
        """Whether all other terms hold, so that choosing this version would be a conflict."""
        masks = self._assignments.mask
        return all(not masks[other] & ~term for other, term in clause.terms.items() if other != key)

    def _reject(self, key: PackageKey, bit: int, clause: Clause) -> tuple[PackageKey, ...]:
        """Pass over a version without deciding it: cheaper than a conflict, same result."""
        self._rejected += 1
        self._tell("rejected", key, self.domains[base_name(key)].version(bit), clause.id)
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
        self, key: PackageKey, bit: int, domain: Domain
    ) -> Generator[Request, Reply, None]:
        """Make the clauses of one version (or of one extra of it)."""
        reply = yield from self._read_metadata(domain.name, domain.version(bit))
        self._store.open_version(key, bit)
        if isinstance(reply, Unreadable):
            exclusion = Exclusion(reply.reason, bit, None, reply.detail)
            self._store.add_unusable(key, bit, Unusable(exclusion))
            self._tell("unreadable", key, domain.version(bit), reply.reason)
            return
        extra = extra_of(key)
        if extra is not None and extra not in reply.by_extra:
            self._tell("unknown-extra", domain.name, domain.version(bit), extra)
        requirements = reply.base if extra is None else reply.by_extra.get(extra, ())
        yield from self._ground(requirements)
        for requirement in requirements:
            self._add_dependency(key, bit, requirement)

    def _read_metadata(
        self, name: PackageName, version: str
    ) -> Generator[Request, Reply, Dependencies | Unreadable]:
        known = self._metadata.get((name, version))
        if known is None:
            reply = yield NeedMetadata(name, version)
            assert isinstance(reply, Dependencies | Unreadable)
            known = self._metadata[name, version] = reply
            self._tried[name] = self._tried.get(name, 0) + 1
        return known

    def _add_dependency(self, key: PackageKey, bit: int, requirement: Requirement) -> None:
        effective, override = self._effective(requirement)
        domain = self.domains[effective.name]
        allowed = self._allowed(effective, domain)
        for other in _keys(effective):
            if other == key and allowed & bit:
                continue  # it depends on itself, and is content with itself
            self._store.add_dependency(
                (key, bit), (other, allowed, domain.full), effective, override
            )

    # -- around the search

    def _hint(self) -> None:
        """Wish for the metadata of the best candidate of every package that is required now, and
        for more at once of those that are passed over again and again.
        """
        for name, domain in self.domains.items():
            mask = self._assignments.mask[PackageKey(name)]
            if mask & ABSENT or self._hinted.get(name) == mask:
                continue
            self._hinted[name] = mask
            for _ in range(_batch(self._tried.get(name, 0))):
                if not mask:
                    break
                bit = self._problem.choice.pick(domain, mask)
                mask &= ~bit
                if (name, domain.version(bit)) not in self._metadata:
                    self.hints.append((name, domain.version(bit)))

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


def _by_name(
    requirements: tuple[RootRequirement, ...],
) -> dict[PackageName, list[RootRequirement]]:
    grouped: dict[PackageName, list[RootRequirement]] = {}
    for item in requirements:
        grouped.setdefault(item.requirement.name, []).append(item)
    return grouped


def _keys(requirement: Requirement) -> tuple[PackageKey, ...]:
    """The package itself, then one proxy an extra."""
    return (
        PackageKey(requirement.name),
        *(proxy_key(requirement.name, extra) for extra in requirement.extras),
    )


def _batch(tried: int) -> int:
    """How many versions to wish for: one, and more when many were passed over already."""
    if tried < 5:
        return 1
    return min(50, tried)
