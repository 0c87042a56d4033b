"""What projects give to a query, and which files and options speak of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from resolvetui.inputs.settings import InputWarning, Setting
from resolvetui.model.query import TargetDemand
from resolvetui.model.requirement import RootRequirement

if TYPE_CHECKING:
    from resolvetui.inputs.uv_sources import Sources

PYPROJECT = "pyproject.toml"
UV_TOML = "uv.toml"
LOCK = re.compile(r"(?:^|(?<=[/\\\\]))pylock(?:\.[^./\\\\]+)?\.toml$")
"""The name of a lock (PEP 751), at the end of its path."""
OPTIONS_OF_PROJECTS = ("project", "group", "extra")


def is_requirements_file(path: str) -> bool:
    """Whether what `-r` names is a requirements file: neither a script nor a lock."""
    return not (path.endswith(".py") or LOCK.search(path))


class Projects(Struct, frozen=True):
    """What all projects come to."""

    requirements: tuple[RootRequirement, ...] = ()
    settings: tuple[Setting, ...] = ()
    """Of uv's configuration; options that add up are in order of preference."""
    constraints: tuple[RootRequirement, ...] = ()
    build_constraints: tuple[RootRequirement, ...] = ()
    overrides: tuple[RootRequirement, ...] = ()
    sources: tuple[Sources, ...] = ()
    """One for each project; of several that know a package the last counts."""
    warnings: tuple[InputWarning, ...] = ()
    demands: tuple[TargetDemand, ...] = ()
