"""What a transaction is going to do, written down before it does it.

A transaction is a folder, and its state is the name of a file in it: `journal.json` while nothing
was moved yet, `journal.commit` from the commit point on, `journal.abort` once it is on its way
back. Changing the state is a rename, which needs no room on the disk. `execution` carries out what
is written here; see docs/explanation/transaction.md.
"""

from __future__ import annotations

import enum
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from resolvetui.errors import InstallFailed
from resolvetui.install.changes import Change
from resolvetui.install.disk import Disk

TRANSACTION = "txn-"
TRASH = "trash-"
OLD = "old"
NEW = "new"
_PLACED = "placed.json"

Mark: TypeAlias = tuple[int, int, int]
"""Inode, size and time of change in ns, of a file; of a folder the inode and zeros, for its time
changes when Python puts bytecode into it."""


class State(enum.StrEnum):
    """How far a transaction is: the name of its journal."""

    PREPARED = "journal.json"
    COMMIT = "journal.commit"
    ABORT = "journal.abort"


class Step(Struct, frozen=True, array_like=True):
    """One step."""

    kind: Literal["stash", "place", "folder"]
    """Move out of the way; move into place; make an empty folder."""
    outside: str
    """Path in the environment, relative to its prefix, or absolute when it is not below."""
    inside: str = ""
    """Path in the transaction folder, relative to it; "" for a folder."""
    mark: Mark | None = None
    """Of what is stashed, when the step was planned."""


class Journal(Struct, frozen=True):
    """All steps in order."""

    format: Literal[1]
    steps: tuple[Step, ...]
    changes: tuple[Change, ...] = ()
    keeps_undo: bool = True
    boot: str = ""
    """Which start of the machine it was written in; "" where that cannot be told."""


FileMark: TypeAlias = tuple[int, int]
"""Size in bytes and time of change in ns."""

PlacedFiles: TypeAlias = dict[str, dict[str, FileMark]]
"""Of every file that comes, by folder in the environment (as in `Step.outside`) and name."""

_DECODER = msgspec.json.Decoder(Journal)
_PLACED_DECODER = msgspec.json.Decoder(PlacedFiles)


def mark_of(path: str) -> Mark:
    """What tells whether there is still the same at a path. Raises OSError."""
    status = os.lstat(path)
    if stat.S_ISDIR(status.st_mode):
        return status.st_ino, 0, 0
    return status.st_ino, status.st_size, status.st_mtime_ns


def write_journal(folder: Path, journal: Journal, placed: PlacedFiles, disk: Disk) -> None:
    """Make the transaction in `folder` a prepared one. Raises OSError."""
    disk.write(folder / _PLACED, msgspec.json.encode(placed))
    temporary = folder / "journal.tmp"
    disk.write(temporary, msgspec.json.encode(journal))
    disk.rename(temporary, folder / State.PREPARED)
    disk.sync_folder(folder)


def read_journal(folder: Path) -> tuple[State, Journal] | None:
    """State and journal, or None when the transaction never came to one. Raises InstallFailed."""
    for state in State:
        try:
            return state, _DECODER.decode((folder / state).read_bytes())
        except FileNotFoundError:
            continue
        except (OSError, msgspec.DecodeError) as error:
            raise _unreadable(folder / state, error) from error
    return None


def is_past_commit(folder: Path) -> bool:
    """Whether a transaction may have moved something."""
    return any((folder / state).exists() for state in (State.COMMIT, State.ABORT))


def read_placed(folder: Path) -> PlacedFiles:
    """The files that a transaction brings. Raises InstallFailed."""
    try:
        return _PLACED_DECODER.decode((folder / _PLACED).read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise _unreadable(folder / _PLACED, error) from error


def unfinished(state: Path) -> list[Path]:
    """The folders of transactions that have not ended."""
    return sorted(state.glob(f"{TRANSACTION}*"))


def files_below(path: str) -> Iterator[str]:
    """The path itself, or for a folder every file and link in it; links are not followed."""
    if os.path.islink(path) or not os.path.isdir(path):  # noqa: PTH112, PTH114
        yield path
        return
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from files_below(entry.path)
            else:
                yield entry.path


def boot_id(path: Path = Path("/proc/sys/kernel/random/boot_id")) -> str:
    """Which start of the machine this is, or "" where that cannot be told."""
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _unreadable(path: Path, error: Exception) -> InstallFailed:
    return InstallFailed(
        f"What an install wrote down in {path.parent} cannot be read.",
        why=f"{path.name}: {error}.",
        what_to_do="Make a new environment with --venv.",
        culprit=str(path),
    )
