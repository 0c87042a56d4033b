"""Every change that a transaction makes to a file system, one method each.

`journal`, `execution` and `locking` change nothing but through it, so that a test can stop the
process, or refuse, at each of them. What is unpacked below a transaction folder before its journal
is written does not go through it: nothing outside that folder depends on it.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


class Disk:
    """The real one. Every method raises OSError."""

    def rename(self, source: str | Path, destination: str | Path) -> None:
        """Move a file or folder inside one file system; `destination` must not be there."""
        os.rename(source, destination)  # noqa: PTH104 - str or Path

    def make_folder(self, path: str | Path) -> None:
        """Make a folder, whose parent must be there and it not."""
        os.mkdir(path)  # noqa: PTH102

    def remove_folder(self, path: str | Path) -> None:
        """Remove an empty folder."""
        os.rmdir(path)  # noqa: PTH106

    def remove_file(self, path: str | Path) -> None:
        """Remove a file or link."""
        os.unlink(path)  # noqa: PTH108

    def write(self, path: Path, content: bytes) -> None:
        """Write a file whose content survives a loss of power once this returns."""
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def sync_folder(self, path: Path) -> None:
        """Make renames in a folder survive a loss of power."""
        if os.name == "nt":  # folders cannot be opened there, and need not be
            return
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def remove_tree(self, path: str | Path) -> None:
        """Remove a folder with all that is in it, as far as that is possible; never raises."""
        try:
            self.remove_folder(path)  # most have nothing in them: all of it was moved
        except OSError:
            pass
        else:
            return
        try:
            with os.scandir(path) as entries:
                found = list(entries)
        except OSError:
            return
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                self.remove_tree(entry.path)
                continue
            with contextlib.suppress(OSError):
                self.remove_file(entry.path)
        with contextlib.suppress(OSError):
            self.remove_folder(path)
