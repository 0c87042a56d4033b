"""METADATA of a wheel on a server, with as few bytes as the server allows.

In this order: the metadata file beside the wheel (PEP 658), the end of the wheel by a range
request (64 KiB hold the archive's directory and often METADATA), the whole wheel. Owns the memory
of what each server was able to do, so that it is not asked again for what it lacks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from resolvetui.errors import BadPage, HashMismatch, IndexRefused, IndexUnreachable
from resolvetui.index.local import local_path
from resolvetui.index.seams import Answer, Fetcher, RowStore
from resolvetui.metadata.archive import (
    METADATA_LIMIT_BYTES,
    MissingBytes,
    SparseFile,
    read_metadata,
    unreadable,
)
from resolvetui.metadata.core_metadata import looks_like_metadata
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.metadata.whole_file import gone, read_whole
from resolvetui.model.files import WheelFile

TAIL_BYTES = 65536
_WHOLE_ANYWAY_BYTES = 4 << 20
"""A server without ranges answers with the whole wheel: up to this size that is as good."""
_LONGEST_RANGE_BYTES = 64 << 20
"""No wheel's directory is longer."""
_MOST_RANGES = 8
_CONTENT_RANGE = re.compile(r"bytes\s+(?:(\d+)-(\d+)|\*)/(\d+)")


class _Origin(Struct):
    """What one server was seen to do."""

    metadata_hits: int = 0
    metadata_misses: int = 0
    """Of files that were not announced."""
    suffix_ranges: bool = True
    ranges: bool = True

    @property
    def may_have_metadata(self) -> bool:
        """Some indexes announce nothing, have most metadata files, and lack some new ones."""
        return self.metadata_misses < 2 + self.metadata_hits


class WheelMetadata:
    """Fetches METADATA of wheels; one for all wheels of a run."""

    def __init__(self, transport: Fetcher, store: RowStore) -> None:
        self._transport = transport
        self._store = store
        self._origins: dict[str, _Origin] = {}

    async def fetch(self, file: WheelFile) -> bytes:
        """The text of METADATA.

        Raises `HashMismatch` for bytes that are not the promised ones, `IndexFailure` when the
        server refuses or fails, `UnusableMetadata` when the wheel is gone or cannot be read.
        """
        origin = self._origins.setdefault(_origin_name(file.url), _Origin())
        text = None
        if local_path(file.url) is None:
            text = await self._beside(file, origin)
            if text is None and origin.ranges:
                text = await self._by_ranges(file, origin)
        if text is not None:
            return text
        return await read_whole(file, self._transport, self._store, read_local_wheel)

    async def _beside(self, file: WheelFile, origin: _Origin) -> bytes | None:
        """The metadata file, or None when there is none."""
        # A page that gives sizes is JSON, where silence does not mean that there is no file.
        silent = file.metadata_hashes is None
        if silent and (file.size is None or not origin.may_have_metadata):
            return None
        url = metadata_url(file.url)
        answer = await self._transport.get(
            url, limit_bytes=METADATA_LIMIT_BYTES, what=file.filename
        )
        if answer.status != 200 or not looks_like_metadata(answer.body):
            origin.metadata_misses += silent
            return None
        origin.metadata_hits += silent
        check_hashes(answer.body, file.metadata_hashes or {}, f"{file.filename}.metadata")
        return answer.body

    async def _by_ranges(self, file: WheelFile, origin: _Origin) -> bytes | None:
        """METADATA out of some bytes of the wheel, or None when the server gives no ranges."""
        answer = await self._tail(file, origin)
        place = None if answer is None else _content_range(answer)
        if answer is None or place is None:
            origin.ranges = False
            return _from_whole(file, answer)
        start, size = place
        sparse = SparseFile(size)
        sparse.put(start, answer.body)
        try:
            return await self._fill(file, sparse)
        except UnusableMetadata:
            return None  # ranges that do not fit together are the server's fault: ask for it all

    async def _tail(self, file: WheelFile, origin: _Origin) -> Answer | None:
        size = file.size
        if origin.suffix_ranges:
            answer = await self._range(file, f"-{TAIL_BYTES}")
            if answer is None or answer.status != 416:
                return answer
            origin.suffix_ranges = False
            size = _size_of_416(answer) or size
        if size is None:
            answer = await self._range(file, "0-0")
            place = None if answer is None else _content_range(answer)
            if place is None:
                return answer
            size = place[1]
        return await self._range(file, f"{max(0, size - TAIL_BYTES)}-{size - 1}")

    async def _fill(self, file: WheelFile, sparse: SparseFile) -> bytes | None:
        """Fetch what the archive's reader misses until METADATA is out."""
        for _ in range(_MOST_RANGES):
            try:
                return read_metadata(sparse, file.filename)
            except MissingBytes as missing:
                start, end = missing.start, missing.end
            if end - start > _LONGEST_RANGE_BYTES:
                return None
            answer = await self._range(file, f"{start}-{end - 1}", end - start)
            place = None if answer is None else _content_range(answer)
            if answer is None or place is None or place[0] != start:
                return None
            sparse.put(start, answer.body)
        return None

    async def _range(self, file: WheelFile, bounds: str, count: int = 0) -> Answer | None:
        """The answer to a range request; None from a server that does not know ranges."""
        try:
            answer = await self._transport.get(
                file.url,
                headers={"Range": f"bytes={bounds}"},
                limit_bytes=max(_WHOLE_ANYWAY_BYTES, count),
                what=file.filename,
            )
        except BadPage:  # too large: the whole wheel (ranges are optional, RFC 9110, 14.2)
            return None
        except IndexUnreachable as error:
            if "501" in error.why:  # "not implemented" is an answer, if an odd one
                return None
            raise
        if answer.status in {401, 403}:
            raise _refused(file, answer.status)
        if answer.status in {404, 410}:
            raise gone(file, f"{file.url} answered with HTTP status {answer.status}.")
        return answer


def read_local_wheel(path: Path, filename: str) -> bytes:
    """METADATA of a wheel in a folder. Raises `UnusableMetadata` when it cannot be read."""
    try:
        with path.open("rb") as wheel:
            return read_metadata(wheel, filename)
    except OSError as error:
        raise unreadable(filename, error.strerror or str(error)) from None


def metadata_url(url: str) -> str:
    """The URL of the metadata file (PEP 658), before any query.

    >>> metadata_url("https://files.example/a-1-py3-none-any.whl?sig=x")
    'https://files.example/a-1-py3-none-any.whl.metadata?sig=x'
    """
    path, mark, query = url.partition("?")
    return f"{path}.metadata{mark}{query}"


def check_hashes(body: bytes, hashes: Mapping[str, str], subject: str) -> None:
    """Compare with the best promised hash; raises `HashMismatch` naming both."""
    for algorithm in ("sha512", "sha384", "sha256", "sha224", "sha1", "md5"):
        promised = hashes.get(algorithm)
        if promised is None:
            continue
        found = hashlib.new(algorithm, body, usedforsecurity=False).hexdigest()
        if found != promised:
            raise HashMismatch(
                f"{subject} is not what its index promised.",
                why=f"Its {algorithm} is {found}, the index says {promised}.",
                what_to_do="Try again with --refresh; if it stays, do not trust the file.",
                culprit=subject,
            )
        return


def _from_whole(file: WheelFile, answer: Answer | None) -> bytes | None:
    """METADATA out of a whole wheel, which came instead of a range; None when it did not."""
    if answer is None or answer.status != 200:
        return None
    check_hashes(answer.body, file.hashes, file.filename)
    return read_metadata(BytesIO(answer.body), file.filename)


def _content_range(answer: Answer) -> tuple[int, int] | None:
    """Start of a 206 answer and size of the whole file; None when it does not fit its body."""
    match = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", "").strip())
    if answer.status != 206 or match is None or match[1] is None:
        return None
    start, last, size = int(match[1]), int(match[2]), int(match[3])
    if last - start + 1 != len(answer.body) or last >= size:
        return None
    return start, size


def _size_of_416(answer: Answer) -> int | None:
    """The size that a server tells when it refuses a range (RFC 9110, 15.5.17)."""
    match = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", "").strip())
    return int(match[3]) if match and match[1] is None else None


def _refused(file: WheelFile, status: int) -> IndexRefused:
    return IndexRefused(
        f"{file.filename} is refused: HTTP {status}.",
        why=f"{file.url} answered with HTTP status {status}.",
        what_to_do="Check the credentials for that host.",
        culprit=file.url,
    )


def _origin_name(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
