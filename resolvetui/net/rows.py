"""Checksummed rows in one sqlite file that several processes share.

Reads and one-transaction writes, nothing else. A damaged row is no row; a damaged or foreign file
is moved aside and begun anew; a file that cannot be used is given up with a `warning`. What the
rows mean, and those that are not written yet, is `cache.py`'s business.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

RowKey = tuple[str, str]
"""Kind and key of a row."""

SCHEMA_VERSION = 1
"""Also in the file's name: two versions of resolvetui can share a folder."""
_PAGE_BYTES = 16384  # most values are tens of kilobytes: fewer reads than with sqlite's 4 KiB
_BUSY_S = 3.0
_KEYS_A_QUERY = 500  # sqlite's limit is 999 variables in old builds
_INSERT = "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?)"
_SELECT = "SELECT key, checksum, value FROM entry WHERE kind = ? AND key IN ({marks})"
_CREATE = (
    "CREATE TABLE entry (kind TEXT NOT NULL, key TEXT NOT NULL, checksum INTEGER NOT NULL,"
    " value BLOB NOT NULL, PRIMARY KEY (kind, key))"
)
_STILL_READABLE = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL})
_SURROUNDINGS = _STILL_READABLE | {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOMEM,
}
"""What disk, rights and other processes can do to us; every other error is damage in the file."""


class Rows:
    """The rows of the file at `path`, which is opened at the first use."""

    def __init__(self, path: Path) -> None:
        self.warning = ""
        """Why rows are not kept, as a sentence; "" while they are."""
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._rebuilt = False

    def read(self, kind: str, keys: Sequence[str]) -> dict[str, bytes]:
        """The values of those keys that have an undamaged row."""
        found: dict[str, bytes] = {}
        try:
            for start in range(0, len(keys), _KEYS_A_QUERY):
                found.update(self._select(kind, keys[start : start + _KEYS_A_QUERY]))
        except sqlite3.Error as error:
            self._recover(error)
        return found

    def write(self, values: Mapping[RowKey, bytes]) -> bool:
        """All in one transaction; False when they could not be written."""
        for _ in range(2):  # once more after a damaged file was moved aside
            if self.warning:
                break
            try:
                with _transaction(self._open()) as connection:
                    connection.executemany(_INSERT, _records(values))
            except sqlite3.Error as error:
                self._recover(error)
            else:
                return True
        return False

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _select(self, kind: str, keys: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        if self._connection is None and self.warning:
            return
        query = _SELECT.format(marks=",".join("?" * len(keys)))
        for key, checksum, value in self._open().execute(query, (kind, *keys)):
            if is_sound(kind, key, checksum, value):
                yield key, value

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = _connect(self._path)
        return self._connection

    def _recover(self, error: sqlite3.Error) -> None:
        """After a failed statement: go on with a new file, for reading only, or with none."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code not in _STILL_READABLE:
            self.close()
        if code in _SURROUNDINGS or self._rebuilt:
            self._give_up(str(error))
            return
        self._rebuilt = True
        try:
            self._move_aside()
        except OSError as failure:
            self._give_up(failure.strerror or str(failure))

    def _move_aside(self) -> None:
        """The damaged file keeps a name, for whoever wants to look at it; one is enough."""
        self._path.replace(self._path.with_name(self._path.name + ".damaged"))
        # A journal of the damaged file would be played back into the new one.
        self._path.with_name(self._path.name + "-journal").unlink(missing_ok=True)

    def _give_up(self, why: str) -> None:
        self.warning = f"The cache in {self._path.parent} is not kept: {why}."


def _connect(path: Path) -> sqlite3.Connection:
    """An open connection to a file of our schema, made if need be. Raises sqlite3.Error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        failure = sqlite3.OperationalError(error.strerror or str(error))
        failure.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise failure from error
    connection = sqlite3.connect(
        path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    """Check the file's schema, or create it in an empty file."""
    # No fsync: a power cut may cost the file, which is then noticed and begun anew.
    connection.execute("PRAGMA synchronous = OFF")
    if _schema_version(connection) == SCHEMA_VERSION:
        return
    connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
    with _transaction(connection):
        match _schema_version(connection):
            case 0:  # fails as damage when somebody else's file has such a table
                connection.execute(_CREATE)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            case version if version != SCHEMA_VERSION:
                raise sqlite3.DatabaseError(f"schema version {version}")


def _schema_version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One write transaction: it waits for other writers at its begin, and never half-way."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _records(values: Mapping[RowKey, bytes]) -> Iterable[tuple[str, str, int, bytes]]:
    for (kind, key), value in values.items():
        yield kind, key, _checksum(kind, key, value), value


def is_sound(kind: str, key: str, checksum: object, value: object) -> bool:
    """Whether a row is as it was written."""
    return isinstance(value, bytes) and checksum == _checksum(kind, key, value)


def _checksum(kind: str, key: str, value: bytes) -> int:
    """Over the key too, so that a value that strayed to another row is damaged."""
    return zlib.crc32(value, zlib.crc32(f"{kind}\0{key}".encode()))
