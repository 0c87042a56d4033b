"""A plan carried out whole or not at all.

Everything is unpacked and checked in a folder on the environment's own file system; then files
are renamed by a journal (`journal`, `execution`), also after a crash (`recovery`). What each wheel
may bring is `wheel`'s and `unpack`'s business, who must not be overwritten `moves`'.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from resolvetui.environment.installed import InstalledDistribution, read_installed
from resolvetui.environment.target import Target
from resolvetui.errors import Cancelled, EnvironmentRefused, InstallFailed
from resolvetui.install.changes import Change, told
from resolvetui.install.disk import Disk
from resolvetui.install.execution import discard, drop_undo, not_written, run
from resolvetui.install.interruption import uninterrupted
from resolvetui.install.journal import TRANSACTION, Journal, boot_id, is_past_commit
from resolvetui.install.layout import Layout, layout_of
from resolvetui.install.locking import environment_lock
from resolvetui.install.moves import plan_moves
from resolvetui.install.ownership import Owners
from resolvetui.install.plan import Action, ActionKind, Plan
from resolvetui.install.recovery import recover, told_of
from resolvetui.install.strict_zip import Limits
from resolvetui.install.uninstall import files_of
from resolvetui.install.unpack import StagedWheel, stage_wheel
from resolvetui.install.wheel import Wheel, open_wheel
from resolvetui.model.files import SdistFile
from resolvetui.model.names import PackageName

OnProgress: TypeAlias = Callable[[PackageName, str, int, int], None]
"""Package, state (as in `session.protocol.InstallProgress`), bytes done, bytes in all."""


def commit(
    target: Target,
    plan: Plan,
    wheels: Mapping[PackageName, Path],
    on_progress: OnProgress,
    cancelled: Callable[[], bool],
    *,
    limits: Limits | None = None,
    keep_undo: bool = True,
    disk: Disk | None = None,
) -> tuple[str, ...]:
    """Carry out `plan`; a line for each change, and notes about what needs a look.

    On any exception but `Interrupted`, which says how it is, the environment is as it was. Signals
    are held meanwhile. With `keep_undo` what is replaced is kept for `rollback`, else
    also what was kept before is dropped. Raises
    InstallFailed, Cancelled, Interrupted, EnvironmentRefused.
    """
    check_installable(plan)
    layout, disk = layout_of(target), disk or Disk()
    with uninterrupted(cancelled) as stopped, environment_lock(layout, disk) as state:
        lines = list(told_of(layout.prefix, recover(layout, disk)))
        if plan.changes:
            install = _Install(target, layout, plan, wheels, on_progress, stopped, keep_undo, disk)
            lines += install.run(state, limits or Limits())
        elif not keep_undo:
            drop_undo(state, disk)
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


@dataclass(slots=True)
class _Install:
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

    def run(self, state: Path, limits: Limits) -> list[str]:
        installed = {dist.name: dist for dist in read_installed(self.target)[0]}
        self._check_unchanged(installed)
        going, staying = self._split(installed)
        with self._folder(state) as folder:
            staged = self._stage_all(folder, limits)
            owners = Owners(staying)
            removed: dict[PackageName, tuple[str, ...]] = {}
            for dist in going:
                own = files_of(dist, self.layout, owners)
                removed[dist.name] = own.files
                self.lines += own.warnings
            steps = plan_moves(self.layout, folder, removed, staged, owners)
            journal = Journal(1, tuple(steps), self._changes(), self.keep_undo, boot_id())
            run(self.layout.prefix, folder, journal, self.cancelled, self.disk)
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

    def _stage_all(self, folder: Path, limits: Limits) -> list[StagedWheel]:
        """Every wheel opened and measured first, then unpacked: the first fault stops it."""
        actions = [action for action in self.plan.changes if action.file is not None]
        with ExitStack() as stack:
            wheels = [stack.enter_context(self._open(action, limits)) for action in actions]
            self._check_space(folder, sum(wheel.archive.unpacked_size for wheel in wheels))
            return [
                self._stage(action, wheel, folder)
                for action, wheel in zip(actions, wheels, strict=True)
            ]

    def _open(self, action: Action, limits: Limits) -> Wheel:
        assert action.file is not None
        if self.cancelled():
            raise Cancelled("The install was stopped.", why="Nothing was changed.")
        path = self.wheels[action.name]
        wheel = open_wheel(path, action.file.filename, version=action.new_version, limits=limits)
        if wheel.name != action.name:
            wheel.archive.__exit__(None, None, None)
            raise InstallFailed(
                f"{action.file.filename} must not be installed.",
                why=f"It holds {wheel.name!r}; the plan is to install {action.name!r}.",
                culprit=action.file.filename,
            )
        return wheel

    def _stage(self, action: Action, wheel: Wheel, folder: Path) -> StagedWheel:
        is_direct = action.index is None and action.file is not None
        staged = stage_wheel(
            wheel,
            folder / "new" / action.name,
            self.layout,
            requested=action.requested,
            direct_url=action.file.url if is_direct and action.file else "",
            hashes=action.file.hashes if action.file else {},
            cancelled=self.cancelled,
        )
        size = wheel.archive.unpacked_size
        self.on_progress(action.name, "unpacked", size, size)
        return staged

    def _check_space(self, folder: Path, needed: int) -> None:
        free = shutil.disk_usage(folder).free
        if needed > free:
            raise InstallFailed(
                f"There is no room for the new files in {self.layout.prefix}.",
                why=f"They need {needed:,} bytes; {free:,} are free.",
                what_to_do="Make room, or name an environment on another disk.",
                culprit=self.layout.prefix,
            )
