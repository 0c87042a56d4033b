"""What the last transaction of an environment replaced, put back: a transaction as any other.

Its steps are those of the last one the other way round, from the `undo` folder that the last one
became. It becomes the `undo` folder itself, so that a second rollback brings back what the first
one undid.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, field

from resolvetui.environment.leftovers import UNDO
from resolvetui.environment.target import Target
from resolvetui.errors import InstallFailed
from resolvetui.install.changes import Change, inverse, told
from resolvetui.install.disk import Disk
from resolvetui.install.execution import discard, not_written, remove_trash, run
from resolvetui.install.interruption import uninterrupted
from resolvetui.install.journal import (
    OLD,
    TRANSACTION,
    Journal,
    PlacedFiles,
    Step,
    boot_id,
    files_below,
    is_past_commit,
    mark_of,
    read_journal,
    read_placed,
)
from resolvetui.install.layout import Layout, layout_of
from resolvetui.install.locking import environment_lock
from resolvetui.install.recovery import recover, told_of
from resolvetui.install.uninstall import bytecode_of

_SHOWN = 3

_Fault: TypeAlias = tuple[str, str]
"""Path, and what is wrong with it."""


def roll_back(
    target: Target,
    cancelled: Callable[[], bool] = lambda: False,
    *,
    disk: Disk | None = None,
) -> tuple[str, ...]:
    """Undo the last transaction of an environment; a line for each change.

    Where an interrupted install is found that comes to nothing, that was it: no further one is
    undone. Raises InstallFailed when there is none, or files were changed since; Cancelled,
    Interrupted, EnvironmentRefused.
    """
    layout, disk = layout_of(target), disk or Disk()
    with uninterrupted(cancelled) as stopped, environment_lock(layout, disk) as state:
        endings = recover(layout, disk)
        lines = list(told_of(layout.prefix, endings))
        if "undone" in endings or "removed" in endings:
            return (*lines, "Nothing else was rolled back.")
        folder = state / f"{TRANSACTION}{secrets.token_hex(4)}"
        journal = _inverse(layout, state / UNDO)
        try:
            disk.make_folder(folder)
            placed = _placed(folder, journal.steps)
            run(layout.prefix, folder, journal, placed, stopped, disk)
            remove_trash(state, disk)
        except OSError as error:
            raise not_written(layout.prefix, folder, error) from error
        finally:
            if folder.exists() and not is_past_commit(folder):
                discard(folder, disk)
        return (*lines, *map(told, journal.changes))


def rollback_changes(target: Target) -> tuple[Change, ...]:
    """What `roll_back` would do, as known without a look at the files; () for nothing."""
    found = read_journal(layout_of(target).state / UNDO)
    return tuple(map(inverse, found[1].changes)) if found else ()


def _inverse(layout: Layout, undo: Path) -> Journal:
    """What undoes the transaction in `undo`. Raises InstallFailed."""
    found = read_journal(undo)
    if found is None:
        raise InstallFailed(
            f"There is nothing to roll back in {layout.prefix}.",
            why="No install is kept there: none was made with resolvetui, or with --no-undo, or "
            f"somebody removed {undo}.",
            culprit=layout.prefix,
        )
    _, journal = found
    try:
        inversion = _Inversion(layout.prefix, undo, read_placed(undo))
        faults = list(inversion.faults(journal))
        if not faults:
            for step in reversed(journal.steps):
                inversion.add(step)
    except OSError as error:
        faults = [(str(error.filename), f"cannot be read: {error.strerror}")]
    if faults or inversion.in_the_way:
        raise _changed(layout, [*faults, *inversion.in_the_way])
    changes = tuple(map(inverse, journal.changes))
    return Journal(1, tuple(inversion.steps), changes, boot=boot_id())


class _Inversion(Struct):
    """Collects the steps of a rollback."""

    prefix: str
    undo: Path
    placed: PlacedFiles
    steps: list[Step] = field(default_factory=list)
    in_the_way: list[_Fault] = field(default_factory=list)
    _going: set[str] = field(default_factory=set)

    def faults(self, journal: Journal) -> Iterator[_Fault]:
        """The files that the transaction brought and that are no longer as it left them."""
        missing = {
            path
            for folder, names in self.placed.items()
            for path in (os.path.join(folder, name) for name in names)  # noqa: PTH118
            if not _is_bytecode(path)
        }
        for step in journal.steps:
            outside = self._path(step)
            if step.kind != "place" or not os.path.lexists(outside):
                continue
            for path in files_below(outside):
                name = step.outside + path[len(outside) :]
                missing.discard(name)
                if not _is_bytecode(name) and (fault := self._fault(path, name)):
                    yield path, fault
        for name in sorted(missing):
            yield os.path.join(self.prefix, name), "is gone"  # noqa: PTH118

    def _fault(self, path: str, name: str) -> str:
        parent, name = os.path.split(name)
        known = self.placed.get(parent, {}).get(name)
        if known is None:
            return "is new"
        status = os.lstat(path)
        return "" if known == (status.st_size, status.st_mtime_ns) else "was changed"

    def add(self, step: Step) -> None:
        """The steps that undo one of the transaction's."""
        path = self._path(step)
        match step.kind:
            case "place":
                self._stash(path)
                self._stash_bytecode(path)
            case "folder":
                self._stash_empty(path)
            case "stash":
                if os.path.lexists(path) and not self._goes(path):
                    self.in_the_way.append((path, "is new"))
                self.steps.append(Step("place", step.outside, f"../{UNDO}/{step.inside}"))

    def _stash(self, path: str) -> None:
        """Nothing for bytecode that goes already, or is no longer there."""
        if path in self._going or not os.path.lexists(path):
            return
        inside = f"{OLD}/{len(self._going)}"
        self._going.add(path)
        outside = path.removeprefix(self.prefix.rstrip(os.sep) + os.sep)
        self.steps.append(Step("stash", outside, inside, mark_of(path)))

    def _stash_bytecode(self, path: str) -> None:
        """What Python made of a module since; inside of a folder it goes with that."""
        made = sorted(bytecode_of({path})) if os.path.isfile(path) else []  # noqa: PTH113
        for file in made:
            self._stash(file)
        for cache in sorted({os.path.dirname(file) for file in made}):  # noqa: PTH120
            self._stash_empty(cache)

    def _stash_empty(self, folder: str) -> None:
        """A folder that will be empty; one with files of others stays."""
        with os.scandir(folder) as entries:
            is_empty = all(entry.path in self._going for entry in entries)
        if is_empty:
            self._stash(folder)

    def _goes(self, path: str) -> bool:
        parents = (str(parent) for parent in Path(path).parents)
        return path in self._going or any(parent in self._going for parent in parents)

    def _path(self, step: Step) -> str:
        return os.path.join(self.prefix, step.outside)  # noqa: PTH118


def _placed(folder: Path, steps: Iterable[Step]) -> PlacedFiles:
    """What the files are that come back. Raises OSError."""
    found: PlacedFiles = {}
    for step in steps:
        if step.kind == "place":
            source = os.path.normpath(folder / step.inside)
            for path in files_below(source):
                status = os.lstat(path)
                parent, name = os.path.split(step.outside + path[len(source) :])
                found.setdefault(parent, {})[name] = (status.st_size, status.st_mtime_ns)
    return found


def _is_bytecode(path: str) -> bool:
    """Whether Python may have made it, and may make it anew (PEP 3147)."""
    return path.endswith(".pyc") and os.path.basename(os.path.dirname(path)) == "__pycache__"  # noqa: PTH119, PTH120


def _changed(layout: Layout, faults: Sequence[_Fault]) -> InstallFailed:
    shown = "; ".join(f"{path} {what}" for path, what in faults[:_SHOWN])
    rest = f" and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    return InstallFailed(
        f"The last install into {layout.prefix} cannot be rolled back.",
        why=f"Files were changed since: {shown}{rest}.",
        what_to_do="Put these as they were, or install the versions that you want.",
        culprit=faults[0][0],
    )
