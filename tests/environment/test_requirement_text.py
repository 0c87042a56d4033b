from __future__ import annotations

import pytest

from resolvetui.environment.requirement_text import InvalidRequirement, parse_requirement


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Flask", "flask"),
        ("typing_extensions>=4.0", "typing-extensions>=4.0"),
        ("foo (>= 1.0, <2)", "foo>=1.0,<2"),
        ("foo>=1,!=1.5,<2", "foo>=1,!=1.5,<2"),
        ("foo[B_b, a,b.B]==1.*", "foo[a,b-b]==1.*"),
        ("foo @ https://index.example/f.whl", "foo @ https://index.example/f.whl"),
        ("foo;python_version<'3'", 'foo ; python_version < "3"'),
        ('foo; extra == "Test_X"', 'foo ; extra == "test-x"'),
        ('foo @ file:///f ; os_name=="nt"', 'foo @ file:///f ; os_name == "nt"'),
        ("foo===weird", "foo===weird"),
    ],
)
def test_a_requirement_is_split_into_canonical_parts(text: str, canonical: str) -> None:
    assert parse_requirement(text).text == canonical


def test_a_parsed_requirement_parses_to_itself() -> None:
    requirement = parse_requirement("Foo[x]>=1,<2; os_name=='nt' and extra=='y'")
    assert parse_requirement(requirement.text) == requirement


@pytest.mark.parametrize(
    "text",
    [
        "",
        "foo bar",
        "foo>=",
        "pytz (>dev)",
        "foo; nonsense == 'x'",
        "foo[",
        "-r file",
        "foo; " + "(" * 5000 + "os_name=='nt'" + ")" * 5000,
        "foo==" + "9" * 5000,
        "foo; python_version<'" + "9" * 5000 + "'",
    ],
)
def test_what_is_no_requirement_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequirement):
        parse_requirement(text)
