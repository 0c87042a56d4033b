"""Conflict resolution on partial solutions made by hand."""

from __future__ import annotations

from resolvetui.resolver.assignments import Assignments
from resolvetui.resolver.clause import Clause, Depends, Learned, PackageKey
from resolvetui.resolver.conflict import Lesson, analyse
from resolvetui.resolver.store import ClauseStore

A, B, C, D = (PackageKey(name) for name in "abcd")
FULL = 0b1111


class Bench:
    """Four packages of three versions each, and the clauses that are made of them."""

    def __init__(self) -> None:
        self.store = ClauseStore()
        self.assignments = Assignments()
        self.full = dict.fromkeys((A, B, C, D), FULL)
        for key in self.full:
            self.assignments.ground(key, FULL, ())

    def clause(self, **terms: int) -> Clause:
        return self.store.make({PackageKey(name): term for name, term in terms.items()}, Depends())

    def derive(self, key: PackageKey, cause: Clause) -> None:
        self.assignments.narrow(key, ~cause.terms[key], cause)

    def analyse(self, conflict: Clause) -> Lesson:
        return analyse(conflict, self.assignments, self.store, self.full)


def test_what_only_the_last_decision_does_is_blamed_on_it() -> None:
    bench = Bench()
    bench.assignments.decide(B, 0b1000)
    bench.assignments.decide(C, 0b1000)
    bench.derive(A, bench.clause(c=0b1000, a=0b0111))
    lesson = bench.analyse(bench.clause(c=0b1000, a=0b1000))
    assert (lesson.key, lesson.level) == (C, 0)
    assert lesson.clause.terms == {C: 0b1000}
    assert isinstance(lesson.clause.cause, Learned)
    assert [parent.id for parent in lesson.clause.cause.parents] == [1, 0]


def test_without_any_step_the_conflict_itself_is_the_lesson() -> None:
    """Nothing is learned twice; and decisions that have no part in it are forgotten."""
    bench = Bench()
    bench.assignments.decide(B, 0b1000)
    bench.assignments.decide(D, 0b0010)
    bench.assignments.decide(C, 0b1000)
    bench.derive(A, bench.clause(c=0b1000, a=0b0111))
    conflict = bench.clause(b=0b1000, a=0b1000)
    lesson = bench.analyse(conflict)
    assert lesson.clause is conflict
    assert (lesson.key, lesson.level) == (A, 1)


def test_a_term_that_two_narrowings_made_true_needs_them_both() -> None:
    """Dart's solver document, "Conflict Resolution": the satisfier covers only a part."""
    bench = Bench()
    bench.assignments.decide(B, 0b1000)
    bench.derive(A, bench.clause(b=0b1000, a=0b0011))
    bench.assignments.decide(C, 0b1000)
    bench.derive(A, bench.clause(c=0b1000, a=0b0100))
    lesson = bench.analyse(bench.clause(a=0b1000))
    assert (lesson.key, lesson.level) == (A, 1)


def test_a_conflict_without_decisions_leaves_no_terms() -> None:
    bench = Bench()
    bench.derive(A, bench.clause(a=0b0111))
    lesson = bench.analyse(bench.clause(a=0b1000))
    assert lesson.key is None
    assert lesson.clause.terms == {}
