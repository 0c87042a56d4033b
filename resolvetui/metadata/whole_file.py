"""A distribution as a file here: the local one, the cached one, or downloaded into the cache.

For metadata that cannot be had with less. What was downloaded with a known SHA-256 stays in the
cache, so that an install does not fetch it again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from resolvetui.errors import IndexFailure
from resolvetui.index.local import local_path
from resolvetui.index.seams import Fetcher, RowStore
from resolvetui.metadata.placing import place, sha256_of
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.files import DistributionFile

Reader = Callable[[Path, str], bytes]
"""Reads the metadata out of a file, given its path and the name that it has on its index."""


async def read_whole(
    file: DistributionFile, transport: Fetcher, store: RowStore, read: Reader
) -> bytes:
    """What `read` makes of the file. Errors are those of `read` and of a download."""
    path = local_path(file.url)
    sha256 = file.hashes.get("sha256")
    if path is None and sha256:
        path = store.file(sha256)
        if path is None:
            path = store.file_slot(sha256)
            await _download(file, transport, path)
    if path is not None:
        return read(path, file.filename)
    from tempfile import TemporaryDirectory  # only for files without a known hash

    with TemporaryDirectory(prefix="resolvetui-") as folder:
        path = Path(folder) / "file"
        await _download(file, transport, path)
        return read(path, file.filename)


async def fetch_whole(file: DistributionFile, transport: Fetcher, store: RowStore) -> Path:
    """The file in the cache, under its SHA-256 also where the index states none.

    Raises what a download raises.
    """
    sha256 = file.hashes.get("sha256")
    if sha256:
        path = store.file_slot(sha256)
        await _download(file, transport, path)
        return path
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="resolvetui-") as folder:
        path = Path(folder) / "file"
        await _download(file, transport, path)
        return keep_file(path, store)


def keep_file(path: Path, store: RowStore) -> Path:
    """A copy in the cache, by its content."""
    slot = store.file_slot(sha256_of(path))
    place(path, slot)
    return slot


async def _download(file: DistributionFile, transport: Fetcher, path: Path) -> None:
    try:
        await transport.download(file.url, path, hashes=file.hashes, size=file.size)
    except IndexFailure as error:
        if type(error) is not IndexFailure:  # refused or unreachable: not this version's fault
            raise
        raise gone(file, error.why) from error


def gone(file: DistributionFile, why: str) -> UnusableMetadata:
    """The error of a file that its index lists and its server lacks."""
    return UnusableMetadata(
        f"{file.filename} is listed but cannot be fetched.",
        lasting=False,
        why=why,
        what_to_do="Try again with --refresh.",
        culprit=file.url,
    )
