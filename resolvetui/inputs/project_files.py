"""Projects read: the lists that are asked for by name, and the configuration beside them.

The grammar of the files is `pyproject.py` and `uv_config.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from resolvetui.errors import MissingFileError
from resolvetui.inputs.project_model import OPTIONS_OF_PROJECTS, PYPROJECT, UV_TOML, Projects
from resolvetui.inputs.pyproject import Pyproject, unknown
from resolvetui.inputs.settings import Layers, Setting
from resolvetui.inputs.toml_file import find_toml, read_toml
from resolvetui.inputs.uv_config import UvConfiguration, uv_configuration
from resolvetui.model.names import extra_name
from resolvetui.model.requirement import RootRequirement


def asked_for(named: Layers, cwd: str, *, configured: bool) -> Projects:
    """The projects of `--project` (else the one in `cwd`) with the groups and extras asked for."""
    projects = [_project(setting, cwd) for setting in _places(named)]
    groups, extras = named.all("group"), named.all("extra")
    configurations = [
        uv_configuration(
            project.file,
            find_toml(_beside(project.file.name), cwd),
            whole=True,
            extras=frozenset(extra_name(setting.value) for setting in extras),
            groups=frozenset(extra_name(setting.value) for setting in groups),
        )
        for project in projects
        if configured
    ]
    # A group is asked for by itself, an extra goes with the project's dependencies.
    with_dependencies = bool(named.all("project", "extra"))
    requirements = (
        *(item for each in projects if with_dependencies for item in each.dependencies()),
        *(item for setting in extras for item in _extra(setting, projects)),
        *(item for setting in groups for item in _group(setting, projects)),
    )
    return _combined(requirements, configurations)


def configuration_of(cwd: str) -> Projects:
    """What the files of a folder say for uv about indexes, sources, constraints, overrides."""
    pyproject, uv_toml = find_toml(PYPROJECT, cwd, "uv"), find_toml(UV_TOML, cwd)
    return _combined((), [uv_configuration(pyproject, uv_toml, whole=False)])


def _places(named: Layers) -> list[Setting]:
    """`--project` settings; that of the current folder where only groups or extras are named."""
    return named.all("project") or [
        Setting("project", "", setting.origin) for setting in named.all(*OPTIONS_OF_PROJECTS)[:1]
    ]


def _project(setting: Setting, cwd: str) -> Pyproject:
    name = setting.value
    if os.path.basename(name) != PYPROJECT:  # noqa: PTH119
        name = os.path.normpath(os.path.join(name, PYPROJECT))  # noqa: PTH118
    try:
        return Pyproject(read_toml(name, cwd))
    except MissingFileError as error:
        error.why = error.why or f"{setting.origin} reads it."
        raise


def _beside(pyproject: str) -> str:
    return os.path.join(os.path.dirname(pyproject), UV_TOML)  # noqa: PTH118, PTH120


def _group(setting: Setting, projects: list[Pyproject]) -> Iterator[RootRequirement]:
    name = extra_name(setting.value)
    owners = [project for project in projects if name in project.groups]
    if not owners:
        known = {group for project in projects for group in project.groups}
        raise unknown(setting.origin, "group", name, known, _files(projects))
    for project in owners:
        yield from project.of_group(name)


def _extra(setting: Setting, projects: list[Pyproject]) -> Iterator[RootRequirement]:
    name = extra_name(setting.value)
    owners = [project for project in projects if name in project.extras]
    if not owners and len(projects) == 1:
        raise projects[0].unknown_extra(name, setting.origin)
    if not owners:
        known = {extra for project in projects for extra in project.extras}
        raise unknown(setting.origin, "extra", name, known, _files(projects))
    for project in owners:
        yield from project.of_extra(name)


def _files(projects: list[Pyproject]) -> str:
    return ", ".join(project.file.name for project in projects)


def _combined(
    requirements: tuple[RootRequirement, ...], configurations: list[UvConfiguration]
) -> Projects:
    return Projects(
        requirements=requirements,
        settings=tuple(item for each in configurations for item in each.settings),
        constraints=tuple(item for each in configurations for item in each.constraints),
        build_constraints=tuple(item for each in configurations for item in each.build_constraints),
        overrides=tuple(item for each in configurations for item in each.overrides),
        sources=tuple(each.sources for each in configurations),
        warnings=tuple(item for each in configurations for item in each.warnings),
    )
