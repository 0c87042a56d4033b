"""Names that more than one index knows: who lists what, and whether the files are the same."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from resolvetui.model.names import IndexName, PackageName

Part: TypeAlias = Literal["chosen", "used", "hidden", "missing", "not-asked", "explicit"]
"""What an index is for one name: its file was chosen; its files compete; it lists the name, and
the strategy hides that; it lacks the name; nobody asked it; it is only for what is pinned to it.
"""
Hashes: TypeAlias = Literal["equal", "differ", "unknown", "apart"]
"""Of files with the same name on several indexes: all equal; one differs at least; some without a
hash in common and none that differs; `apart` where no file name is on two indexes."""


class Listing(Struct, frozen=True):
    """One name on one index."""

    index: IndexName
    part: Part
    count: int = 0
    """Versions."""
    newest: tuple[str, ...] = ()
    """The newest of them, newest first."""


class SharedName(Struct, frozen=True):
    """One name on all indexes, in order of preference."""

    package: PackageName
    listings: tuple[Listing, ...]
    chosen: str = ""
    """The version in the answer, or ""."""
    why: str = ""
    """Why it is taken from where it is taken."""
    hashes: Hashes = "apart"
    equal: int = 0
    """File names with the same hash wherever they are."""
    differing: tuple[str, ...] = ()
    """File names with other hashes on another index, sorted."""
    unknown: int = 0
    """File names without a hash in common."""
    risk: str = ""
    """What a stranger could do with this name, or what looks as if one did; "" for nothing."""

    @property
    def on(self) -> tuple[IndexName, ...]:
        """The indexes that list it, as far as they were asked."""
        return tuple(each.index for each in self.listings if each.count)

    @property
    def open(self) -> tuple[IndexName, ...]:
        """The indexes that were not asked about it."""
        return tuple(each.index for each in self.listings if each.part == "not-asked")


class Sharing(Struct, frozen=True):
    """What is known of all names of an attempt."""

    shared: tuple[SharedName, ...] = ()
    """Names on several indexes: those with a risk first, then by name."""
    open: tuple[SharedName, ...] = ()
    """Names on one index so far, where another was not asked; by name."""
    single: int = 0
    """Names that are on one index, or none, and all were asked."""
