"""What is remembered of interpreters: the target that one was, as long as the file is the same.

Rows lie in the cache's folder, one a Python. Loads little, so that a Python that nobody asked
before can be asked while the rest of the program is read (`ahead`).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

import msgspec
from msgspec import Struct

from resolvetui.environment.target import Target
from resolvetui.errors import TargetError

_FORMAT = 1
"""Counts up whenever a cached target would be read wrongly."""


class Remembered(Struct, frozen=True):
    """One row."""

    state: tuple[str, ...]
    """What must be unchanged for it to hold."""
    target: Target


_ROW = msgspec.json.Decoder(Remembered)


def row_of(path: Path, folder: Path) -> Path:
    """The file for what is remembered of the Python at an absolute path."""
    return folder / f"{_digest(path)}.json"


def state_of(path: Path) -> tuple[str, ...]:
    """What must be unchanged for a cached answer to hold. Raises TargetError without the file."""
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise TargetError(
            f"There is no Python at {path}.",
            why=getattr(error, "strerror", None) or str(error),
            what_to_do="Name an interpreter or an environment with --python.",
            culprit=str(path),
        ) from error
    return (
        str(_FORMAT),
        str(path),
        os.path.realpath(path),
        f"{found.st_mtime_ns} {found.st_size}",
        _configuration_state(path),
        *_system_state(),
    )


def _configuration_state(path: Path) -> str:
    for folder in path.parents[:2]:
        try:
            found = (folder / "pyvenv.cfg").stat()
        except OSError:
            continue
        return f"{found.st_mtime_ns} {found.st_size}"
    return ""


def _system_state() -> tuple[str, ...]:
    """Kernel and libc: part of the tags and markers, and they change under an old Python."""
    if os.name == "nt":
        return ()
    system = os.uname()
    try:
        libc = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, OSError, ValueError):
        libc = ""
    return (system.sysname, system.release, system.version, system.machine, libc)


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:32]


def recall(row: Path, state: tuple[str, ...]) -> Target | None:
    """The target of a Python in that state, or None."""
    try:
        known = _ROW.decode(row.read_bytes())
    except (OSError, ValueError):  # none yet, or damaged: the Python itself still knows
        return None
    return known.target if known.state == state else None


def remember(row: Path, known: Remembered) -> None:
    """Write atomically; a cache that cannot be written only costs the next run its time."""
    temporary = row.with_name(f"{row.name}.{os.getpid()}")
    try:
        row.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(msgspec.json.encode(known))
        temporary.replace(row)
    except (OSError, ValueError):
        with contextlib.suppress(OSError):
            temporary.unlink()
