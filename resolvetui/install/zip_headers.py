"""The end record and the central directory of a ZIP archive, read strictly.

Every field that another reader could take differently is checked: counts, offsets, ZIP64
doubles, names, file types. Local headers and contents are `strict_zip`'s business.
"""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct

_END = struct.Struct("<IHHHHIIH")
_END_SIGNATURE = b"PK\x05\x06"
_END64 = struct.Struct("<IQHHIIQQQQ")
_END64_SIGNATURE = 0x06064B50
_LOCATOR = struct.Struct("<IIQI")
_LOCATOR_SIGNATURE = 0x07064B50
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_CENTRAL_SIGNATURE = 0x02014B50
_MAX_COMMENT = 0xFFFF
_ALL_32 = 0xFFFFFFFF
_ALL_16 = 0xFFFF
_ZIP64_EXTRA = 0x0001
_UNICODE_PATH_EXTRA = 0x7075
_ENCRYPTED_OR_PATCHED = 0x2061
_UTF8 = 0x0800
_METHODS = (0, 8)
_MAX_DIRECTORY = 256 << 20
_DRIVE = re.compile(r"[A-Za-z]:")
_HIDDEN_CHARACTERS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class BadZipError(ValueError):
    """Why an archive is refused, without the archive's name."""


class Header(Struct, frozen=True):
    """One entry of the central directory, its name and type already checked."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    offset: int
    mode: int
    """Unix mode, 0 when the archive's maker gave none."""

    @property
    def is_folder(self) -> bool:
        """Whether this only names a folder."""
        return self.name.endswith("/")

    @property
    def executable(self) -> bool:
        """Whether any executable bit is set."""
        return bool(self.mode & 0o111)

    def local_sizes(self, packed: int, size: int, extra: bytes) -> tuple[int, int]:
        """Packed and unpacked size of a local header, ZIP64 field included (APPNOTE 4.5.3)."""
        if _ALL_32 not in (packed, size):
            return packed, size
        wide = _extra_fields(extra, self.name).get(_ZIP64_EXTRA, b"")
        if len(wide) < 16:
            raise BadZipError(f"the ZIP64 field of {self.name!r} is too short")
        wide_size, wide_packed = struct.unpack_from("<QQ", wide)
        return (
            wide_packed if packed == _ALL_32 else packed,
            wide_size if size == _ALL_32 else size,
        )


class Directory(Struct, frozen=True):
    """The central directory."""

    headers: tuple[Header, ...]
    """In order of their offsets."""
    offset: int
    """Where the central directory starts: the end of the last member."""


def read_directory(file: BinaryIO, file_size: int) -> Directory:
    """The central directory of an archive. Raises BadZipError."""
    end, count, size, offset = _read_end(file, file_size)
    if offset + size != end:
        raise BadZipError("its central directory does not end where it should")
    if size > _MAX_DIRECTORY:
        raise BadZipError(f"its central directory has {size:,} bytes")
    file.seek(offset)
    raw = file.read(size)
    headers = sorted(_headers(raw, count), key=lambda header: header.offset)
    _check_collisions(headers)
    return Directory(tuple(headers), offset)


def _read_end(file: BinaryIO, file_size: int) -> tuple[int, int, int, int]:
    """End, entry count, size and offset of the central directory."""
    tail_start = max(0, file_size - _END.size - _MAX_COMMENT - _LOCATOR.size)
    file.seek(tail_start)
    tail = file.read()
    at = tail.rfind(_END_SIGNATURE)
    if at < 0 or at + _END.size > len(tail):
        raise BadZipError("it has no end record (not a ZIP archive, or cut off)")
    _, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(tail, at)
    if at + _END.size + comment != len(tail):
        raise BadZipError("there is something after its end record")
    if disk or first_disk or here != count:
        raise BadZipError("it is one of several parts")
    end = tail_start + at
    locator_at = at - _LOCATOR.size
    if locator_at >= 0:
        signature, _, end64, _ = _LOCATOR.unpack_from(tail, locator_at)
        if signature == _LOCATOR_SIGNATURE:
            wide = _read_end64(file, end64, end - _LOCATOR.size)
            _check_same((count, size, offset), wide)
            return end64, *wide
    if count == _ALL_16 or _ALL_32 in (size, offset):
        raise BadZipError("its ZIP64 end record is missing")
    return end, count, size, offset


def _read_end64(file: BinaryIO, offset: int, end: int) -> tuple[int, int, int]:
    if offset + _END64.size != end:
        raise BadZipError("its ZIP64 end record is not where it should be")
    file.seek(offset)
    signature, length, _, _, disk, first_disk, here, count, size, start = _END64.unpack(
        file.read(_END64.size)
    )
    if signature != _END64_SIGNATURE or length != _END64.size - 12:
        raise BadZipError("its ZIP64 end record cannot be read")
    if disk or first_disk or here != count:
        raise BadZipError("it is one of several parts")
    return count, size, start


def _check_same(narrow: tuple[int, int, int], wide: tuple[int, int, int]) -> None:
    for value, wide_value, limit in zip(narrow, wide, (_ALL_16, _ALL_32, _ALL_32), strict=True):
        if value not in (limit, wide_value):
            raise BadZipError("its two end records disagree")


def _headers(raw: bytes, count: int) -> Iterator[Header]:
    at = 0
    for _ in range(count):
        if at + _CENTRAL.size > len(raw):
            raise BadZipError("its central directory has fewer entries than stated")
        fields = _CENTRAL.unpack_from(raw, at)
        name_end = at + _CENTRAL.size + fields[10]
        extra_end = name_end + fields[11]
        if fields[0] != _CENTRAL_SIGNATURE or extra_end + fields[12] > len(raw):
            raise BadZipError("its central directory cannot be read")
        yield _header(fields, raw[at + _CENTRAL.size : name_end], raw[name_end:extra_end])
        at = extra_end + fields[12]
    if at != len(raw):
        raise BadZipError("its central directory has more entries than stated")


def _header(fields: tuple[int, ...], raw_name: bytes, extra: bytes) -> Header:
    flags, method, crc, packed, size = fields[3], fields[4], *fields[7:10]
    disk, offset, mode = fields[13], fields[16], fields[15] >> 16
    name = _decode(raw_name, flags)
    if flags & _ENCRYPTED_OR_PATCHED:
        raise BadZipError(f"its member {name!r} is encrypted")
    if method not in _METHODS:
        raise BadZipError(f"its member {name!r} is packed by method {method}")
    if disk:
        raise BadZipError("it is one of several parts")
    fields_by_id = _extra_fields(extra, name)
    if _UNICODE_PATH_EXTRA in fields_by_id:
        raise BadZipError(f"its member {name!r} has two names")
    size, packed, offset = _widened((size, packed, offset), fields_by_id, name)
    header = Header(name, raw_name, flags, method, crc, packed, size, offset, mode)
    _check_type(header)
    return header


def _widened(
    values: tuple[int, int, int], fields_by_id: dict[int, bytes], name: str
) -> tuple[int, int, int]:
    """Size, packed size and offset with those that are all ones read from the ZIP64 field."""
    if _ALL_32 not in values:
        return values
    wide = fields_by_id.get(_ZIP64_EXTRA, b"")
    if len(wide) < 8 * values.count(_ALL_32):
        raise BadZipError(f"the ZIP64 field of {name!r} is too short")
    at = 0
    found = []
    for value in values:
        if value == _ALL_32:
            (value,) = struct.unpack_from("<Q", wide, at)  # noqa: PLW2901 - widened in place
            at += 8
        found.append(value)
    return found[0], found[1], found[2]


def _extra_fields(extra: bytes, name: str) -> dict[int, bytes]:
    fields: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(extra):
        identifier, length = struct.unpack_from("<HH", extra, at)
        if identifier in fields or at + 4 + length > len(extra):
            raise BadZipError(f"the extra fields of {name!r} cannot be read")
        fields[identifier] = extra[at + 4 : at + 4 + length]
        at += 4 + length
    if extra[at:].strip(b"\0"):
        raise BadZipError(f"the extra fields of {name!r} cannot be read")
    return fields


def _decode(raw_name: bytes, flags: int) -> str:
    """The name, which must be one on every system. Raises BadZipError."""
    if not flags & _UTF8 and not raw_name.isascii():
        raise BadZipError(f"its member {raw_name!r} does not say how its name is encoded")
    try:
        name = raw_name.decode()
    except UnicodeDecodeError as error:
        raise BadZipError(f"its member {raw_name!r} is not named in UTF-8") from error
    if not _is_visible(name):
        raise BadZipError(f"its member {name!r} has control characters in its name")
    if "\\" in name:
        raise BadZipError(f"its member {name!r} has a backslash in its name")
    if name.startswith("/") or _DRIVE.match(name):
        raise BadZipError(f"its member {name!r} has an absolute path")
    if not {"", ".", ".."}.isdisjoint(name.removesuffix("/").split("/")):
        raise BadZipError(f"its member {name!r} leaves its folder")
    return name


def _is_visible(name: str) -> bool:
    if name.isascii():
        return name.isprintable()
    return not any(unicodedata.category(character) in _HIDDEN_CHARACTERS for character in name)


def _check_type(header: Header) -> None:
    kind = stat.S_IFMT(header.mode)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise BadZipError(f"its member {header.name!r} is a link or a device")
    if kind == stat.S_IFDIR and not header.is_folder:
        raise BadZipError(f"its member {header.name!r} is both file and folder")
    if header.is_folder and (header.size or header.packed_size > 2):
        raise BadZipError(f"its folder {header.name!r} has content")


def _check_collisions(headers: list[Header]) -> None:
    """Names must differ on systems that ignore case or normalise Unicode, too."""
    names: dict[str, str] = {}
    files: set[str] = set()
    folders: set[str] = set()
    for header in headers:
        key = _folded(header.name)
        if key in names:
            raise BadZipError(f"its members {names[key]!r} and {header.name!r} are the same file")
        names[key] = header.name
        (folders if header.is_folder else files).add(key)
        while "/" in key:
            key = key.rpartition("/")[0]
            if key in folders:
                break
            folders.add(key)
    for key in files & folders:
        raise BadZipError(f"its member {names[key]!r} is both file and folder")


def _folded(name: str) -> str:
    name = name.removesuffix("/")
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
