"""The seam between what is asked and what carries it: one GET, one response, read in pieces.

Kept by direct connections (`connection.py`) and by proxied ones (`proxied.py`).
"""

from __future__ import annotations

from typing import Protocol

from resolvetui.net.urls import Origin

HeaderList = list[tuple[bytes, bytes]]


class Exchange(Protocol):
    """A response whose head is read, on a connection that is the caller's until `release`."""

    status: int
    headers: dict[str, str]
    """Lower-case names; values of repeated fields joined with ", "."""

    async def read(self) -> bytes:
        """The next piece of the body as it was sent; b"" at the end. Raises NetworkFailure."""

    async def release(self) -> None:
        """Give the connection back when the body was read to its end, else close it."""


class Connections(Protocol):
    """What carries requests; keeps connections open between them."""

    async def send(self, origin: Origin, target: str, headers: HeaderList) -> Exchange:
        """GET `target`; returns with the head of the response read. Raises NetworkFailure."""

    async def close(self) -> None:
        """Close every connection, also those in use."""
