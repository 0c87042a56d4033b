"""The answer of a query that has one."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from resolvetui.model.files import DistributionFile
from resolvetui.model.hashes import HashDemand
from resolvetui.model.names import ExtraName, IndexName, PackageName
from resolvetui.model.requirement import Requirement


class Pin(Struct, frozen=True):
    """One package of a resolution."""

    name: PackageName
    version: str
    kind: Literal["file", "url", "installed"]
    """`file`: from an index; `url`: a direct reference; `installed`: kept as it is."""
    index: IndexName | None
    """The index that `file` is from; None for `url` and `installed`."""
    file: DistributionFile | None
    """The file that fits best; None for `installed`."""
    extras: tuple[ExtraName, ...]
    """Requested extras, sorted."""
    requested: bool
    """Whether the user asked for it by name."""
    requires: tuple[Requirement, ...]
    """Its requirements that apply to the target, those of its extras included."""
    inapplicable: tuple[Requirement, ...]
    """Those whose marker is false here."""
    required_by: tuple[PackageName, ...]
    """Sorted."""
    newest: str
    """The newest version that any index lists, usable or not."""
    other_indexes: tuple[IndexName, ...] = ()
    """Other indexes that list this project too."""
    demands: tuple[HashDemand, ...] = ()
    """What the user's lines want of the hashes of `file`."""


class Resolution(Struct, frozen=True):
    """Every package that the query needs, each at one version."""

    pins: tuple[Pin, ...]
    """Sorted by name."""
