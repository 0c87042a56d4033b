from __future__ import annotations

import pytest

from resolvetui.explanation.why import why_not_newest
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import Policies, Query, ResolutionMode
from resolvetui.model.requirement import OriginKind, Requirement, RootRequirement
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.model.verdict import Hurdle, Reason, VersionVerdict
from tests.environment.helpers import a_target
from tests.explanation.conflicts import ask, constraint

MAIN = IndexName("main")
TARGET = a_target()


def pin(name: str, version: str, newest: str = "", *requires: Requirement) -> Pin:
    return Pin(
        PackageName(name),
        version,
        "file",
        MAIN,
        None,
        (),
        False,
        requires,
        (),
        (),
        newest,
    )


def why(
    *roots: RootRequirement,
    hurdle: Hurdle | None = None,
    requires: tuple[Requirement, ...] = (),
    newest: str = "2.0",
    query: Query | None = None,
) -> str | None:
    """Why b stays at 1.0."""
    verdicts = [VersionVerdict(newest, MAIN, hurdle, ()), VersionVerdict("1.0", MAIN, None, ())]
    resolution = Resolution((pin("a", "1.0", "1.0", *requires), pin("b", "1.0", newest)))
    return why_not_newest(resolution.pins[1], verdicts, resolution, query or Query(roots), TARGET)


def test_the_newest_needs_no_reason() -> None:
    assert why(newest="1.0") is None


def test_a_hurdle_of_the_newest_is_the_reason() -> None:
    hurdle = Hurdle(Reason.REQUIRES_PYTHON, ">=3.13")
    assert why(hurdle=hurdle) == "2.0 needs Python >=3.13"


def test_a_package_holds_it_back() -> None:
    required = ask("b<2").requirement
    assert why(requires=(required,)) == "2.0 is held back by a's requirement b<2"


@pytest.mark.parametrize(
    ("root", "words"),
    [
        (ask("b<2"), "2.0 is held back by your b<2"),
        (ask("b<2", "r.txt:3"), "2.0 is held back by your b<2 (r.txt:3)"),
    ],
)
def test_the_user_holds_it_back(root: RootRequirement, words: str) -> None:
    assert why(root) == words


def test_a_requirement_for_another_system_holds_nothing_back() -> None:
    assert why(ask("b<2; sys_platform == 'win32'"), ask("b<1.5")) == (
        "2.0 is held back by your b<1.5"
    )


def test_a_constraint_holds_it_back() -> None:
    query = Query((ask("b"),), (constraint("b<2", "c.txt:4"),))
    assert why(query=query) == "2.0 is held back by constraint b<2 (c.txt:4)"


def test_an_override_speaks_alone() -> None:
    query = Query((ask("b<9"),), (), (ask("b<2", "o.txt:1", OriginKind.OVERRIDE),))
    words = why(query=query, requires=(ask("b<1.9").requirement,))
    assert words == "2.0 is held back by override b<2 (o.txt:1)"


def test_policies_are_a_reason() -> None:
    lowest = Query((ask("b"),), policies=Policies(resolution=ResolutionMode.LOWEST))
    assert why(query=lowest) == "2.0: the lowest version was asked for"
    assert why(newest="2.0rc1") == "2.0rc1: it is a pre-release, and a final version is there"


def test_else_its_own_requirements_are_to_blame() -> None:
    assert why() == "2.0: its own requirements do not go with the rest"
