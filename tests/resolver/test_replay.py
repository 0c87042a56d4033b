"""The events are enough: the partial solution rebuilt from them is the solver's own."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from resolvetui.resolver import Solution, Solver
from resolvetui.resolver.assignments import Snapshot
from resolvetui.resolver.clause import Learned, PackageKey, base_name
from resolvetui.resolver.events import Event
from tests.resolver.worlds import World, drive, problem, random_world


@dataclass
class Replay:
    """The partial solution as the events tell it, and nothing else."""

    level: int = 0
    masks: dict[PackageKey, int] = field(default_factory=dict)
    decided: dict[PackageKey, int] = field(default_factory=dict)
    ended: str = ""
    _versions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _trail: list[tuple[int, PackageKey, int]] = field(default_factory=list)
    """(level, key, mask before) of every change."""

    def see(self, event: Event) -> None:
        match event:
            case ("listing", name, versions, _):
                self._versions[name] = versions
            case ("grounded", key, mask, _):
                self.masks[key] = mask
            case ("narrowed", key, before, after, _):
                assert self.masks[key] == before
                assert after & ~before == 0
                assert after not in {0, before}
                self._set(key, after)
            case ("decided", key, version, level):
                assert level == self.level + 1
                self.level = self.decided[key] = level
                self._set(key, 2 << self._versions[base_name(key)].index(version))
            case ("backjump", before, after):
                assert before == self.level
                self._forget(after)
            case ("done", outcome):
                self.ended = outcome

    def _set(self, key: PackageKey, mask: int) -> None:
        self._trail.append((self.level, key, self.masks[key]))
        self.masks[key] = mask

    def _forget(self, level: int) -> None:
        while self._trail and self._trail[-1][0] > level:
            _, key, before = self._trail.pop()
            self.masks[key] = before
        self.decided = {key: at for key, at in self.decided.items() if at <= level}
        self.level = level

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot(self.level, self.masks, self.decided)


class Watched:
    """A search whose replay is held against it at every decision."""

    def __init__(self, world: World, roots: tuple[str, ...], constraints: tuple[str, ...]) -> None:
        self.events: list[Event] = []
        self.replay = Replay()
        self.compared = 0
        self.solver = Solver(problem(*roots, constraints=constraints), self._see)
        self.outcome = drive(world, self.solver)

    def _see(self, event: Event) -> None:
        self.events.append(event)
        if event[0] == "narrowed":  # checked at once, for the clause may become stronger
            _, key, before, after, clause_id = event
            assert after == before & ~self.solver.clause(clause_id).terms[key]
        self.replay.see(event)
        if event[0] in {"decided", "candidate", "done"}:
            assert self.replay.snapshot == self.solver.snapshot()
            self.compared += 1


def watched(seed: int) -> Watched:
    world, roots, constraints = random_world(random.Random(seed))
    return Watched(world, roots, constraints)


def test_the_partial_solution_follows_from_the_events_alone() -> None:
    compared = backjumps = 0
    for seed in range(500):
        search = watched(seed)
        compared += search.compared
        backjumps += sum(event[0] == "backjump" for event in search.events)
        outcome = "solved" if isinstance(search.outcome, Solution) else "refuted"
        assert search.replay.ended == outcome
    assert compared > 1_000
    assert backjumps > 30


def test_the_solution_is_what_was_decided_last() -> None:
    for seed in range(200):
        search = watched(seed)
        if isinstance(search.outcome, Solution):
            packages = [base_name(key) for key in search.replay.decided if "[" not in key]
            assert list(search.outcome.versions) == packages


def test_every_id_in_an_event_names_a_clause() -> None:
    for seed in range(200):
        search = watched(seed)
        for event in search.events:
            match event:
                case ("required", key, clause_id):
                    assert key in search.replay.masks
                    assert search.solver.clause(clause_id).id == clause_id
                case ("grounded", key, _, ids):
                    assert all(key in search.solver.clause(fact).terms for fact in ids)
                case ("rejected", key, _, clause_id):
                    assert key in search.solver.clause(clause_id).terms
                case ("learned", clause_id, terms, parents):
                    clause = search.solver.clause(clause_id)
                    assert isinstance(clause.cause, Learned)
                    assert terms == clause.terms
                    assert parents == tuple(parent.id for parent in clause.cause.parents)


def test_a_conflict_is_followed_by_a_backjump_or_by_the_end() -> None:
    for seed in range(300):
        kinds = [event[0] for event in watched(seed).events]
        for at, kind in enumerate(kinds):
            if kind == "conflict":
                after = [each for each in kinds[at + 1 : at + 3] if each != "learned"]
                assert after[0] in {"backjump", "done"}


def test_watching_changes_nothing() -> None:
    for seed in range(100):
        world, roots, constraints = random_world(random.Random(seed))
        silent = drive(world, Solver(problem(*roots, constraints=constraints)))
        assert silent.counts == watched(seed).outcome.counts
