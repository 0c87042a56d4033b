"""Response bodies within limits: of size, decompressed size, and time.

Decompression happens here and not in an HTTP library, because a limit must hold before the bytes
are made: a few kilobytes of gzip can stand for gigabytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from time import monotonic

from resolvetui.net.failures import NetworkFailure, TooLarge

_GZIP = zlib.MAX_WBITS | 16
_SLOWEST_BYTES_S = 1024
"""Slower than any modem: a server that only wants to keep us."""


class Pace:
    """The least speed of a body: 1 KiB/s on average after `grace_s`, all of it in `total_s`."""

    def __init__(
        self, grace_s: float, total_s: float, clock: Callable[[], float] = monotonic
    ) -> None:
        self._clock = clock
        self._started = clock()
        self._grace_s = grace_s
        self._total_s = total_s
        self._received = 0

    def count(self, size_bytes: int) -> None:
        """Note a piece. Raises NetworkFailure when the server is too slow."""
        self._received += size_bytes
        elapsed_s = self._clock() - self._started
        in_time = elapsed_s <= self._total_s
        if elapsed_s < self._grace_s or (
            in_time and self._received >= elapsed_s * _SLOWEST_BYTES_S
        ):
            return
        cause = f"sends too slowly: {self._received} bytes in {elapsed_s:.0f} s"
        raise NetworkFailure(cause, kind="time-out", retry=in_time)


class Body:
    """Collects a body and undoes its `Content-Encoding`, up to `limit_bytes` of the result."""

    def __init__(self, content_encoding: str, limit_bytes: int) -> None:
        self._pieces: list[bytes] = []
        self._left = limit_bytes
        self._limit_bytes = limit_bytes
        self._encoding = content_encoding.strip().lower()
        self._decompressor = _decompressor(self._encoding)
        self._sent_bytes = 0

    def feed(self, piece: bytes) -> None:
        """Add a piece as it was sent. Raises TooLarge, or NetworkFailure when it is damaged."""
        self._sent_bytes += len(piece)
        if self._decompressor is None:
            self._keep(piece)
            return
        if self._sent_bytes > self._limit_bytes:  # empty members add up to nothing, but take time
            raise TooLarge(self._limit_bytes)
        try:
            self._inflate(piece)
        except zlib.error as error:
            raise NetworkFailure("sent a damaged compressed answer") from error

    def finish(self) -> bytes:
        """The whole body. Raises NetworkFailure when the compressed stream did not end."""
        # A 304 names the encoding of a body that it does not have.
        if self._decompressor is not None and self._sent_bytes and not self._decompressor.eof:
            raise NetworkFailure("sent only a part of its compressed answer")
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)

    def _inflate(self, piece: bytes) -> None:
        while piece and self._decompressor is not None:
            if self._decompressor.eof:  # a gzip file may have several members (RFC 1952, 2.2)
                self._decompressor = _decompressor(self._encoding)
                continue
            # One byte above what is left, so that going over shows without inflating it all.
            self._keep(self._decompress(piece))
            piece = self._decompressor.unconsumed_tail or self._decompressor.unused_data

    def _decompress(self, piece: bytes) -> bytes:
        assert self._decompressor is not None
        try:
            return self._decompressor.decompress(piece, self._left + 1)
        except zlib.error:
            if self._encoding != "deflate" or self._pieces:
                raise
            # "deflate" is zlib's format (RFC 9110, 8.4.1.2); some servers send the bare stream.
            self._decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
            return self._decompressor.decompress(piece, self._left + 1)

    def _keep(self, piece: bytes) -> None:
        self._left -= len(piece)
        if self._left < 0:
            raise TooLarge(self._limit_bytes)
        if piece:
            self._pieces.append(piece)


def _decompressor(encoding: str) -> zlib._Decompress | None:
    match encoding:
        case "" | "identity":
            return None
        case "gzip" | "x-gzip":
            return zlib.decompressobj(_GZIP)
        case "deflate":
            return zlib.decompressobj()
        case _:
            cause = f"answered in an encoding that was not asked for: {encoding[:40]!r}"
            raise NetworkFailure(cause, retry=False)
