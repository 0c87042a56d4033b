"""From what goes and what comes to a list of renames, with every conflict found beforehand.

Whole folders are moved where all that is in them belongs to the move, else file by file. Reads
the environment and changes nothing; `journal` carries the steps out.
"""

from __future__ import annotations

import filecmp
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, field

from resolvetui.errors import InstallFailed
from resolvetui.install.arrivals import Arrivals
from resolvetui.install.journal import OLD, PlacedFiles, Step, mark_of
from resolvetui.install.layout import Layout
from resolvetui.install.ownership import Owners
from resolvetui.install.staging import StagedFolder, StagedWheel
from resolvetui.model.names import PackageName

_METADATA = ".dist-info"


class Moves(NamedTuple):
    """How an environment is changed."""

    steps: tuple[Step, ...]
    placed: PlacedFiles


def plan_moves(
    layout: Layout,
    folder: Path,
    going: Mapping[PackageName, Iterable[str]],
    coming: Sequence[StagedWheel],
    staying: Owners,
) -> Moves:
    """The steps that replace the files `going` by the staged wheels `coming`.

    `folder` is the transaction folder that the staged files are in, `staying` owns the files of
    the packages that stay. Package by package the old files are stashed, metadata last, then the
    new ones placed, metadata last again, so that at every moment at most one package is in pieces
    and a package that is not whole has no new .dist-info. Raises InstallFailed with path and both
    owners for every conflict; OSError.
    """
    stash = _Stash(layout, frozenset(path for paths in going.values() for path in paths))
    roots = stash.roots()
    arrivals, dropped = _arrivals(coming)
    order = _Order(layout, stash, _by_package(roots, going))
    placing = _Placing(layout, folder, stash, arrivals, dropped, staying)
    wheels = {wheel.name: wheel for wheel in coming}
    for name in sorted({*going, *wheels}):
        placing.steps.clear()
        if name in wheels:
            placing.place(wheels[name])
        order.add(name, placing.steps)
    return Moves(tuple(order.steps), _placed(layout, arrivals, placing.kept))


def _placed(layout: Layout, arrivals: Arrivals[StagedFolder], kept: Collection[str]) -> PlacedFiles:
    """What the files are that come; of one that several bring the first does."""
    found: PlacedFiles = {}
    for folder in arrivals.all():
        marks = dict(zip(folder.names, folder.marks, strict=True))
        files = found.setdefault(_relative(folder.destination, layout.prefix), marks)
        if files is not marks:
            files |= marks | files
    for path in kept:
        parent, name = os.path.split(_relative(path, layout.prefix))
        del found[parent][name]
    return found


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


class _Order(Struct):
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


class _Stash(Struct):
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


def _arrivals(coming: Sequence[StagedWheel]) -> tuple[Arrivals[StagedFolder], frozenset[str]]:
    """What comes, and the staged files that another package brings as well, in the same form.

    Raises InstallFailed where two bring one path otherwise.
    """
    arrivals = Arrivals(folder for wheel in coming for folder in wheel.folders)
    titles = {wheel.name: wheel.title for wheel in coming}
    dropped: set[str] = set()
    for name, first, other in arrivals.meetings():
        same = first.package != other.package and filecmp.cmp(
            first.source_of(name), other.source_of(name), shallow=False
        )
        if not same:
            raise _conflict(other.path_of(name), titles[other.package], titles[first.package])
        dropped.add(other.source_of(name))
    for name, folder, owner in arrivals.files_for_folders():
        raise _conflict(folder.path_of(name), titles[folder.package], titles[owner])
    return arrivals, frozenset(dropped)


class _Placing(Struct):
    """Collects the steps that bring new files to their places."""

    layout: Layout
    folder: Path
    stash: _Stash
    arrivals: Arrivals[StagedFolder]
    dropped: frozenset[str]
    staying: Owners
    steps: list[Step] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    """What is there already in the form in which it would come."""
    _made: set[str] = field(default_factory=set)

    def place(self, wheel: StagedWheel) -> None:
        """The steps of one package, its .dist-info last."""
        start = len(self.steps)
        for source, destination in wheel.roots:
            self._make_folder(destination)
            if destination not in self._made and not _is_real_folder(destination):
                raise _conflict(destination, wheel.title, self._owner(destination))
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
                elif entry.path not in self.dropped:
                    self._place_file(wheel, entry.path, path)

    def _place_folder(self, wheel: StagedWheel, source: str, destination: str) -> None:
        free = destination not in self._made and self.stash.is_free(destination)
        if free and self.arrivals.is_alone(destination, wheel.name):
            self._place_path(source, destination)
            return
        if free:
            self._make_folder(destination)
        elif destination not in self._made and not _is_real_folder(destination):
            raise _conflict(destination, wheel.title, self._owner(destination))
        self._place_content(wheel, source, destination)

    def _place_file(self, wheel: StagedWheel, source: str, destination: str) -> None:
        if self.stash.is_free(destination):
            self._place_path(source, destination)
        elif _is_same_file(source, destination):
            self.kept.add(destination)
        else:
            raise _conflict(destination, wheel.title, self._owner(destination))

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


def _conflict(path: str, title: str, owner: str) -> InstallFailed:
    return InstallFailed(
        f"{title} must not be installed.",
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
