"""Why not newer: at a glance, and what a search with the version says."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest
from msgspec.structs import replace

from resolvetui.explanation.newer import at_a_glance, by_search, is_newer, seen_in, supposed
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource, IndexStrategy, Policies, Query, ResolutionMode
from resolvetui.model.requirement import OriginKind, Requirement, RootRequirement
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.model.verdict import Hurdle, Reason, VersionVerdict
from resolvetui.model.why import Moved, NotNewer
from resolvetui.resolver import Refutation, Solution, Solver
from resolvetui.resolver.decision import VersionChoice
from tests.environment.helpers import a_target
from tests.explanation.conflicts import Facts, World, ask, constraint
from tests.explanation.test_random_conflicts import Known
from tests.resolver.cases import Case, Maker
from tests.resolver.worlds import drive, parse, root

MAIN, LATER = IndexName("main"), IndexName("later")
TARGET = a_target()


def pin(name: str, version: str, *requires: Requirement, requested: bool = False) -> Pin:
    return Pin(
        PackageName(name), version, "file", MAIN, None, (), requested, requires, (), (), version
    )


def glance(
    *roots: RootRequirement,
    hurdle: Hurdle | None = None,
    requires: tuple[Requirement, ...] = (),
    version: str = "2.0",
    query: Query | None = None,
    index: IndexName = MAIN,
) -> str:
    """Why b stays at 1.0."""
    verdicts = [VersionVerdict(version, index, hurdle, ())]
    resolution = Resolution((pin("a", "1.0", *requires), pin("b", "1.0")))
    wanted = query or Query(roots)
    return at_a_glance(resolution.pins[1], version, verdicts, resolution, wanted, TARGET).text


def test_only_what_ranks_higher_is_newer() -> None:
    assert is_newer("2.0", "1.0")
    assert is_newer("1.0+cpu", "1.0")
    assert not is_newer("1.0", "1.0")
    assert not is_newer("0.9", "1.0")


def test_a_hurdle_is_the_reason() -> None:
    hurdle = Hurdle(Reason.REQUIRES_PYTHON, ">=3.13")
    assert glance(hurdle=hurdle) == "2.0 needs Python >=3.13"


def test_a_package_holds_it_back() -> None:
    required = ask("b<2").requirement
    assert glance(requires=(required,)) == "2.0 is held back by a's requirement b<2"


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (ask("b<2"), "2.0 is held back by your b<2"),
        (ask("b<2", "r.txt:3"), "2.0 is held back by your b<2 (r.txt:3)"),
    ],
)
def test_the_user_holds_it_back(stated: RootRequirement, words: str) -> None:
    assert glance(stated) == words


def test_a_requirement_for_another_system_holds_nothing_back() -> None:
    assert glance(ask("b<2; sys_platform == 'win32'"), ask("b<1.5")) == (
        "2.0 is held back by your b<1.5"
    )


def test_a_constraint_holds_it_back() -> None:
    query = Query((ask("b"),), (constraint("b<2", "c.txt:4"),))
    assert glance(query=query) == "2.0 is held back by constraint b<2 (c.txt:4)"


def test_an_override_speaks_alone() -> None:
    query = Query((ask("b<9"),), (), (ask("b<2", "o.txt:1", OriginKind.OVERRIDE),))
    words = glance(query=query, requires=(ask("b<1.9").requirement,))
    assert words == "2.0 is held back by override b<2 (o.txt:1)"


def test_policies_are_a_reason() -> None:
    lowest = Query((ask("b"),), policies=Policies(resolution=ResolutionMode.LOWEST))
    assert glance(query=lowest) == "2.0: the lowest version was asked for"
    words = "2.0rc1: it is a pre-release, and a final version is there"
    assert glance(version="2.0rc1") == words


def test_the_order_of_indexes_is_a_reason() -> None:
    query = Query(
        (ask("b"),),
        indexes=(IndexSource(MAIN, "https://i/"), IndexSource(LATER, "https://j/")),
        policies=Policies(index_strategy=IndexStrategy.UNSAFE_FIRST_MATCH),
    )
    words = "2.0: an earlier index has one in range (strategy unsafe-first-match)"
    assert glance(query=query, index=LATER) == words


def test_else_nothing_is_claimed() -> None:
    assert glance() == "2.0 was passed over by the search, and was not tried for itself"


def test_its_own_requirements_are_looked_at_where_no_search_is() -> None:
    unknown = NotNewer("2.0", "unknown", "")
    resolution = Resolution((pin("b", "1.0"), pin("c", "2.5")))
    wants = [ask("d").requirement, ask("c>=1").requirement, ask("c>=3").requirement]
    assert seen_in(unknown, wants, resolution).text == "2.0 requires c>=3, and c is at 2.5"
    assert seen_in(unknown, wants[:2], resolution) == unknown


# ---- by a search


def searched(
    world: World,
    wanted: Query,
    version: str,
    resolution: Resolution,
    kind: str = "unknown",
) -> NotNewer:
    """What a search with b at `version` says."""
    query = msgspec.structs.replace(
        wanted, indexes=tuple(IndexSource(name, f"https://{name}.example/") for name in world.files)
    )
    facts = Facts(world, supposed(PackageName("b"), version, query), TARGET)
    seen = NotNewer(version, kind, f"{version} is held back by a's requirement b<2")  # type: ignore[arg-type]
    chosen = next(pin for pin in resolution.pins if pin.name == "b")
    return by_search(seen, chosen, facts.solve(), resolution, facts)


def test_the_proof_names_the_facts() -> None:
    world = World()
    world.serve("a", "1.0", ["c<3"])
    world.serve("b", "1.0")
    world.serve("b", "2.0", ["c>=3"])
    world.serve("c", "2.5")
    world.serve("c", "3.0")
    resolution = Resolution((pin("a", "1.0"), pin("b", "1.0"), pin("c", "2.5")))
    answer = searched(world, Query((ask("a"), ask("b"))), "2.0", resolution)
    assert (answer.kind, answer.proof, answer.moved) == ("no-solution", "", ())
    assert answer.text == "2.0 requires c>=3 and a 1.0 requires c<3"
    assert [step.text for step in answer.steps] == [
        "You ask for a.",
        "a 1.0 requires c<3.",
        "b 2.0 requires c>=3, so it cannot be used.",
    ]
    assert [step.uses for step in answer.steps] == [(), (1,), (2,)]
    assert answer == searched(world, Query((ask("a"), ask("b"))), "2.0", resolution)


def test_a_holder_is_kept_as_the_reason_and_the_proof_is_added() -> None:
    world = World()
    world.serve("a", "1.0", ["b<2"])
    world.serve("b", "1.0")
    world.serve("b", "2.0")
    resolution = Resolution((pin("a", "1.0"), pin("b", "1.0")))
    answer = searched(world, Query((ask("a"),)), "2.0", resolution, "held-back")
    assert answer.text == "2.0 is held back by a's requirement b<2"
    assert answer.proof == "No other choice of versions makes room for it."
    assert [step.text for step in answer.steps] == [
        "a 1.0 requires b<2, so it cannot be used.",
        "You ask for a.",
    ]


def test_where_it_is_possible_what_would_change_is_said() -> None:
    world = World()
    world.serve("a", "0.9")
    world.serve("a", "1.0", ["b<2"])
    world.serve("b", "1.0")
    world.serve("b", "2.0", ["d"])
    world.serve("d", "1.0")
    resolution = Resolution((pin("a", "1.0", requested=True), pin("b", "1.0")))
    answer = searched(world, Query((ask("a"), ask("b"))), "2.0", resolution, "held-back")
    assert answer.kind == "possible"
    assert answer.proof == "2.0 would fit with a 0.9 instead of 1.0 and d 1.0 as well."
    assert answer.moved == (
        Moved(PackageName("a"), "1.0", "0.9"),
        Moved(PackageName("d"), "", "1.0"),
    )


def test_an_override_is_narrowed() -> None:
    world = World()
    world.serve("b", "1.0")
    world.serve("b", "2.0", ["c>9"])
    world.serve("c", "1.0")
    override = ask("b>=1", "o.txt:1", OriginKind.OVERRIDE)
    resolution = Resolution((pin("b", "1.0"),))
    answer = searched(world, Query((ask("b"),), (), (override,)), "2.0", resolution)
    assert answer.text == "2.0 requires c>9, but pypi has only c 1.0"


# ---- on random worlds


def test_every_claim_is_true_on_random_cases() -> None:
    """Whether there is a solution or none, against a search that tries everything."""
    counts = {"no-solution": 0, "possible": 0}
    for seed in range(400):
        case = Maker(seed).case()
        outcome = drive(case.world, case.solver())
        if not isinstance(outcome, Solution):
            continue
        for name, version in outcome.versions.items():
            for newer in case.candidates(name):
                if is_newer(newer, version) and name not in case.world.urls:
                    counts[check(case, outcome, name, newer)] += 1
    assert counts["no-solution"] > 100
    assert counts["possible"] > 100


def check(case: Case, outcome: Solution, name: PackageName, newer: str) -> str:
    """The kind of the claim, after it was checked."""
    roots = tuple(root(text) for text in case.roots)
    overrides = tuple(root(text, OriginKind.OVERRIDE) for text in case.overrides)
    query = supposed(name, newer, Query(roots, overrides=overrides))
    problem = replace(
        case.problem(),
        requirements=query.requirements,
        overrides=query.overrides,
        choice=VersionChoice(
            prerelease=case.prerelease,
            preferred={other: v for other, v in outcome.versions.items() if other != name},
        ),
    )
    found = drive(case.world, Solver(problem))
    resolution = Resolution(tuple(pin(each, v) for each, v in outcome.versions.items()))
    mine = next(pin for pin in resolution.pins if pin.name == name)
    answer = by_search(
        NotNewer(newer, "unknown", ""), mine, found, resolution, Known(case.world, query=query)
    )
    harder = dataclasses.replace(
        case,
        roots=(*case.roots, f"{name}==={newer}"),
        overrides=tuple(
            f"{text}{',' if parse(text).specifier else ''}==={newer}"
            if parse(text).name == name
            else text
            for text in case.overrides
        ),
    )
    if isinstance(found, Refutation):
        assert answer.kind == "no-solution"
        assert not harder.has_solution()
        return answer.kind
    assert answer.kind == "possible"
    chosen = {str(each): v for each, v in outcome.versions.items()} | {str(name): newer}
    for moved in answer.moved:
        assert chosen.get(moved.name, "") == moved.old
        chosen[moved.name] = moved.new
    chosen = {each: version for each, version in chosen.items() if version}
    assert list(harder.unmet(chosen)) == []
    assert all(version in harder.candidates(each) for each, version in chosen.items())
    return answer.kind
