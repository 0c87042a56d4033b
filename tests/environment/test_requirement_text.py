"""The quick way through a requirement line gives what packaging gives."""

from __future__ import annotations

import itertools

import pytest
from packaging.requirements import InvalidRequirement

from resolvetui.environment import requirement_text
from resolvetui.environment.requirement_text import parse_requirement
from resolvetui.model.requirement import Requirement

NAMES = ("a", "A", "Foo.Bar_baz", "a-1", "zope.interface", "x1.0", "-a", "a-", "é")
EXTRAS = ("", "[b]", " [b]", "[B_b, c.d]", "[b,b]", "[c,a]", "[]", "[ b ]", "[b,]", "[-b]")
CLAUSES = [
    "",
    ">=1",
    " >= 1.0",
    " (>=1,<2)",
    "(==1.*)",
    "(>=1",
    ">=1)",
    "==1.*,!=1.5",
    "~=1",
    "~=1.4",
    ">=1.0a1",
    "<2.0rc1.post3.dev4",
    ">=1.0.post1",
    "==1.0+cpu",
    "===x",
    ">=1,>=1",
    ">=1 , <2",
    ">= 1.0 ,",
    ">1.*",
    "<1.*",
    ">=1.0-1",
    ">=v1",
    "==1!2.0",
    ">=01.002",
    ">=\u0661",
    ",>=1",
    " 1.0",
    ">=1A1",
    " @ https://index.example/a.whl",
    "<2.0.0dev",
    ">=1  ,<2",
    "()",
    "==1.0.*,<2",
    "",
]
MARKERS = [
    "",
    ";",
    '; extra == "test"',
    ";extra=='Test_It'",
    "; python_version>'3'",
    " ; os_name",
    "; (python_version < '3.8' and os_name == 'nt') or extra == 'a'",
    "; implementation_name",
    "; 'linux' in sys_platform",
    "; python_version >= '3' ; x",
    ";\textra == 'a'",
    "",
][:-1]


def outcome(parse: object, text: str) -> Requirement | str:
    assert callable(parse)
    try:
        found = parse(text)
    except InvalidRequirement as error:
        return str(error)
    assert isinstance(found, Requirement)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_quick_way_gives_what_packaging_gives(name: str) -> None:
    quick = 0
    for extras, clauses, marker in itertools.product(EXTRAS, CLAUSES, MARKERS):
        text = f"{name}{extras}{clauses}{marker}"
        assert outcome(parse_requirement, text) == outcome(requirement_text._parsed, text), text
        quick += requirement_text._simple(text) is not None
    assert quick > 300 or not name[0].isascii() or "-" in (name[0], name[-1])


@pytest.mark.parametrize(
    "text",
    ["a" + " " * 50_000 + "!", "a" * 50_000 + "!", "a>=" + "1." * 50_000, "a[" + "b," * 50_000],
    ids=["blanks", "name", "version", "extras"],
)
def test_long_lines_are_refused_at_once(text: str) -> None:
    with pytest.raises(InvalidRequirement):
        parse_requirement(text)
