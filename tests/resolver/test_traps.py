"""Fifteen ways in which a resolver of Python packages goes wrong, each where it lives."""

from __future__ import annotations

import pytest
from packaging.specifiers import SpecifierSet

from resolvetui.environment.markers import MarkerEvaluator
from resolvetui.environment.requirement_text import parse_requirement
from resolvetui.metadata.core_metadata import parse_metadata
from resolvetui.model.query import IndexStrategy, Policies, TargetRequest
from resolvetui.model.requirement import OriginKind
from resolvetui.model.verdict import Reason
from resolvetui.resolver import Refutation, Solver
from resolvetui.resolver.clause import Asked, Constrained, Depends
from resolvetui.resolver.events import Event
from resolvetui.resolver.store import external_clauses
from resolvetui.session.attempts import Attempt
from tests.environment.helpers import a_target
from tests.resolver.test_specifiers import domain
from tests.resolver.worlds import World, drive, is_refuted, problem, solve, versions
from tests.session.shuffled import ShuffledSession, url_of
from tests.session.support import pins, query
from tests.support import index as served

LINUX = TargetRequest(python_version="3.12", python_platform="x86_64-manylinux_2_28")
BEST_MATCH = Policies(index_strategy=IndexStrategy.UNSAFE_BEST_MATCH)


def ask(
    world: served.World,
    *requirements: str,
    indexes: tuple[str, ...] = ("main",),
    policies: Policies | None = None,
    target: TargetRequest = LINUX,
) -> Attempt:
    """A whole run over served pages and wheels."""
    urls = [url_of(index) for index in indexes]
    with ShuffledSession(world, 0) as session:
        return session.resolve(query(*requirements, urls=urls, policies=policies, target=target))


def reasons(attempt: Attempt) -> set[tuple[Reason, str | None]]:
    """The unary facts of all packages: reason and index."""
    listings = attempt.facts.listings
    return {
        (fact.reason, fact.index)
        for name in listings.names()
        for fact in (
            *listings.candidates(name).domain.exclusions,
            *listings.candidates(name).domain.missing,
        )
    }


# 1 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("specifier", "taken"),
    [
        ("==2.3.0", ["2.3.0", "2.3.0+cpu"]),
        ("==2.3.0+cpu", ["2.3.0+cpu"]),
        ("<=2.3.0", ["2.3.0", "2.3.0+cpu"]),
        (">2.3.0", []),
        ("!=2.3.0", []),
    ],
)
def test_01_a_local_version_belongs_to_its_public_one(specifier: str, taken: list[str]) -> None:
    torch = domain("2.3.0", "2.3.0+cpu")
    assert list(torch.list(torch.specifier_mask(specifier))) == taken


# 2 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("specifier", "takes"), [("<1.0", False), ("<1.0.post2", True), ("<1.0rc2", True)]
)
def test_02_an_upper_bound_and_the_prereleases_of_itself(specifier: str, takes: bool) -> None:
    assert bool(domain("1.0rc1").specifier_mask(specifier)) is takes


# 3 -----------------------------------------------------------------------------------------------


def test_03_a_prerelease_in_range_wins_over_going_back() -> None:
    """If-necessary looks at the range of the moment, not at what another choice would leave."""
    world = World({"a": {"1": ["b<=1"], "2": ["b>1"]}, "b": {"1.0": [], "2.0rc1": []}})
    assert versions(solve(world, "a")) == {"a": "2", "b": "2.0rc1"}


# 4 -----------------------------------------------------------------------------------------------


def test_04_versions_without_a_fitting_file_stay_known_with_their_reason() -> None:
    world = served.World()
    world.serve("a", "1", upload_time="2024-01-01T00:00:00Z")
    world.serve("a", "2", wheels=["cp313-cp313-win_amd64"], upload_time="2024-01-01T00:00:00Z")
    world.serve("a", "3", upload_time="2024-06-01T00:00:00Z")
    attempt = ask(world, "a>=2", policies=Policies(exclude_newer="2024-05-01T00:00:00Z"))
    listed = attempt.facts.listings.candidates(attempt.facts.listings.names()[0]).domain
    assert listed.versions == ("1", "2", "3")
    assert {reason for reason, _ in reasons(attempt)} == {Reason.ABI_TAG, Reason.EXCLUDE_NEWER}
    assert attempt.explanation is not None


# 5 -----------------------------------------------------------------------------------------------


def markupsafe() -> served.World:
    world = served.World()
    world.serve("markupsafe", "3.0", wheels=["cp313-cp313-linux_x86_64"], index="torch")
    world.serve("markupsafe", "3.0", wheels=["cp312-cp312-linux_x86_64"], index="main")
    return world


def test_05_best_match_takes_a_version_from_the_index_with_a_usable_wheel() -> None:
    attempt = ask(markupsafe(), "markupsafe", indexes=("torch", "main"), policies=BEST_MATCH)
    assert attempt.resolution is not None
    assert attempt.resolution.pins[0].index == "two"


def test_05_first_index_hides_it_and_says_which_index_does() -> None:
    attempt = ask(markupsafe(), "markupsafe", indexes=("torch", "main"))
    assert attempt.explanation is not None
    assert any(hint.kind == "index-strategy" for hint in attempt.explanation.hints)


# 6 -----------------------------------------------------------------------------------------------


def test_06_the_missing_abi_is_the_reason_on_each_index_of_its_own() -> None:
    world = served.World()
    world.serve("torch", "2.3.0+cpu", wheels=["cp311-cp311-linux_x86_64"], index="cpu")
    world.serve("torch", "2.2.0", wheels=["cp312-cp312-win_amd64"], index="main")
    attempt = ask(world, "torch", indexes=("cpu", "main"), policies=BEST_MATCH)
    assert reasons(attempt) == {(Reason.ABI_TAG, "one"), (Reason.PLATFORM_TAG, "two")}


# 7 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("python", "chosen"), [("3.11", "1"), ("3.11.5", "2")])
def test_07_a_minor_version_means_its_first_release(python: str, chosen: str) -> None:
    world = served.World()
    world.serve("a", "1")
    world.serve("a", "2", requires_python=">=3.11.5")
    target = TargetRequest(python_version=python, python_platform="x86_64-manylinux_2_28")
    assert pins(ask(world, "a", target=target)) == {"a": chosen}


# 8 -----------------------------------------------------------------------------------------------


def test_08_an_extra_and_its_package_are_one_version() -> None:
    world = World(
        {"a": {"1": [], "2": []}, "b": {"1": ["a<2"]}, "c": {"1": []}},
        {("a", "1"): {"x": ["c"]}, ("a", "2"): {"x": []}},
    )
    assert versions(solve(world, "a[x]", "b")) == {"a": "1", "b": "1", "c": "1"}
    assert versions(solve(world, "b", "a[x]")) == {"a": "1", "b": "1", "c": "1"}


def test_08_all_can_name_the_other_extras_of_its_package() -> None:
    world = World(
        {"a": {"1": []}, "b": {"1": []}, "c": {"1": []}},
        {("a", "1"): {"all": ["a[x,y]"], "x": ["b"], "y": ["c"]}},
    )
    assert versions(solve(world, "a[all]")) == {"a": "1", "b": "1", "c": "1"}


def test_08_extras_are_normalised_and_unknown_ones_are_warnings() -> None:
    world = served.World()
    world.serve("a", "1", extras={"Foo_Bar": ["b"]})
    world.serve("b", "1")
    assert pins(ask(world, "A[foo.bar]")) == {"a": "1", "b": "1"}
    attempt = ask(world, "a[nothing]")
    assert pins(attempt) == {"a": "1"}
    assert [kind for kind, _ in attempt.warnings] == ["extra"]


# 9 -----------------------------------------------------------------------------------------------


def test_09_a_requirement_that_nothing_meets() -> None:
    """An empty mask: as a clause of one version, of several merged ones, and after going back."""
    one = World({"a": {"1": [], "2": ["b>9"]}, "b": {"1": []}})
    assert versions(solve(one, "a")) == {"a": "1"}
    merged = World({"a": {"1": ["b>9"], "2": ["b>9"], "3": ["b>9"]}, "b": {"1": []}})
    assert is_refuted(solve(merged, "a"))
    later = World(
        {
            "a": {"1": ["b<2"], "2": ["b"]},
            "b": {"1": [], "2": ["c"], "3": ["c"]},
            "c": {"1": ["d>9"], "2": ["d>9"]},
            "d": {"1": []},
        }
    )
    assert versions(solve(later, "a")) == {"a": "2", "b": "1"}
    assert is_refuted(solve(later, "a", "b>=2"))


# 10 ----------------------------------------------------------------------------------------------


def test_10_a_version_that_excludes_itself() -> None:
    world = World({"a": {"1": [], "2": ["a<2"], "3": ["a!=3"]}})
    assert versions(solve(world, "a")) == {"a": "1"}


def test_10_a_package_with_no_version_at_all() -> None:
    assert is_refuted(solve(World({"a": {}}), "a"))
    assert versions(solve(World({"a": {}, "b": {"1": [], "2": ["a"]}}), "b")) == {"b": "1"}


def test_10_one_of_several_indexes_does_not_have_it() -> None:
    world = served.World()
    world.index("empty")
    world.serve("a", "1")
    for policies in (Policies(), BEST_MATCH):
        assert pins(ask(world, "a", indexes=("empty", "main"), policies=policies)) == {"a": "1"}


# 11 ----------------------------------------------------------------------------------------------


def yanked() -> served.World:
    world = served.World()
    world.serve("a", "1")
    world.serve("a", "2", yanked="broken")
    world.serve("needs-it", "1", needs=["a==2"])
    return world


def test_11_a_yanked_version_comes_with_an_exact_pin_of_the_user() -> None:
    assert pins(ask(yanked(), "a")) == {"a": "1"}
    assert pins(ask(yanked(), "a==2")) == {"a": "2"}
    assert ask(yanked(), "a>=2").explanation is not None


def test_11_a_pin_of_a_dependency_is_not_the_users() -> None:
    assert ask(yanked(), "needs-it").explanation is not None
    assert pins(ask(yanked(), "needs-it", "a==2")) == {"a": "2", "needs-it": "1"}


# 12 ----------------------------------------------------------------------------------------------

URL = "https://files.example/b-1.0-py3-none-any.whl"


def referenced(**needs: list[str]) -> World:
    """Version 1.0 of b comes from URL; each of `needs` is a package with one version."""
    world = World({"b": {"1.0": []}, **{name: {"1": texts} for name, texts in needs.items()}})
    world.urls["b"] = URL
    return world


def test_12_a_direct_reference_satisfies_ranges_that_its_version_is_in() -> None:
    world = referenced(a=["b>=1"])
    assert versions(solve(world, "a", f"b @ {URL}")) == {"a": "1", "b": "1.0"}


@pytest.mark.parametrize("need", ["b>=2", "b @ https://files.example/other/b.whl"])
def test_12_another_range_or_another_url_is_a_conflict(need: str) -> None:
    assert is_refuted(solve(referenced(a=[need]), "a", f"b @ {URL}"))


def test_12_a_package_of_the_index_is_no_direct_reference() -> None:
    world = World({"a": {"1": [f"b @ {URL}"]}, "b": {"1.0": []}})
    assert is_refuted(solve(world, "a", "b"))


# 13 ----------------------------------------------------------------------------------------------


def test_13_constraints_install_nothing_and_overrides_replace() -> None:
    world = World({"a": {"1": ["b<2"]}, "b": {"1": [], "2": []}, "c": {"1": []}})
    assert versions(solve(world, "a", constraints=("c",))) == {"a": "1", "b": "1"}
    assert versions(solve(world, "a", overrides=("b>=2", "c"))) == {"a": "1", "b": "2"}


def test_13_a_constraint_is_called_a_constraint() -> None:
    world = World({"a": {"1": ["b"]}, "b": {"1": [], "2": []}})
    outcome = solve(world, "a", "b>=2", constraints=("b<2",))
    assert isinstance(outcome, Refutation)
    causes = [clause.cause for clause in external_clauses(outcome.clause)]
    (stated,) = [cause.requirement for cause in causes if isinstance(cause, Constrained)]
    assert stated.origin.kind is OriginKind.CONSTRAINT
    asked = [cause.requirement.text for cause in causes if isinstance(cause, Asked)]
    assert asked == ["b>=2"]


def test_13_an_override_is_named_where_it_decided() -> None:
    world = World({"a": {"1": ["b"]}, "b": {"1": [], "2": []}})
    outcome = solve(world, "a", constraints=("b<2",), overrides=("b>=2",))
    assert isinstance(outcome, Refutation)
    causes = [clause.cause for clause in external_clauses(outcome.clause)]
    (depends,) = [cause for cause in causes if isinstance(cause, Depends)]
    assert depends.override is not None
    assert depends.override.text == "b>=2"


# 14 ----------------------------------------------------------------------------------------------


def test_14_the_order_within_a_reply_changes_nothing() -> None:
    """Arrival orders of whole replies: tests/session/test_arrival_order.py."""
    world = World(
        {
            "a": {"1": ["c<2"], "2": ["b", "c"], "3": ["c<2", "b>1"]},
            "b": {"1": ["c"], "2": ["c>=2"]},
            "c": {"1": [], "2": []},
        }
    )
    told: list[list[Event]] = [[], []]
    drive(world, Solver(problem("a", "b"), told[0].append))
    drive(world, Solver(problem("a", "b"), told[1].append), backwards=True)
    assert len(told[0]) > 15
    assert told[0] == told[1]


# 15 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "habits",
    [{}, {"metadata": False}, {"metadata": False, "ranges": False}, {"suffix_ranges": False}],
    ids=["beside", "tail", "whole", "no-suffix"],
)
def test_15_metadata_is_found_beside_the_wheel_at_its_end_or_in_the_whole(
    habits: dict[str, bool],
) -> None:
    world = served.World()
    world.serve("a", "1", needs=["b"])
    world.serve("b", "1")
    world.index("main", **habits)
    assert pins(ask(world, "a")) == {"a": "1", "b": "1"}


def test_15_an_invalid_specifier_in_one_version_excludes_only_that_version() -> None:
    world = served.World()
    world.serve("a", "1", needs=["b"])
    world.serve("a", "2", needs=["b>=1.*.x"])
    world.serve("b", "1")
    assert pins(ask(world, "a")) == {"a": "1", "b": "1"}


def test_15_a_source_distribution_with_dynamic_dependencies_cannot_be_used() -> None:
    world = served.World()
    world.serve("a", "1")
    world.serve("a", "2", sdist=True, dynamic=["Requires-Dist"])
    assert pins(ask(world, "a")) == {"a": "1"}


def test_15_folded_lines_and_legacy_parentheses() -> None:
    text = "Metadata-Version: 2.1\nName: a\nVersion: 1\nRequires-Dist: b\n (>=1,\n <2)\n\nbody"
    (needed,) = parse_metadata(text.encode(), "a-1.whl").requires
    assert needed.name == "b"
    assert SpecifierSet(needed.specifier) == SpecifierSet(">=1,<2")


@pytest.mark.parametrize(
    "marker",
    ['extra == "x"', '"x" == extra', 'extra == "y" or extra == "x"', '"X" == extra'],
)
def test_15_extras_in_markers_are_understood_either_way_round(marker: str) -> None:
    evaluator = MarkerEvaluator(a_target())
    needed = parse_requirement(f"b ; {marker}")
    assert not evaluator.applies(needed.marker)
    assert evaluator.applies(needed.marker, parse_requirement("a[x]").extras[0])
