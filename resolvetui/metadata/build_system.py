"""What a source distribution wants to be built with: `[build-system]` of its pyproject.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from resolvetui.environment.requirement_text import InvalidRequirement, parse_requirement
from resolvetui.metadata.build_output import build_failed
from resolvetui.model.requirement import Requirement

LEGACY_BACKEND = "setuptools.build_meta:__legacy__"
_LEGACY_REQUIRES = ("setuptools>=40.8.0",)
_STEP = "reading pyproject.toml"
_LIMIT_BYTES = 4 << 20


class BuildSystem(Struct, frozen=True):
    """Who builds it (PEP 517, "Source trees"; PEP 518)."""

    requires: tuple[Requirement, ...]
    """What the backend needs, besides what it says itself."""
    backend: str
    """`module:object`."""
    backend_path: tuple[str, ...]
    """Folders of the source in which the backend lies, or () for one that is required."""


class _Table(Struct, rename="kebab"):
    requires: tuple[str, ...]
    build_backend: str = LEGACY_BACKEND
    backend_path: tuple[str, ...] = ()


class _Project(Struct, rename="kebab"):
    build_system: _Table | None = None


def read_build_system(source: Path, filename: str) -> BuildSystem:
    """The build system of an unpacked source; setuptools where it names none (PEP 517).

    Raises `UnusableMetadata` (`BUILD_FAILED`) for a pyproject.toml that says it wrongly, and where
    there is nothing to build with.
    """
    path = source / "pyproject.toml"
    if not path.is_file():
        if not (source / "setup.py").is_file():
            raise build_failed(filename, _STEP, ["there is neither pyproject.toml nor setup.py"])
        return BuildSystem(_parsed(_LEGACY_REQUIRES, filename), LEGACY_BACKEND, ())
    if path.stat().st_size > _LIMIT_BYTES:
        raise build_failed(filename, _STEP, ["it is out of all proportion"])
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        table = msgspec.convert(found, _Project).build_system
    except (OSError, ValueError, RecursionError, msgspec.ValidationError) as error:
        raise build_failed(filename, _STEP, [str(error)]) from None
    if table is None:
        return BuildSystem(_parsed(_LEGACY_REQUIRES, filename), LEGACY_BACKEND, ())
    requires = table.requires
    if table.build_backend == LEGACY_BACKEND and not any("setuptools" in it for it in requires):
        requires = (*requires, *_LEGACY_REQUIRES)  # as pip does: nothing else would have it
    return BuildSystem(_parsed(requires, filename), table.build_backend, table.backend_path)


def parse_build_requires(texts: Sequence[str], filename: str, step: str) -> tuple[Requirement, ...]:
    """Requirements of a build, as a file or a hook states them; raises as above."""
    try:
        return tuple(map(parse_requirement, texts))
    except InvalidRequirement as error:
        raise build_failed(filename, step, [f"a build requirement is not valid: {error}"]) from None


def _parsed(texts: Sequence[str], filename: str) -> tuple[Requirement, ...]:
    return parse_build_requires(texts, filename, _STEP)
