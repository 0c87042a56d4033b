"""One requirement line to its parts (PEP 508), as the model holds them.

The grammar is packaging's. Nearly all lines are of a simple form, which one pattern takes apart
much more quickly; packaging parses the others, and markers, which repeat each other. What a line is
for (an option of a requirements file, a header of METADATA) is the business of `inputs/` and
`metadata/`; both come here for the requirement itself.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as ParsedRequirement

from resolvetui.model.names import ExtraName, extra_name, package_name
from resolvetui.model.requirement import Requirement

__all__ = ["InvalidRequirement", "parse_requirement"]

_MOST_PARENTHESES = 100
"""packaging descends once for each; thousands would end in a RecursionError."""
_HUGE_NUMBER = re.compile(r"\d{1000}")
"""Passes PEP 440's grammar, and Python refuses to make an int of it when versions are compared."""
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_RELEASE = r"\d+(?:\.\d+)*"
_CLAUSE = (
    rf"(?:(?:[<>]=?|[=!]=) ?{_RELEASE}(?:(?:a|b|rc)\d+)?(?:\.post\d+)?(?:\.dev\d+)?"
    rf"|[=!]= ?{_RELEASE}\.\*|~= ?\d+(?:\.\d+)+)"
)
_SIMPLE = re.compile(
    rf"({_NAME}) ?(?:\[({_NAME}(?:, ?{_NAME})*)\])?"
    rf"(?: ?(\()?({_CLAUSE}(?: ?, ?{_CLAUSE})*)(\))?)?(?: ?;(.+))?",
    re.ASCII,
)
"""What both this and packaging understand alike; `test_requirement_text` compares them."""


@functools.lru_cache(maxsize=65_536)
def parse_requirement(text: str) -> Requirement:
    """The parts of a PEP 508 requirement; names canonical, the specifier in its written order.

    Versions of one project mostly repeat each other's lines, so results are remembered.
    Parentheses around the specifier (PEP 345) are allowed, as PEP 508 does.

    Raises packaging's InvalidRequirement, whose text points at the place.

    >>> parse_requirement("Jinja2[I18N] (>= 2.0, <4) ; python_version>'3'").text
    'jinja2[i18n]>=2.0,<4 ; python_version > "3"'
    """
    if text.count("(") > _MOST_PARENTHESES:
        raise InvalidRequirement("The marker is nested too deep")
    return _simple(text) or _parsed(text)


def _simple(text: str) -> Requirement | None:
    found = _SIMPLE.fullmatch(text)
    if found is None or (found[3] is None) is not (found[5] is None):
        return None
    name, extras, _, clauses, _, marker = found.groups("")
    if _HUGE_NUMBER.search(text):
        return None
    try:
        marker = _marker(marker) if marker else ""
    except InvalidMarker:  # packaging's error of the whole line points at the place
        return None
    return Requirement(
        name=package_name(name),
        extras=_extras(extras.split(",")) if extras else (),
        specifier=clauses.replace(" ", ""),
        marker=marker,
    )


@functools.lru_cache(maxsize=4_096)
def _marker(text: str) -> str:
    return str(Marker(text))


def _extras(extras: Iterable[str]) -> tuple[ExtraName, ...]:
    return tuple(sorted({extra_name(extra.strip()) for extra in extras}))


def _parsed(text: str) -> Requirement:
    parsed = ParsedRequirement(text)
    # Its str() would sort the clauses; iterating keeps the order in which they were written.
    specifier = ",".join(str(clause) for clause in parsed.specifier)
    marker = str(parsed.marker) if parsed.marker else ""
    if _HUGE_NUMBER.search(specifier) or _HUGE_NUMBER.search(marker):
        raise InvalidRequirement("A number in it is too long for a version")
    return Requirement(
        name=package_name(parsed.name),
        extras=_extras(parsed.extras),
        specifier=specifier,
        marker=marker,
        url=parsed.url or "",
    )
