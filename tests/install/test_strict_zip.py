"""Archives that two readers could see differently; each is made by changing an honest one."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from resolvetui.errors import InstallFailed
from resolvetui.install.strict_zip import Limits, StrictZip


def made(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return stream.getvalue()


HONEST = made(("a.py", b"a" * 100), ("b.py", b"b" * 100))
END = HONEST.rindex(b"PK\x05\x06")
CENTRAL = HONEST.index(b"PK\x01\x02")
SECOND = HONEST.index(b"PK\x03\x04", 4)


def read(path: Path, data: bytes, limits: Limits | None = None) -> dict[str, bytes]:
    path = path / "x.whl"
    path.write_bytes(data)
    with StrictZip(path, "x.whl", limits or Limits()) as archive:
        return {member.name: archive.read(member) for member in archive.members}


def patched(at: int, new: bytes) -> bytes:
    return HONEST[:at] + new + HONEST[at + len(new) :]


def moved_directory(by: int) -> bytes:
    (offset,) = struct.unpack_from("<I", HONEST, END + 16)
    return struct.pack("<I", offset + by)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_honest_archive_is_read(tmp_path: Path, method: int) -> None:
    contents = {"a.py": b"x" * 3_000_000, "dir/b.py": b""}
    assert read(tmp_path, made(*contents.items(), method=method)) == contents


def test_streamed_archive_with_data_descriptors_is_read(tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            assert isinstance(data, bytes | memoryview | bytearray)
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.py", b"a" * 100)
    assert read(tmp_path, pipe.data) == {"a.py": b"a" * 100}
    broken = pipe.data.replace(b"PK\x07\x08", b"PK\x07\x09")
    with pytest.raises(InstallFailed, match="wrong bytes after"):
        read(tmp_path, broken)


def test_zip64_sizes_are_read(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w") as archive,
        archive.open("a.py", "w", force_zip64=True) as file,
    ):
        file.write(b"a")
    assert read(tmp_path, stream.getvalue()) == {"a.py": b"a"}


FAULTS: dict[str, tuple[bytes, str]] = {
    "no zip": (b"<html>log in</html>", "no end record"),
    "empty": (b"", "no end record"),
    "cut off": (HONEST[:-10], "no end record"),
    "cut inside": (HONEST[:SECOND] + HONEST[SECOND + 5 :], "does not end where"),
    "prefix": (b"#!/bin/sh\n" + HONEST, "does not end where"),
    "trailing": (HONEST + b"more", "after its end record"),
    "two end records": (HONEST + HONEST[END:], "does not end where"),
    "wrong count": (patched(END + 8, struct.pack("<HH", 1, 1)), "more entries"),
    "count too high": (patched(END + 8, struct.pack("<HH", 3, 3)), "fewer entries"),
    "several disks": (patched(END + 4, b"\1"), "several parts"),
    "hidden data": (
        HONEST[:CENTRAL] + b"hide" + HONEST[CENTRAL : END + 16] + moved_directory(4) + b"\0\0",
        "bytes between 'b.py'",
    ),
    "other local name": (patched(30, b"c"), "name different files"),
    "other local method": (patched(8, b"\0"), "differ in method"),
    "other local flags": (patched(6, b"\1"), "differ in method or flags"),
    "other local size": (patched(22, b"\1"), "differ in size"),
    "encrypted": (patched(CENTRAL + 8, b"\1"), "is encrypted"),
    "unknown method": (patched(CENTRAL + 10, b"\x0c"), "packed by method 12"),
    "wrong crc": (patched(CENTRAL + 16, b"\0\0\0\0"), "differ in size or CRC"),
    "shared header": (
        patched(HONEST.index(b"PK\x01\x02", CENTRAL + 4) + 42, b"\0\0\0\0"),
        "bytes between|different files",
    ),
    "disk of a member": (patched(CENTRAL + 34, b"\1"), "several parts"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_ambiguous_archive_is_refused(tmp_path: Path, fault: str) -> None:
    data, why = FAULTS[fault]
    with pytest.raises(InstallFailed, match=why) as caught:
        read(tmp_path, data)
    assert caught.value.culprit == "x.whl"


NAMES = {
    "../evil.py": "leaves its folder",
    "a/../../evil.py": "leaves its folder",
    "a//b.py": "leaves its folder",
    "./a.py": "leaves its folder",
    "/etc/passwd": "absolute",
    "C:/evil.py": "absolute",
    "a\\b.py": "backslash",
    "a\n.py": "control",
    "a\x1b[31m.py": "control",
    "a\u202e.py": "control",
}


@pytest.mark.parametrize("name", NAMES)
def test_hostile_member_name_is_refused_and_made_visible(tmp_path: Path, name: str) -> None:
    with pytest.raises(InstallFailed, match=NAMES[name]) as caught:
        read(tmp_path, made((name, b"")))
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("A.py", "a.py"), "same file"),
        (("stra\N{LATIN SMALL LETTER SHARP S}e", "STRASSE"), "same file"),
        (("\N{LATIN SMALL LETTER E WITH ACUTE}", "e\N{COMBINING ACUTE ACCENT}"), "same file"),
        (("a", "a/b.py"), "file and folder"),
        (("a/b.py", "A"), "file and folder"),
    ],
)
def test_colliding_names_are_refused(tmp_path: Path, names: tuple[str, str], why: str) -> None:
    with pytest.raises(InstallFailed, match=why):
        read(tmp_path, made(*((name, b"") for name in names)))


def test_nul_in_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InstallFailed, match="control"):
        read(tmp_path, HONEST.replace(b"a.py", b"a\0py"))


def test_duplicate_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InstallFailed, match="same file"):
        read(tmp_path, HONEST.replace(b"b.py", b"a.py"))


@pytest.mark.parametrize("mode", [0o120777, 0o010644, 0o060644])
def test_link_or_device_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(InstallFailed, match="link or a device"):
        read(tmp_path, patched(CENTRAL + 38, struct.pack("<I", mode << 16)))


def test_bytes_after_the_end_of_a_member_are_refused(tmp_path: Path) -> None:
    packed = zlib.compress(b"a" * 100, wbits=-15) + b"hidden"
    data = made(("a.py", packed), method=zipfile.ZIP_STORED)
    crc, size = zlib.crc32(b"a" * 100), 100
    central = data.index(b"PK\x01\x02")
    changed = bytearray(data)
    for method_at, crc_at, size_at in ((8, 14, 22), (central + 10, central + 16, central + 24)):
        struct.pack_into("<H", changed, method_at, 8)
        struct.pack_into("<I", changed, crc_at, crc)
        struct.pack_into("<I", changed, size_at, size)
    with pytest.raises(InstallFailed, match="hides bytes"):
        read(tmp_path, bytes(changed))


def _damaged(data: bytes) -> bytes:
    """The first packed bytes changed: no deflate stream any more."""
    return data[:34] + b"\xff\xff" + data[36:]


def _longer(data: bytes) -> bytes:
    changed = bytearray(data)
    struct.pack_into("<I", changed, 22, 5)
    struct.pack_into("<I", changed, CENTRAL + 24, 5)
    return bytes(changed)


@pytest.mark.parametrize(
    ("damage", "why"), [(_damaged, "cannot be unpacked|ends too early"), (_longer, "longer than")]
)
def test_damaged_content_is_refused(
    tmp_path: Path, damage: Callable[[bytes], bytes], why: str
) -> None:
    with pytest.raises(InstallFailed, match=why):
        read(tmp_path, damage(HONEST))


def test_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = made(("zeros", bytes(1_000_000)))
    with pytest.raises(InstallFailed, match="RESOLVETUI_MAX_UNPACK_RATIO"):
        read(tmp_path, bomb, Limits(free_bytes=1000))
    assert read(tmp_path, bomb, Limits(max_ratio=1100, free_bytes=1000))
