"""A source distribution unpacked for its build, into a folder that it cannot leave.

Refused, not passed over: members outside of the one top folder, links, devices, control characters
in names, archives out of all proportion (PEP 625, PEP 706; Python packaging, "Source distribution
archive features"). Nothing of it is run here.
"""

from __future__ import annotations

import re
import stat
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

from msgspec import Struct

from resolvetui.metadata.archive import unreadable
from resolvetui.metadata.sdist import TooLarge, limited_stream
from resolvetui.metadata.unusable import UnusableMetadata

_FILTER: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
"""PEP 706; the first releases of Python 3.11 lack it. What it refuses is refused here too."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]")


class UnpackLimits(Struct, frozen=True):
    """What a source distribution may come to."""

    bytes: int = 2 << 30
    members: int = 200_000


def unpack_source(
    archive: Path, filename: str, folder: Path, limits: UnpackLimits | None = None
) -> Path:
    """Unpack a tar or zip archive into `folder`, which is empty; its top folder.

    Raises `UnusableMetadata` (`INVALID_METADATA`) for an archive that is refused or damaged.
    """
    checks = _Checks(filename, limits or UnpackLimits())
    try:
        with archive.open("rb") as file:
            head = file.read(4)
            file.seek(0)
            if head.startswith(b"PK"):
                _unpack_zip(file, folder, checks)
            else:
                _unpack_tar(limited_stream(file, head, checks.limits.bytes), folder, checks)
    except (
        tarfile.TarError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
    ) as error:
        raise unreadable(filename, f"it cannot be unpacked ({error})") from None
    except TooLarge:
        raise checks.refused("it unpacks out of all proportion") from None
    except (OSError, RuntimeError, ValueError) as error:  # bad compressed data; encrypted members
        raise unreadable(filename, f"it cannot be unpacked ({error})") from error
    if not checks.top or not (folder / checks.top).is_dir():
        raise unreadable(filename, "it has no folder at its top")
    return folder / checks.top


class _Checks:
    """What the members are measured by, one after the other."""

    def __init__(self, filename: str, limits: UnpackLimits) -> None:
        self.top = ""
        """The folder that all members are in."""
        self._filename = filename
        self.limits = limits
        self._bytes = 0
        self._members = 0

    def member(self, name: str, size: int) -> None:
        """Count a file or folder; raises where it must not be unpacked."""
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if name.startswith("/") or ".." in parts or _UNSAFE.search(name) or ":" in name[:2]:
            raise self.refused(f"its member {name!r} does not stay in its folder")
        if parts:
            self.top = self.top or parts[0]
            if parts[0] != self.top:
                raise self.refused(f"its member {name!r} is not in its folder {self.top!r}")
        self._bytes += max(0, size)
        self._members += 1
        if self._bytes > self.limits.bytes or self._members > self.limits.members:
            raise self.refused("it unpacks out of all proportion")

    def refused(self, why: str) -> UnusableMetadata:
        """The error of an archive with such a member."""
        return unreadable(self._filename, why)


def _unpack_tar(archive: IO[bytes], folder: Path, checks: _Checks) -> None:
    with tarfile.open(fileobj=archive, mode="r|") as members:
        for info in members:
            if not (info.isreg() or info.isdir()):
                raise checks.refused(f"its member {info.name!r} is a link or a device")
            checks.member(info.name, info.size)
            members.extract(info, folder, **_FILTER)


def _unpack_zip(archive: IO[bytes], folder: Path, checks: _Checks) -> None:
    with zipfile.ZipFile(archive) as members:
        for info in members.infolist():
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise checks.refused(f"its member {info.filename!r} is a link or a device")
            checks.member(info.filename, info.file_size)
            members.extract(info, folder)
