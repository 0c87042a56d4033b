"""Unpacked wheels by the SHA-256 of their archive, kept between runs.

An entry is a folder `ab/cdef…` with a tree (`tree`) and its manifest. It appears by one rename
when it is whole, so that several processes can share a store, and is dropped when anything in it
is not what the manifest says: the manifest is checked here by its own hash, files by `linking`.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from resolvetui.install.tree import Tree
from resolvetui.install.unpack import unpack
from resolvetui.install.wheel import Wheel
from resolvetui.net.last_use import note_use

Unpacked: TypeAlias = tuple[Path, Tree]
"""A folder and what is in it."""

_MANIFEST = "manifest"
_TEMPORARY = ".part-"
_ABANDONED_S = 24 * 3600.0
_DIGEST_BYTES = 32


class _Manifest(Struct, frozen=True, array_like=True):
    format: Literal[1]
    archive: str
    """SHA-256 of the archive: an entry that was moved to another place is none."""
    tree: Tree


_DECODER = msgspec.msgpack.Decoder(_Manifest)
_ENCODER = msgspec.msgpack.Encoder()


class UnpackedWheels:
    """The unpacked wheels below one folder, which need not exist."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._now = now
        self._read: dict[str, Unpacked] = {}

    def find(self, sha256: str) -> Unpacked | None:
        """The entry of an archive, its manifest checked; a damaged one is dropped.

        The manifest is read once: whoever uses the files checks each of them anyway.
        """
        known = self._read.get(sha256)
        if known is not None and known[0].is_dir():
            return known
        entry = self._entry(sha256)
        try:
            note_use(entry / _MANIFEST, (entry / _MANIFEST).stat())
            stored = (entry / _MANIFEST).read_bytes()
        except OSError:
            return None
        digest, body = stored[:_DIGEST_BYTES], stored[_DIGEST_BYTES:]
        try:
            if hashlib.sha256(body).digest() == digest:
                manifest = _DECODER.decode(body)
                if manifest.archive == sha256:
                    found = self._read[sha256] = entry, manifest.tree
                    return found
        except msgspec.MsgspecError:
            pass
        self.drop(sha256)
        return None

    def add(self, sha256: str, wheel: Wheel, cancelled: Callable[[], bool]) -> Unpacked:
        """Unpack a wheel, whose archive has that SHA-256.

        Raises InstallFailed for what contradicts RECORD, Cancelled, and OSError when the store
        cannot be written to; nothing is left of it then.
        """
        self._sweep()
        part = self._part()
        try:
            part.mkdir(parents=True)
            tree = unpack(wheel, part, cancelled)
            body = _ENCODER.encode(_Manifest(1, sha256, tree))
            (part / _MANIFEST).write_bytes(hashlib.sha256(body).digest() + body)
            return self._settled(part, sha256) or (self._entry(sha256), tree)
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def drop(self, sha256: str) -> None:
        """Forget an entry. Who reads it at the moment finds files missing and does without."""
        self._read.pop(sha256, None)
        part = self._part()
        with suppress(OSError):
            self._entry(sha256).rename(part)
        shutil.rmtree(part, ignore_errors=True)

    def _settled(self, part: Path, sha256: str) -> Unpacked | None:
        """Give an entry its place; or the one that another process was first to put there."""
        entry = self._entry(sha256)
        entry.parent.mkdir(exist_ok=True)
        try:
            part.rename(entry)
        except OSError:
            known = self.find(sha256)
            if known is None:
                self.drop(sha256)
                part.rename(entry)
            return known
        return None

    def _entry(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256[2:]

    def _part(self) -> Path:
        return self._folder / f"{_TEMPORARY}{secrets.token_hex(8)}"

    def _sweep(self) -> None:
        """Remove what processes that were killed have left; what is of today may be in work."""
        with suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                is_part = entry.name.startswith(_TEMPORARY)
                if is_part and entry.stat().st_mtime < self._now() - _ABANDONED_S:
                    shutil.rmtree(entry.path, ignore_errors=True)
