"""PKG-INFO of a source distribution, where it may be trusted without a build (PEP 643).

Owns safe reading of source archives: in memory, nothing is unpacked to disk, with limits. What is
not static is an error here; building it is somebody else's decision.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from resolvetui.index.seams import Fetcher, RowStore
from resolvetui.metadata.archive import METADATA_LIMIT_BYTES, unreadable
from resolvetui.metadata.core_metadata import CoreMetadata
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.metadata.whole_file import read_whole
from resolvetui.model.files import SdistFile
from resolvetui.model.verdict import Reason

if TYPE_CHECKING:
    import tarfile

SDIST_LIMIT_BYTES = 200 << 20
"""Of the archive as downloaded."""
UNPACKED_LIMIT_BYTES = 1 << 30
"""Of what is unpacked on the way to PKG-INFO."""

_PKG_INFO = re.compile(r"(?:\./)?[^/\\]+/PKG-INFO")
_NEEDED = ("requires-dist", "provides-extra", "requires-python")
_MAGIC = ((b"\x1f\x8b", "gzip"), (b"BZh", "bz2"))


class TooLarge(Exception):  # noqa: N818 - caught by who unpacks
    """More was unpacked than any source distribution holds."""


async def fetch_sdist_metadata(file: SdistFile, transport: Fetcher, store: RowStore) -> bytes:
    """The text of PKG-INFO, downloading the archive if it is not here yet.

    Raises `UnusableMetadata` when there is none; whether it is static, `require_static` tells.
    """
    if file.size is not None and file.size > SDIST_LIMIT_BYTES:
        raise unreadable(file.filename, f"it has {file.size} bytes, more than is fetched for that")
    return await read_whole(file, transport, store, read_sdist)


def require_static(core: CoreMetadata, filename: str) -> None:
    """Accept only what a build cannot change (PEP 643; core metadata specifications, "Dynamic").

    Raises `UnusableMetadata` with reason `SDIST_NOT_BUILDABLE` and the evidence.
    """
    dynamic = [name for name in _NEEDED if name in core.dynamic]
    if _is_static_version(core.metadata_version) and not dynamic:
        return
    why = (
        f"its metadata calls {', '.join(dynamic)} dynamic"
        if dynamic
        else f"its metadata is of version {core.metadata_version or 'unknown'}, older than 2.2"
    )
    raise UnusableMetadata(
        f"The dependencies of {filename} are only known by building it.",
        reason=Reason.SDIST_NOT_BUILDABLE,
        why=f"{filename}: {why} (PEP 643).",
        what_to_do="Use a version that has a wheel, or allow builds.",
        culprit=filename,
        successor=core.successor,
    )


def read_sdist(
    path: Path, filename: str, unpacked_limit_bytes: int = UNPACKED_LIMIT_BYTES
) -> bytes:
    """PKG-INFO from the top folder of a tar or zip archive.

    Raises `UnusableMetadata` when there is none or more than the limit is unpacked before it.
    """
    try:
        with path.open("rb") as archive:
            head = archive.read(4)
            archive.seek(0)
            if head.startswith(b"PK"):
                return _from_zip(archive, filename)
            return _from_tar(limited_stream(archive, head, unpacked_limit_bytes), filename)
    except OSError as error:  # also bad gzip and bz2 data
        raise unreadable(filename, error.strerror or str(error)) from None


def _from_zip(archive: IO[bytes], filename: str) -> bytes:
    import zipfile

    try:
        with zipfile.ZipFile(archive) as members:
            for info in members.infolist():
                if _PKG_INFO.fullmatch(info.filename):
                    _check_size(info.file_size, filename)
                    with members.open(info) as member:
                        return member.read(METADATA_LIMIT_BYTES)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise unreadable(filename, f"it is no readable ZIP archive ({error})") from None
    raise unreadable(filename, "it has no PKG-INFO")


def _from_tar(archive: IO[bytes], filename: str) -> bytes:
    import tarfile
    import zlib

    try:
        # A stream: members are read in order and nothing behind PKG-INFO is unpacked at all.
        with tarfile.open(fileobj=archive, mode="r|") as members:
            for info in members:
                if _PKG_INFO.fullmatch(info.name):
                    return _tar_member(members, info, filename)
    except (tarfile.TarError, EOFError, ValueError, zlib.error) as error:
        raise unreadable(filename, f"it is no readable tar archive ({error})") from None
    except TooLarge:
        raise unreadable(filename, "it unpacks out of all proportion") from None
    raise unreadable(filename, "it has no PKG-INFO")


def _tar_member(members: tarfile.TarFile, info: tarfile.TarInfo, filename: str) -> bytes:
    _check_size(info.size, filename)
    member = members.extractfile(info) if info.isreg() else None
    if member is None:
        raise unreadable(filename, "its PKG-INFO is no regular file")
    return member.read()


def _check_size(size: int, filename: str) -> None:
    if size > METADATA_LIMIT_BYTES:
        raise unreadable(filename, f"its PKG-INFO would take {size} bytes")


def limited_stream(archive: IO[bytes], head: bytes, limit_bytes: int) -> IO[bytes]:
    """The tar in an archive that begins with `head`; a read beyond the limit raises `TooLarge`."""
    return cast("IO[bytes]", _Limited(_unpacked(archive, head), limit_bytes))


def _unpacked(archive: IO[bytes], head: bytes) -> IO[bytes]:
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")
    if kind == "gzip":
        import gzip

        return cast("IO[bytes]", gzip.GzipFile(fileobj=archive))
    if kind == "bz2":
        import bz2

        return cast("IO[bytes]", bz2.BZ2File(archive))
    return archive


class _Limited:
    """A stream that ends in `TooLarge` when more than its limit was read."""

    def __init__(self, stream: IO[bytes], limit_bytes: int) -> None:
        self._stream = stream
        self._left = limit_bytes

    def read(self, count: int) -> bytes:
        data = self._stream.read(count)
        self._left -= len(data)
        if self._left < 0:
            raise TooLarge
        return data


def _is_static_version(text: str) -> bool:
    try:
        major, minor = (int(part) for part in text.split("."))
    except ValueError:
        return False
    return (major, minor) >= (2, 2)
