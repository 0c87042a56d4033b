"""The rules of choice, each with a world of its own."""

from __future__ import annotations

import pytest

from resolvetui.errors import GaveUp
from resolvetui.model.names import PackageName
from resolvetui.model.query import PrereleasePolicy, ResolutionMode
from resolvetui.model.verdict import Reason
from resolvetui.resolver import Refutation, Solution
from resolvetui.resolver.clause import Asked, Constrained, Depends
from resolvetui.resolver.decision import VersionChoice
from resolvetui.resolver.events import Event
from resolvetui.resolver.store import external_clauses
from tests.resolver.worlds import World, is_refuted, solve, versions


def test_the_highest_version_wins() -> None:
    world = World({"a": {"1": [], "2": []}})
    assert versions(solve(world, "a")) == {"a": "2"}


def test_a_plain_pin_of_a_dependency_takes_the_local_build() -> None:
    world = World(
        {
            "torch": {"2.3.0": [], "2.3.0+cpu": [], "2.4.0": []},
            "torchaudio": {"2.3.0+cpu": ["torch==2.3.0"]},
        },
        unusable={"torch": {"2.3.0": Reason.PLATFORM_TAG}},
    )
    found = versions(solve(world, "torch", "torchaudio"))
    assert found == {"torch": "2.3.0+cpu", "torchaudio": "2.3.0+cpu"}


def test_a_local_version_without_a_fitting_file_is_passed_over() -> None:
    world = World(
        {"vision": {"0.24.0+cpu": [], "0.24.0+e437e35": []}},
        unusable={"vision": {"0.24.0+e437e35": Reason.PLATFORM_TAG}},
    )
    assert versions(solve(world, "vision")) == {"vision": "0.24.0+cpu"}


def test_it_goes_back_to_an_older_version_when_a_dependency_cannot_hold() -> None:
    world = World(
        {"a": {"1": ["b"], "2": ["b", "c>=2"]}, "b": {"1": []}, "c": {"1": []}},
    )
    assert versions(solve(world, "a")) == {"a": "1", "b": "1"}


def test_stable_versions_come_before_prereleases() -> None:
    world = World({"a": {"1.0": [], "2.0rc1": []}})
    assert versions(solve(world, "a")) == {"a": "1.0"}


def test_a_prerelease_is_taken_where_nothing_else_is_in_range() -> None:
    world = World({"a": {"1.0": [], "2.0rc1": []}})
    assert versions(solve(world, "a>=1.5")) == {"a": "2.0rc1"}


def test_prereleases_compete_when_they_are_allowed() -> None:
    world = World({"a": {"1.0": [], "2.0rc1": []}})
    choice = VersionChoice(prerelease=PrereleasePolicy.ALLOW)
    assert versions(solve(world, "a", choice=choice)) == {"a": "2.0rc1"}


def test_lowest_direct_takes_the_lowest_of_what_the_user_names() -> None:
    world = World({"a": {"1": ["b"], "2": ["b"]}, "b": {"1": [], "2": []}})
    choice = VersionChoice(
        resolution=ResolutionMode.LOWEST_DIRECT, direct=frozenset({PackageName("a")})
    )
    assert versions(solve(world, "a", choice=choice)) == {"a": "1", "b": "2"}


def test_an_installed_version_is_kept_where_it_satisfies() -> None:
    world = World({"a": {"1": [], "2": []}})
    choice = VersionChoice(preferred={PackageName("a"): "1"})
    assert versions(solve(world, "a", choice=choice)) == {"a": "1"}
    assert versions(solve(world, "a>1", choice=choice)) == {"a": "2"}


def test_an_extra_brings_its_requirements() -> None:
    world = World({"a": {"1": []}, "b": {"1": []}}, {("a", "1"): {"x": ["b"]}})
    assert versions(solve(world, "a[x]")) == {"a": "1", "b": "1"}
    assert versions(solve(world, "a")) == {"a": "1"}


def test_an_extra_and_its_base_never_diverge() -> None:
    world = World(
        {"a": {"1": [], "2": []}, "b": {"1": []}, "c": {"1": ["a<2"]}},
        {("a", "1"): {"x": ["b"]}, ("a", "2"): {"x": ["b>=2"]}},
    )
    assert versions(solve(world, "a[x]", "c")) == {"a": "1", "b": "1", "c": "1"}


def test_an_unknown_extra_is_an_event_and_no_conflict() -> None:
    events: list[Event] = []
    outcome = solve(World({"a": {"1": []}}), "a[nothing]", observe=events.append)
    assert versions(outcome) == {"a": "1"}
    assert ("unknown-extra", "a", "1", "nothing") in events


def test_extras_that_refer_to_their_own_package_are_flattened() -> None:
    world = World(
        {"a": {"1": []}, "b": {"1": []}},
        {("a", "1"): {"all": ["a[x]"], "x": ["b"]}},
    )
    assert versions(solve(world, "a[all]")) == {"a": "1", "b": "1"}


def test_a_constraint_on_an_unused_package_installs_nothing() -> None:
    world = World({"a": {"1": []}, "b": {"1": []}})
    assert versions(solve(world, "a", constraints=("b<1",))) == {"a": "1"}


def test_a_constraint_limits_a_dependency_and_is_told_as_a_constraint() -> None:
    world = World({"a": {"1": ["b"]}, "b": {"1": [], "2": []}})
    assert versions(solve(world, "a", constraints=("b<2",)))["b"] == "1"
    outcome = solve(world, "a", "b>=2", constraints=("b<2",))
    assert isinstance(outcome, Refutation)
    causes = [clause.cause for clause in external_clauses(outcome.clause)]
    assert any(isinstance(cause, Constrained) for cause in causes)


def test_an_override_stands_in_the_place_of_every_requirement() -> None:
    world = World({"a": {"1": ["b<2"]}, "b": {"1": [], "2": []}})
    assert versions(solve(world, "a", overrides=("b>=2",)))["b"] == "2"


def test_a_requirement_that_no_version_meets_rules_its_depender_out() -> None:
    world = World({"a": {"1": [], "2": ["b>9"]}, "b": {"1": []}})
    assert versions(solve(world, "a")) == {"a": "1"}


def test_a_package_that_depends_on_another_version_of_itself_is_unusable() -> None:
    world = World({"a": {"1": [], "2": ["a<2"]}})
    assert versions(solve(world, "a")) == {"a": "1"}


def test_circles_are_fine() -> None:
    world = World({"a": {"1": ["b"]}, "b": {"1": ["a"]}})
    assert versions(solve(world, "a")) == {"a": "1", "b": "1"}


def test_a_package_that_nobody_lists_is_no_solution() -> None:
    assert is_refuted(solve(World(), "a"))


def test_the_proof_names_who_asks_and_who_depends() -> None:
    world = World({"a": {"1": ["b<2"]}, "b": {"1": [], "2": []}})
    outcome = solve(world, "a", "b>=2")
    assert isinstance(outcome, Refutation)
    kinds = {type(clause.cause) for clause in external_clauses(outcome.clause)}
    assert {Asked, Depends} <= kinds


def test_the_same_facts_give_the_same_events() -> None:
    world = World(
        {"a": {"1": ["b"], "2": ["b", "c>=2"]}, "b": {"1": ["c"]}, "c": {"1": []}},
    )
    first: list[Event] = []
    second: list[Event] = []
    solve(world, "a", observe=first.append)
    solve(world, "a", observe=second.append)
    assert first == second
    assert first[-1] == ("done", "solved")


def test_packages_are_counted_as_tried_once() -> None:
    outcome = solve(World({"a": {"1": [], "2": []}}), "a")
    assert isinstance(outcome, Solution)
    assert outcome.counts.versions_tried == 1


def test_a_search_at_its_limit_gives_up_and_says_that_it_is_no_proof() -> None:
    world = World({"a": {"1": ["b"]}, "b": {"1": []}})
    with pytest.raises(GaveUp, match="stopped after 1 decisions"):
        solve(world, "a", max_decisions=1)


def test_an_extra_that_is_mentioned_late_begins_with_what_is_left_of_its_base() -> None:
    world = World(
        {"a": {"1": [], "2": []}, "b": {"1": []}},
        {("a", v): {"all": ["a[x]"], "x": ["b"]} for v in ("1", "2")},
        {"a": {"2": Reason.EXCLUDE_NEWER}},
    )
    events: list[Event] = []
    assert versions(solve(world, "a[all]", observe=events.append)) == {"a": "1", "b": "1"}
    assert {event[2] for event in events if event[0] == "candidate"} == {"1"}


def test_a_version_of_an_earlier_index_comes_first_where_indexes_are_ranked() -> None:
    world = World({"a": {"1": [], "2": [], "3": []}}, indexes={"a": [{"1", "2"}, {"3"}]})
    assert versions(solve(world, "a")) == {"a": "2"}
    assert versions(solve(world, "a>2")) == {"a": "3"}


def starlette_and_fastapi() -> World:
    """Each of many versions of one package wants a newer other than the one decided first."""
    world = World({"starlette": {f"0.{n}": [] for n in range(30)}})
    world.needs["fastapi"] = {f"0.{n}": [f"starlette<0.{n},>=0.{n - 1}"] for n in range(1, 30)}
    return world


def test_what_is_in_the_way_five_times_is_decided_after_what_it_was_in_the_way_of() -> None:
    events: list[Event] = []
    outcome = solve(starlette_and_fastapi(), "starlette", "fastapi<0.25", observe=events.append)
    assert versions(outcome) == {"fastapi": "0.24", "starlette": "0.23"}
    kinds = [event[0] for event in events]
    assert kinds.count("rejected") == 5
    moved = [event for event in events if event[0] in {"reprioritised", "backjump"}]
    assert moved == [
        ("reprioritised", "fastapi", "early"),
        ("reprioritised", "starlette", "late"),
        ("backjump", 1, 0),
    ]
