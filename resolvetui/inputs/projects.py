"""Which projects take part: those that are asked for, or the configuration of this folder alone.

`--project`, `--group` and `--extra` read a project's dependencies and everything that it says for
uv; without them only the indexes, sources, constraints and overrides of the current folder count.
Most runs have neither: reading itself is `project_files.py`, imported when there is something.
"""

from __future__ import annotations

from msgspec import structs

from resolvetui.inputs.paths import absolute, is_file, read_text
from resolvetui.inputs.project_model import (
    OPTIONS_OF_PROJECTS,
    PYPROJECT,
    UV_TOML,
    Projects,
    is_requirements_file,
)
from resolvetui.inputs.settings import Layers


def read_projects(named: Layers, cwd: str, *, configured: bool) -> Projects:
    """The projects, scripts and locks that `named` asks for, else the configuration of the folder
    `cwd`.

    `configured`: whether uv's configuration counts (not with `--no-config`). Raises UsageError
    (MissingFileError) with file and key.
    """
    files = [each for each in named.all("requirement") if not is_requirements_file(each.value)]
    if not files:
        return _projects(named, cwd, is_lock_named=False, configured=configured)
    from resolvetui.inputs.named_files import joined, read_named

    has_lock = any(not each.value.endswith(".py") for each in files)
    projects = _projects(named, cwd, is_lock_named=has_lock, configured=configured)
    found = read_named(named, files, cwd, configured=configured)
    # Options of the file that is named outrank those of the folder; so do its sources.
    settings = (*found.settings, *projects.settings)
    return structs.replace(joined(projects, found), settings=settings)


def _projects(named: Layers, cwd: str, *, is_lock_named: bool, configured: bool) -> Projects:
    """`is_lock_named`: extras and groups are that lock's, unless a project is named."""
    if named.all("project") or (named.all(*OPTIONS_OF_PROJECTS) and not is_lock_named):
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
