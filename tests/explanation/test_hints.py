from __future__ import annotations

from resolvetui.model.explanation import Explanation, Hint
from resolvetui.model.query import Policies, PrereleasePolicy
from tests.explanation.conflicts import NO_PRERELEASES, World, ask, constraint


def hints(explanation: Explanation) -> dict[str, Hint]:
    return {hint.kind: hint for hint in explanation.hints}


def test_no_hint_says_that_it_was_checked() -> None:
    world = World()
    world.serve("a", "1.0", yanked="")
    assert [hint.verified for hint in world.explain("a").hints] == [False]


def test_a_hidden_version_that_fits_suggests_to_ask_all_indexes() -> None:
    world = World()
    world.serve("a", "1.0", index="first")
    world.serve("a", "2.0", index="second")
    hint = world.explain("a>=2").hints[0]
    assert hint.args == ("--index-strategy=unsafe-best-match",)
    assert "second" in hint.text


def test_a_hidden_version_that_would_not_fit_suggests_nothing_of_the_kind() -> None:
    world = World()
    world.serve("a", "1.0", index="first")
    world.serve("a", "2.0", index="second", wheels=["cp312-cp312-win_amd64"])
    assert "index-strategy" not in hints(world.explain("a>=2"))


def test_a_pin_without_a_wheel_suggests_the_same_version_from_elsewhere() -> None:
    world = World()
    world.serve("torch", "2.3.0+cpu", wheels=["cp312-cp312-linux_x86_64"])
    world.serve("torch", "2.3.0", wheels=["cp312-cp312-manylinux2014_aarch64"])
    world.serve("torch", "2.4.0", wheels=["cp312-cp312-manylinux2014_aarch64"])
    found = world.explain("torch==2.3.0+cpu", platform="aarch64-manylinux_2_28")
    hint = hints(found)["other-version"]
    assert hint.args == ("--instead=torch==2.3.0",)
    assert hint.text == (
        "torch==2.3.0 instead of torch==2.3.0+cpu: it has a wheel for CPython 3.12 on Linux aarch64"
    )


def test_another_version_must_suit_the_other_demands() -> None:
    world = World()
    world.serve("a", "1.0", wheels=["cp312-cp312-win_amd64"])
    world.serve("a", "2.0")
    assert "other-version" in hints(world.explain("a==1.0"))
    assert "other-version" not in hints(world.explain("a==1.0", constraints=[constraint("a<2")]))


def test_a_requirement_of_a_file_is_changed_there() -> None:
    world = World()
    world.serve("flask", "3.0")
    hint = world.explain(ask("flaks>=2", "requirements.txt:3")).hints[0]
    assert hint.text == "change flaks>=2 in requirements.txt:3 to flask>=2"
    assert hint.args == ("--without=flaks", "flask>=2")


def test_wheels_for_another_python_suggest_the_closest() -> None:
    world = World()
    wheels = [f"cp{minor}-cp{minor}-manylinux1_x86_64" for minor in (39, 310, 311)]
    world.serve("a", "1.0", wheels=wheels)
    assert hints(world.explain("a", python="3.13"))["python"].args == ("--python-version=3.11",)


def test_wheels_for_another_python_and_platform_suggest_no_python() -> None:
    world = World()
    world.serve("a", "1.0", wheels=["cp311-cp311-win_amd64"])
    assert "python" not in hints(world.explain("a"))


def test_a_patch_level_that_is_too_low_suggests_the_patch() -> None:
    world = World()
    world.serve("a", "1.0", requires_python=">=3.12.4")
    assert hints(world.explain("a"))["python"].args == ("--python-version=3.12.4",)


def test_prereleases_suggest_to_allow_them() -> None:
    world = World()
    world.serve("a", "1.0a1")
    found = world.explain("a", policies=NO_PRERELEASES)
    assert hints(found)["prerelease"].args == ("--prerelease=if-necessary",)


def test_a_yanked_version_suggests_to_pin_it() -> None:
    world = World()
    world.serve("a", "1.0", ["b"])
    world.serve("b", "1.0", yanked="bad")
    assert hints(world.explain("a"))["yanked"].args == ("b==1.0",)


def test_a_forbidden_source_distribution_suggests_to_allow_it() -> None:
    world = World()
    world.serve("a", "1.0", sdist=True)
    found = world.explain("a", policies=Policies(only_binary=(":all:",)))
    assert hints(found)["only-binary"].args == ("--no-binary=a",)


def test_a_constraint_suggests_to_lift_it_by_file_and_line() -> None:
    world = World()
    world.serve("a", "1.0")
    world.serve("a", "2.0")
    found = world.explain("a>=2", constraints=[constraint("a<2", "constraints.txt:4")])
    assert found.hints[0].text == "lift the constraint a<2 (constraints.txt:4)"


def test_ranges_of_the_user_that_clash_suggest_any_version() -> None:
    world = World()
    world.serve("a", "1.0", ["b<2"])
    world.serve("b", "1.0")
    world.serve("b", "2.0")
    (hint,) = world.explain("a", "b>=2").hints
    assert (hint.kind, hint.args) == ("relax", ("--instead=b",))
    assert hint.text == "drop >=2 from b: b<2 would suit a 1.0"


def test_what_would_suit_is_said_only_where_the_facts_show_it() -> None:
    world = World()
    world.serve("a", "1.0", ["b<2"])
    world.serve("a", "1.1", ["b<3"])
    world.serve("c", "1.0", ["b<2"])
    for version in ("1.0", "2.0", "3.0"):
        world.serve("b", version)
    assert [hint.text for hint in world.explain("a", "b>=3").hints] == [
        "drop >=3 from b: b<3 would suit a 1.1"
    ]
    both = [hint.text for hint in world.explain("a==1.0", "b>=3", "c").hints]
    assert both[-1].startswith("drop >=3 from b")
    forbidden = world.explain("a", "b>=3", constraints=[constraint("b!=1.0,!=2.0")])
    assert not [hint for hint in forbidden.hints if "suit" in hint.text]


def test_a_version_that_is_not_there_suggests_the_newest() -> None:
    world = World()
    world.serve("a", "1.0")
    world.serve("a", "1.1")
    world.serve("a", "2.0rc1")
    (eager,) = world.explain("a==99", policies=Policies(prerelease=PrereleasePolicy.ALLOW)).hints
    assert eager.text.endswith("is 2.0rc1")
    (hint,) = world.explain("a==99").hints
    assert hint.text == "drop ==99 from a: the newest that can be used is 1.1"


def test_what_else_is_asked_of_a_package_is_kept() -> None:
    world = World()
    world.serve("a", "1.0")
    world.serve("a", "2.0")
    assert [(hint.text, hint.args) for hint in world.explain("a==1.0", "a==2.0").hints] == [
        ("drop ==1.0 from a and keep a==2.0", ("--instead=a==2.0",)),
        ("drop ==2.0 from a and keep a==1.0", ("--instead=a==1.0",)),
    ]


def test_a_range_of_a_file_is_dropped_there() -> None:
    world = World()
    world.serve("a", "1.0")
    (hint,) = world.explain(ask("a>=2", "requirements.txt:3")).hints
    assert hint.args == ("--instead=a",)
    assert hint.text.startswith("drop >=2 from a (requirements.txt:3)")


def test_a_range_that_is_not_to_blame_is_left_alone() -> None:
    world = World()
    world.serve("a", "1.0", ["c"])
    found = world.explain("a>=1")
    assert [hint.kind for hint in found.hints] == ["add-index"]
