"""From what is installed and what was resolved to ordered actions. Pure."""

from __future__ import annotations

import enum

from msgspec import Struct

from resolvetui.model.files import DistributionFile
from resolvetui.model.names import IndexName, PackageName


class ActionKind(enum.StrEnum):
    """What happens to one package."""

    INSTALL = "install"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    REPLACE = "replace"
    """Same public version, other build, local version or source."""
    REMOVE = "remove"
    KEEP = "keep"


class Action(Struct, frozen=True):
    """One row of the plan."""

    kind: ActionKind
    name: PackageName
    old_version: str
    """"" when it is not installed."""
    new_version: str
    """"" when it is removed."""
    file: DistributionFile | None
    """What is downloaded, or None for `keep` and `remove`."""
    index: IndexName | None
    requested: bool
    """Whether the user asked for it by name."""


class Breakage(Struct, frozen=True):
    """An installed package that would no longer have what it requires."""

    name: PackageName
    version: str
    requires: str
    """Its requirement that would not be met."""
    found: str
    """The version that it would find, or "" when the package would be gone."""


class Plan(Struct, frozen=True):
    """Everything an install would do, before anything is done."""

    environment: str
    """Prefix of the environment that would change."""
    actions: tuple[Action, ...]
    """Sorted: removals last, else by name; `keep` included."""
    breaks: tuple[Breakage, ...]
    download_bytes: int
    """Sum of the known sizes of all files to fetch that the cache does not hold."""
    warnings: tuple[str, ...] = ()
    """What needs a look: plain http, no hash known, no virtual environment."""

    @property
    def changes(self) -> tuple[Action, ...]:
        """The actions that change something."""
        return tuple(action for action in self.actions if action.kind is not ActionKind.KEEP)
