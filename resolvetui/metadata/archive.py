"""METADATA out of a wheel of which only some bytes are known.

Owns the reading of a wheel's archive; which bytes to fetch next comes out of it as an exception
(`MissingBytes`), so that nothing here knows of HTTP. Limits keep an archive that unpacks out of
all proportion from filling the memory.
"""

from __future__ import annotations

import os
import re
from typing import IO, TYPE_CHECKING, cast

from resolvetui.metadata.directory import extract, find_metadata
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.names import package_name

if TYPE_CHECKING:
    import zipfile

METADATA_LIMIT_BYTES = 16 << 20
"""No real METADATA comes near; the largest are some hundred kilobytes."""

_MEMBER = re.compile(r"([^/\\]+)\.dist-info/METADATA")
_LOCAL_HEADER_BYTES = 30
_LOCAL_EXTRA_BYTES = 256
"""Room for the local header's extra field, which may be longer than the directory's."""


class MissingBytes(Exception):  # noqa: N818 - a request, not an error
    """These bytes have to be fetched first: `start` to `end`, without `end`."""

    def __init__(self, start: int, end: int) -> None:
        super().__init__(f"bytes {start} to {end}")
        self.start = start
        self.end = end


class SparseFile:
    """A read-only file of known size of which some stretches are there.

    As much of a file as `zipfile` needs; raises `MissingBytes` for the rest.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        """Bytes."""
        self._position = 0
        self._stretches: list[tuple[int, bytes]] = []

    def put(self, start: int, data: bytes) -> None:
        """Add a stretch."""
        self._stretches.append((start, data))

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The position of the next read."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move; raises OSError before the start, as files do (zipfile relies on it)."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise OSError("negative seek position")
        self._position = base + offset
        return self._position

    def read(self, count: int = -1) -> bytes:
        """The bytes at the position; fewer than asked for only at the end of the file."""
        end = self.size if count < 0 else min(self._position + count, self.size)
        if self._position >= end:
            return b""
        data = self.slice(self._position, end)
        self._position = end
        return data

    def slice(self, start: int, end: int) -> bytes:
        """The bytes from `start` to `end`, out of one stretch."""
        for first, data in self._stretches:
            if first <= start and end <= first + len(data):
                return data[start - first : end - first]
        raise MissingBytes(start, end)


def read_metadata(file: SparseFile | IO[bytes], filename: str) -> bytes:
    """The METADATA of a wheel (binary distribution format, "The .dist-info directory").

    Raises `MissingBytes` when more of a `SparseFile` is needed; `UnusableMetadata` for what is no
    wheel of that name.
    """
    if isinstance(file, SparseFile):
        content = _read_plainly(file, filename)
        if content is not None:
            return content
    import zipfile  # not on the warm path

    try:
        with zipfile.ZipFile(cast("IO[bytes]", file)) as archive:
            info = archive.getinfo(_member_name(archive, filename))
            if info.file_size > METADATA_LIMIT_BYTES:
                raise unreadable(filename, f"its METADATA would take {info.file_size} bytes")
            if isinstance(file, SparseFile):
                _demand(file, info)
            with archive.open(info) as member:
                return member.read(METADATA_LIMIT_BYTES)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise unreadable(filename, f"it is no readable ZIP archive ({error})") from None
    except _decompression_errors() as error:
        raise unreadable(filename, f"its METADATA cannot be unpacked ({error})") from None


def _read_plainly(file: SparseFile, filename: str) -> bytes | None:
    """METADATA of a wheel without peculiarities, without reading its whole directory."""
    member = find_metadata(file)
    if member is None or member.bytes > METADATA_LIMIT_BYTES:
        return None
    found = _MEMBER.fullmatch(member.name)
    project = package_name(filename.partition("-")[0])
    if found is None or package_name(member.name.partition("-")[0]) != project:
        return None
    return extract(file, member, _LOCAL_EXTRA_BYTES)


def unreadable(filename: str, why: str) -> UnusableMetadata:
    """The error of an archive that cannot be read, with the reason in words."""
    return UnusableMetadata(
        f"The metadata of {filename} cannot be read.",
        why=f"{filename}: {why}.",
        what_to_do="Use another version, or tell the maintainers of the index.",
        culprit=filename,
    )


def _member_name(archive: zipfile.ZipFile, filename: str) -> str:
    """The one METADATA whose folder is named as the wheel is."""
    found = [name for name in archive.namelist() if _MEMBER.fullmatch(name)]
    if len(found) > 1:
        project = package_name(filename.partition("-")[0])
        found = [name for name in found if package_name(name.partition("-")[0]) == project]
    if len(found) != 1:
        count = "no" if not found else "more than one"
        raise unreadable(filename, f"it has {count} .dist-info/METADATA")
    return found[0]


def _demand(file: SparseFile, info: zipfile.ZipInfo) -> None:
    """Ask for a member in one piece rather than for its header, name and data in turn."""
    name_bytes = len(info.filename.encode())
    end = (
        info.header_offset
        + _LOCAL_HEADER_BYTES
        + name_bytes
        + len(info.extra)
        + _LOCAL_EXTRA_BYTES
        + info.compress_size
    )
    file.slice(info.header_offset, min(end, file.seek(0, os.SEEK_END)))


def _decompression_errors() -> tuple[type[Exception], ...]:
    import lzma
    import zlib

    return (zlib.error, lzma.LZMAError)
