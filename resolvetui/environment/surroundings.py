"""What there is to install into, or to make an environment with, around a folder.

Looks at names and small files only; no Python is started, so a version is what a name or a
`pyvenv.cfg` says.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from resolvetui.environment.finding import find_python
from resolvetui.errors import TargetError

_OLDEST, _NEWEST = 8, 15
"""Minor versions of Python 3 that are looked for."""
_MOST_FOLDERS = 500
_VERSION = re.compile(r"^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)", re.MULTILINE)
_NAME = re.compile(r"python(3\.\d{1,2})")


class FoundEnvironment(Struct, frozen=True):
    """A virtual environment."""

    path: str
    """As short as it can be written: relative where it is below the folder."""
    version: str
    """`3.11.7`, or "" where its pyvenv.cfg does not say."""
    is_active: bool = False
    """VIRTUAL_ENV or CONDA_PREFIX names it."""


class FoundPython(Struct, frozen=True):
    """An interpreter that an environment can be made with."""

    path: str
    version: str
    """`3.12`."""


class Surroundings(Struct, frozen=True):
    """All of it, the likeliest first."""

    environments: tuple[FoundEnvironment, ...] = ()
    pythons: tuple[FoundPython, ...] = ()


def has_environment(environ: Mapping[str, str], folder: Path) -> bool:
    """Whether an install needs no question about where to: one is active, or lies here."""
    return bool(environ.get("VIRTUAL_ENV")) or os.path.lexists(folder / ".venv")


def look_around(environ: Mapping[str, str], folder: Path) -> Surroundings:
    """The environments in a folder and those that are active, and the Pythons of this machine.

    The first Python is the one that the user's `python3` is, else the one that runs this; the
    others come newest first.
    """
    return Surroundings(tuple(_environments(environ, folder)), _pythons(environ, folder))


def _environments(environ: Mapping[str, str], folder: Path) -> Iterator[FoundEnvironment]:
    seen = set()
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        active = environ.get(variable, "")
        if active and Path(active).is_dir():
            seen.add(os.path.realpath(active))
            yield FoundEnvironment(active, _version_of(Path(active)), is_active=True)
    try:
        entries = sorted(folder.iterdir())[:_MOST_FOLDERS]
    except OSError:
        return
    for entry in sorted(entries, key=lambda each: each.name != ".venv"):
        if os.path.realpath(entry) not in seen and (entry / "pyvenv.cfg").is_file():
            yield FoundEnvironment(entry.name, _version_of(entry))


def _version_of(environment: Path) -> str:
    try:
        text = (environment / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    found = _VERSION.search(text)
    return found[1] if found else ""


def _pythons(environ: Mapping[str, str], folder: Path) -> tuple[FoundPython, ...]:
    by_version: dict[str, str] = {}
    for minor in range(_NEWEST, _OLDEST - 1, -1):
        try:
            by_version[f"3.{minor}"] = str(find_python(f"3.{minor}", environ, folder))
        except TargetError:
            continue
    first = _usual(environ, folder)
    if first is not None:
        by_version = {first.version: first.path, **by_version, first.version: first.path}
    return tuple(FoundPython(path, version) for version, path in by_version.items())


def _usual(environ: Mapping[str, str], folder: Path) -> FoundPython | None:
    """The Python of the command `python3`, if its name tells its version; else the running one."""
    try:
        usual = find_python("python3", environ, folder)
        named = _NAME.fullmatch(Path(os.path.realpath(usual)).name)
        if named:
            return FoundPython(str(usual), named[1])
    except TargetError:
        pass
    if not sys.executable:
        return None
    return FoundPython(sys.executable, ".".join(map(str, sys.version_info[:2])))
