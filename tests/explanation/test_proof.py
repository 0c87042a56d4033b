from __future__ import annotations

from dataclasses import dataclass, field

from resolvetui.explanation.proof import contradictory, leaves, minimise
from resolvetui.model.names import PackageName
from resolvetui.model.verdict import Reason
from resolvetui.resolver.clause import (
    ASKED,
    ROOT,
    Asked,
    Cause,
    Clause,
    Depends,
    Learned,
    PackageKey,
    Unusable,
)
from resolvetui.resolver.domain import Domain, Exclusion
from resolvetui.resolver.outcome import Counts, Refutation
from tests.explanation.conflicts import ask

NOTHING = Counts(0, 0, 0, 0)


@dataclass
class Graph:
    """Clauses by hand. Masks are binary: bit 0 is absence."""

    domains: dict[PackageName, Domain] = field(default_factory=dict)
    clauses: list[Clause] = field(default_factory=list)

    def package(self, name: str, *versions: str) -> None:
        self.domains[PackageName(name)] = Domain(PackageName(name), versions)

    def add(self, cause: Cause, **terms: int) -> Clause:
        named = {ROOT if key == "root" else PackageKey(key): mask for key, mask in terms.items()}
        self.clauses.append(Clause(len(self.clauses), named, cause))
        return self.clauses[-1]

    def asked(self, text: str, forbidden: int) -> Clause:
        name = ask(text).requirement.name
        return self.add(Asked(ask(text)), **{"root": ASKED, name: forbidden})

    def refutation(self, *parents: Clause) -> Refutation:
        return Refutation(Clause(len(self.clauses), {}, Learned(parents)), self.domains, NOTHING)


def two_demands() -> Graph:
    """`a` 1 needs b<2, the user asks for a and b>=2; b 3 is yanked, which does not matter."""
    graph = Graph()
    graph.package("a", "1")
    graph.package("b", "1", "2", "3")
    graph.asked("a", 0b01)
    graph.asked("b>=2", 0b0011)
    graph.add(Depends({ask("b<2").requirement: 0b10}), a=0b10, b=0b1101)
    graph.add(Unusable(Exclusion(Reason.YANKED, 0b1000)), b=0b1000)
    return graph


def test_leaves_are_the_external_clauses_each_once() -> None:
    graph = two_demands()
    first, second, third, _ = graph.clauses
    inner = graph.add(Learned((first, third)), a=0b10)
    assert leaves(graph.refutation(inner, second, third)) == (first, second, third)


def test_leaves_of_a_deep_derivation_need_no_stack() -> None:
    graph = two_demands()
    clause = graph.clauses[0]
    for _ in range(5000):
        clause = graph.add(Learned((clause, graph.clauses[1])), a=0b10)
    assert leaves(graph.refutation(clause)) == (graph.clauses[0], graph.clauses[1])


def test_a_fact_that_is_not_needed_is_left_out() -> None:
    graph = two_demands()
    assert [clause.id for clause in minimise(graph.clauses, graph.domains)] == [0, 1, 2]


def test_without_any_one_fact_the_rest_can_be_satisfied() -> None:
    graph = two_demands()
    core = minimise(graph.clauses, graph.domains)
    for clause in core:
        rest = [other.terms for other in core if other is not clause]
        assert not contradictory(rest, graph.domains)


def test_a_contradiction_that_needs_a_search_is_seen() -> None:
    graph = Graph()
    for name in "ab":
        graph.package(name, "1", "2")
    terms = [{"a": x, "b": y} for x in (0b010, 0b100) for y in (0b010, 0b100)]
    named = [{PackageKey(key): mask for key, mask in each.items()} for each in terms]
    asked = [{ROOT: ASKED, PackageKey(name): 1} for name in "ab"]
    assert contradictory([*named, *asked], graph.domains)
    assert not contradictory([*named[1:], *asked], graph.domains)


def test_many_leaves_are_deleted_by_halves() -> None:
    graph = Graph()
    graph.package("b", *(str(number) for number in range(1, 300)))
    graph.asked("b==1", graph.domains[PackageName("b")].full ^ 0b10)
    for position in range(299):
        graph.add(Unusable(Exclusion(Reason.YANKED, 2 << position)), b=2 << position)
    assert [clause.id for clause in minimise(graph.clauses, graph.domains)] == [0, 1]


def test_a_proof_of_hundreds_of_facts_is_minimal() -> None:
    """Each of 200 versions of `a` requires its own of `b`, and each of these a newer `c`."""
    count = 200
    graph = Graph()
    graph.package("a", *(f"{n}" for n in range(count)))
    graph.package("b", *(f"{n}" for n in range(count)))
    graph.package("c", "1", "2")
    every = (1 << (count + 1)) - 1
    graph.asked("a", 0b1)
    graph.asked("c<2", 0b101)
    for n in range(count):
        bit = 2 << n
        graph.add(Depends({ask(f"b=={n}").requirement: bit}), a=bit, b=every & ~bit)
        graph.add(Depends({ask("c>=2").requirement: bit}), b=bit, c=0b011)
    graph.add(Unusable(Exclusion(Reason.YANKED, 0b10)), c=0b10)
    core = minimise(graph.clauses, graph.domains)
    terms = [clause.terms for clause in core]
    assert len(core) == 2 * count + 2
    assert contradictory(terms, graph.domains)
    for position in range(0, len(terms), 7):
        assert not contradictory(terms[:position] + terms[position + 1 :], graph.domains)
