"""The final files of one wheel, folder by folder, before any of them is made.

From the manifest of what is kept unpacked, else from the archive. What the installer writes itself
(RECORD and its like) is not among them, scripts of entry points are.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from msgspec import Struct

from resolvetui.install.layout import Layout
from resolvetui.install.means import Means
from resolvetui.install.plan import Action, FileConflict
from resolvetui.install.scripts import generate, has_placeholder, with_shebang
from resolvetui.install.strict_zip import Member
from resolvetui.install.tree import Tree, TreeFolder
from resolvetui.install.wheel import Scheme, Wheel, encoded
from resolvetui.model.names import PackageName


class ComingFolder(Struct, frozen=True):
    """The files that one wheel brings into one folder."""

    action: Action
    destination: str
    names: Sequence[str]
    digest: Callable[[str], str]
    """From a name to the SHA-256 of its final bytes, as RECORD writes it."""

    @property
    def package(self) -> PackageName:
        """Who brings them."""
        return self.action.name

    @property
    def title(self) -> str:
        """Name and version of the package."""
        return f"{self.action.name} {self.action.new_version}"

    def path_of(self, name: str) -> str:
        """Where a file will be."""
        return f"{self.destination}{os.sep}{name}"

    def conflict(self, path: str, owner: str) -> FileConflict:
        """What is told where a file cannot come to `path`, which is `owner`'s."""
        return FileConflict(self.action.name, self.action.new_version, path, owner)


def coming_folders(
    action: Action, path: Path, layout: Layout, means: Means, stack: ExitStack
) -> Iterator[ComingFolder]:
    """The folders of the wheel at `path`; an archive that was opened for it is closed with `stack`.

    Raises InstallFailed for a wheel that must not be installed.
    """
    unpacked = means.find(action, means.key(action, path))
    if unpacked is None or _has_templates(unpacked[1]):
        wheel = stack.enter_context(means.open(action, path))
        points = wheel.entry_points
        yield from _archived(action, wheel, layout)
    else:
        points = unpacked[1].entry_points
        yield from _kept(action, unpacked[1], layout)
    for point in points:
        name, content = generate(point, layout.executable)
        yield ComingFolder(action, layout.scripts, (name,), {name: _sha256(content)}.__getitem__)


def _has_templates(tree: Tree) -> bool:
    """Whether it has scripts whose final bytes depend on the environment; few have."""
    return any(
        file.is_template
        for folder in tree.folders
        if folder.scheme == "scripts"
        for file in folder.files
    )


def _kept(action: Action, tree: Tree, layout: Layout) -> Iterator[ComingFolder]:
    for folder in tree.folders:
        names = tuple(file.name for file in folder.files)
        yield ComingFolder(
            action, layout.folder(folder.scheme, tree.name, folder.path), names, _digests(folder)
        )


def _digests(folder: TreeFolder) -> Callable[[str], str]:
    return lambda name: next(file.digest for file in folder.files if file.name == name)


def _archived(action: Action, wheel: Wheel, layout: Layout) -> Iterator[ComingFolder]:
    folders: dict[tuple[Scheme, str], dict[str, Member]] = {}
    for member in wheel.archive.members:
        if wheel.takes_over(member):
            scheme, path = wheel.location(member)
            parent, _, name = path.rpartition("/")
            folders.setdefault((scheme, parent), {})[name] = member
    for (scheme, path), members in folders.items():
        yield ComingFolder(
            action,
            layout.folder(scheme, wheel.name, path),
            tuple(members),
            _archive_digests(wheel, members, scheme, layout),
        )


def _archive_digests(
    wheel: Wheel, members: Mapping[str, Member], scheme: Scheme, layout: Layout
) -> Callable[[str], str]:
    def digest(name: str) -> str:
        member = members[name]
        row = wheel.record.get(member.name)
        if row is not None and row.algorithm == "sha256" and scheme != "scripts":
            return row.digest
        content = b"".join(wheel.content(member))
        if scheme == "scripts" and has_placeholder(content):
            content = with_shebang(content, layout.executable)
        return _sha256(content)

    return digest


def _sha256(content: bytes) -> str:
    return encoded(hashlib.sha256(content).digest())
