"""`--check`: whether an installed environment is in order, without network and without the app.

An interrupted install of ours is undone first, as before every resolve; nothing else is changed.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from resolvetui.cli.interpreters import wanted_python
from resolvetui.cli.printing import wants_color
from resolvetui.errors import InstallFailed, ResolvetuiError, UsageError
from resolvetui.inputs.arguments_model import Arguments
from resolvetui.inputs.interface import Interface
from resolvetui.model.query import TargetRequest
from resolvetui.model.visible import visible
from resolvetui.session.targeting import find_target, is_borrowed

if TYPE_CHECKING:
    from resolvetui.environment.target import Target
    from resolvetui.install.checking import Checked, Problem

PROBLEMS = 1
_OF_USE = frozenset({"check", "python", "format", "color", "verbose", "ascii", "no-tui"})
_HARMLESS = frozenset({"offline", "no-cache", "cache-dir", "no-config", "yes"})
"""Options that change nothing here."""


def check_environment(arguments: Arguments, interface: Interface) -> int:
    """The exit code: 0 in order, 1 problems. Raises `ResolvetuiError` where it cannot be said."""
    _refuse_others(arguments, interface)
    python, folder = wanted_python(arguments)
    request = TargetRequest(python=python)
    target = find_target(request, folder)
    unfinished, notes = _finish(target, borrowed=is_borrowed(request))

    from msgspec.structs import replace

    from resolvetui.install.checking import check

    checked = check(target, with_unowned=interface.verbose)
    checked = replace(checked, problems=(*unfinished, *checked.problems))
    for note in notes:
        sys.stderr.write(visible(note) + "\n")
    _show(checked, _name(target, request), interface, notes)
    return PROBLEMS if checked.problems else 0


def _refuse_others(arguments: Arguments, interface: Interface) -> None:
    given = [setting.name for setting in arguments.settings]
    others = [f"--{name}" for name in given if name not in _OF_USE | _HARMLESS]
    others += [*arguments.requirements]
    if others:
        raise UsageError(
            f"{others[0]} and --check do not go together.",
            why="--check looks at what is installed, and resolves nothing.",
            what_to_do="Leave it out; name the environment with --python.",
            culprit=others[0],
        )
    if interface.format == "requirements":
        raise UsageError(
            "--check has no --format requirements.",
            what_to_do="Leave the format out, or write --format json.",
            culprit="--format",
        )


def _finish(target: Target, *, borrowed: bool) -> tuple[Sequence[Problem], Sequence[str]]:
    """Undo an interrupted install of ours: the problem that it stays, or a note about it.

    Raises InstallFailed while another install is at work: what it sees would be neither state.
    """
    from resolvetui.install.checking import Problem
    from resolvetui.install.recovery import needs_repair, repair

    if not needs_repair(target):
        return (), ()
    assert target.environment is not None
    place = target.environment.prefix
    text = f"an interrupted install into {place} waits to be finished or undone"
    if borrowed:  # nobody named it, so it is not written to
        return (Problem("unfinished", text, path=place),), ()
    try:
        done = repair(target)
    except InstallFailed:
        raise
    except ResolvetuiError as error:
        return (Problem("unfinished", f"{text}: {error.why or error.what}", path=place),), ()
    return (), (done,) if done else ()


def _name(target: Target, request: TargetRequest) -> str:
    """How a command names this environment."""
    if request.python:
        return request.python
    assert target.environment is not None
    paths = target.environment
    return paths.prefix if paths.is_virtual else paths.executable


def _show(checked: Checked, python: str, interface: Interface, notes: Sequence[str]) -> None:
    from resolvetui.install.repairs import repairs

    found = repairs(checked, python)
    if interface.format == "json":
        from resolvetui.report.json_check import render_json_check

        sys.stdout.buffer.write(render_json_check(checked, found, notes) + b"\n")
        sys.stdout.buffer.flush()
        return
    from resolvetui.report.check_text import render_check

    text = render_check(
        checked,
        found,
        color=wants_color(interface, sys.stdout.isatty()),
        width=shutil.get_terminal_size((80, 24)).columns,
        verbose=interface.verbose,
    )
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
