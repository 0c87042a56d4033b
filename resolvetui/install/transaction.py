"""A plan carried out whole or not at all.

Everything is unpacked and checked in a folder on the environment's own file system; then files
are renamed by a journal (`journal`), which undoes them when one fails, also after a crash. What
each wheel may bring is `wheel`'s and `staging`'s business, who must not be overwritten `moves`'.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from resolvetui.environment.installed import InstalledDistribution, read_installed
from resolvetui.environment.target import Target
from resolvetui.errors import EnvironmentRefused, InstallFailed
from resolvetui.install import journal
from resolvetui.install.layout import Layout, layout_of
from resolvetui.install.locking import environment_lock
from resolvetui.install.moves import plan_moves
from resolvetui.install.ownership import Owners
from resolvetui.install.plan import Action, ActionKind, Plan
from resolvetui.install.preparing import Means, Preparing
from resolvetui.install.staging import check_present
from resolvetui.install.uninstall import files_of
from resolvetui.model.files import SdistFile
from resolvetui.model.names import PackageName

OnProgress: TypeAlias = Callable[[PackageName, str, int, int], None]
"""Package, state (as in `session.protocol.InstallProgress`), bytes done, bytes in all."""

_SIGNS = {
    ActionKind.INSTALL: "installed",
    ActionKind.UPGRADE: "upgraded",
    ActionKind.DOWNGRADE: "downgraded",
    ActionKind.REPLACE: "replaced",
    ActionKind.REMOVE: "removed",
}


def commit(
    target: Target,
    plan: Plan,
    wheels: Mapping[PackageName, Path],
    on_progress: OnProgress,
    cancelled: Callable[[], bool],
    *,
    means: Means | None = None,
) -> tuple[str, ...]:
    """Carry out `plan`; a line for each change, and notes about what needs a look.

    On any exception, KeyboardInterrupt included, the environment is as it was. Raises
    InstallFailed, Cancelled, EnvironmentRefused.
    """
    check_installable(plan)
    layout = layout_of(target)
    with environment_lock(layout) as state:
        repaired = recover(target)
        lines = [repaired] if repaired else []
        if plan.changes:
            install = _Install(target, layout, plan, wheels, on_progress, cancelled)
            lines += install.run(state, means or Means())
    return tuple(lines)


def recover(target: Target) -> str | None:
    """Undo what an interrupted install left; a sentence about it, or None when all is well.

    The caller holds the lock. Raises InstallFailed when a file cannot be moved back.
    """
    layout = layout_of(target)
    left_behind = journal.unfinished(layout.state)
    undone = [journal.undo(layout.prefix, folder) for folder in left_behind]
    journal.remove_trash(layout.state)
    if any(undone):
        return f"An interrupted install into {layout.prefix} was undone."
    return f"What an interrupted install left in {layout.prefix} was removed." if undone else None


def needs_repair(target: Target) -> bool:
    """Whether an interrupted or running install has left something: cheap, for every command."""
    return target.environment is not None and layout_of(target).state.is_dir()


def repair(target: Target) -> str | None:
    """Recover on behalf of a command that installs nothing. Raises as `environment_lock` does."""
    if not needs_repair(target):
        return None
    with environment_lock(layout_of(target)):
        return recover(target)


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
            removed: list[str] = []
            for dist in going:
                own = files_of(dist, self.layout, owners)
                removed += own.files
                self.lines += own.warnings
            steps = plan_moves(self.layout, folder, removed, staged, owners)
            journal.run(self.layout.prefix, folder, steps, self.cancelled)
        check_present(staged)
        for action in self.plan.changes:
            is_removal = action.kind is ActionKind.REMOVE
            self.on_progress(action.name, "removed" if is_removal else "installed", 0, 0)
        notes = [note for wheel in staged for note in wheel.notes]
        return [*map(_line, self.plan.changes), *notes, *self.lines]

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
        folder = state / f"{journal.TRANSACTION}{secrets.token_hex(4)}"
        try:
            folder.mkdir()
            self._check_one_file_system(folder)
            yield folder
        except OSError as error:
            raise InstallFailed(
                "The files could not be written.",
                why=f"{error.strerror or error}: {error.filename or folder}. "
                "The environment is as it was.",
                what_to_do="Make room or check the rights there, then try again.",
                culprit=str(error.filename or folder),
            ) from error
        finally:
            if not (folder / "journal.json").exists():
                shutil.rmtree(folder, ignore_errors=True)

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


def _line(action: Action) -> str:
    versions = " -> ".join(dict.fromkeys(filter(None, (action.old_version, action.new_version))))
    return f"{_SIGNS[action.kind]} {action.name} {versions}"
