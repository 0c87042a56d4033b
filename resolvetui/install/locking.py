"""One install at a time in an environment: a lock that the kernel frees with its holder.

The lock file exists only while somebody holds it, and so does its folder unless something is kept
there, so that an environment looks as it did before when nothing was installed.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from resolvetui.environment.leftovers import HOLDER, LOCK
from resolvetui.errors import EnvironmentRefused, InstallFailed
from resolvetui.install.disk import Disk
from resolvetui.install.layout import Layout

_ATTEMPTS = 20
_PATIENCE_S = 0.3
"""So long a second process of an install that was killed (`helping`) may hold the lock."""
_POLL_S = 0.01


class LockHeld(InstallFailed):
    """Another process has the lock; `why` names it."""


@contextlib.contextmanager
def environment_lock(layout: Layout, disk: Disk) -> Iterator[Path]:
    """Hold the lock of an environment; gives the folder for transactions.

    Raises LockHeld, naming the holder, when another process keeps it;
    EnvironmentRefused when the environment cannot be written to.
    """
    folder = layout.state
    try:
        lock = _acquire(folder, disk)
    except OSError as error:
        raise EnvironmentRefused(
            f"The environment {layout.prefix} cannot be installed into.",
            why=f"{folder} cannot be written to: {error.strerror or error}.",
            what_to_do="Check the rights of the folder, or make a new environment with --venv.",
            culprit=layout.prefix,
        ) from error
    holder = folder / HOLDER
    try:
        with contextlib.suppress(OSError):  # it only helps a message; the disk may be full
            holder.write_text(f"process {os.getpid()} since {time.strftime('%H:%M:%S')}", "utf-8")
        yield folder
    finally:
        for path in (holder, folder / LOCK):
            with contextlib.suppress(OSError):
                disk.remove_file(path)  # filelock notices a lock file that is gone
        lock.release()
        with contextlib.suppress(OSError):  # not empty: what is kept, or needs a repair
            disk.remove_folder(folder)


def _acquire(folder: Path, disk: Disk) -> BaseFileLock:
    if folder.is_symlink():
        raise OSError(f"{folder} is a symbolic link")
    for _ in range(_ATTEMPTS):
        if not folder.is_dir():
            with contextlib.suppress(FileExistsError):  # the next holder made it just now
                disk.make_folder(folder)
        lock = FileLock(folder / LOCK, fallback_to_soft=False)
        try:
            lock.acquire(timeout=_PATIENCE_S, poll_interval=_POLL_S)
        except FileNotFoundError:  # the last holder removed the folder just now
            continue
        except Timeout as error:
            raise _held(folder) from error
        return lock
    raise OSError(f"{folder} comes and goes")


def _held(folder: Path) -> LockHeld:
    try:
        holder = (folder / HOLDER).read_text("utf-8")[:100]
    except (OSError, UnicodeDecodeError):
        holder = "another process"
    return LockHeld(
        f"Another install into {folder.parent} is running.",
        why=f"Its lock is held by {holder}.",
        what_to_do="Wait until it is done, then try again.",
        culprit=str(folder / LOCK),
    )
