"""What a transaction did to each package, told, and turned round."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.install.plan import ActionKind
from resolvetui.model.names import PackageName

_SIGNS = {
    ActionKind.INSTALL: "installed",
    ActionKind.UPGRADE: "upgraded",
    ActionKind.DOWNGRADE: "downgraded",
    ActionKind.REPLACE: "replaced",
    ActionKind.REMOVE: "removed",
}
_INVERSE = {
    ActionKind.INSTALL: ActionKind.REMOVE,
    ActionKind.REMOVE: ActionKind.INSTALL,
    ActionKind.UPGRADE: ActionKind.DOWNGRADE,
    ActionKind.DOWNGRADE: ActionKind.UPGRADE,
}


class Change(Struct, frozen=True, array_like=True):
    """What happens to one package."""

    kind: ActionKind
    name: PackageName
    old_version: str
    """"" when it was not there."""
    new_version: str
    """"" when it is gone."""


def told(change: Change) -> str:
    """`upgraded flask 2.0 -> 3.0`."""
    versions = dict.fromkeys(filter(None, (change.old_version, change.new_version)))
    return f"{_SIGNS[change.kind]} {change.name} {' -> '.join(versions)}"


def inverse(change: Change) -> Change:
    """What undoes it."""
    return replace(
        change,
        kind=_INVERSE.get(change.kind, change.kind),
        old_version=change.new_version,
        new_version=change.old_version,
    )
