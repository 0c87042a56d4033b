"""From what goes and what comes to a list of renames, with every conflict found beforehand.

Whole folders are moved where all that is in them belongs to the move, else file by file. Reads
the environment and changes nothing; `journal` carries the steps out.
"""

from __future__ import annotations

import filecmp
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from resolvetui.errors import InstallFailed
from resolvetui.install.journal import OLD, Step, mark_of
from resolvetui.install.layout import Layout
from resolvetui.install.ownership import Owners
from resolvetui.install.staging import StagedFolder, StagedWheel
from resolvetui.model.names import PackageName

_METADATA = ".dist-info"


def plan_moves(
    layout: Layout,
    folder: Path,
    going: Mapping[PackageName, Iterable[str]],
    coming: Sequence[StagedWheel],
    staying: Owners,
) -> list[Step]:
    """The steps that replace the files `going` by the staged wheels `coming`.

    `folder` is the transaction folder that the staged files are in, `staying` owns the files of
    the packages that stay. Package by package the old files are stashed, metadata last, then the
    new ones placed, metadata last again, so that at every moment at most one package is in pieces
    and a package that is not whole has no new .dist-info. Raises InstallFailed with path and both
    owners for every conflict; OSError.
    """
    stash = _Stash(layout, frozenset(path for paths in going.values() for path in paths))
    roots = stash.roots()
    comers = _Comers(coming)
    order = _Order(layout, stash, _by_package(roots, going))
    placing = _Placing(layout, folder, stash, comers, staying)
    wheels = {wheel.name: wheel for wheel in coming}
    for name in sorted({*going, *wheels}):
        placing.steps.clear()
        if name in wheels:
            placing.place(wheels[name])
        order.add(name, placing.steps)
    return order.steps


def _by_package(
    roots: Sequence[str], going: Mapping[PackageName, Iterable[str]]
) -> dict[PackageName, list[str]]:
    """Whose turn it is to stash each root; one that several share goes with the first."""
    packages: dict[str, PackageName] = {}
    wanted = frozenset(roots)
    for name in sorted(going):
        for path in going[name]:
            top = path
            while top not in wanted:
                top = os.path.dirname(top)  # noqa: PTH120
            packages.setdefault(top, name)
    found: dict[PackageName, list[str]] = {}
    for root in roots:
        found.setdefault(packages[root], []).append(root)
    return found


@dataclass(slots=True)
class _Order:
    """The steps of all packages, each stash before what is placed where it was."""

    layout: Layout
    stash: _Stash
    roots: Mapping[PackageName, Sequence[str]]
    steps: list[Step] = field(default_factory=list)
    _stashed: set[str] = field(default_factory=set)

    def add(self, name: PackageName, placing: Sequence[Step]) -> None:
        for root in self.roots.get(name, ()):
            self._add_stash(root)
        for step in placing:
            root = self.stash.root_of(os.path.join(self.layout.prefix, step.outside))  # noqa: PTH118
            if root:
                self._add_stash(root)
            self.steps.append(step)

    def _add_stash(self, root: str) -> None:
        if root not in self._stashed:
            outside, inside = _relative(root, self.layout.prefix), f"{OLD}/{len(self._stashed)}"
            self._stashed.add(root)
            self.steps.append(Step("stash", outside, inside, mark_of(root)))


@dataclass(slots=True)
class _Stash:
    """What is moved out of the way."""

    layout: Layout
    going: frozenset[str]
    _whole: dict[str, bool] = field(default_factory=dict)
    _roots: frozenset[str] = frozenset()

    def roots(self) -> list[str]:
        """The topmost paths to move, metadata last."""
        fixed = self.layout.fixed_folders
        tops = set()
        for path in self.going:
            top = path
            while (parent := os.path.dirname(top)) not in fixed and self._is_whole(parent):  # noqa: PTH120
                top = parent
            tops.add(top)
        self._roots = frozenset(tops)
        return sorted(tops, key=lambda path: (path.endswith(_METADATA), path))

    def root_of(self, path: str) -> str:
        """The root that `path` goes with, or ""."""
        while path not in self._roots:
            parent = os.path.dirname(path)  # noqa: PTH120
            if parent == path:
                return ""
            path = parent
        return path

    def is_free(self, path: str) -> bool:
        """Whether nothing will be at `path`."""
        return not os.path.lexists(path) or bool(self.root_of(path))

    def _is_whole(self, folder: str) -> bool:
        """Whether all that is in a folder goes."""
        known = self._whole.get(folder)
        if known is None:
            known = self._whole[folder] = self._all_goes(folder)
        return known

    def _all_goes(self, folder: str) -> bool:
        with os.scandir(folder) as entries:
            others = [entry for entry in entries if entry.path not in self.going]
        if any(not entry.is_dir(follow_symlinks=False) for entry in others):
            return False
        return all(self._is_whole(entry.path) for entry in others)


class _Comers:
    """The new files by destination, over all packages."""

    def __init__(self, coming: Sequence[StagedWheel]) -> None:
        self.dropped: set[str] = set()
        """Staged files that another package brings in the same form."""
        self._packages: defaultdict[str, set[str]] = defaultdict(set)
        """Folder to the packages that have files below it."""
        self._bringers: defaultdict[str, list[tuple[StagedWheel, StagedFolder]]] = defaultdict(list)
        """Folder to those who have files directly in it: mostly one, and then that is all."""
        for wheel in coming:
            for folder in wheel.folders:
                self._add(wheel, folder)
        for bringers in self._bringers.values():
            if len(bringers) > 1:
                self._compare(bringers)
        for path in self._packages:
            self._check_no_file(path)

    def is_alone(self, folder: str, wheel: StagedWheel) -> bool:
        """Whether no other package has files below a folder."""
        return self._packages[folder] == {wheel.name}

    def _add(self, wheel: StagedWheel, folder: StagedFolder) -> None:
        key = os.path.normcase(folder.destination)
        self._bringers[key].append((wheel, folder))
        while wheel.name not in self._packages[key]:
            self._packages[key].add(wheel.name)
            key = os.path.dirname(key)  # noqa: PTH120

    def _compare(self, bringers: Sequence[tuple[StagedWheel, StagedFolder]]) -> None:
        """Two may bring one file only in the same form."""
        first: dict[str, tuple[StagedWheel, str]] = {}
        for wheel, folder in bringers:
            for name in folder.names:
                source = os.path.join(folder.source, name)  # noqa: PTH118
                other, same = first.setdefault(os.path.normcase(name), (wheel, source))
                if same == source:
                    continue
                if other is wheel or not filecmp.cmp(same, source, shallow=False):
                    path = os.path.join(folder.destination, name)  # noqa: PTH118
                    raise _conflict(path, wheel, f"{other.name} {other.version}")
                self.dropped.add(source)

    def _check_no_file(self, folder: str) -> None:
        """What is a folder for one must not be a file for another."""
        parent, name = os.path.split(folder)
        for wheel, there in self._bringers.get(parent, ()):
            if name in there.names or name in map(os.path.normcase, there.names):
                other = min(self._packages[folder] - {wheel.name}, default=wheel.name)
                raise _conflict(os.path.join(there.destination, name), wheel, other)  # noqa: PTH118


@dataclass(slots=True)
class _Placing:
    """Collects the steps that bring new files to their places."""

    layout: Layout
    folder: Path
    stash: _Stash
    comers: _Comers
    staying: Owners
    steps: list[Step] = field(default_factory=list)
    _made: set[str] = field(default_factory=set)

    def place(self, wheel: StagedWheel) -> None:
        """The steps of one package, its .dist-info last."""
        start = len(self.steps)
        for source, destination in wheel.roots:
            self._make_folder(destination)
            if destination not in self._made and not _is_real_folder(destination):
                raise _conflict(destination, wheel, self._owner(destination))
            self._place_content(wheel, source, destination)
        mine = self.steps[start:]
        metadata = _relative(wheel.dist_info, self.layout.prefix)
        self.steps[start:] = sorted(mine, key=lambda step: step.outside == metadata)

    def _place_content(self, wheel: StagedWheel, source: str, destination: str) -> None:
        with os.scandir(source) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                path = os.path.join(destination, entry.name)  # noqa: PTH118
                if entry.is_dir(follow_symlinks=False):
                    self._place_folder(wheel, entry.path, path)
                elif entry.path not in self.comers.dropped:
                    self._place_file(wheel, entry.path, path)

    def _place_folder(self, wheel: StagedWheel, source: str, destination: str) -> None:
        key = os.path.normcase(destination)
        free = destination not in self._made and self.stash.is_free(destination)
        if free and self.comers.is_alone(key, wheel):
            self._place_path(source, destination)
            return
        if free:
            self._make_folder(destination)
        elif destination not in self._made and not _is_real_folder(destination):
            raise _conflict(destination, wheel, self._owner(destination))
        self._place_content(wheel, source, destination)

    def _place_file(self, wheel: StagedWheel, source: str, destination: str) -> None:
        if self.stash.is_free(destination):
            self._place_path(source, destination)
        elif not _is_same_file(source, destination):
            raise _conflict(destination, wheel, self._owner(destination))

    def _place_path(self, source: str, destination: str) -> None:
        inside = _relative(source, str(self.folder))
        self.steps.append(Step("place", _relative(destination, self.layout.prefix), inside))

    def _make_folder(self, path: str) -> None:
        """A step for each folder of `path` that will not be there."""
        if path in self._made or not self.stash.is_free(path):
            return
        self._make_folder(os.path.dirname(path))  # noqa: PTH120
        self._made.add(path)
        self.steps.append(Step("folder", _relative(path, self.layout.prefix)))

    def _owner(self, path: str) -> str:
        if os.path.islink(path):  # noqa: PTH114
            return "a symbolic link"
        return self.staying.of(path) or "no package"


def _conflict(path: str, wheel: StagedWheel, owner: str) -> InstallFailed:
    return InstallFailed(
        f"{wheel.name} {wheel.version} must not be installed.",
        why=f"It brings {path!r}, which belongs to {owner}.",
        what_to_do="Move that file away or remove its owner, or install into a new environment "
        "with --venv.",
        culprit=path,
    )


def _relative(path: str, base: str) -> str:
    start = base.rstrip(os.sep) + os.sep
    return path.removeprefix(start)


def _is_real_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)  # noqa: PTH112, PTH114


def _is_same_file(source: str, destination: str) -> bool:
    is_file = os.path.isfile(destination) and not os.path.islink(destination)  # noqa: PTH113, PTH114
    return is_file and filecmp.cmp(source, destination, shallow=False)
