"""What this room and `metadata/` need of the network and the cache, as protocols.

`net.transport.Transport` and `net.cache.Cache` are the real ones; importing the former would load
httpx, which a run that finds everything in the cache never needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from resolvetui.net.cache import CachedPage


class Answer(Protocol):
    """An HTTP response, read to its end."""

    @property
    def status(self) -> int:
        """Below 500."""

    @property
    def url(self) -> str:
        """Where it came from in the end, after redirects."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Names in lower case."""

    @property
    def body(self) -> bytes:
        """Decoded by its Content-Encoding."""

    @property
    def login(self) -> str:
        """Where the credentials came from that were sent: `url`, `netrc`, `keyring`, or ""."""


class Getter(Protocol):
    """Sends GET requests; raises `IndexUnreachable` when there is no answer below 500, `BadPage`
    when a body is larger than `limit_bytes`.
    """

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit_bytes: int = ...,
        what: str = "",
    ) -> Answer:
        """The answer of this URL; `what` names the thing asked for in errors."""


class Fetcher(Getter, Protocol):
    """Also downloads files; for `metadata/`."""

    async def download(
        self,
        url: str,
        path: Path,
        *,
        hashes: Mapping[str, str],
        size: int | None,
        on_bytes: Callable[[int], None] | None = None,
    ) -> None:
        """Fetch a file to `path`, which appears only when size and hashes are right."""


class PageStore(Protocol):
    """Answers of indexes by key."""

    def page(self, key: str) -> CachedPage | None:
        """The stored answer, fresh or not."""

    def put_page(self, key: str, page: CachedPage) -> None:
        """Store an answer; written later, all in one go."""


class RowStore(Protocol):
    """Small derived values by kind and key, and downloaded files by hash."""

    def row(self, kind: str, key: str) -> bytes | None:
        """The stored value."""

    def put_row(self, kind: str, key: str, value: bytes) -> None:
        """Store a value; written later, all in one go."""

    def file(self, sha256: str) -> Path | None:
        """The downloaded file with this hash, if it is there."""

    def file_slot(self, sha256: str) -> Path:
        """Where a file with this hash is to be put."""
