"""What is in a cache folder, emptying it, and keeping it below a size.

Knows every name that resolvetui gives to something in there, and touches nothing else: the folder
is the user's choice, and may hold other things.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from msgspec import Struct

from resolvetui.net.rows import SCHEMA_VERSION

_ROWS = re.compile(r"rows-\d+\.sqlite(\.damaged|-journal)?")
_INTERPRETER = re.compile(r"[0-9a-f]{32}\.json")
_LOG = re.compile(r".+-[0-9a-f]{12}\.log")
_FAN = re.compile(r"[0-9a-f]{2}")
_ENTRY = re.compile(r"[0-9a-f]{62}(\.unhashed)?|\..+\.part")
_UNPACKED = re.compile(r"unpacked-\d+")
_UNPACKED_PART = ".part-"
_FILES, _LOGS, _STAMP = "files", "builds", "evicted"

_ROWS_SHARE = 4
"""Rows may take the fourth part of what is allowed."""
_AGAIN_AFTER_S = 3600.0
_IN_USE_S = 3600.0
"""What was used within an hour may be of a run that is at work."""


class Part(Struct, frozen=True):
    """One kind of thing in the cache."""

    name: str
    """In words: `pages, metadata and what was worked out of them`."""
    entries: int
    size: int
    """Bytes."""


class _Entry(Struct, frozen=True):
    path: Path
    part: str
    size: int
    used_at: float
    """Unix time in seconds."""


def contents(folder: Path) -> tuple[Part, ...]:
    """What there is, every kind of thing once, in a fixed order. Raises OSError."""
    sizes: dict[str, list[int]] = {name: [] for name in (_FILES, _UNPACKED.pattern, _LOGS)}
    interpreters: list[int] = []
    rows_bytes = 0
    for path in _own(folder):
        if _ROWS.fullmatch(path.name):
            rows_bytes += path.stat().st_size
        elif _INTERPRETER.fullmatch(path.name):
            interpreters.append(path.stat().st_size)
    for entry in _entries(folder):
        sizes[entry.part].append(entry.size)
    return (
        Part("pages, metadata and what was made of them", _row_count(folder), rows_bytes),
        Part("wheels and source distributions", len(sizes[_FILES]), sum(sizes[_FILES])),
        Part("unpacked wheels", len(sizes[_UNPACKED.pattern]), sum(sizes[_UNPACKED.pattern])),
        Part("outputs of builds", len(sizes[_LOGS]), sum(sizes[_LOGS])),
        Part("interpreters", len(interpreters), sum(interpreters)),
    )


def clear(folder: Path) -> tuple[Part, ...]:
    """Remove all of it; what was there. Raises OSError where something could not be removed."""
    before = contents(folder)
    for path in [*_own(folder)]:
        if path.is_dir() and not path.is_symlink():
            _empty(path)
        else:
            path.unlink(missing_ok=True)
    return before


def evict(
    folder: Path, limit_bytes: int, *, force: bool = False, now: Callable[[], float] = time.time
) -> int:
    """Drop what was not used for longest until the cache is below its size; the bytes dropped.

    At most once an hour unless `force`, and never what was used within that hour. Never raises
    OSError: what cannot be removed stays.
    """
    stamp = folder / _STAMP
    if not force and _changed_at(stamp) > now() - _AGAIN_AFTER_S:
        return 0
    with suppress(OSError):
        stamp.touch()
    freed = _evict_rows(folder, limit_bytes // _ROWS_SHARE)
    entries = sorted(_entries(folder), key=lambda entry: entry.used_at)
    excess = sum(entry.size for entry in entries) + _rows_bytes(folder) - limit_bytes
    for entry in entries:
        if excess <= 0 or entry.used_at > now() - _IN_USE_S:
            break
        _remove(entry.path)
        excess -= entry.size
        freed += entry.size
    return freed


def rows_file(folder: Path) -> Path:
    """The database of this version."""
    return folder / f"rows-{SCHEMA_VERSION}.sqlite"


def _own(folder: Path) -> Iterator[Path]:
    """What is ours at the top of the folder."""
    try:
        paths = sorted(folder.iterdir())
    except FileNotFoundError:
        return
    for path in paths:
        name = path.name
        patterns = (_ROWS, _INTERPRETER, _UNPACKED)
        if name in (_FILES, _LOGS, _STAMP) or any(each.fullmatch(name) for each in patterns):
            yield path


def _entries(folder: Path) -> Iterator[_Entry]:
    """What can be dropped one by one."""
    for top in _own(folder):
        if top.is_symlink() or not top.is_dir():
            continue
        part = _UNPACKED.pattern if _UNPACKED.fullmatch(top.name) else top.name
        for path in _below(top):
            with suppress(OSError):
                size, used_at = _measured(path)
                yield _Entry(path, part, size, used_at)


def _below(top: Path) -> Iterator[Path]:
    with os.scandir(top) as found:
        for entry in found:
            if top.name == _LOGS:
                if _LOG.fullmatch(entry.name):
                    yield Path(entry.path)
            elif entry.name.startswith(_UNPACKED_PART):
                yield Path(entry.path)
            elif _FAN.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                with os.scandir(entry.path) as inner:
                    yield from (Path(each.path) for each in inner if _ENTRY.fullmatch(each.name))


def _measured(path: Path) -> tuple[int, float]:
    """Bytes, and when it was last used; an unpacked wheel is used when its manifest is read."""
    stat = path.lstat()
    if not path.is_dir() or path.is_symlink():
        return stat.st_size, max(stat.st_atime, stat.st_mtime)
    size, used_at = 0, stat.st_mtime
    for place, _, names in os.walk(path):
        for name in names:
            with suppress(OSError):
                found = os.lstat(os.path.join(place, name))  # noqa: PTH118 - thousands of them
                size += found.st_size
                if place == str(path):
                    used_at = max(used_at, found.st_atime)
    return size, used_at


def _empty(top: Path) -> None:
    """Remove the entries of a folder, then every folder of it that is empty."""
    for path in [*_below(top)]:
        _remove(path, raising=True)
    for fan in [*top.iterdir()]:
        if _FAN.fullmatch(fan.name):
            with suppress(OSError):
                fan.rmdir()
    with suppress(OSError):
        top.rmdir()


def _remove(path: Path, *, raising: bool = False) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=not raising)
        return
    try:
        path.unlink(missing_ok=True)
    except OSError:
        if raising:
            raise


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _rows_bytes(folder: Path) -> int:
    try:
        return rows_file(folder).stat().st_size
    except OSError:
        return 0


def _row_count(folder: Path) -> int:
    path = rows_file(folder)
    if not path.exists():
        return 0
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
        count: int = connection.execute("SELECT count(*) FROM entry").fetchone()[0]
        return count
    return 0


def _evict_rows(folder: Path, limit_bytes: int) -> int:
    """Drop the older half of the rows, by when they were written, while they take too much."""
    path, before = rows_file(folder), _rows_bytes(folder)
    if before <= limit_bytes:
        return 0
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(
            "DELETE FROM entry WHERE rowid <= (SELECT rowid FROM entry ORDER BY rowid"
            " LIMIT 1 OFFSET (SELECT count(*) / 2 FROM entry))"
        )
        database.execute("VACUUM")
    return max(0, before - _rows_bytes(folder))
