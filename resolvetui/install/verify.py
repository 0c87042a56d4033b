"""Whether installed packages are as their RECORDs say: every row there, with its hash.

Reads and changes nothing. Source: PyPA specifications, "Recording installed projects".
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct

from resolvetui.environment.installed import InstalledDistribution
from resolvetui.install.layout import Layout
from resolvetui.install.ownership import InstalledRow, Owners, installed_rows
from resolvetui.install.wheel import encoded

_ALGORITHMS = frozenset({"sha256", "sha384", "sha512"})
_GUESSES = ("__pycache__",)
"""Folders that Python makes by itself: nobody owns what is in them, and nobody misses it."""


class Fault(Struct, frozen=True):
    """A file that is not as it was installed, or a package that cannot be looked at."""

    kind: Literal["missing", "changed", "no-record"]
    path: str
    """As RECORD has it; for `no-record` the metadata folder."""
    why: str = ""
    """For `no-record`: what is wrong with it."""


def faults(distribution: InstalledDistribution, layout: Layout) -> tuple[list[Fault], int]:
    """The faults of one package, and how many files its RECORD names.

    Rows that leave the environment are not looked at, nor is bytecode, which Python makes anew.
    """
    if distribution.is_egg:
        return [], 0
    try:
        rows = installed_rows(distribution)
    except FileNotFoundError:
        return [Fault("no-record", distribution.path, "it has no RECORD")], 0
    except (OSError, ValueError) as error:
        return [Fault("no-record", distribution.path, f"its RECORD cannot be read: {error}")], 0
    checked = [row for row in rows if layout.contains(row.path) and not row.path.endswith(".pyc")]
    return list(_faults(checked)), len(checked)


def _faults(rows: Sequence[InstalledRow]) -> Iterator[Fault]:
    for row in rows:
        algorithm, _, digest = row.hash_text.partition("=")
        try:
            if not os.path.lexists(row.path):
                yield Fault("missing", row.written)
            elif algorithm in _ALGORITHMS and _digest(row.path, algorithm) != digest.rstrip("="):
                yield Fault("changed", row.written)
        except OSError:  # a folder, or a file that may not be read, in its place
            yield Fault("changed", row.written)


def _digest(path: str, algorithm: str) -> str:
    if not Path(path).is_file():  # a pipe would wait for somebody to write to it
        raise IsADirectoryError(path)
    with Path(path).open("rb") as file:
        return encoded(hashlib.file_digest(file, algorithm).digest())


def unowned(layout: Layout, installed: Sequence[InstalledDistribution]) -> tuple[str, ...]:
    """The files in the package folders that no RECORD names, whole folders as one, sorted."""
    own = [dist for dist in installed if not dist.external]
    owners = Owners(own)
    metadata = {os.path.realpath(dist.path) for dist in own}
    found: list[str] = []
    for root in {layout.purelib, layout.platlib}:
        if Path(root).is_dir():
            found += _unowned(root, owners, metadata)[0]
    return tuple(sorted(found))


def _unowned(folder: str, owners: Owners, metadata: set[str]) -> tuple[list[str], bool]:
    """What is nobody's in a folder, and whether that is all of it."""
    found: list[str] = []
    is_whole = True
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.path in metadata or entry.name in _GUESSES or entry.name.endswith(".pyc"):
                is_whole = is_whole and entry.path not in metadata
            elif entry.is_dir(follow_symlinks=False):
                inner, all_of_it = _unowned(entry.path, owners, metadata)
                found += [entry.path] if all_of_it else inner
                is_whole = is_whole and all_of_it
            elif owners.of(entry.path):
                is_whole = False
            else:
                found.append(entry.path)
    return found, is_whole
