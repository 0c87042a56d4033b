"""Every row and every file of a cache compared with its checksum; what is damaged is dropped.

A run notices damage in what it uses; this looks at all of it, and also at files whose size and
time of change say that nothing happened to them.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from msgspec import Struct

from resolvetui.net.rows import is_sound
from resolvetui.net.upkeep import rows_file


class Verified(Struct, frozen=True):
    """What was looked at."""

    checked: int
    damaged: tuple[str, ...]
    """What was dropped, each in words."""


def verify_rows(folder: Path) -> Verified:
    """The rows of the database; a damaged database is removed, damaged rows are deleted."""
    path = rows_file(folder)
    if not path.exists():
        return Verified(0, ())
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            return _checked_rows(database)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise OSError(f"{path}: another process writes to it") from error
        path.unlink(missing_ok=True)
        path.with_name(path.name + "-journal").unlink(missing_ok=True)
        return Verified(1, (f"{path.name} ({error})",))


def _checked_rows(database: sqlite3.Connection) -> Verified:
    problems = [text for (text,) in database.execute("PRAGMA quick_check(1)")]
    if problems != ["ok"]:
        raise sqlite3.DatabaseError(problems[0] if problems else "quick_check failed")
    count, damaged = 0, []
    for kind, key, checksum, value in database.execute("SELECT * FROM entry"):
        count += 1
        if not is_sound(kind, key, checksum, value):
            damaged.append((kind, key))
    database.executemany("DELETE FROM entry WHERE kind = ? AND key = ?", damaged)
    return Verified(count, tuple(f"{kind} {key}" for kind, key in damaged))


def verify_files(folder: Path) -> Verified:
    """The files, each read whole; one that is not what its name says is removed."""
    count, damaged = 0, []
    for path in _files(folder / "files"):
        count += 1
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != path.parent.name + path.name:
            damaged.append(f"files/{path.parent.name}/{path.name}")
            with suppress(FileNotFoundError):
                path.unlink()
    return Verified(count, tuple(damaged))


def _files(top: Path) -> Iterator[Path]:
    for path in sorted(top.glob("??/*")):
        if len(path.name) == 62 and path.is_file():
            yield path
