"""What the wheels of a plan bring, as soon as they are here: conflicts are found before anything
is unpacked or moved.

Reads wheels (what is kept unpacked by its manifest, others by their RECORDs; a file only where two
are compared) and the environment, and changes nothing. Goes by folders, most of which are new and
have one bringer. `moves` checks again what it is going to move.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from resolvetui.environment.installed import InstalledDistribution
from resolvetui.environment.target import Target
from resolvetui.errors import InstallFailed
from resolvetui.install.arrivals import Arrivals
from resolvetui.install.coming import ComingFolder, coming_folders
from resolvetui.install.layout import Layout, layout_of
from resolvetui.install.means import Means
from resolvetui.install.ownership import Owners
from resolvetui.install.plan import (
    Blocked,
    FileConflict,
    LostCommand,
    Plan,
    StartupFile,
)
from resolvetui.install.uninstall import files_of
from resolvetui.install.wheel import encoded
from resolvetui.model.names import PackageName

_STARTUP_MODULES = frozenset({"sitecustomize.py", "usercustomize.py"})
_NAMED = 3
"""Conflicts that an error names before it counts."""


def look_inside(
    target: Target,
    plan: Plan,
    installed: Sequence[InstalledDistribution],
    wheels: Mapping[PackageName, Path],
    means: Means | None = None,
) -> Plan:
    """The plan with what the files in `wheels` tell; those that are not there are `unseen`.

    Raises InstallFailed for a wheel that must not be installed.
    """
    layout, means = layout_of(target), means or Means()
    unseen: list[PackageName] = []
    coming: list[ComingFolder] = []
    with ExitStack() as stack:
        for action in plan.changes:
            path = wheels.get(action.name)
            if action.file is not None and action.file.filename.endswith(".whl") and path:
                coming += coming_folders(action, path, layout, means, stack)
            elif action.file is not None:
                unseen.append(action.name)
        look = _Look(layout, installed, plan, Arrivals(coming))
        return replace(
            plan,
            conflicts=tuple(look.conflicts()),
            blocked=tuple(look.blocked),
            startup=tuple(look.startup()),
            lost_commands=() if unseen else tuple(look.lost_commands()),
            unseen=tuple(unseen),
        )


def refuse_conflicts(plan: Plan) -> None:
    """Raise InstallFailed for a plan that cannot be carried out, with every path and both owners
    (the first few; the plan has all).
    """
    for blocked in plan.blocked:
        raise InstallFailed(
            f"{blocked.name} {blocked.version} cannot be replaced.",
            why=blocked.why,
            what_to_do=blocked.what_to_do,
            culprit=str(blocked.name),
        )
    if not plan.conflicts:
        return
    named = [
        f"{each.name} {each.version} brings {each.path!r}, which belongs to "
        f"{each.owner or 'no package'}."
        for each in plan.conflicts[:_NAMED]
    ]
    if len(plan.conflicts) > _NAMED:
        named.append(f"{len(plan.conflicts) - _NAMED} more files are like that.")
    names = dict.fromkeys(f"{each.name} {each.version}" for each in plan.conflicts)
    raise InstallFailed(
        f"{', '.join(names)} must not be installed.",
        why="\n".join(named),
        what_to_do="Move those files away or remove their owner, or install into a new environment "
        "with --venv.",
        culprit=plan.conflicts[0].path,
    )


class _Look:
    """The files that go, come and stay."""

    def __init__(
        self,
        layout: Layout,
        installed: Sequence[InstalledDistribution],
        plan: Plan,
        coming: Arrivals[ComingFolder],
    ) -> None:
        changing = {action.name for action in plan.changes}
        own = [dist for dist in installed if not dist.external]
        self._layout = layout
        self._versions = {action.name: action.new_version for action in plan.changes}
        self._staying = Owners(dist for dist in own if dist.name not in changing)
        self._coming = coming
        self._there = _Names()
        self._goes: dict[str, InstalledDistribution] = {}
        self.blocked: list[Blocked] = []
        for dist in own:
            if dist.name in changing:
                self._go(dist)

    def _go(self, dist: InstalledDistribution) -> None:
        try:
            files = files_of(dist, self._layout, self._staying).files
        except InstallFailed as error:
            self.blocked.append(Blocked(dist.name, dist.version, error.why, error.what_to_do))
            return
        self._goes.update(dict.fromkeys(files, dist))

    def conflicts(self) -> Iterator[FileConflict]:
        """With files of the plan, then with what is there, by path."""
        for name, first, other in self._coming.meetings():
            if first.digest(name) != other.digest(name):
                yield other.conflict(other.path_of(name), first.title)
        for name, folder, owner in self._coming.files_for_folders():
            version = self._versions[owner]
            yield folder.conflict(folder.path_of(name), f"{owner} {version}")
        blocked = {each.name for each in self.blocked}  # whose files nobody can tell
        found: dict[str, FileConflict] = {}
        for folder in self._coming.all():
            if folder.package not in blocked:
                for path in self._in_the_way(folder):
                    found.setdefault(path, folder.conflict(path, self._owner(path)))
        yield from (conflict for _, conflict in sorted(found.items()))

    def _in_the_way(self, folder: ComingFolder) -> Iterator[str]:
        """What stays where files are to be: their paths, or a parent that is no folder."""
        there = self._there.of(folder.destination)
        if there is None:
            path = self._there.no_folder(folder.destination, self._goes)
            yield from [path] if path else []
            return
        for name in folder.names:
            if name in there:
                path = folder.path_of(name)
                if path not in self._goes and not self._may_stay(folder, name, path):
                    yield path

    def _may_stay(self, folder: ComingFolder, name: str, path: str) -> bool:
        """Whether what is there is no obstacle: a folder that goes, or the same file."""
        if os.path.isdir(path) and not os.path.islink(path):  # noqa: PTH112, PTH114
            return self._all_goes(path)
        return _has_digest(Path(path), lambda: folder.digest(name))

    def _all_goes(self, folder: str) -> bool:
        return all(
            os.path.join(parent, name) in self._goes  # noqa: PTH118
            for parent, _, names in os.walk(folder)
            for name in names
        )

    def _owner(self, path: str) -> str:
        if os.path.islink(path):  # noqa: PTH114
            return "a symbolic link"
        return self._staying.of(path)

    def startup(self) -> Iterator[StartupFile]:
        """Files that Python runs by itself, by folder and name."""
        for library in sorted({self._layout.purelib, self._layout.platlib}):
            found = (
                StartupFile(folder.package, folder.action.new_version, name)
                for folder in self._coming.into(library)
                for name in folder.names
                if name.endswith(".pth") or name in _STARTUP_MODULES
            )
            yield from sorted(found, key=lambda each: each.file)

    def lost_commands(self) -> Iterator[LostCommand]:
        """Scripts that go and do not come again."""
        scripts = self._layout.scripts
        coming = {
            os.path.normcase(name) for folder in self._coming.into(scripts) for name in folder.names
        }
        for path, dist in sorted(self._goes.items()):
            folder, name = os.path.split(path)
            if folder == scripts and os.path.normcase(name) not in coming:
                yield LostCommand(dist.name, dist.version, name)


def _has_digest(path: Path, digest: Callable[[], str]) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return encoded(hashlib.file_digest(file, "sha256").digest()) == digest()
    except OSError:
        return False


class _Names(Struct):
    """What is in folders, each listed once."""

    _by_folder: dict[str, frozenset[str] | None] = field(default_factory=dict)
    """None for a folder that is not there, or is none."""
    _no_folder: dict[str, str] = field(default_factory=dict)

    def no_folder(self, folder: str, going: Mapping[str, object]) -> str:
        """The part of `folder` that is something else than a folder, and stays; or ""."""
        known = self._no_folder.get(folder)
        if known is None:
            known = self._no_folder[folder] = self._find_no_folder(folder, going)
        return known

    def _find_no_folder(self, folder: str, going: Mapping[str, object]) -> str:
        if self.of(folder) is not None:
            return ""
        parent, name = os.path.split(folder)
        if name in (self.of(parent) or ()):
            return "" if folder in going else folder
        return "" if parent == folder else self.no_folder(parent, going)

    def of(self, folder: str) -> frozenset[str] | None:
        """The names in a folder; None where there is none."""
        if folder not in self._by_folder:
            parent = os.path.dirname(folder)  # noqa: PTH120
            is_missing = self._by_folder.get(parent, ()) is None
            self._by_folder[folder] = None if is_missing else self._list(folder)
        return self._by_folder[folder]

    def _list(self, folder: str) -> frozenset[str] | None:
        try:
            is_link = os.path.islink(folder)  # noqa: PTH114 - nothing is written past a link
            return None if is_link else frozenset(os.listdir(folder))  # noqa: PTH208
        except OSError:
            return None
