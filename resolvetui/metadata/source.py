"""Core metadata of any file: from the cache, from a local file, or from the network.

Owns cache rows, also of files that were found unusable (so that the same sdist is not downloaded
at every run), and the check that metadata is of the project and version that its file name says.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from resolvetui.errors import OfflineError
from resolvetui.index.filenames import sdist_stem, sdist_version, wheel_parts
from resolvetui.index.local import local_path
from resolvetui.index.seams import Fetcher, RowStore
from resolvetui.metadata.core_metadata import (
    CoreMetadata,
    decode_metadata,
    encode_metadata,
    parse_metadata,
)
from resolvetui.metadata.remote_wheel import WheelMetadata, read_local_wheel
from resolvetui.metadata.sdist import fetch_sdist_metadata, read_sdist, require_static
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.files import DistributionFile, WheelFile
from resolvetui.model.names import PackageName, package_name
from resolvetui.model.verdict import Reason
from resolvetui.resolver.specifiers import parse_version

_ROWS = "metadata-1"
"""Kind of the rows; to be raised when `CoreMetadata` changes."""
_UNUSABLE_ROWS = "metadata-unusable-2"


class _Unusable(Struct, frozen=True, array_like=True):
    """An `UnusableMetadata` as a row."""

    reason: Reason
    what: str
    why: str
    what_to_do: str
    culprit: str | None
    successor: PackageName | None = None


_encode_unusable = msgspec.msgpack.Encoder().encode
_decode_unusable = msgspec.msgpack.Decoder(_Unusable).decode


class MetadataSource:
    """The metadata of one run."""

    def __init__(self, cache: RowStore, *, offline: bool = False, refresh: bool = False) -> None:
        """`refresh`: look again at files that were of no use before."""
        self._cache = cache
        self._offline = offline
        self._refresh = refresh and not offline
        self._looked_again: set[str] = set()
        self._wheels: WheelMetadata | None = None
        self._transport: Fetcher | None = None

    def cached(self, file: DistributionFile) -> CoreMetadata | None:
        """What needs no network: a cache row or a local file; else None.

        Raises `UnusableMetadata` when the file is known to be of no use.
        """
        path = local_path(file.url)
        if path is not None:
            read = read_local_wheel if isinstance(file, WheelFile) else read_sdist
            return checked(file, read(path, file.filename))
        key = _key(file)
        row = self._cache.row(_ROWS, key)
        if row is not None:
            try:
                return decode_metadata(row)
            except msgspec.MsgspecError:
                return None
        self._raise_known(key)
        return None

    async def fetch(self, file: DistributionFile, transport: Fetcher) -> CoreMetadata:
        """The metadata, from the network if need be; kept in the cache.

        Raises `UnusableMetadata` (excludes the version), `IndexFailure`, `HashMismatch`, or
        `OfflineError`.
        """
        known = self.cached(file)
        if known is not None:
            return known
        if self._offline:
            raise _offline_error(file)
        key = _key(file)
        self._looked_again.add(key)
        try:
            core = checked(file, await self._text(file, transport))
        except UnusableMetadata as error:
            if error.lasting:
                self._cache.put_row(_UNUSABLE_ROWS, key, _encode_unusable(_row(error)))
            raise
        self._cache.put_row(_ROWS, key, encode_metadata(core))
        return core

    async def _text(self, file: DistributionFile, transport: Fetcher) -> bytes:
        if not isinstance(file, WheelFile):
            return await fetch_sdist_metadata(file, transport, self._cache)
        if self._wheels is None or self._transport is not transport:
            self._wheels, self._transport = WheelMetadata(transport, self._cache), transport
        return await self._wheels.fetch(file)

    def _raise_known(self, key: str) -> None:
        if self._refresh and key not in self._looked_again:
            return
        row = self._cache.row(_UNUSABLE_ROWS, key)
        if row is None:
            return
        try:
            known = _decode_unusable(row)
        except msgspec.MsgspecError:
            return
        raise UnusableMetadata(
            known.what,
            reason=known.reason,
            why=known.why,
            what_to_do=known.what_to_do,
            culprit=known.culprit,
            successor=known.successor,
        )


def checked(file: DistributionFile, text: bytes) -> CoreMetadata:
    """The metadata in a text, if it is that of this file.

    Raises `UnusableMetadata`: unreadable, of another project or version, or not static (sdist).
    """
    core = parse_metadata(text, file.filename)
    if not _is_of(core, file):
        raise UnusableMetadata(
            f"The metadata of {file.filename} is that of {core.name} {core.version}.",
            reason=Reason.INCONSISTENT_METADATA,
            what_to_do="Use another version, or tell the maintainers of the index.",
            culprit=file.filename,
        )
    if not isinstance(file, WheelFile):
        require_static(core, file.filename)
    return core


def _is_of(core: CoreMetadata, file: DistributionFile) -> bool:
    if parse_version(core.version) != parse_version(file.version):
        return False
    if isinstance(file, WheelFile):
        parts = wheel_parts(file.filename)
        return parts is not None and package_name(parts[0]) == core.name
    stem = sdist_stem(file.filename)
    return stem is not None and sdist_version(stem, core.name) is not None


def _key(file: DistributionFile) -> str:
    """By hash where there is one, and by server: what one server says of a hash is not taken for
    another server's file.
    """
    sha256 = file.hashes.get("sha256")
    return f"{urlsplit(file.url).netloc}/{sha256}" if sha256 else f"{file.url}#{file.size or ''}"


def _row(error: UnusableMetadata) -> _Unusable:
    return _Unusable(
        error.reason, error.what, error.why, error.what_to_do, error.culprit, error.successor
    )


def _offline_error(file: DistributionFile) -> OfflineError:
    return OfflineError(
        f"The cache has no metadata of {file.filename}.",
        why=f"{file.url} was not asked, because of --offline.",
        what_to_do="Run it once without --offline.",
        culprit=file.url,
    )
