"""Commands that resolve nothing, and what they cannot be given with."""

from __future__ import annotations

from collections.abc import Collection

from resolvetui.errors import UsageError
from resolvetui.inputs.arguments_model import Arguments
from resolvetui.inputs.interface import Interface

_HOW_SHOWN = frozenset({"format", "color", "verbose", "ascii", "no-tui"})
_HARMLESS = frozenset({"offline", "no-cache", "cache-dir", "cache-limit", "no-config", "yes"})
"""Options that change nothing there."""


def refuse_others(
    arguments: Arguments, interface: Interface, command: str, of_use: Collection[str]
) -> None:
    """Raise UsageError where something was given that `command` does not look at."""
    known = {command.removeprefix("--"), *of_use, *_HOW_SHOWN, *_HARMLESS}
    given = (setting.name for setting in arguments.settings if setting.value != "false")
    others = [*(f"--{name}" for name in given if name not in known), *arguments.requirements]
    if others:
        raise UsageError(
            f"{others[0]} and {command} do not go together.",
            why=f"{command} resolves nothing.",
            what_to_do="Leave one of them out.",
            culprit=others[0],
        )
    refuse_format(interface, command)


def refuse_format(interface: Interface, command: str) -> None:
    """Raise UsageError for a form that only a resolution can be printed in."""
    if interface.format not in {"text", "json"}:
        raise UsageError(
            f"{command} has no --format {interface.format}.",
            what_to_do="Leave the format out, or write --format json.",
            culprit="--format",
        )
