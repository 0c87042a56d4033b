"""What an unpacked wheel holds: its files by scheme and folder, for any environment.

A tree lies in one folder, `<scheme>/<path>`. It says what was checked while it was unpacked, so
that whoever installs from it need not look into the archive again.
"""

from __future__ import annotations

from msgspec import Struct

from resolvetui.install.entry_points import EntryPoint
from resolvetui.install.wheel import Scheme
from resolvetui.model.names import PackageName


class TreeFile(Struct, frozen=True, array_like=True, gc=False):
    """One file, as it was when its content had been compared with RECORD.

    `gc=False`: there are tens of thousands, and no cycles.
    """

    name: str
    digest: str
    """SHA-256 as RECORD writes it: URL-safe base64 without padding."""
    size: int
    """Bytes."""
    executable: bool
    changed_ns: int
    """`st_mtime_ns`."""
    is_template: bool = False
    """A script that begins with `#!python`, which each environment has its own line for."""


class TreeFolder(Struct, frozen=True, array_like=True):
    """The files in one folder; those below it are in others."""

    scheme: Scheme
    path: str
    """Relative to the scheme's folder, with `/`; "" for that folder itself."""
    files: tuple[TreeFile, ...]


class Tree(Struct, frozen=True, array_like=True):
    """One unpacked wheel."""

    name: PackageName
    version: str
    """As METADATA has it."""
    dist_info: str
    """The folder's name, without `/`."""
    root_is_purelib: bool
    wheel_tags: tuple[str, ...]
    """As WHEEL has them."""
    entry_points: tuple[EntryPoint, ...]
    folders: tuple[TreeFolder, ...]
    """Sorted by scheme and path, so that a folder comes before those in it."""
    unpacked_bytes: int
    notes: tuple[str, ...]
    """What the user should know of what was left out."""

    @property
    def library(self) -> Scheme:
        """The scheme of what is not in `.data`, metadata included."""
        return "purelib" if self.root_is_purelib else "platlib"
