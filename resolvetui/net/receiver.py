"""A file that is being downloaded: a temporary file beside its place, hashed as it grows.

It gets its name only when size and hashes are those that the index promised.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from resolvetui.errors import ErrorDetails, HashMismatch, InstallFailed
from resolvetui.net.failures import NetworkFailure

_HASHES = frozenset(name for name in hashlib.algorithms_guaranteed if not name.startswith("shake"))
_WITHOUT_SIZE_BYTES = 20 << 30
"""What is taken from a server when the index does not say how large the file is."""
_OVER_BYTES = 1 << 20


class Receiver:
    """Receives the file `name` into `path`.

    `hashes`: algorithm to hex digest, all of which are checked. `size`: bytes, or None. `on_bytes`
    is called with the bytes of this file so far; after a restart they begin at 0 again.
    """

    def __init__(
        self,
        name: str,
        path: Path,
        hashes: Mapping[str, str],
        size: int | None,
        on_bytes: Callable[[int], None] | None,
    ) -> None:
        self.received = 0
        """Bytes so far."""
        self.resumed = False
        """Whether it was put together from several answers."""
        self._name = name
        self._path = path
        self._expected = {algorithm.lower(): digest.lower() for algorithm, digest in hashes.items()}
        self._size = size
        self._on_bytes = on_bytes
        # Somebody who doubts the size sees the hash of the whole file, within reason.
        self._limit = _WITHOUT_SIZE_BYTES if size is None else 2 * size + _OVER_BYTES
        self._hashers = self._new_hashers()
        self._validator = ""

    def __enter__(self) -> Self:
        # Of its own for every process and every try; not mkstemp, whose files only we could read.
        self._temporary = self._path.with_name(f".{os.urandom(8).hex()}.part")
        try:
            self._stream = self._temporary.open("xb")
        except OSError as error:
            raise self._unwritable(error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # what a full disk had no room for does not matter any more
            self._stream.close()
        self._temporary.unlink(missing_ok=True)

    @property
    def is_short(self) -> bool:
        """Whether bytes are missing, as far as the size is known."""
        return self._size is not None and self.received < self._size

    def range_headers(self) -> dict[str, str]:
        """The headers that ask for what is still missing (RFC 9110, 13.1.5 and 14.2)."""
        headers = {"Accept-Encoding": "identity"}
        if self.received and not self._validator and not self._expected:
            self.restart()  # nothing would tell whether the rest is of the same file
        if self.received:
            headers["Range"] = f"bytes={self.received}-"
            if self._validator:
                headers["If-Range"] = self._validator
        return headers

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Take the head of an answer: 200, 206 or 416.

        Raises NetworkFailure, to be asked again from the start, when it is not the asked range.
        """
        if status == 200:
            if self.received:
                self.restart()
            etag = headers.get("etag", "")
            # A weak ETag does not promise the same bytes, and If-Range does not allow it.
            self._validator = headers.get("last-modified", "") if etag[:2] in {"", "W/"} else etag
            return
        asked = self.received and f"bytes {self.received}-"
        if status == 206 and asked and headers.get("content-range", "").startswith(asked):
            self.resumed = True
            return
        self.restart()
        raise NetworkFailure("answered with another range than the one asked for")

    def write(self, piece: bytes) -> None:
        """Add a piece. Raises HashMismatch when it is far too much, InstallFailed when it fails."""
        self.received += len(piece)
        if self.received > self._limit:
            raise self._mismatch(f"It goes on after {self.received} bytes; {self._promise()}.")
        for hasher in self._hashers.values():
            hasher.update(piece)
        try:
            self._stream.write(piece)
        except OSError as error:
            raise self._unwritable(error) from error
        if self._on_bytes is not None:
            self._on_bytes(self.received)

    def restart(self) -> None:
        """Forget what was received."""
        try:
            self._stream.seek(0)
            self._stream.truncate()
        except OSError as error:
            raise self._unwritable(error) from error
        self._hashers = self._new_hashers()
        self.received = 0
        self.resumed = False

    def verify(self) -> None:
        """Raises HashMismatch, with what was promised and what came, unless they are the same."""
        for algorithm, expected in self._expected.items():
            if algorithm not in _HASHES:
                raise self._mismatch(f"The index gives a {algorithm!r} hash, which is not known.")
            got = self._hashers[algorithm].hexdigest()
            if got != expected:
                raise self._mismatch(
                    f"Its {algorithm} is {got}, the index says {expected}.",
                    ErrorDetails(
                        expected=(f"{algorithm}:{expected}",), got=(f"{algorithm}:{got}",)
                    ),
                )
        if self._size is not None and self.received != self._size:
            raise self._mismatch(f"It has {self.received} bytes; {self._promise()}.")

    def place(self) -> None:
        """Give the file its name, at once for all that look at it."""
        try:
            self._stream.close()
            self._temporary.replace(self._path)
        except OSError as error:
            raise self._unwritable(error) from error

    def _new_hashers(self) -> dict[str, hashlib._Hash]:
        return {
            algorithm: hashlib.new(algorithm, usedforsecurity=False)
            for algorithm in self._expected
            if algorithm in _HASHES
        }

    def _promise(self) -> str:
        return "the index gives no size" if self._size is None else f"the index says {self._size}"

    def _mismatch(self, why: str, details: ErrorDetails | None = None) -> HashMismatch:
        return HashMismatch(
            f"{self._name} is not the file that the index promised.",
            why=why,
            what_to_do="Nothing of it was kept. If trying again does not help, the index or "
            "something on the way to it changes files.",
            culprit=self._name,
            details=details or ErrorDetails(),
        )

    def _unwritable(self, error: OSError) -> InstallFailed:
        return InstallFailed(
            f"{self._name} cannot be stored.",
            why=error.strerror or str(error),
            culprit=str(self._path.parent),
        )
