"""What the solver asks for, and what it is told (h11's way: ask, don't call)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from resolvetui.model.names import ExtraName, PackageName
from resolvetui.model.requirement import Requirement
from resolvetui.model.verdict import Reason
from resolvetui.resolver.domain import Domain


class NeedListings(Struct, frozen=True):
    """Send me `Mapping[PackageName, Domain]` with at least these names."""

    names: tuple[PackageName, ...]


class NeedMetadata(Struct, frozen=True):
    """Send me `Dependencies` or `Unreadable` of this version."""

    name: PackageName
    version: str


class Dependencies(Struct, frozen=True):
    """The requirements of one version that apply to the target (markers already evaluated)."""

    base: tuple[Requirement, ...]
    by_extra: Mapping[ExtraName, tuple[Requirement, ...]]
    """Each extra that the version provides, to what it adds. An extra that is not a key is
    unknown to this version: a warning, not a conflict."""


class Unreadable(Struct, frozen=True):
    """This version's metadata cannot be had; the version cannot be used."""

    reason: Reason
    detail: str
    successor: PackageName | None = None
    """The project that it sends its users to, if it does."""


Request: TypeAlias = NeedListings | NeedMetadata
Reply: TypeAlias = Mapping[PackageName, Domain] | Dependencies | Unreadable
