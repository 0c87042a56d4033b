"""What the folder of a project says of it without a build: `[project]`, or a static PKG-INFO.

Only where nothing of it is left to a build (PEP 621, "dynamic"; PEP 643).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from resolvetui.environment.requirement_text import InvalidRequirement, parse_requirement
from resolvetui.index.filenames import canonical_version
from resolvetui.metadata.archive import METADATA_LIMIT_BYTES
from resolvetui.metadata.core_metadata import CoreMetadata, parse_metadata
from resolvetui.metadata.sdist import require_static
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.names import extra_name, package_name
from resolvetui.model.requirement import Requirement

_DECIDED = frozenset({"version", "dependencies", "optional-dependencies", "requires-python"})
"""What a resolve needs; a build may make up all the rest."""


class _Project(Struct, rename="kebab"):
    name: str = ""
    version: str = ""
    requires_python: str = ""
    dependencies: tuple[str, ...] = ()
    optional_dependencies: dict[str, tuple[str, ...]] = {}
    dynamic: tuple[str, ...] = ()


class _File(Struct):
    project: _Project | None = None


def read_project(folder: Path) -> CoreMetadata | None:
    """The metadata of the sources in a folder, or None where only a build can tell.

    Never raises for what they say: a build will say what is wrong with it.
    """
    found = _of_pyproject(folder / "pyproject.toml")
    return found or _of_pkg_info(folder / "PKG-INFO")


def _of_pyproject(path: Path) -> CoreMetadata | None:
    try:
        if path.stat().st_size > METADATA_LIMIT_BYTES:
            return None
        text = tomllib.loads(path.read_text(encoding="utf-8"))
        project = msgspec.convert(text, _File).project
        if project is None or _DECIDED & {*project.dynamic}:
            return None
        version = canonical_version(project.version)
        if not project.name or not version:
            return None
        return CoreMetadata(
            name=package_name(project.name),
            version=version,
            requires_python=project.requires_python,
            requires=tuple(_requirements(project)),
            provides_extra=tuple(map(extra_name, project.optional_dependencies)),
        )
    except (OSError, ValueError, RecursionError, msgspec.ValidationError, InvalidRequirement):
        return None


def _requirements(project: _Project) -> Iterator[Requirement]:
    yield from map(parse_requirement, project.dependencies)
    optional: Mapping[str, tuple[str, ...]] = project.optional_dependencies
    for extra, texts in optional.items():
        for text in texts:
            # As a METADATA file writes it (core metadata specifications, Provides-Extra).
            body, _, marker = text.partition(";") if not _has_url(text) else _url_parts(text)
            condition = f'extra == "{extra_name(extra)}"'
            both = f"({marker.strip()}) and {condition}" if marker.strip() else condition
            yield parse_requirement(f"{body} ; {both}")


def _has_url(text: str) -> bool:
    return "@" in text.partition(";")[0]


def _url_parts(text: str) -> tuple[str, str, str]:
    """A semicolon ends a URL only after white space (PEP 508)."""
    return text.partition(" ;")


def _of_pkg_info(path: Path) -> CoreMetadata | None:
    try:
        if path.stat().st_size > METADATA_LIMIT_BYTES:
            return None
        core = parse_metadata(path.read_bytes(), str(path))
        require_static(core, str(path))
    except (OSError, UnusableMetadata):
        return None
    return core
