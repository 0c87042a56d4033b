"""One reading of a ZIP archive: whatever two readers could see differently is refused.

The end record, the central directory and every local header must tell the same story, and their
parts must cover the file from its first byte to its last. Members are inflated here as well, so
that what was checked is what is written. Which members a wheel may have is `wheel`'s business.
Format: PKWARE APPNOTE 6.3; the same rules as those of the index that most wheels come from.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from msgspec import Struct

from resolvetui.errors import InstallFailed
from resolvetui.install.zip_headers import BadZipError, Header, read_directory

_BLOCK = 1 << 20
_DEFLATED = 8
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_LOCAL_SIGNATURE = 0x04034B50
_DESCRIPTOR_SIGNATURE = struct.pack("<I", 0x08074B50)
_HAS_DESCRIPTOR = 0x0008
_COMPARED_FLAGS = 0x0809  # encryption, data descriptor, UTF-8: those that change the reading


class Limits(Struct, frozen=True):
    """How far an archive may unpack."""

    max_ratio: int = 100
    """Unpacked bytes for one byte of the archive; small archives are not judged by it."""
    free_bytes: int = 64 << 20
    """Unpacked size up to which the ratio does not matter."""


class Member(Struct, frozen=True):
    """A file in the archive."""

    name: str
    """Relative path with `/`, safe on every system."""
    size: int
    """Bytes when unpacked."""
    executable: bool
    packed_size: int
    method: int
    crc: int
    start: int
    """Offset of the packed bytes."""


class StrictZip:
    """An archive whose layout was checked; closes its file as a context manager.

    `label` names the archive in messages. Raises InstallFailed for every fault, here and while
    members are read; OSError when the file cannot be read at all.
    """

    def __init__(self, path: Path, label: str, limits: Limits) -> None:
        self.label = label
        self._file: BinaryIO = path.open("rb")
        try:
            self.members = tuple(self._read_members(path.stat().st_size, limits))
        except BadZipError as error:
            self._file.close()
            raise refused(label, f"It is no archive that can be trusted: {error}.") from error
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    @property
    def unpacked_size(self) -> int:
        """Bytes of all files together."""
        return sum(member.size for member in self.members)

    def read(self, member: Member) -> bytes:
        """The whole content of a (small) member."""
        return b"".join(self.chunks(member))

    def chunks(self, member: Member) -> Iterator[bytes]:
        """The content in pieces of at most 1 MiB; size and CRC are checked at the end."""
        inflated = self._inflate(member) if member.method == _DEFLATED else self._copy(member)
        size = crc = 0
        for chunk in inflated:
            size += len(chunk)
            if size > member.size:
                raise refused(self.label, f"Its member {member.name!r} is longer than stated.")
            crc = zlib.crc32(chunk, crc)
            yield chunk
        if (size, crc) != (member.size, member.crc):
            raise refused(self.label, f"Its member {member.name!r} is damaged (size or CRC).")

    def _copy(self, member: Member) -> Iterator[bytes]:
        self._file.seek(member.start)
        left = member.packed_size
        while left and (chunk := self._file.read(min(left, _BLOCK))):
            left -= len(chunk)
            yield chunk

    def _inflate(self, member: Member) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        pieces = self._copy(member)
        packed = b""
        while not inflater.eof:
            packed = packed or next(pieces, b"")
            try:
                chunk = inflater.decompress(packed, _BLOCK)
            except zlib.error as error:
                why = f"Its member {member.name!r} cannot be unpacked: {error}."
                raise refused(self.label, why) from error
            if not chunk and not packed:
                raise refused(self.label, f"Its member {member.name!r} ends too early.")
            packed = inflater.unconsumed_tail
            if chunk:
                yield chunk
        if inflater.unused_data or next(pieces, b""):
            raise refused(self.label, f"Its member {member.name!r} hides bytes after its end.")

    def _read_members(self, file_size: int, limits: Limits) -> Iterator[Member]:
        directory = read_directory(self._file, file_size)
        total = sum(header.size for header in directory.headers)
        if total > max(limits.free_bytes, file_size * limits.max_ratio):
            raise BadZipError(
                f"its {file_size:,} bytes would unpack to {total:,}, more than "
                f"{limits.max_ratio} times as much (RESOLVETUI_MAX_UNPACK_RATIO sets the limit)"
            )
        if not directory.headers or directory.headers[0].offset:
            raise BadZipError("it does not start with a member")
        ends = [header.offset for header in directory.headers[1:]] + [directory.offset]
        for header, end in zip(directory.headers, ends, strict=True):
            start = self._check_local_header(header, end)
            if not header.is_folder:
                yield Member(
                    name=header.name,
                    size=header.size,
                    executable=header.executable,
                    packed_size=header.packed_size,
                    method=header.method,
                    crc=header.crc,
                    start=start,
                )

    def _check_local_header(self, header: Header, end: int) -> int:
        """Where the member's packed bytes start, after comparing both of its headers."""
        self._file.seek(header.offset)
        raw = self._file.read(_LOCAL.size)
        if len(raw) != _LOCAL.size:
            raise BadZipError(f"the header of {header.name!r} is cut off")
        signature, _, flags, method, _, _, crc, packed, size, name_length, extra_length = (
            _LOCAL.unpack(raw)
        )
        name = self._file.read(name_length)
        extra = self._file.read(extra_length)
        if signature != _LOCAL_SIGNATURE or name != header.raw_name:
            raise BadZipError(f"the two headers of {header.name!r} name different files")
        if method != header.method or (flags ^ header.flags) & _COMPARED_FLAGS:
            raise BadZipError(f"the two headers of {header.name!r} differ in method or flags")
        packed, size = header.local_sizes(packed, size, extra)
        told = (header.crc, header.packed_size, header.size)
        start: int = header.offset + _LOCAL.size + name_length + extra_length
        rest = end - start - header.packed_size
        if flags & _HAS_DESCRIPTOR:
            if any(here not in (0, there) for here, there in zip((crc, packed, size), told)):  # noqa: B905
                raise BadZipError(f"the two headers of {header.name!r} differ in size or CRC")
            self._check_descriptor(header, start + header.packed_size, rest)
        elif (crc, packed, size) != told:
            raise BadZipError(f"the two headers of {header.name!r} differ in size or CRC")
        elif rest:
            raise BadZipError(f"there are bytes between {header.name!r} and the next member")
        return start

    def _check_descriptor(self, header: Header, offset: int, length: int) -> None:
        """A data descriptor (APPNOTE 4.3.9): with or without signature, 32 or 64 bits."""
        wide = length in (20, 24)
        expected = struct.pack(
            "<IQQ" if wide else "<III",
            header.crc,
            header.packed_size if wide else header.packed_size & 0xFFFFFFFF,
            header.size if wide else header.size & 0xFFFFFFFF,
        )
        if length in (16, 24):
            expected = _DESCRIPTOR_SIGNATURE + expected
        self._file.seek(offset)
        if length != len(expected) or self._file.read(length) != expected:
            raise BadZipError(f"there are wrong bytes after {header.name!r}")


def refused(label: str, why: str) -> InstallFailed:
    """The error for an archive that must not be installed; `why` is a full sentence."""
    return InstallFailed(
        f"{label} must not be installed.",
        why=why,
        what_to_do="Choose another file or version, and tell the package's authors.",
        culprit=label,
    )
