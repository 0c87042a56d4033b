"""The steps of a transaction: done, undone, and seen to be done.

Rules of this file: every step is a rename (or a new empty folder) whose done-ness can be seen, so
that it can be repeated and undone without any data. A `stash` is done when its path inside the
transaction folder exists; a `place` is done when that path is gone. "The path outside is gone"
would be wrong for a stash: once the new package is in place it exists again. Steps are done in
order and undone in reverse order, so the done ones are always the first ones.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from resolvetui.install.disk import Disk
from resolvetui.install.journal import Step, mark_of


class Steps(Struct, frozen=True):
    """The steps of one transaction in its folder."""

    prefix: str
    folder: Path
    steps: Sequence[Step]
    disk: Disk

    def do(self) -> bool:
        """Do what is not done yet; whether anything but folders was. Raises OSError."""
        waiting = self.steps[self._seen_done() :]
        for step in waiting:
            self._do(step)
        return any(step.kind != "folder" for step in waiting)

    def undo(self) -> bool:
        """Undo what is done; whether anything but folders was. Raises OSError."""
        seen = self._seen_done()
        waiting = (n for n, step in enumerate(self.steps[seen:], seen) if step.kind != "folder")
        for step in reversed(self.steps[: next(waiting, len(self.steps))]):
            self._undo(step)
        return seen > 0

    def outside(self, step: Step) -> str:
        """The path in the environment."""
        return os.path.join(self.prefix, step.outside)  # noqa: PTH118

    def inside(self, step: Step) -> str:
        """The path in the transaction folder."""
        return os.path.join(self.folder, step.inside)  # noqa: PTH118

    def _seen_done(self) -> int:
        """How many of the first steps are done for certain; the last of them is a rename.

        Of a folder that is there nobody can tell who made it. Those that come next may be done:
        to make one again is no fault, and neither is to remove one that is not there.
        """
        certain = 0
        for number, step in enumerate(self.steps, 1):
            if step.kind == "folder":
                continue
            if os.path.lexists(self.inside(step)) is not (step.kind == "stash"):
                break
            certain = number
        return certain

    def _do(self, step: Step) -> None:
        outside = self.outside(step)
        match step.kind:
            case "folder":
                if not _is_real_folder(outside):
                    self.disk.make_folder(outside)
            case "stash":
                if step.mark is not None and step.mark != mark_of(outside):
                    raise OSError(errno.ESTALE, "It was changed in the meantime", outside)
                self.disk.rename(outside, self.inside(step))
            case "place":
                if os.path.lexists(outside):  # rename could overwrite it
                    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), outside)
                self.disk.rename(self.inside(step), outside)

    def _undo(self, step: Step) -> None:
        outside = self.outside(step)
        match step.kind:
            case "folder":
                with contextlib.suppress(OSError):  # somebody else's file is in it, or not made
                    self.disk.remove_folder(outside)
            case "stash":
                self.disk.rename(self.inside(step), outside)
            case "place":
                self.disk.rename(outside, self.inside(step))


def _is_real_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)  # noqa: PTH112, PTH114
