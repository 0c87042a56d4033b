"""A checked environment as one JSON object: schema 1, like the report of a resolve (docs)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from resolvetui.install.checking import Checked, Problem
from resolvetui.install.repairs import Repair
from resolvetui.report.json_report import SCHEMA, JsonTarget, json_target, made_visible


class JsonInstalled(Struct):
    """An installed package."""

    name: str
    version: str
    path: str
    """Its metadata folder."""
    installer: str
    editable: bool
    external: bool
    """In a folder that the environment only sees."""


class JsonRepair(Struct):
    """What would put a package in order."""

    package: str | None
    advice: str
    args: tuple[str, ...]
    command: str
    verified: bool
    """False: no index was asked."""


class JsonCheck(Struct):
    """The object."""

    schema: int
    status: str
    """`fine` or `problems`."""
    environment: str
    target: JsonTarget
    packages: tuple[JsonInstalled, ...]
    problems: tuple[Problem, ...]
    repairs: tuple[JsonRepair, ...]
    files: int
    """How many were compared with what RECORD says."""
    unowned: tuple[str, ...]
    """With `-v`: files and folders in the package folders that no package owns."""
    notes: tuple[str, ...]
    """What was done before: an interrupted install was undone."""


def render_json_check(
    checked: Checked, repairs: Sequence[Repair], notes: Sequence[str] = ()
) -> bytes:
    """The check in UTF-8, indented, without a final line end."""
    assert checked.target.environment is not None
    found = JsonCheck(
        schema=SCHEMA,
        status="problems" if checked.problems else "fine",
        environment=checked.target.environment.prefix,
        target=json_target(checked.target),
        packages=tuple(
            JsonInstalled(
                dist.name, dist.version, dist.path, dist.installer, dist.editable, dist.external
            )
            for dist in checked.installed
        ),
        problems=checked.problems,
        repairs=tuple(
            JsonRepair(each.package or None, each.advice, each.args, each.command, verified=False)
            for each in repairs
        ),
        files=checked.files,
        unowned=checked.unowned,
        notes=tuple(notes),
    )
    plain = made_visible(msgspec.to_builtins(found))
    return msgspec.json.format(msgspec.json.encode(plain), indent=2)
