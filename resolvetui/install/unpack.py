"""One wheel as final files in a staging folder: scripts, .data schemes, own RECORD, metadata.

Nothing outside of the staging folder is touched; `moves` plans how the files get to their
places. No bytecode is compiled and none of the wheel's code is run. Source: PyPA specifications,
"Binary distribution format", "Recording installed projects", "Direct URL".
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec import Struct

from resolvetui.errors import Cancelled
from resolvetui.install.layout import Layout
from resolvetui.install.scripts import generate, has_placeholder, with_shebang
from resolvetui.install.strict_zip import Member, refused
from resolvetui.install.wheel import Scheme, Wheel, encoded
from resolvetui.model.names import PackageName

INSTALLER = b"resolvetui\n"
_CREDENTIALS = re.compile(r"(?<=://)[^/@]*@")
_STARTUP_MODULES = ("sitecustomize.py", "usercustomize.py")

_Row: TypeAlias = tuple[str, str, str]


class StagedFile(Struct, frozen=True):
    """One file, ready to be moved."""

    source: str
    """Its path in the staging folder."""
    destination: str
    """Its final path."""


class StagedWheel(Struct, frozen=True):
    """A package that is ready to be moved into place."""

    name: PackageName
    version: str
    files: tuple[StagedFile, ...]
    dist_info: str
    """The final path of its .dist-info folder."""
    roots: tuple[tuple[str, str], ...]
    """Folder in the staging folder and the final folder whose content it mirrors."""
    notes: tuple[str, ...]
    """What the user should know: code that runs at every start, bytecode that was left out."""


def stage_wheel(
    wheel: Wheel,
    staging: Path,
    layout: Layout,
    *,
    requested: bool,
    direct_url: str = "",
    hashes: Mapping[str, str] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> StagedWheel:
    """Write the final files of `wheel` under `staging`/<scheme>.

    Every member is checked against RECORD on the way. `direct_url` and `hashes` are of a wheel
    that was asked for by URL. Raises InstallFailed, Cancelled, OSError.
    """
    stage = _Stage(wheel, staging, layout)
    for member in wheel.archive.members:
        if cancelled():
            raise Cancelled("The install was stopped.", why="Nothing was changed.")
        stage.add(member)
    for point in wheel.entry_points:
        name, content = generate(point, layout.executable)
        stage.write("scripts", name, [content], executable=True)
    stage.write_metadata("INSTALLER", INSTALLER)
    if requested:
        stage.write_metadata("REQUESTED", b"")
    if direct_url:
        stage.write_metadata("direct_url.json", _direct_url(direct_url, hashes or {}))
    stage.write_record()
    return stage.result()


@dataclass(slots=True)
class _Stage:
    """The staging folder of one wheel while it is filled."""

    wheel: Wheel
    staging: Path
    layout: Layout
    files: list[StagedFile] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _folders: set[str] = field(default_factory=set)

    @property
    def library(self) -> Scheme:
        return "purelib" if self.wheel.root_is_purelib else "platlib"

    def add(self, member: Member) -> None:
        """Check a member, and write it unless it is the installer's own or bytecode."""
        if not self.wheel.takes_over(member):
            for _ in self.wheel.content(member):
                pass
            self._note_bytecode(member)
            return
        scheme, path = self.wheel.location(member)
        chunks: Iterable[bytes] = self.wheel.content(member)
        if scheme == "scripts":
            chunks = self._finished_script(chunks)
        self.write(scheme, path, chunks, executable=member.executable or scheme == "scripts")

    def write(
        self, scheme: Scheme, path: str, chunks: Iterable[bytes], *, executable: bool
    ) -> None:
        """One file, which must be the only one at its destination."""
        root = self.layout.root(scheme, self.wheel.name)
        destination = os.path.normpath(os.path.join(root, path))  # noqa: PTH118
        if fault := self.layout.fault(destination, self.wheel.dist_info):
            why = f"It would bring {destination!r}, {fault}."
            raise refused(self.wheel.archive.label, why)
        source = os.path.join(self.staging, self._folder(scheme), path)  # noqa: PTH118
        self._make_folder(os.path.dirname(source))  # noqa: PTH120
        try:
            digest, size = _write_new(source, chunks, executable=executable)
        except (FileExistsError, IsADirectoryError) as error:
            why = f"It brings {destination!r} twice."
            raise refused(self.wheel.archive.label, why) from error
        self.files.append(StagedFile(source, destination))
        self.rows.append((self._record_path(destination), f"sha256={digest}", str(size)))
        self._note_startup(destination)

    def write_metadata(self, name: str, content: bytes) -> None:
        """A file of ours in the .dist-info folder."""
        path = f"{self.wheel.dist_info}/{name}"
        self.write(self.library, path, [content], executable=False)

    def write_record(self) -> None:
        """RECORD of what is installed, which is not what the wheel's names (PEP 376)."""
        text = io.StringIO(newline="")
        record = f"{self.wheel.dist_info}/RECORD"
        csv.writer(text, lineterminator="\n").writerows([*sorted(self.rows), (record, "", "")])
        self.write_metadata("RECORD", text.getvalue().encode())

    def result(self) -> StagedWheel:
        library = self.layout.root(self.library, self.wheel.name)
        roots = {
            self._folder(scheme): self.layout.root(scheme, self.wheel.name)
            for scheme in _ORDER
            if (self.staging / self._folder(scheme)).is_dir()
        }
        return StagedWheel(
            name=self.wheel.name,
            version=self.wheel.version,
            files=tuple(self.files),
            dist_info=os.path.join(library, self.wheel.dist_info),  # noqa: PTH118
            roots=tuple((str(self.staging / folder), root) for folder, root in roots.items()),
            notes=tuple(self.notes),
        )

    def _folder(self, scheme: Scheme) -> str:
        """Schemes that share a final folder share a staging folder."""
        is_shared = scheme == "platlib" and self.layout.purelib == self.layout.platlib
        return "purelib" if is_shared else scheme

    def _make_folder(self, folder: str) -> None:
        if folder in self._folders:
            return
        try:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - many calls, pathlib is slower
        except (FileExistsError, NotADirectoryError) as error:
            why = f"It brings {os.path.basename(folder)!r} as file and as folder."  # noqa: PTH119
            raise refused(self.wheel.archive.label, why) from error
        self._folders.add(folder)

    def _finished_script(self, chunks: Iterable[bytes]) -> Iterable[bytes]:
        pieces = iter(chunks)
        start = next(pieces, b"")
        if has_placeholder(start):
            yield with_shebang(start + b"".join(pieces), self.layout.executable)
            return
        yield start
        yield from pieces

    def _record_path(self, destination: str) -> str:
        """Relative to the folder that holds .dist-info, with `/`, as RECORD wants it."""
        base = self.layout.root(self.library, self.wheel.name) + os.sep
        if destination.startswith(base):
            path = destination[len(base) :]
        else:
            path = os.path.relpath(destination, base)
        return path.replace(os.sep, "/")

    def _note_startup(self, destination: str) -> None:
        folder, name = os.path.split(destination)
        is_startup = name.endswith(".pth") or name in _STARTUP_MODULES
        if is_startup and folder in (self.layout.purelib, self.layout.platlib):
            self.notes.append(
                f"{self.wheel.name} brings {name}, which runs whenever Python starts."
            )

    def _note_bytecode(self, member: Member) -> None:
        """Bytecode beside its source is made again by Python; without source it is missed."""
        if not member.name.endswith(".pyc") or "__pycache__/" in member.name:
            return
        if member.name.removesuffix("c") not in self.wheel.record:
            note = f"{self.wheel.name}: {member.name} was left out (bytecode without source)."
            self.notes.append(note)


_ORDER: tuple[Scheme, ...] = ("purelib", "platlib", "headers", "data", "scripts")


def _write_new(path: str, chunks: Iterable[bytes], *, executable: bool) -> tuple[str, int]:
    """Write a file that must not exist yet; its sha256 as RECORD has it, and its size."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    digest = hashlib.sha256()
    size = 0
    with os.fdopen(os.open(path, flags, 0o777 if executable else 0o666), "wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return encoded(digest.digest()), size


def _direct_url(url: str, hashes: Mapping[str, str]) -> bytes:
    """direct_url.json of an archive (PEP 610), never with credentials."""
    info = {"hashes": dict(sorted(hashes.items()))} if hashes else {}
    return msgspec.json.encode({"url": _CREDENTIALS.sub("", url), "archive_info": info})
