"""One member of a wheel, found without reading the whole central directory.

A large wheel lists thousands of files, and parsing that list costs `zipfile` milliseconds for each
of the hundreds of versions that a search may look at. METADATA stands out by its name: it is
searched for as bytes, and the entry around it is checked. Whatever is not plain (ZIP64, names that
occur twice, unknown methods) is left to `zipfile`, which decides in the end. (APPNOTE.TXT 4.3)
"""

from __future__ import annotations

import struct
import zlib
from typing import Protocol

from msgspec import Struct

_NAME_END = b".dist-info/METADATA"
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s2B4HL2L2H")
_END = struct.Struct("<4s4H2LH")
_END_BYTES = 22
_UNKNOWN = 0xFFFFFFFF
_STORED, _DEFLATED = 0, 8
_LONGEST_NAME = 400


class Slices(Protocol):
    """A file of known size of which stretches can be had."""

    size: int

    def slice(self, start: int, end: int) -> bytes:
        """The bytes from `start` to `end`."""


class Member(Struct, frozen=True):
    """What the central directory says of one member."""

    name: str
    method: int
    compressed_bytes: int
    bytes: int
    crc: int
    header_offset: int


def find_metadata(file: Slices) -> Member | None:
    """The one entry of METADATA, or None where it takes a full reading to tell."""
    if file.size < _END_BYTES:
        return None
    end = _END.unpack(file.slice(file.size - _END_BYTES, file.size))
    signature, _, _, _, _, length, offset, comment = end
    if signature != b"PK\x05\x06" or comment or _UNKNOWN in (length, offset):
        return None
    if offset + length != file.size - _END_BYTES:
        return None
    directory = file.slice(offset, offset + length)
    at = directory.find(_NAME_END)
    if at < 0 or directory.find(_NAME_END, at + 1) >= 0:
        return None
    return _entry_around(directory, at + len(_NAME_END))


def _entry_around(directory: bytes, name_end: int) -> Member | None:
    """The entry whose name ends there: its header lies right before the name."""
    start = directory.rfind(b"PK\x01\x02", max(0, name_end - _LONGEST_NAME), name_end)
    if start < 0:
        return None
    fields = _ENTRY.unpack_from(directory, start)
    flags, method, crc = fields[5], fields[6], fields[9]
    compressed, size, name_length, offset = fields[10], fields[11], fields[12], fields[18]
    name = directory[start + _ENTRY.size : start + _ENTRY.size + name_length]
    plain = start + _ENTRY.size + name_length == name_end and name.isascii()
    if not plain or flags & 1 or _UNKNOWN in (compressed, size, offset):
        return None
    return Member(name.decode(), method, compressed, size, crc, offset)


def extract(file: Slices, member: Member, room: int) -> bytes | None:
    """The member's bytes, or None where `zipfile` should look; asks for them in one piece.

    `room`: how much longer the local header's extra field may be than nothing at all.
    """
    start = member.header_offset
    head = _LOCAL.size + len(member.name)
    block = file.slice(start, min(file.size, start + head + room + member.compressed_bytes))
    if len(block) < _LOCAL.size or block[:4] != b"PK\x03\x04":
        return None
    name_length, extra_length = _LOCAL.unpack_from(block)[-2:]
    begin = _LOCAL.size + name_length + extra_length
    data = block[begin : begin + member.compressed_bytes]
    if len(data) != member.compressed_bytes:
        return None
    content = _inflate(data, member)
    if content is None or len(content) != member.bytes or zlib.crc32(content) != member.crc:
        return None
    return content


def _inflate(data: bytes, member: Member) -> bytes | None:
    if member.method == _STORED:
        return data
    if member.method != _DEFLATED:
        return None
    try:
        return zlib.decompressobj(-15).decompress(data, member.bytes + 1)
    except zlib.error:
        return None
