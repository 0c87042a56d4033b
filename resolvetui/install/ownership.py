"""Which package owns which file: RECORD of what is installed, as real absolute paths.

Rows that leave the environment are dropped here; whether a file may be removed or replaced is
for `uninstall` and `moves` to say. Source: PEP 376, PEP 627.
"""

from __future__ import annotations

import csv
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from resolvetui.environment.installed import InstalledDistribution
from resolvetui.install.layout import Layout

_CELLS = 3


class InstalledRow(Struct, frozen=True):
    """One row of the RECORD of an installed package."""

    path: str
    """Real and absolute; only its last part may be a symbolic link."""
    hash_text: str
    """`sha256=...`, or ""."""
    written: str
    """As RECORD has it."""
    size_text: str = ""
    """Bytes in decimal, or ""."""


def installed_rows(distribution: InstalledDistribution) -> list[InstalledRow]:
    """The rows of its RECORD, hostile ones included. Raises OSError, ValueError (csv, UTF-8)."""
    root = os.path.realpath(os.path.dirname(distribution.path))  # noqa: PTH120
    return [
        InstalledRow(_absolute(root, path), hash_text, path, size_text)
        for path, hash_text, size_text in _cells(distribution.path)
    ]


def is_as_recorded(metadata: str) -> bool:
    """Whether there is a regular file of the recorded size for every row, and RECORD itself.

    `metadata` is a .dist-info folder.

    A quick look: False says that a closer one is needed, not that something is wrong.
    """
    root = os.path.realpath(os.path.dirname(metadata))  # noqa: PTH120
    own = os.path.join(metadata, "RECORD")  # noqa: PTH118
    lstat, is_file = os.lstat, stat.S_ISREG
    try:
        for path, _, size_text in _cells(metadata):
            absolute = _absolute(root, path)
            status = lstat(absolute)
            if not is_file(status.st_mode):
                return False
            if str(status.st_size) != size_text and absolute != own:
                return False
    except (OSError, ValueError):
        return False
    return True


class Owners:
    """Who owns a path among some installed packages; their RECORDs are read when first asked."""

    def __init__(self, distributions: Iterable[InstalledDistribution]) -> None:
        self._distributions = tuple(distributions)

    def of(self, path: str) -> str:
        """The package whose RECORD names `path`, as `name version`; "" for nobody's."""
        return self._by_path.get(os.path.normcase(path), "")

    @cached_property
    def _by_path(self) -> dict[str, str]:
        return dict(self._pairs())

    def _pairs(self) -> Iterator[tuple[str, str]]:
        for distribution in self._distributions:
            owner = f"{distribution.name} {distribution.version}"
            try:
                rows = installed_rows(distribution)
            except (OSError, ValueError):  # an egg, or damaged: it owns what nobody can tell
                continue
            for row in rows:
                yield os.path.normcase(row.path), owner


def record_bytes(metadata: str) -> int:
    """The size of the RECORD in a .dist-info folder; 0 without one."""
    try:
        return os.stat(os.path.join(metadata, "RECORD")).st_size  # noqa: PTH116, PTH118
    except OSError:
        return 0


def is_own_path(path: str, layout: Layout) -> bool:
    """Whether a RECORD row may be acted on: inside, not the interpreter's, not past a link."""
    dist_info = ""
    for library in (layout.purelib, layout.platlib):
        if path.startswith(library + os.sep):
            dist_info = path[len(library) + 1 :].partition(os.sep)[0]
    parent = os.path.dirname(path)  # noqa: PTH120
    return not layout.fault(path, dist_info) and os.path.realpath(parent) == parent


def _cells(metadata: str) -> Iterator[Sequence[str]]:
    """Path, hash and size in each row of the RECORD in a folder, "" where one is missing.

    Raises OSError, ValueError.
    """
    text = Path(metadata, "RECORD").read_text("utf-8")
    lines = text.splitlines()
    # `csv` needs three times as long for what has no quotes
    rows = csv.reader(lines) if '"' in text else (line.split(",") for line in lines)
    try:
        for row in rows:
            if row and row[0]:
                yield row if len(row) == _CELLS else (*row, "", "")[:_CELLS]
    except csv.Error as error:
        raise ValueError(str(error)) from error


def _absolute(root: str, path: str) -> str:
    if ".." in path or path[0] == "/" or "/." in path or "//" in path or os.sep != "/":
        return os.path.normpath(os.path.join(root, path))  # noqa: PTH118
    return f"{root}/{path}"
