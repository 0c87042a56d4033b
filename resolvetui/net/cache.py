"""What is kept between runs: pages, rows of any kind, and files by their SHA-256.

Writes wait in memory until `flush`, which makes one transaction of them. A damaged entry reads as
None and is fetched again; a folder that cannot be written costs speed and nothing else. How fresh
a page is was decided by `freshness.py`; what the bytes mean is the caller's business.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

import msgspec
from msgspec import Struct

from resolvetui.net.files import Files
from resolvetui.net.rows import SCHEMA_VERSION, RowKey, Rows

_PAGE = "page"
_MOST_UNWRITTEN_BYTES = 16 << 20
"""Waiting values are written early beyond this: a large search would hold every page twice."""


class CachedPage(Struct, frozen=True, array_like=True):
    """One answer of an index, in the caller's own encoding."""

    status: int
    """200, or 404 for a project that the index does not have."""
    body: bytes
    """The caller's encoding of what the page says; b"" for 404."""
    validator: str
    """Digest of the page as the server sent it: tells whether a new answer differs."""
    etag: str
    """For `If-None-Match`, or ""."""
    last_modified: str
    """For `If-Modified-Since`, or ""."""
    fetched_at: float
    """Unix time in seconds."""
    fresh_until: float
    """Unix time in seconds; up to then it is used without asking the server."""


_DECODER = msgspec.msgpack.Decoder(CachedPage)
_ENCODER = msgspec.msgpack.Encoder()


class Cache:
    """The cache in `folder`; None keeps everything in memory and in a temporary folder.

    Safe for several processes on one folder and several threads on one object. Keys may be long
    URLs; they must not hold credentials.
    """

    def __init__(
        self, folder: Path | None, now: Callable[[], float] = time.time, limit_bytes: int = 0
    ) -> None:
        """`limit_bytes`: how large the folder may grow; 0 for as large as it will."""
        self.now = now
        self.folder = folder
        """Where others may keep more, each in a folder of its own; None: nothing is to be kept."""
        self._unwritten: dict[RowKey, bytes] = {}
        self._unwritten_bytes = 0
        self._rows = Rows(folder / f"rows-{SCHEMA_VERSION}.sqlite") if folder else None
        self._files = Files(folder / "files" if folder else None, self)
        self._lock = RLock()
        self._limit_bytes = limit_bytes
        self._has_grown = False

    @property
    def warning(self) -> str:
        """Why nothing is kept although a folder was given, as a sentence; else ""."""
        return (self._rows.warning if self._rows else "") or self._files.warning

    def page(self, key: str) -> CachedPage | None:
        """The page stored under `key`, fresh or not."""
        value = self.row(_PAGE, key)
        return None if value is None else _decoded(value)

    def pages(self, keys: Iterable[str]) -> dict[str, CachedPage]:
        """Those of the pages that are there, in one query."""
        pages = {key: _decoded(value) for key, value in self.rows(_PAGE, keys).items()}
        return {key: page for key, page in pages.items() if page is not None}

    def put_page(self, key: str, page: CachedPage) -> None:
        """Store the page under `key`."""
        self.put_row(_PAGE, key, _ENCODER.encode(page))

    def is_fresh(self, page: CachedPage) -> bool:
        """Whether the page may be used without asking the server.

        A page from the future was stored under a wrong clock and is not.
        """
        now = self.now()
        return page.fetched_at <= now < page.fresh_until

    def row(self, kind: str, key: str) -> bytes | None:
        """The value stored under `kind` and `key`, or None."""
        return self.rows(kind, (key,)).get(key)

    def rows(self, kind: str, keys: Iterable[str]) -> dict[str, bytes]:
        """Those of the values that are there, in one query; in no particular order."""
        with self._lock:
            found: dict[str, bytes] = {}
            to_read: list[str] = []
            for key in keys:
                value = self._unwritten.get((kind, key))
                if value is None:
                    to_read.append(key)
                else:
                    found[key] = value
            if to_read and self._rows:
                found |= self._rows.read(kind, to_read)
            return found

    def put_row(self, kind: str, key: str, value: bytes) -> None:
        """Store the value: seen by reads at once, by other processes after `flush`."""
        with self._lock:
            self._unwritten[kind, key] = value
            self._unwritten_bytes += len(value)
            if self._unwritten_bytes > _MOST_UNWRITTEN_BYTES and self._rows:
                self.flush()

    def file(self, sha256: str) -> Path | None:
        """The cached file with that SHA-256 (lower-case hex), checked; or None."""
        with self._lock:
            return self._files.find(sha256)

    def drop_damaged(self, sha256s: Iterable[str]) -> bool:
        """Read these files, whatever is remembered of them; True where one was damaged, which is
        gone then. For whoever finds that a file is not what it should be.
        """
        with self._lock:
            return sum(self._files.drop_damaged(each) for each in sha256s) > 0  # each of them

    def file_slot(self, sha256: str) -> Path:
        """Where a download with that SHA-256 is to be placed; its folder exists.

        Whoever writes it writes a temporary file beside it and renames. Raises BadPage when the
        text, which comes from an index, is no SHA-256.
        """
        with self._lock:
            self._has_grown = True
            return self._files.slot(sha256)

    def digest(self, path: Path) -> str:
        """The SHA-256 of a file anywhere; one that did not change since is not read again.

        Raises OSError.
        """
        with self._lock:
            return self._files.digest(path)

    def flush(self) -> None:
        """Write all that was put since the last time, in one transaction."""
        with self._lock:
            if self._unwritten and self._rows and self._rows.write(self._unwritten):
                self._unwritten = {}
            self._unwritten_bytes = 0

    def close(self) -> None:
        """Flush, and let go of the database and the temporary folder."""
        with self._lock:
            self.flush()
            if self._rows:
                self._rows.close()
            self._files.close()
            if self.folder and self._limit_bytes and self._has_grown:
                from resolvetui.net.upkeep import evict  # most runs bring nothing new

                self._has_grown = False
                evict(self.folder, self._limit_bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def default_cache_folder() -> Path:
    """Where this system keeps a user's caches."""
    import platformdirs  # not needed when the folder is given

    return platformdirs.user_cache_path("resolvetui", appauthor=False)


def _decoded(value: bytes) -> CachedPage | None:
    """The page, or None when the row is of another shape than ours."""
    try:
        return _DECODER.decode(value)
    except msgspec.DecodeError:
        return None
