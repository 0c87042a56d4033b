"""A prepared transaction carried out, finished, or brought back; also after a crash.

    prepared --commit point--> commit --every step done--> ended
                                 |
                                 +--a step refused--> abort --every step undone--> ended

Before the commit point nothing was moved, and whoever finds the folder deletes it. After it the
transaction is finished, by whoever finds it; only where the file system refuses a step, everything
goes back. See docs/explanation/transaction.md.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from msgspec import Struct

from resolvetui.environment.leftovers import UNDO
from resolvetui.errors import Cancelled, InstallFailed
from resolvetui.install.disk import Disk
from resolvetui.install.journal import (
    NEW,
    OLD,
    TRANSACTION,
    TRASH,
    Journal,
    PlacedFiles,
    State,
    boot_id,
    files_below,
    read_journal,
    read_placed,
    write_journal,
)
from resolvetui.install.steps import Steps

Ending = Literal["finished", "undone", "removed"]
"""With the new files, with the old ones, or before any was moved."""


def run(
    prefix: str,
    folder: Path,
    journal: Journal,
    placed: PlacedFiles,
    cancelled: Callable[[], bool],
    disk: Disk,
) -> None:
    """Write the journal, do every step, and end the transaction; or leave all as it was.

    `folder` is the transaction folder with the new files in it, `placed` what they are.
    `cancelled` is asked up to the commit point. Raises OSError before that, Cancelled, and
    InstallFailed for a refused rename.
    """
    disk.make_folder(folder / OLD)
    write_journal(folder, journal, placed, disk)
    if cancelled():
        raise Cancelled("The install was stopped.", why="Nothing was changed.")
    disk.rename(folder / State.PREPARED, folder / State.COMMIT)
    transaction = _Transaction(prefix, folder, journal, disk)
    try:
        disk.sync_folder(folder)
        transaction.steps.do()
    except OSError as error:
        transaction.go_back(error)
        raise _moved_back(error, folder) from error
    except BaseException as error:
        transaction.go_back(error)
        raise
    with contextlib.suppress(OSError):  # it is done; the next command tidies up
        transaction.end()


def settle(prefix: str, folder: Path, disk: Disk) -> Ending:
    """End what an interrupted transaction began.

    Raises InstallFailed when its files can be moved neither on nor back; the next call tries again.
    """
    found = read_journal(folder)
    if found is None or found[0] is State.PREPARED:
        discard(folder, disk)
        return "removed"
    state, journal = found
    transaction = _Transaction(prefix, folder, journal, disk)
    if state is State.ABORT:
        transaction.undo(None)
        return "undone"
    try:
        transaction.check_written()
        transaction.steps.do()
    except OSError as error:
        transaction.go_back(error)
        return "undone"
    with contextlib.suppress(OSError):  # it is done; the next command tidies up
        transaction.end()
    return "finished"


def discard(folder: Path, disk: Disk) -> None:
    """Make a folder trash and delete it; a rest of it is the next command's to delete."""
    trash = folder.with_name(f"{TRASH}{folder.name.removeprefix(TRANSACTION)}")
    with contextlib.suppress(OSError):
        disk.rename(folder, trash)
    disk.remove_tree(trash)


def drop_undo(state: Path, disk: Disk) -> None:
    """Forget what a rollback would go by. Raises OSError."""
    undo = state / UNDO
    if os.path.lexists(undo):
        trash = state / f"{TRASH}{UNDO}-{secrets.token_hex(4)}"
        disk.rename(undo, trash)
        disk.remove_tree(trash)


def remove_trash(state: Path, disk: Disk) -> bool:
    """Delete the folders of transactions that have ended; whether there were any."""
    trash = sorted(state.glob(f"{TRASH}*"))
    for path in trash:
        disk.remove_tree(path)
    return bool(trash)


class _Transaction(Struct, frozen=True):
    """A transaction past its commit point."""

    prefix: str
    folder: Path
    journal: Journal
    disk: Disk

    @property
    def steps(self) -> Steps:
        return Steps(self.prefix, self.folder, self.journal.steps, self.disk)

    def end(self) -> None:
        """All is in place: the folder becomes the one that a rollback goes by.

        The emptied folders of the new files become trash, which whoever holds the lock removes.
        Raises OSError.
        """
        state = self.folder.parent
        if os.path.lexists(self.folder / NEW):
            self.disk.rename(self.folder / NEW, state / f"{TRASH}{NEW}-{secrets.token_hex(4)}")
        drop_undo(state, self.disk)
        if self.journal.keeps_undo:
            self.disk.rename(self.folder, self.folder.with_name(UNDO))
        else:
            discard(self.folder, self.disk)

    def go_back(self, cause: BaseException) -> None:
        """Move everything back, whatever happens to this process meanwhile."""
        try:
            self.disk.rename(self.folder / State.COMMIT, self.folder / State.ABORT)
            with contextlib.suppress(OSError):  # undoing it or doing it again are both fine
                self.disk.sync_folder(self.folder)
        except OSError as error:
            raise self._stuck(error) from cause
        self.undo(cause)

    def undo(self, cause: BaseException | None) -> None:
        """Undo the steps and end. Raises InstallFailed; then the next call goes on from there."""
        try:
            self.steps.undo()
        except OSError as error:
            raise self._stuck(error) from cause
        discard(self.folder, self.disk)

    def check_written(self) -> None:
        """After a loss of power: raise OSError where a new file's content did not get to the disk.

        Renames are kept in order by file systems, the content of files that were just written need
        not be.
        """
        if self.journal.boot and self.journal.boot == boot_id():
            return
        placed = read_placed(self.folder)
        for step in self.journal.steps:
            if step.kind == "place":
                inside, outside = self.steps.inside(step), self.steps.outside(step)
                start = inside if os.path.lexists(inside) else outside
                for path in files_below(start):
                    parent, name = os.path.split(step.outside + path[len(start) :])
                    mark = placed.get(parent, {}).get(name)
                    if mark is not None and os.lstat(path).st_size != mark[0]:
                        raise OSError(errno.EIO, "Its content was lost", path)

    def _stuck(self, error: OSError) -> InstallFailed:
        if not Path(self.prefix).is_dir() or not self.folder.is_dir():
            return _removed_meanwhile(self.prefix)
        return InstallFailed(
            f"The environment {self.prefix} could not be brought back to what it was.",
            why=f"{error.strerror or error}: {_path_of(error, self.folder)}.",
            what_to_do=f"Make that path writable and run resolvetui again; nothing is lost, it is "
            f"kept in {self.folder}.",
            culprit=_path_of(error, self.folder),
        )


def not_written(prefix: str, folder: Path, error: OSError) -> InstallFailed:
    """What to say where something could not be written before the commit point."""
    if not folder.parent.is_dir():
        return _removed_meanwhile(prefix)
    return InstallFailed(
        "The files could not be written.",
        why=f"{error.strerror or error}: {error.filename or folder}. The environment is as it was.",
        what_to_do="Make room or check the rights there, then try again.",
        culprit=str(error.filename or folder),
    )


def _removed_meanwhile(prefix: str) -> InstallFailed:
    """Somebody removed the environment during the install."""
    return InstallFailed(
        f"The environment {prefix} was removed while it was installed into.",
        what_to_do="Make it again (--venv makes one), then install again.",
        culprit=prefix,
    )


def _moved_back(error: OSError, folder: Path) -> InstallFailed:
    return InstallFailed(
        "The new files could not be moved into place.",
        why=f"{error.strerror or error}: {_path_of(error, folder)}. Everything was moved back.",
        what_to_do="Check the rights of that path, and that nothing else uses it; then try again.",
        culprit=_path_of(error, folder),
    )


def _path_of(error: OSError, folder: Path) -> str:
    """The path at fault: of the two that a rename has, that in the environment."""
    paths = [str(path) for path in (error.filename2, error.filename) if path]
    outside = (path for path in paths if not path.startswith(str(folder.parent)))
    return next(outside, next(iter(paths), str(folder)))
