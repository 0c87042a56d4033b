"""What one solution has that another has not: the diff of two attempts. Pure."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct
from packaging.version import InvalidVersion, Version

from resolvetui.tui.attempt_answers import Taken


class Kind(enum.StrEnum):
    """How a package differs; in the order in which they are listed."""

    UP = "up"
    DOWN = "down"
    BUILD = "build"
    """The same version, but for its local part."""
    INDEX = "index"
    """The same version, from another index."""
    FILE = "file"
    """The same version from the same index, but another file."""
    ADDED = "added"
    REMOVED = "removed"
    SAME = "same"


_ORDER = {kind: place for place, kind in enumerate(Kind)}


class Differing(Struct, frozen=True):
    """One package of either solution."""

    name: str
    kind: Kind
    old: Taken | None
    new: Taken | None

    @property
    def size_change(self) -> int | None:
        """Bytes that are downloaded more; None where an index does not say a size."""
        old = self.old.size if self.old else 0
        new = self.new.size if self.new else 0
        return None if old is None or new is None else new - old


class Difference(Struct, frozen=True):
    """All packages of both solutions."""

    packages: tuple[Differing, ...]
    """By kind, then by name."""

    @property
    def changed(self) -> tuple[Differing, ...]:
        """Those that are not the same in both."""
        return tuple(each for each in self.packages if each.kind is not Kind.SAME)

    @property
    def counts(self) -> dict[Kind, int]:
        """How many there are of each kind; kinds without any are left out."""
        found = Counter(each.kind for each in self.packages)
        return {kind: found[kind] for kind in Kind if found[kind]}

    @property
    def size_change(self) -> int | None:
        """Bytes that are downloaded more; None where one of them is not known."""
        sizes = [each.size_change for each in self.changed]
        known = [size for size in sizes if size is not None]
        return sum(known) if len(known) == len(sizes) else None


def difference(old: Sequence[Taken], new: Sequence[Taken]) -> Difference:
    """From one solution to another."""
    before = {taken.name: taken for taken in old}
    after = {taken.name: taken for taken in new}
    found = [
        Differing(name, _kind(before.get(name), after.get(name)), before.get(name), after.get(name))
        for name in before | after
    ]
    return Difference(tuple(sorted(found, key=lambda each: (_ORDER[each.kind], each.name))))


def _kind(old: Taken | None, new: Taken | None) -> Kind:
    if old is None:
        return Kind.ADDED
    if new is None:
        return Kind.REMOVED
    if old.version != new.version:
        return _moved(old.version, new.version)
    if old.index != new.index:
        return Kind.INDEX
    return Kind.SAME if old.file == new.file else Kind.FILE


def _moved(old: str, new: str) -> Kind:
    """How a version moved to another one.

    >>> _moved("2.3.0", "2.3.0+cpu"), _moved("1.9", "1.10"), _moved("1.10", "1.9+cpu")
    (<Kind.BUILD: 'build'>, <Kind.UP: 'up'>, <Kind.DOWN: 'down'>)
    """
    try:
        before, after = Version(old), Version(new)
    except InvalidVersion:
        return Kind.BUILD  # which of them is newer nobody can say
    if before.public == after.public:
        return Kind.BUILD
    return Kind.UP if before < after else Kind.DOWN
