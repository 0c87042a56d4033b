"""The final files of one package in a staging folder, made from an unpacked wheel.

What every environment has in the same form comes from the tree by `linking`; what an install
writes anew (scripts, RECORD, INSTALLER, REQUESTED, direct_url.json) is never shared with the
cache. Nothing outside of the staging folder is touched. Source: PyPA specifications, "Recording
installed projects", "Direct URL", "Entry points".
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct, field

from resolvetui.errors import Cancelled
from resolvetui.install.direct_url import direct_url_json
from resolvetui.install.journal import FileMark
from resolvetui.install.layout import Layout
from resolvetui.install.linking import Linker
from resolvetui.install.scripts import generate, with_shebang
from resolvetui.install.strict_zip import refused
from resolvetui.install.tree import Tree, TreeFile, TreeFolder
from resolvetui.install.wheel import Scheme, encoded
from resolvetui.model.files import DistributionFile
from resolvetui.model.names import PackageName

INSTALLER = b"resolvetui\n"
_STARTUP_MODULES = ("sitecustomize.py", "usercustomize.py")
_QUOTED = re.compile(r'[,"\r\n]')
_ORDER: tuple[Scheme, ...] = ("purelib", "platlib", "headers", "data", "scripts")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class StagedFolder(Struct, frozen=True):
    """Files of one package in one folder, ready to be moved."""

    package: PackageName
    source: str
    """Its path in the staging folder."""
    destination: str
    """Its final path."""
    names: tuple[str, ...]
    """The files directly in it."""
    marks: tuple[FileMark, ...]
    """Of each of them."""

    def source_of(self, name: str) -> str:
        """Where a file is now."""
        return f"{self.source}{os.sep}{name}"

    def path_of(self, name: str) -> str:
        """Where a file will be."""
        return f"{self.destination}{os.sep}{name}"


class StagedWheel(Struct, frozen=True):
    """A package that is ready to be moved into place."""

    name: PackageName
    version: str
    folders: tuple[StagedFolder, ...]
    """Of one destination there may be several."""
    dist_info: str
    """The final path of its .dist-info folder."""
    roots: tuple[tuple[str, str], ...]
    """Folder in the staging folder and the final folder whose content it mirrors."""
    notes: tuple[str, ...]
    """What the user should know: code that runs at every start, bytecode that was left out."""

    @property
    def title(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}"


class Request(Struct, frozen=True):
    """What an install says of itself in the metadata of a package."""

    label: str
    """The wheel's file name, for messages."""
    requested: bool
    """Whether the user asked for it by name."""
    reference: DistributionFile | None = None
    """What a direct reference led to."""


def stage(
    tree: Tree,
    source: Path,
    staging: Path,
    layout: Layout,
    linker: Linker,
    request: Request,
    cancelled: Callable[[], bool] = lambda: False,
) -> StagedWheel:
    """Make the final files of the tree in `source` in `staging`.<scheme>.

    Raises InstallFailed for what may not be in this environment, linking's Damaged, Cancelled,
    OSError.
    """
    stage = _Stage(tree, str(source), str(staging), layout, linker, request)
    for folder in tree.folders:
        if cancelled():
            raise Cancelled("The install was stopped.", why="Nothing was changed.")
        stage.add(folder)
    for point in tree.entry_points:
        name, content = generate(point, layout.executable)
        stage.write("scripts", "", name, content, executable=True)
    stage.write_metadata("INSTALLER", INSTALLER)
    if request.requested:
        stage.write_metadata("REQUESTED", b"")
    if request.reference is not None:
        stage.write_metadata("direct_url.json", direct_url_json(request.reference))
    stage.write_record()
    return stage.result()


class _Place(Struct):
    """One folder that files are staged to."""

    source: str
    destination: str
    record_prefix: str
    """What the paths of its files in RECORD begin with."""
    judges_each: bool
    """Whether it matters here what a file is called."""
    names: list[str] = field(default_factory=list)
    marks: list[FileMark] = field(default_factory=list)


class _Stage(Struct):
    """The staging folder of one package while it is filled."""

    tree: Tree
    source: str
    staging: str
    layout: Layout
    linker: Linker
    request: Request
    rows: list[str] = field(default_factory=list)
    """Whole lines of RECORD."""
    _places: dict[tuple[Scheme, str], _Place] = field(default_factory=dict)
    _judged: set[str] = field(default_factory=set)
    _made: set[str] = field(default_factory=set)

    def add(self, folder: TreeFolder) -> None:
        """Bring the files of one folder of the tree."""
        place = self._place(folder.scheme, folder.path)
        start = _joined(self.source, folder.scheme, folder.path)
        if place.judges_each:
            for file in folder.files:
                self._judge(place, file.name)
        plain = [file for file in folder.files if not file.is_template]
        try:
            changed = self.linker.place_all(start, place.source, plain)
        except (FileExistsError, IsADirectoryError) as error:
            path = error.filename2 or error.filename
            raise self._twice(place, os.path.basename(path)) from error  # noqa: PTH119
        self._note_all(place, plain, changed)
        for file in folder.files if len(plain) < len(folder.files) else ():
            if file.is_template:
                content = self.linker.read(f"{start}{os.sep}{file.name}", file)
                finished = with_shebang(content, self.layout.executable)
                self._write(place, file.name, finished, executable=True)

    def write(
        self, scheme: Scheme, path: str, name: str, content: bytes, *, executable: bool
    ) -> None:
        """A file of our own, which must be the only one at its destination."""
        self._write(self._place(scheme, path), name, content, executable=executable)

    def write_metadata(self, name: str, content: bytes) -> None:
        """A file of ours in the .dist-info folder."""
        self.write(self.tree.library, self.tree.dist_info, name, content, executable=False)

    def write_record(self) -> None:
        """RECORD of what is installed, which is not what the wheel's names (PEP 376)."""
        record = f"{self.tree.dist_info}/RECORD"
        self.write_metadata(
            "RECORD", "".join([*sorted(self.rows), f"{_quoted(record)},,\n"]).encode()
        )

    def result(self) -> StagedWheel:
        library = self._root(self.tree.library)
        roots = {
            self._folder(scheme): self._root(scheme)
            for scheme in _ORDER
            if any(self._folder(scheme) == self._folder(used) for used, _ in self._places)
        }
        folders = (
            StagedFolder(
                self.tree.name,
                place.source,
                place.destination,
                tuple(place.names),
                tuple(place.marks),
            )
            for place in self._places.values()
        )
        return StagedWheel(
            name=self.tree.name,
            version=self.tree.version,
            folders=tuple(folders),
            dist_info=os.path.join(library, self.tree.dist_info),  # noqa: PTH118
            roots=tuple((f"{self.staging}.{folder}", root) for folder, root in roots.items()),
            notes=(*self.tree.notes, *self._startup()),
        )

    def _write(self, place: _Place, name: str, content: bytes, *, executable: bool) -> None:
        if place.judges_each:
            self._judge(place, name)
        path = f"{place.source}{os.sep}{name}"
        try:
            descriptor = os.open(path, _NEW, 0o777 if executable else 0o666)
        except (FileExistsError, IsADirectoryError) as error:
            raise self._twice(place, name) from error
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            changed_ns = os.fstat(descriptor).st_mtime_ns
        digest = encoded(hashlib.sha256(content).digest())
        self._note(place, name, digest, (len(content), changed_ns))

    def _note(self, place: _Place, name: str, digest: str, mark: FileMark) -> None:
        place.names.append(name)
        place.marks.append(mark)
        self.rows.append(f"{_quoted(place.record_prefix + name)},sha256={digest},{mark[0]}\n")

    def _note_all(self, place: _Place, files: Sequence[TreeFile], changed: Sequence[int]) -> None:
        names = [file.name for file in files]
        place.names += names
        place.marks += [(file.size, at) for file, at in zip(files, changed, strict=True)]
        prefix = place.record_prefix
        paths = [prefix + name for name in names]
        if _QUOTED.search("".join((prefix, *names))):
            paths = [_quoted(path) for path in paths]
        self.rows += [
            f"{path},sha256={file.digest},{file.size}\n"
            for path, file in zip(paths, files, strict=True)
        ]

    def _startup(self) -> Iterator[str]:
        libraries = {self.layout.purelib, self.layout.platlib}
        for place in self._places.values():
            if place.destination in libraries:
                for name in place.names:
                    if name.endswith(".pth") or name in _STARTUP_MODULES:
                        yield f"{self.tree.name} brings {name}, which runs whenever Python starts."

    def _judge(self, place: _Place, name: str) -> None:
        self._judge_path(f"{place.destination}{os.sep}{name}")

    def _judge_path(self, destination: str) -> None:
        if fault := self.layout.fault(destination, self.tree.dist_info):
            raise refused(self.request.label, f"It would bring {destination!r}, {fault}.")

    def _judge_folder(self, folder: str) -> None:
        """For a folder where it does not matter what a file is called.

        In a library all depends on the topmost folder, so that it is asked about once.
        """
        for library in (self.layout.purelib, self.layout.platlib):
            if folder.startswith(library + os.sep):
                end = folder.find(os.sep, len(library) + 1)
                folder = folder if end < 0 else folder[:end]
        if folder not in self._judged:
            self._judge_path(f"{folder}{os.sep}_")
            self._judged.add(folder)

    def _place(self, scheme: Scheme, path: str) -> _Place:
        """The folder in the staging folder, made when it is first asked for."""
        key = (scheme, path)
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = self._new_place(scheme, path)
        return place

    def _new_place(self, scheme: Scheme, path: str) -> _Place:
        source = _joined(f"{self.staging}.{self._folder(scheme)}", path)
        destination = _joined(self._root(scheme), path)
        layout = self.layout
        own = {layout.prefix, layout.purelib, layout.platlib, layout.scripts}
        judges_each = destination in own
        if not judges_each:
            self._judge_folder(destination)
        try:
            self._make_folder(source)
        except (FileExistsError, NotADirectoryError) as error:
            why = f"It brings {destination!r} as file and as folder."
            raise refused(self.request.label, why) from error
        return _Place(source, destination, self._record_prefix(destination), judges_each)

    def _make_folder(self, path: str) -> None:
        """Make a folder below the staging folder, with its parents; what was made is known."""
        if path not in self._made and path != self._top:
            self._make_folder(os.path.dirname(path))  # noqa: PTH120
            os.mkdir(path)  # noqa: PTH102 - many calls, pathlib is slower
            self._made.add(path)

    @property
    def _top(self) -> str:
        """The folder that the staged schemes are in."""
        return os.path.dirname(self.staging)  # noqa: PTH120

    def _root(self, scheme: Scheme) -> str:
        return self.layout.root(scheme, self.tree.name)

    def _folder(self, scheme: Scheme) -> str:
        return _staged_scheme(scheme, self.layout)

    def _record_prefix(self, destination: str) -> str:
        """Relative to the folder that holds .dist-info, with `/`, as RECORD wants it."""
        base = self._root(self.tree.library)
        if destination == base:
            return ""
        start = base + os.sep
        if destination.startswith(start):
            path = destination[len(start) :]
        else:
            path = os.path.relpath(destination, base)
        return path.replace(os.sep, "/") + "/"

    def _twice(self, place: _Place, name: str) -> Exception:
        why = f"It brings {f'{place.destination}{os.sep}{name}'!r} twice."
        return refused(self.request.label, why)


def _staged_scheme(scheme: Scheme, layout: Layout) -> str:
    """Schemes that share a final folder share a staging folder."""
    is_shared = scheme == "platlib" and layout.purelib == layout.platlib
    return "purelib" if is_shared else scheme


def _joined(root: str, *parts: str) -> str:
    """A path with the separators of this system; the parts have `/` and may be empty."""
    path = "/".join((root, *(part for part in parts if part)))
    return path if os.sep == "/" else path.replace("/", os.sep)


def _quoted(path: str) -> str:
    """A path as csv writes it."""
    if not _QUOTED.search(path):
        return path
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="").writerow([path])
    return text.getvalue()
