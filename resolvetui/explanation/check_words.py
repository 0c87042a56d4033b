"""Sentences about an environment as it is: who requires what, and what is there instead.

The words are those of a conflict (`wording.py`); text from outside goes in raw.
"""

from __future__ import annotations

import re

from resolvetui.environment.target import Target
from resolvetui.explanation import wording
from resolvetui.model.inconsistency import Unmet, Unreadable, WrongPython

_EXTRA_ALONE = re.compile(r"""extra == (?:"[^"]*"|'[^']*')""")


def unmet(problem: Unmet) -> str:
    """`a 1.0 requires b<2, but b 2.0 is installed`.

    A marker that makes it count is told, and who asks for the extra that does:
    `a[gpu] 1.0 requires b, which c 2.0 asks for, but b is not installed`.
    """
    requirement = problem.requirement
    who = f"{problem.name}[{problem.extra}]" if problem.extra else problem.name
    demand = wording.requires(f"{who} {problem.version}", wording.short_requirement(requirement))
    marker = requirement.marker
    if marker and not _EXTRA_ALONE.fullmatch(marker):
        demand += f" where {marker}, as here"
    if problem.extra:
        demand += f" (and {problem.extra_asked_by} asks for {who})"
    return wording.but(demand, _found(problem))


def _found(problem: Unmet) -> str:
    name = problem.requirement.name
    return f"{name} {problem.found} is installed" if problem.found else f"{name} is not installed"


def wrong_python(problem: WrongPython, target: Target) -> str:
    """`a 1.0 needs Python >=3.13, but this is CPython 3.12.1`."""
    needs = f"{problem.name} {problem.version} needs Python {problem.requires_python}"
    return wording.but(needs, f"this is {target.python_full}")


def unreadable(problem: Unreadable) -> str:
    """`a 1.0 requires 'b (=1)', which is no requirement (PEP 508)`."""
    return (
        f"{problem.name} {problem.version} requires {problem.text!r}, which is no requirement "
        "(PEP 508)"
    )


def missing_file(package: str, path: str) -> str:
    """`b/__init__.py of b 2.0 is missing`."""
    return f"{path} of {package} is missing"


def changed_file(package: str, path: str) -> str:
    """`b/__init__.py of b 2.0 was changed since it was installed`."""
    return f"{path} of {package} was changed since it was installed"


def no_record(package: str, why: str) -> str:
    """`b 2.0 has no list of its files (it has no RECORD)`."""
    return f"{package} has no list of its files ({why})"
