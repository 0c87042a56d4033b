"""One wheel as a tree of checked files, in a folder that belongs to the caller.

Every member is compared with RECORD on the way; what the installer writes itself, and bytecode,
is read and left out. Nothing here depends on an environment: `staging` makes final files of a
tree, `store` keeps trees.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct, field

from resolvetui.errors import Cancelled
from resolvetui.install.scripts import has_placeholder
from resolvetui.install.strict_zip import Member, refused
from resolvetui.install.tree import Tree, TreeFile, TreeFolder
from resolvetui.install.wheel import Scheme, Wheel, encoded

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def unpack(wheel: Wheel, folder: Path, cancelled: Callable[[], bool] = lambda: False) -> Tree:
    """Write the files of `wheel` to `folder`/<scheme>, and say what they are.

    Raises InstallFailed for what contradicts RECORD or comes twice, Cancelled, OSError.
    """
    unpacking = _Unpacking(wheel, str(folder))
    for member in wheel.archive.members:
        if cancelled():
            raise Cancelled("The install was stopped.", why="Nothing was changed.")
        unpacking.add(member)
    return unpacking.tree()


class _Unpacking(Struct):
    """The folder of one wheel while it is filled."""

    wheel: Wheel
    folder: str
    files: dict[tuple[Scheme, str], list[TreeFile]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _folders: set[str] = field(default_factory=set)

    def add(self, member: Member) -> None:
        """Check a member, and write it unless it is the installer's own or bytecode."""
        if not self.wheel.takes_over(member):
            for _ in self.wheel.content(member):
                pass
            self._note_bytecode(member)
            return
        scheme, path = self.wheel.location(member)
        parent, _, name = path.rpartition("/")
        folder = os.path.join(self.folder, scheme, parent)  # noqa: PTH118
        self._make_folder(folder)
        executable = member.executable or scheme == "scripts"
        try:
            descriptor = os.open(os.path.join(folder, name), _NEW, 0o777 if executable else 0o666)  # noqa: PTH118
        except (FileExistsError, IsADirectoryError) as error:
            raise refused(self.wheel.archive.label, f"It brings {path!r} twice.") from error
        try:
            start = self._write(descriptor, member)
            changed_ns = os.fstat(descriptor).st_mtime_ns
        finally:
            os.close(descriptor)
        self.files.setdefault((scheme, parent), []).append(
            TreeFile(
                name=name,
                digest=self._digest(member),
                size=member.size,
                executable=executable,
                changed_ns=changed_ns,
                is_template=scheme == "scripts" and has_placeholder(start),
            )
        )

    def tree(self) -> Tree:
        wheel = self.wheel
        folders = (
            TreeFolder(scheme, path, tuple(sorted(files, key=lambda file: file.name)))
            for (scheme, path), files in sorted(self.files.items())
        )
        return Tree(
            name=wheel.name,
            version=wheel.version,
            dist_info=wheel.dist_info,
            root_is_purelib=wheel.root_is_purelib,
            wheel_tags=wheel.wheel_tags,
            entry_points=wheel.entry_points,
            folders=tuple(folders),
            unpacked_bytes=wheel.archive.unpacked_size,
            notes=tuple(self.notes),
        )

    def _write(self, descriptor: int, member: Member) -> bytes:
        """Write the content; its first piece."""
        start = b""
        for chunk in self.wheel.content(member):
            start = start or chunk[:64]
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        return start

    def _digest(self, member: Member) -> str:
        """The SHA-256: RECORD's own, which the content was compared with, where it has that."""
        row = self.wheel.record[member.name]
        if row.algorithm == "sha256":
            return row.digest
        digest = hashlib.sha256()
        for chunk in self.wheel.content(member):
            digest.update(chunk)
        return encoded(digest.digest())

    def _make_folder(self, folder: str) -> None:
        if folder in self._folders:
            return
        try:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - many calls, pathlib is slower
        except (FileExistsError, NotADirectoryError) as error:
            why = f"It brings {os.path.basename(folder)!r} as file and as folder."  # noqa: PTH119
            raise refused(self.wheel.archive.label, why) from error
        self._folders.add(folder)

    def _note_bytecode(self, member: Member) -> None:
        """Bytecode beside its source is made again by Python; without source it is missed."""
        if not member.name.endswith(".pyc") or "__pycache__/" in member.name:
            return
        if member.name.removesuffix("c") not in self.wheel.record:
            note = f"{self.wheel.name}: {member.name} was left out (bytecode without source)."
            self.notes.append(note)
