"""What installed packages say that does not hold in their environment."""

from __future__ import annotations

from msgspec import Struct

from resolvetui.model.names import PackageName
from resolvetui.model.requirement import Requirement


class Unmet(Struct, frozen=True):
    """A requirement of an installed package that does not hold."""

    name: PackageName
    version: str
    """Who requires it."""
    requirement: Requirement
    found: str
    """The installed version, or "" where it is not installed."""
    extra: str = ""
    """The extra whose requirement it is, or ""."""
    extra_asked_by: str = ""
    """Who asks for that extra: `c 1.0`."""


class WrongPython(Struct, frozen=True):
    """An installed package that is not for this Python."""

    name: PackageName
    version: str
    requires_python: str


class Unreadable(Struct, frozen=True):
    """A line of an installed package's metadata that is no requirement."""

    name: PackageName
    version: str
    text: str


class Inconsistencies(Struct, frozen=True):
    """All of an environment, each sorted by the package that states it."""

    unmet: tuple[Unmet, ...] = ()
    wrong_python: tuple[WrongPython, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
