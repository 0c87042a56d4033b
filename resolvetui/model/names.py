"""Names in their canonical forms, as types that cannot be mixed up."""

from __future__ import annotations

import re
from typing import NewType

PackageName = NewType("PackageName", str)
"""A project name, normalised (PEP 503): lower case, runs of `-_.` as one `-`."""

ExtraName = NewType("ExtraName", str)
"""An extra's name, normalised like a project name (PEP 685)."""

IndexName = NewType("IndexName", str)
"""The name of an index in this query: given by `--index NAME=URL`, else made from its URL."""

_RUNS = re.compile(r"[-_.]+")


def package_name(text: str) -> PackageName:
    """The canonical form of a project name (PEP 503).

    >>> package_name("Jinja2"), package_name("typing_extensions")
    ('jinja2', 'typing-extensions')
    """
    return PackageName(_RUNS.sub("-", text).lower())


def extra_name(text: str) -> ExtraName:
    """The canonical form of an extra's name (PEP 685)."""
    return ExtraName(_RUNS.sub("-", text).lower())
