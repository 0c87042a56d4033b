"""The renames of one transaction, written down before the first, done, and undone.

Rules of this file: every step is a rename (or a new empty folder) whose done-ness can be seen, so
that undoing needs no data and can be repeated. A `stash` is done when its path inside the
transaction folder exists; a `place` is done when that path is gone. The transaction ends when its
folder is renamed to `trash-*`; up to then whoever finds it undoes it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Literal

import msgspec
from msgspec import Struct

from resolvetui.errors import Cancelled, InstallFailed

TRANSACTION = "txn-"
_TRASH = "trash-"
_JOURNAL = "journal.json"


class Step(Struct, frozen=True, array_like=True):
    """One step."""

    kind: Literal["stash", "place", "folder"]
    """Move out of the way; move into place; make an empty folder."""
    outside: str
    """Path in the environment, relative to its prefix, or absolute when it is not below."""
    inside: str = ""
    """Path in the transaction folder, relative to it; "" for a folder."""


class Journal(Struct, frozen=True):
    """All steps in order."""

    format: Literal[1]
    steps: tuple[Step, ...]


_DECODER = msgspec.json.Decoder(Journal)


def run(prefix: str, folder: Path, steps: Sequence[Step], cancelled: Callable[[], bool]) -> None:
    """Write the journal, do every step, and end the transaction; or undo what was done.

    `folder` is the transaction folder with the new files in it. Raises what went wrong after
    undoing: InstallFailed for a refused rename, Cancelled.
    """
    with _held_signals() as signalled:
        _write_journal(folder, steps)
        try:
            for step in steps:
                _check(cancelled() or signalled())
                _do(prefix, folder, step)
            _end(folder)
        except OSError as error:
            undo(prefix, folder)
            raise InstallFailed(
                "The new files could not be moved into place.",
                why=f"{error.strerror or error}: {error.filename2 or error.filename}. "
                "Everything was moved back.",
                what_to_do="Check the rights of that path, then try again.",
                culprit=str(error.filename2 or error.filename or folder),
            ) from error
        except BaseException:
            undo(prefix, folder)
            raise


def undo(prefix: str, folder: Path) -> bool:
    """Bring back what was before the transaction; False when it had not begun to move files.

    Raises InstallFailed when a rename is refused; then the next call goes on from there.
    """
    journal = _read_journal(folder)
    done = _done_steps(folder, journal.steps) if journal else []
    try:
        for step in reversed(done):
            _undo_step(prefix, folder, step)
        _end(folder)
    except OSError as error:
        raise InstallFailed(
            f"The environment {prefix} could not be brought back to what it was.",
            why=f"{error.strerror or error}: {error.filename2 or error.filename}.",
            what_to_do=f"Make that path writable and run resolvetui again; nothing is lost, it is "
            f"kept in {folder}.",
            culprit=str(folder),
        ) from error
    return any(step.kind != "folder" for step in done)


def remove_trash(state: Path) -> None:
    """Delete the folders of transactions that have ended."""
    for path in state.glob(f"{_TRASH}*"):
        shutil.rmtree(path, ignore_errors=True)


def unfinished(state: Path) -> list[Path]:
    """The transaction folders that somebody left behind."""
    return sorted(state.glob(f"{TRANSACTION}*"))


def _end(folder: Path) -> None:
    """The one rename that ends a transaction; then what is left is deleted."""
    trash = folder.with_name(folder.name.replace(TRANSACTION, _TRASH, 1))
    folder.rename(trash)
    shutil.rmtree(trash, ignore_errors=True)


def _check(is_stopped: bool) -> None:  # noqa: FBT001
    if is_stopped:
        raise Cancelled("The install was stopped.", why="It was rolled back.")


def _do(prefix: str, folder: Path, step: Step) -> None:
    outside = os.path.join(prefix, step.outside)  # noqa: PTH118
    match step.kind:
        case "folder":
            os.mkdir(outside)  # noqa: PTH102
        case "stash":
            os.rename(outside, folder / step.inside)  # noqa: PTH104
        case "place":
            if os.path.lexists(outside):  # rename would overwrite it
                raise FileExistsError(17, os.strerror(17), outside)
            os.rename(folder / step.inside, outside)  # noqa: PTH104


def _undo_step(prefix: str, folder: Path, step: Step) -> None:
    outside = os.path.join(prefix, step.outside)  # noqa: PTH118
    match step.kind:
        case "folder":
            with contextlib.suppress(OSError):  # somebody else's file is in it by now, or not made
                os.rmdir(outside)  # noqa: PTH106
        case "stash":
            os.rename(folder / step.inside, outside)  # noqa: PTH104
        case "place":
            os.rename(outside, folder / step.inside)  # noqa: PTH104


def _done_steps(folder: Path, steps: Sequence[Step]) -> list[Step]:
    """The steps that were done, going by what is where.

    Whether a folder is there says nothing; but new ones are made only after the last stash.
    """
    stashes = [step for step in steps if step.kind == "stash"]
    stashed = [step for step in stashes if os.path.lexists(folder / step.inside)]
    if len(stashed) < len(stashes):
        return stashed
    places = (step for step in steps if step.kind == "place")
    waiting = {step.inside for step in places if os.path.lexists(folder / step.inside)}
    return [step for step in steps if step.kind != "place" or step.inside not in waiting]


def _write_journal(folder: Path, steps: Sequence[Step]) -> None:
    (folder / "old").mkdir(exist_ok=True)
    path = folder / _JOURNAL
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as file:
        file.write(msgspec.json.encode(Journal(1, tuple(steps))))
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    _sync_folder(folder)


def _read_journal(folder: Path) -> Journal | None:
    """The journal, or None when the transaction never came to it."""
    try:
        return _DECODER.decode((folder / _JOURNAL).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise InstallFailed(
            f"An interrupted install in {folder} cannot be undone.",
            why=f"Its journal cannot be read: {error}.",
            what_to_do="Make a new environment with --venv.",
            culprit=str(folder / _JOURNAL),
        ) from error


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _held_signals() -> Iterator[Callable[[], bool]]:
    """Hold SIGINT and SIGTERM while files move; they are delivered afterwards.

    Gives a function that says whether one came. In other threads signals do not arrive.
    """
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return

    def hold(number: int, _: FrameType | None) -> None:
        came.append(number)

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, hold) for number in numbers]
    try:
        yield lambda: bool(came)
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
        if came:
            signal.raise_signal(came[0])
