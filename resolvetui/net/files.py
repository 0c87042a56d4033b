"""Files by their SHA-256, under `ab/cdef…`, trusted only after their bytes were checked.

Part of the cache: what was checked (size, time of change) is remembered as a row, so that a file
is read again only when it is not the one that was checked.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
from msgspec import Struct

from resolvetui.errors import BadPage
from resolvetui.net.last_use import note_use

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

_SHA256 = re.compile(r"[0-9a-f]{64}")
_KIND = "file"
_DIGEST_KIND = "digest"
_ABANDONED_S = 24 * 3600.0


class Records(Protocol):
    """Where it is remembered which files were checked: the cache's rows."""

    def row(self, kind: str, key: str) -> bytes | None:
        """The value, or None."""

    def put_row(self, kind: str, key: str, value: bytes) -> None:
        """Remember the value."""


class _Checked(Struct, frozen=True, array_like=True):
    """The file as it was when its hash was right."""

    size: int
    """Bytes."""
    changed_ns: int
    """`st_mtime_ns`."""


class _Digest(Struct, frozen=True, array_like=True):
    """What a file outside of the cache held."""

    file: _Checked
    sha256: str


class Files:
    """The files under `folder`, or under a temporary one when that is None or not writable."""

    def __init__(self, folder: Path | None, records: Records) -> None:
        self.warning = ""
        """Why files are not kept, as a sentence; "" while they are."""
        self._folder = folder
        self._records = records
        self._temporary: TemporaryDirectory[str] | None = None

    def find(self, sha256: str) -> Path | None:
        """The file with that hash, checked; a damaged one is removed and reads as None."""
        if not _SHA256.fullmatch(sha256):
            return None
        for root in self._roots():
            path = _place(root, sha256)
            if self._is_right(path, sha256):
                return path
        return None

    def drop_damaged(self, sha256: str) -> bool:
        """Read the file with that hash, whatever is remembered of it; True where it was damaged,
        and is gone.
        """
        if not _SHA256.fullmatch(sha256):
            return False
        damaged = False
        for root in self._roots():
            path = _place(root, sha256)
            with suppress(OSError):
                if _sha256_of(path) != sha256:
                    path.unlink()
                    damaged = True
        return damaged

    def digest(self, path: Path) -> str:
        """The SHA-256 of any file; read only when it is not as it was the last time.

        Raises OSError.
        """
        own = path.parent.name + path.name
        if path.parent.parent in self._roots() and self.find(own) == path:
            return own
        stat = path.stat()
        key = str(path.absolute())
        checked = _Checked(stat.st_size, stat.st_mtime_ns)
        known = self._known_digest(key)
        if known is not None and known.file == checked:
            return known.sha256
        sha256 = _sha256_of(path)
        known = _Digest(checked, sha256)
        self._records.put_row(_DIGEST_KIND, key, msgspec.msgpack.encode(known))
        return sha256

    def slot(self, sha256: str) -> Path:
        """Where the file with that hash belongs; the folder exists. Raises BadPage."""
        if not _SHA256.fullmatch(sha256):
            raise BadPage(f"{sha256[:80]!r} is given as a SHA-256 and is none.")
        if self._folder and not self.warning:
            try:
                return _writable(self._folder, sha256)
            except OSError as error:
                why = error.strerror or str(error)
                self.warning = f"Files are not kept in {self._folder}: {why}."
        return _writable(self._temporary_folder(), sha256)

    def close(self) -> None:
        """Remove the temporary folder."""
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    def _roots(self) -> list[Path]:
        roots = [self._folder] if self._folder else []
        return [*roots, Path(self._temporary.name)] if self._temporary else roots

    def _temporary_folder(self) -> Path:
        if self._temporary is None:
            from tempfile import TemporaryDirectory  # slow to import, rarely needed

            self._temporary = TemporaryDirectory(prefix="resolvetui-")
        return Path(self._temporary.name)

    def _is_right(self, path: Path, sha256: str) -> bool:
        try:
            stat = path.stat()
            checked = _Checked(stat.st_size, stat.st_mtime_ns)
            note_use(path, stat)
            if checked == self._remembered(sha256):
                return True
            if _sha256_of(path) != sha256:
                path.unlink()
                return False
        except OSError:
            return False
        self._records.put_row(_KIND, sha256, msgspec.msgpack.encode(checked))
        return True

    def _known_digest(self, key: str) -> _Digest | None:
        value = self._records.row(_DIGEST_KIND, key)
        try:
            return None if value is None else msgspec.msgpack.decode(value, type=_Digest)
        except msgspec.DecodeError:
            return None

    def _remembered(self, sha256: str) -> _Checked | None:
        value = self._records.row(_KIND, sha256)
        try:
            return None if value is None else msgspec.msgpack.decode(value, type=_Checked)
        except msgspec.DecodeError:
            return None


def _place(root: Path, sha256: str) -> Path:
    return root / sha256[:2] / sha256[2:]


def _writable(root: Path, sha256: str) -> Path:
    """The place for the file, in a folder that exists. Raises OSError when it takes no files."""
    path = _place(root, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.rmtree(path)  # nothing of ours, and a file could not be put there
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    _sweep(path.parent)
    return path


def _sweep(folder: Path) -> None:
    """Remove what downloads that were killed have left; those of today may be under way."""
    for part in folder.glob(".*.part"):
        with suppress(OSError):
            if part.stat().st_mtime < time.time() - _ABANDONED_S:
                part.unlink()


def _sha256_of(path: Path) -> str:
    import hashlib  # not needed when every file was checked before

    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
