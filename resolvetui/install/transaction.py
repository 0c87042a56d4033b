"""A plan carried out whole or not at all.

Everything is unpacked and checked in a folder on the environment's own file system; then files
are renamed by a journal (`journal`, `execution`), also after a crash (`recovery`). What each wheel
may bring is `wheel`'s and `staging`'s business, who must not be overwritten `moves`'.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, field

from resolvetui.environment.installed import InstalledDistribution, read_installed
from resolvetui.environment.target import Target
from resolvetui.errors import EnvironmentRefused, InstallFailed
from resolvetui.install.changes import Change, told
from resolvetui.install.disk import Disk
from resolvetui.install.execution import discard, drop_undo, not_written, remove_trash, run
from resolvetui.install.interruption import uninterrupted
from resolvetui.install.journal import TRANSACTION, Journal, boot_id, is_past_commit
from resolvetui.install.layout import Layout, layout_of
from resolvetui.install.locking import environment_lock
from resolvetui.install.means import Means
from resolvetui.install.moves import plan_moves
from resolvetui.install.ownership import Owners
from resolvetui.install.plan import ActionKind, Plan
from resolvetui.install.preparing import Preparing
from resolvetui.install.recovery import recover, told_of
from resolvetui.install.uninstall import files_of
from resolvetui.model.files import SdistFile
from resolvetui.model.names import PackageName

OnProgress: TypeAlias = Callable[[PackageName, str, int, int], None]
"""Package, state (as in `session.protocol.InstallProgress`), bytes done, bytes in all."""
Tidying: TypeAlias = Callable[[], object]


def commit(
    target: Target,
    plan: Plan,
    wheels: Mapping[PackageName, Path],
    on_progress: OnProgress,
    cancelled: Callable[[], bool],
    *,
    means: Means | None = None,
    keep_undo: bool = True,
    disk: Disk | None = None,
    after: Callable[[Tidying], object] = lambda tidy: tidy(),
) -> tuple[str, ...]:
    """Carry out `plan`; a line for each change, and notes about what needs a look.

    On any exception but `Interrupted`, which says how it is, the environment is as it was. Signals
    are held meanwhile. With `keep_undo` what is replaced is kept for `rollback`, else
    also what was kept before is dropped. `after` is called when all is in place, while nobody
    else may change the environment, with what removes the emptied folders. Raises
    InstallFailed, Cancelled, Interrupted, EnvironmentRefused.
    """
    check_installable(plan)
    layout, disk = layout_of(target), disk or Disk()
    with uninterrupted(cancelled) as stopped, environment_lock(layout, disk) as state:
        lines = list(told_of(layout.prefix, recover(layout, disk)))
        if plan.changes:
            install = _Install(target, layout, plan, wheels, on_progress, stopped, keep_undo, disk)
            lines += install.run(state, means or Means())
        elif not keep_undo:
            drop_undo(state, disk)
        after(lambda: remove_trash(state, disk))
    return tuple(lines)


def check_installable(plan: Plan) -> None:
    """Raise InstallFailed for a plan that would need a build; asked before any download."""
    for action in plan.changes:
        if isinstance(action.file, SdistFile):
            raise InstallFailed(
                f"{action.name} {action.new_version} is a source distribution.",
                why=f"{action.file.filename} would have to be built first, which runs its code.",
                what_to_do=f"Take a version with a wheel: --only-binary {action.name}.",
                culprit=action.file.filename,
            )


class _Install(Struct):
    """One run of `commit`, under the lock."""

    target: Target
    layout: Layout
    plan: Plan
    wheels: Mapping[PackageName, Path]
    on_progress: OnProgress
    cancelled: Callable[[], bool]
    keep_undo: bool
    disk: Disk
    lines: list[str] = field(default_factory=list)

    def run(self, state: Path, means: Means) -> list[str]:
        installed = {dist.name: dist for dist in read_installed(self.target)[0]}
        self._check_unchanged(installed)
        going, staying = self._split(installed)
        with self._folder(state) as folder:
            preparing = Preparing(self.layout, folder, means, self.on_progress, self.cancelled)
            staged = preparing.stage_all(self.plan, self.wheels)
            self.lines += preparing.notes
            owners = Owners(staying)
            removed: dict[PackageName, tuple[str, ...]] = {}
            for dist in going:
                own = files_of(dist, self.layout, owners)
                removed[dist.name] = own.files
                self.lines += own.warnings
            moves = plan_moves(self.layout, folder, removed, staged, owners)
            journal = Journal(1, moves.steps, self._changes(), self.keep_undo, boot_id())
            run(self.layout.prefix, folder, journal, moves.placed, self.cancelled, self.disk)
        for action in self.plan.changes:
            is_removal = action.kind is ActionKind.REMOVE
            self.on_progress(action.name, "removed" if is_removal else "installed", 0, 0)
        notes = [note for wheel in staged for note in wheel.notes]
        return [*map(told, self._changes()), *notes, *self.lines]

    def _changes(self) -> tuple[Change, ...]:
        return tuple(
            Change(action.kind, action.name, action.old_version, action.new_version)
            for action in self.plan.changes
        )

    def _check_unchanged(self, installed: Mapping[PackageName, InstalledDistribution]) -> None:
        for action in self.plan.actions:
            dist = installed.get(action.name)
            if (dist.version if dist else "") != action.old_version:
                raise InstallFailed(
                    f"The environment was changed since the plan was made: {action.name} is now "
                    f"{dist.version if dist else 'gone'}.",
                    what_to_do="Resolve again.",
                    culprit=str(action.name),
                )

    def _split(
        self, installed: Mapping[PackageName, InstalledDistribution]
    ) -> tuple[list[InstalledDistribution], list[InstalledDistribution]]:
        """What goes and what stays; a package that is only seen is hidden by ours, not removed."""
        changing = {action.name for action in self.plan.changes}
        own = [dist for dist in installed.values() if not dist.external]
        going = [dist for dist in own if dist.name in changing]
        return going, [dist for dist in own if dist.name not in changing]

    @contextmanager
    def _folder(self, state: Path) -> Iterator[Path]:
        """The transaction folder; gone afterwards unless an undo could not be finished."""
        folder = state / f"{TRANSACTION}{secrets.token_hex(4)}"
        try:
            self.disk.make_folder(folder)
            self._check_one_file_system(folder)
            yield folder
        except OSError as error:
            raise not_written(self.layout.prefix, folder, error) from error
        finally:
            if folder.exists() and not is_past_commit(folder):
                discard(folder, self.disk)

    def _check_one_file_system(self, folder: Path) -> None:
        """Renames work only inside one file system."""
        device = folder.stat().st_dev
        layout = self.layout
        for root in {layout.purelib, layout.platlib, layout.scripts, layout.data, layout.headers}:
            existing = next(path for path in (Path(root), *Path(root).parents) if path.exists())
            if existing.stat().st_dev != device:
                raise EnvironmentRefused(
                    f"The environment {layout.prefix} lies on several file systems.",
                    why=f"{existing} is on another one than {layout.prefix}.",
                    what_to_do="Make a new environment with --venv.",
                    culprit=str(existing),
                )
