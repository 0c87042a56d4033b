"""Disks that count, refuse or die at one operation."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

from resolvetui.install.disk import Disk


class WatchedDisk(Disk):
    """Calls `before` with name and path of every operation; a write counts twice.

    Waits for no disk: what was written outlives the process in any case.
    """

    def __init__(self, before: Callable[[str, str], None]) -> None:
        self._before = before

    def rename(self, source: str | Path, destination: str | Path) -> None:
        self._before("rename", str(destination))
        super().rename(source, destination)

    def make_folder(self, path: str | Path) -> None:
        self._before("make_folder", str(path))
        super().make_folder(path)

    def remove_folder(self, path: str | Path) -> None:
        self._before("remove_folder", str(path))
        super().remove_folder(path)

    def remove_file(self, path: str | Path) -> None:
        self._before("remove_file", str(path))
        super().remove_file(path)

    def write(self, path: Path, content: bytes) -> None:
        self._before("write", str(path))
        path.write_bytes(content[: len(content) // 2])
        self._before("write more", str(path))
        path.write_bytes(content)

    def sync_folder(self, path: Path) -> None:
        self._before("sync_folder", str(path))


class Moments:
    """Every moment at which an install can be stopped, in order; one of them is the last."""

    def __init__(self, last: int | None = None, number: int = signal.SIGKILL) -> None:
        """`last`: the moment at which this process gets signal `number`, or None for never."""
        self.seen: list[tuple[str, str]] = []
        self._last, self._number = last, number
        self.disk = WatchedDisk(self.next)

    def next(self, name: str, path: str) -> None:
        if len(self.seen) == self._last:
            os.kill(os.getpid(), self._number)
        self.seen.append((name, path))

    def cancelled(self) -> bool:
        """Asked for every package that is prepared, and once more."""
        self.next("unpack", "")
        return False


def refusing(operation: str, ending: str, number: int) -> WatchedDisk:
    """A disk that refuses one operation on paths with that ending, always."""

    def before(name: str, path: str) -> None:
        if name == operation and path.endswith(ending):
            raise OSError(number, os.strerror(number), path)

    return WatchedDisk(before)


def in_child(work: Callable[[], object]) -> int:
    """Run in a process of its own; its exit code, or the signal that ended it as a negative one."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
