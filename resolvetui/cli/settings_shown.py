"""`--show-settings`: every setting in effect with its origin, and nothing resolved."""

from __future__ import annotations

import sys

import msgspec
from msgspec import Struct

from resolvetui.cli.alone import refuse_format
from resolvetui.inputs.merge import Effective
from resolvetui.model.visible import visible


class JsonSetting(Struct):
    """One setting."""

    name: str
    value: str
    """Without credentials."""
    origin: str
    """`default` where nobody said anything."""


class SettingsReport(Struct):
    """The object that `--format json` prints (schema 1)."""

    schema: int
    settings: tuple[JsonSetting, ...]
    warnings: tuple[str, ...]


def show_settings(effective: Effective) -> int:
    """The exit code, 0. Raises `UsageError`."""
    refuse_format(effective.interface, "--show-settings")
    settings = [(each.name, each.shown, each.origin) for each in effective.settings]
    if effective.interface.format == "json":
        from resolvetui.report.json_report import made_visible

        report = SettingsReport(
            1,
            tuple(JsonSetting(*each) for each in settings),
            tuple(warning.text for warning in effective.warnings),
        )
        plain = made_visible(msgspec.to_builtins(report))
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(plain), indent=2).decode() + "\n")
        return 0
    for warning in effective.warnings:
        sys.stderr.write(visible(f"warning: {warning.text}") + "\n")
    names = max((len(name) for name, _, _ in settings), default=0)
    values = min(44, max((len(value) for _, value, _ in settings), default=0))
    for name, value, origin in settings:
        line = f"{name:<{names}}  {value:<{values}}  {origin}"
        sys.stdout.write(visible(line) + "\n")
    return 0
