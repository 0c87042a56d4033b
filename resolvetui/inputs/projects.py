"""Which projects take part: those that are asked for, or the configuration of this folder alone.

`--project`, `--group` and `--extra` read a project's dependencies and everything that it says for
uv; without them only the indexes, sources, constraints and overrides of the current folder count.
Most runs have neither: reading itself is `project_files.py`, imported when there is something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from resolvetui.inputs.paths import absolute, is_file, read_text
from resolvetui.inputs.settings import InputWarning, Layers, Setting
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
    overrides: tuple[RootRequirement, ...] = ()
    sources: tuple[Sources, ...] = ()
    """One for each project; of several that know a package the last counts."""
    warnings: tuple[InputWarning, ...] = ()


def read_projects(named: Layers, cwd: str, *, configured: bool) -> Projects:
    """The projects that `named` asks for, else the configuration of the folder `cwd`.

    `configured`: whether uv's configuration counts (not with `--no-config`). Raises UsageError
    (MissingFileError) with file and key.
    """
    if named.all(*OPTIONS_OF_PROJECTS):
        from resolvetui.inputs.project_files import asked_for

        return asked_for(named, cwd, configured=configured)
    if configured and _has_configuration(cwd):
        from resolvetui.inputs.project_files import configuration_of

        return configuration_of(cwd)
    return Projects()


def _has_configuration(cwd: str) -> bool:
    """Whether uv may find something here; few files name it, and parsing costs 4 ms."""
    if is_file(absolute(UV_TOML, cwd)):
        return True
    return is_file(absolute(PYPROJECT, cwd)) and "uv" in read_text(PYPROJECT, cwd)
