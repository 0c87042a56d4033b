"""A plan in the JSON report (docs/reference/json.md, "A plan")."""

from __future__ import annotations

from msgspec import Struct, field

from resolvetui.install.plan import Action, Blocked, FileConflict, LostCommand, Plan, StartupFile
from resolvetui.model.files import SdistFile


class JsonAction(Struct):
    """A row of the plan."""

    action: str
    name: str
    old: str | None = field(name="from")
    new: str | None = field(name="to")
    file: str | None
    requested: bool
    index: str | None
    size: int | None
    """Bytes of the file, or null when the index does not say or there is none."""
    hashes: dict[str, str]
    runs_code: bool
    """Whether its file is a source distribution, which is built."""
    hides: str | None
    """Metadata folder of the old version where that stays, in a folder that is only seen."""


class JsonBreakage(Struct):
    """An installed package that would lose what it requires."""

    name: str
    version: str
    requires: str
    found: str | None


class JsonConflict(Struct):
    """A file that must not be overwritten."""

    name: str
    version: str
    path: str
    owner: str | None
    """Null for nobody."""


class JsonPlan(Struct):
    """What an install does."""

    environment: str | None
    """Null while there is none."""
    actions: tuple[JsonAction, ...]
    breaks: tuple[JsonBreakage, ...]
    download_bytes: int
    warnings: tuple[str, ...]
    conflicts: tuple[JsonConflict, ...]
    blocked: tuple[Blocked, ...]
    startup: tuple[StartupFile, ...]
    lost_commands: tuple[LostCommand, ...]
    unseen: tuple[str, ...]


def json_plan(plan: Plan) -> JsonPlan:
    """The plan before its strings are made safe."""
    return JsonPlan(
        environment=plan.environment or None,
        actions=tuple(map(_action, plan.actions)),
        breaks=tuple(
            JsonBreakage(each.name, each.version, each.requires, each.found or None)
            for each in plan.breaks
        ),
        download_bytes=plan.download_bytes,
        warnings=plan.warnings,
        conflicts=tuple(map(_conflict, plan.conflicts)),
        blocked=plan.blocked,
        startup=plan.startup,
        lost_commands=plan.lost_commands,
        unseen=plan.unseen,
    )


def _action(action: Action) -> JsonAction:
    file = action.file
    return JsonAction(
        action=action.kind.value,
        name=action.name,
        old=action.old_version or None,
        new=action.new_version or None,
        file=file.filename if file else None,
        requested=action.requested,
        index=action.index,
        size=file.size if file else None,
        hashes=file.hashes if file else {},
        runs_code=isinstance(file, SdistFile),
        hides=action.hides or None,
    )


def _conflict(each: FileConflict) -> JsonConflict:
    return JsonConflict(each.name, each.version, each.path, each.owner or None)
