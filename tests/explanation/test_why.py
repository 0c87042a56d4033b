"""Why a package is there: who asks, what does not count, what the indexes have."""

from __future__ import annotations

from collections.abc import Sequence

from resolvetui.explanation import why_words
from resolvetui.explanation.why import why
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource, Policies, Query
from resolvetui.model.requirement import OriginKind, RootRequirement
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.model.why import Why
from tests.environment.helpers import a_target
from tests.explanation.conflicts import ALL_INDEXES, Facts, World, ask, constraint

TARGET = a_target("3.12", "x86_64-manylinux_2_28")


def pin(name: str, version: str, *needs: str, newest: str = "", by: Sequence[str] = ()) -> Pin:
    """A package whose requirements count where their marker is empty; asked for if by nobody."""
    wanted = tuple(ask(text).requirement for text in needs)
    return Pin(
        PackageName(name),
        version,
        "file",
        IndexName("cpu"),
        None,
        (),
        not by,
        tuple(each for each in wanted if not each.marker),
        tuple(each for each in wanted if each.marker),
        tuple(map(PackageName, by)),
        newest or version,
    )


def told(
    name: str,
    *pins: Pin,
    world: World | None = None,
    roots: Sequence[RootRequirement] = (),
    constraints: Sequence[RootRequirement] = (),
    overrides: Sequence[RootRequirement] = (),
    policies: Policies | None = None,
) -> Why:
    world = world or World()
    for each in pins:
        if all(each.name not in found for found in world.files.values()):
            world.serve(each.name, each.version, index="cpu")
    query = Query(
        tuple(roots),
        tuple(constraints),
        tuple(overrides),
        tuple(IndexSource(index, f"https://{index}.example/simple") for index in world.files),
        policies=policies or Policies(),
    )
    stated = {each.name: (*each.requires, *each.inapplicable) for each in pins}
    facts = Facts(world, query, TARGET)
    return why(PackageName(name), Resolution(pins), facts, stated, lambda glance: glance)


CHAIN = (
    pin("a", "1", "b"),
    pin("b", "2", "c>=3", "win ; sys_platform == 'win32'", by=["a"]),
    pin("c", "3", by=["b"]),
)


def test_who_asks_comes_with_the_shortest_way() -> None:
    (asker,) = told("c", *CHAIN, roots=[ask("a")]).asked_by
    assert (asker.kind, asker.requirement, asker.origin) == ("dependency", "c>=3", "")
    assert asker.path == (("a", "1"), ("b", "2"))
    assert asker.text == "b 2 requires c>=3"
    assert why_words.via(asker.path) == " (you ask for a)"
    assert why_words.via((("x", "1"), *asker.path)) == " (you ask for x, by way of a 1)"  # type: ignore[arg-type]


def test_the_user_comes_first_each_as_what_it_is() -> None:
    found = told(
        "b",
        *CHAIN,
        roots=[ask("a"), ask("b", "r.txt:2")],
        constraints=[constraint("b<9", "c.txt:1"), constraint("b<1; sys_platform == 'win32'")],
    )
    assert [(each.kind, each.text, each.origin) for each in found.asked_by] == [
        ("requirement", "r.txt:2 asks for b", "r.txt:2"),
        ("constraint", "constraint b<9 (c.txt:1)", "c.txt:1"),
        ("dependency", "a 1 requires b", ""),
    ]
    (passive,) = found.inactive
    assert (passive.by_user, passive.requirement) == (True, "b<1")
    assert passive.value == "sys_platform is 'linux'"


def test_own_requirements_that_do_not_count_say_why() -> None:
    (passive,) = told("b", *CHAIN).own_inactive
    assert why_words.inactive(passive) == (
        """b 2 requires win only where sys_platform == "win32"; sys_platform is 'linux'"""
    )


def test_an_extra_that_nobody_asks_for_comes_last() -> None:
    one = pin("a", "1", "c ; extra == 'x'", "c ; os_name == 'nt'", "c", "d ; extra == 'x'")
    found = told("c", one, pin("c", "3", by=["a"]))
    assert [each.value for each in found.inactive] == [
        "os_name is 'posix'",
        "extra 'x' is not requested",
    ]
    assert told("a", one).own_inactive == (found.inactive[0],)


def test_a_package_that_is_not_there_has_a_reason() -> None:
    assert told("win", *CHAIN).absent == (
        "win is not part of the answer: the marker of whatever asks for it is false here."
    )
    extra = told("d", pin("a", "1", "d ; extra == 'x'"))
    assert extra.absent.endswith("it is only for extras that nobody asks for.")
    limited = told("d", *CHAIN, constraints=[constraint("d<2", "c.txt:1")])
    assert limited.absent.endswith(
        "constraint d<2 (c.txt:1) only forbids versions, and nobody asks for it."
    )
    nobody = told("zebra", *CHAIN)
    assert nobody.absent.endswith("nothing that is asked for requires it.")
    assert nobody.guesses == ()


def test_a_name_typed_wrong_is_guessed() -> None:
    found = told("numpi", pin("numpy", "1"))
    assert found.guesses == ("numpy",)
    assert found.absent.endswith("Did you mean numpy?")


def torch() -> World:
    world = World()
    world.serve("torch", "2.3.0+cpu", wheels=["cp312-cp312-linux_x86_64"], index="cpu")
    world.serve("torch", "2.2.0", wheels=["cp312-cp312-linux_x86_64"], index="cpu")
    world.serve("torch", "2.4.0", wheels=["cp312-cp312-win_amd64"], index="cpu")
    world.serve("torch", "2.5.0", requires_python=">=3.13", index="cpu")
    world.serve("torch", "2.6.0rc1", index="pypi")
    world.serve("torch", "2.4.1", index="pypi")
    world.serve("torch", "2.3.1", index="pypi")
    world.serve("other", "1", index="mirror")
    return world


TORCH = pin("torch", "2.3.0+cpu", newest="2.5.0")


def test_the_funnel_says_what_rules_versions_out() -> None:
    found = told("torch", TORCH, world=torch(), roots=[ask("torch>=2.3")])
    assert why_words.funnel(found.funnel) == (
        "7 versions, 4 of them allowed by the indexes' order, 3 for this Python, "
        "2 for this platform, 1 in range"
    )
    assert [stage.count for stage in found.funnel] == [7, 4, 3, 2, 1]


def test_other_indexes_say_what_they_would_have_given() -> None:
    (other,) = told("torch", TORCH, world=torch()).elsewhere
    assert (other.index, other.version, other.is_asked) == ("pypi", "2.4.1", False)
    assert other.filename == "torch-2.4.1-py3-none-any.whl"
    assert other.text == "pypi would give 2.4.1 if it were asked"
    (narrow,) = told("torch", TORCH, world=torch(), roots=[ask("torch<2.4")]).elsewhere
    assert narrow.text == "pypi would give 2.3.1 if it were asked"
    (none,) = told("torch", TORCH, world=torch(), roots=[ask("torch<2.3.1")]).elsewhere
    assert not none.in_range
    assert none.text == (
        "pypi has, as its newest for this target, 2.4.1, which is not what is asked for"
    )
    (asked,) = told("torch", TORCH, world=torch(), policies=ALL_INDEXES).elsewhere
    assert (asked.is_asked, asked.text) == (True, "pypi has 2.4.1")


def test_an_override_alone_decides_what_is_in_range() -> None:
    override = ask("torch<2.4", "o.txt:1", OriginKind.OVERRIDE)
    found = told("torch", TORCH, world=torch(), roots=[ask("torch<1")], overrides=[override])
    assert found.elsewhere[0].version == "2.3.1"


def test_newest_and_nearest_are_both_told_of() -> None:
    world = torch()
    world.serve("torch", "2.3.1", index="cpu")
    found = told("torch", TORCH, world=world, roots=[ask("torch<2.3.1")])
    assert [each.text for each in found.not_newer] == [
        "2.5.0 needs Python >=3.13",
        "2.3.1 is held back by your torch<2.3.1",
    ]


def test_the_source_names_the_rule_where_there_was_a_choice() -> None:
    assert told("torch", TORCH, world=torch()).source == (
        "torch comes from cpu; pypi lists it too, and strategy first-index takes the first index "
        "that knows the name"
    )
    assert told("c", *CHAIN).source == "c comes from cpu"


def test_a_local_label_is_explained() -> None:
    assert told("torch", TORCH, world=torch()).label.startswith(
        "2.3.0+cpu is 2.3.0 with the local label cpu: it meets ==2.3.0"
    )
    assert told("c", *CHAIN).label == ""
