"""Every file of every unpacked wheel compared with its manifest; what is damaged is dropped."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from resolvetui.install.store import Unpacked, UnpackedWheels
from resolvetui.install.wheel import encoded


def verify_unpacked(folder: Path) -> tuple[int, tuple[str, ...]]:
    """How many wheels there were, and those that were dropped, in words."""
    store, count, damaged = UnpackedWheels(folder), 0, []
    for sha256 in _digests(folder):
        count += 1
        entry = store.find(sha256)
        if entry is None:
            damaged.append(f"{folder.name}/{sha256[:2]}/{sha256[2:]}: its manifest")
        elif wrong := next(_wrong_files(entry), ""):
            store.drop(sha256)
            damaged.append(f"{entry[1].name} {entry[1].version}: {wrong}")
    return count, tuple(damaged)


def _digests(folder: Path) -> list[str]:
    found = (f"{path.parent.name}{path.name}" for path in folder.glob("??/*"))
    return sorted(digest for digest in found if len(digest) == 64)


def _wrong_files(entry: Unpacked) -> Iterator[str]:
    place, tree = entry
    for folder in tree.folders:
        for file in folder.files:
            path = os.path.join(place, folder.scheme, folder.path, file.name)  # noqa: PTH118
            try:
                with open(path, "rb") as stream:  # noqa: PTH123 - tens of thousands of files
                    digest = hashlib.file_digest(stream, "sha256").digest()
            except OSError as error:
                yield f"{folder.path}/{file.name} ({error.strerror})"
                continue
            if encoded(digest) != file.digest:
                yield f"{folder.path}/{file.name}"
