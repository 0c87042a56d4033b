"""Files that come into the cache from here: their hash, and a copy that is whole or not there."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path


def place(file: Path, slot: Path) -> None:
    """Copy a file to where it belongs, whole or not at all."""
    temporary = slot.with_name(f".{slot.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(file, temporary)
        temporary.replace(slot)
    finally:
        temporary.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
