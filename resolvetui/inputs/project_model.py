"""What projects give to a query, and which files and options speak of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from resolvetui.inputs.settings import InputWarning, Setting
from resolvetui.model.requirement import RootRequirement

if TYPE_CHECKING:
    from resolvetui.inputs.uv_sources import Sources

PYPROJECT = "pyproject.toml"
UV_TOML = "uv.toml"
OPTIONS_OF_PROJECTS = ("project", "group", "extra")


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
