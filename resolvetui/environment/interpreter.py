"""The target behind a Python: asked once, then remembered until the Python changes.

`finding.py` says which Python is meant, `probe.py` asks it, `targets.py` makes the target.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from resolvetui.environment.finding import find_python, is_running_python
from resolvetui.environment.target import EnvironmentPaths, Target
from resolvetui.environment.targets import described_target, target_from
from resolvetui.errors import TargetError

__all__ = ["describe_interpreter", "described_target", "find_python", "is_running_python"]

_FORMAT = 1
"""Counts up whenever a cached target would be read wrongly."""


class _Cached(Struct, frozen=True):
    state: tuple[str, ...]
    target: Target


_ROW = msgspec.json.Decoder(_Cached)


def describe_interpreter(python: str | Path, cache_folder: Path | None = None) -> Target:
    """The target that an interpreter is, with its environment.

    Asks it in a subprocess, unless `cache_folder` has the answer of the same file (by path, time
    and size) on the same system. Whether it is externally managed (PEP 668) is looked up anew
    each time. Raises TargetError when it cannot be run or is too old.
    """
    path = Path(os.path.abspath(python))  # noqa: PTH100 - resolve() would leave the environment
    state = _state(path)
    row = None if cache_folder is None else cache_folder / f"{_digest(path)}.json"
    target = _cached(row, state)
    if target is None:
        from resolvetui.environment.probe import ask  # the warm path asks nobody

        target = target_from(ask(path))
        # A shim starts now this Python and now that one: its own time says nothing.
        if row is not None and _is_same_file(path, target):
            _remember(row, _Cached(state, target))
    return structs.replace(target, externally_managed=_managed_message(target.environment))


def _state(path: Path) -> tuple[str, ...]:
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


def _is_same_file(path: Path, target: Target) -> bool:
    if target.environment is None:
        return False
    try:
        return path.samefile(target.environment.executable)
    except (OSError, ValueError):
        return False


def _cached(row: Path | None, state: tuple[str, ...]) -> Target | None:
    if row is None:
        return None
    try:
        known = _ROW.decode(row.read_bytes())
    except (OSError, ValueError):  # none yet, or damaged: the Python itself still knows
        return None
    return known.target if known.state == state else None


def _remember(row: Path, known: _Cached) -> None:
    """Write atomically; a cache that cannot be written only costs the next run its time."""
    temporary = row.with_name(f"{row.name}.{os.getpid()}")
    try:
        row.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(msgspec.json.encode(known))
        temporary.replace(row)
    except (OSError, ValueError):
        with contextlib.suppress(OSError):
            temporary.unlink()


def _managed_message(paths: EnvironmentPaths | None) -> str | None:
    """The message of a PEP 668 marker file, "" when it has none, None when nobody manages it."""
    if paths is None or paths.is_virtual:
        return None
    marker = Path(paths.stdlib) / "EXTERNALLY-MANAGED"
    if not marker.is_file():
        return None
    import configparser  # managed interpreters only

    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(marker, encoding="utf-8")
        return parser.get("externally-managed", "error", fallback="").strip()
    except (configparser.Error, OSError, ValueError):
        return ""
