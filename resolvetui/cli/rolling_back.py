"""`--rollback`: undo the last install into an environment, and do nothing else."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from resolvetui.cli.runtime import runtime_of
from resolvetui.errors import UsageError
from resolvetui.inputs.arguments_model import Arguments
from resolvetui.inputs.interface import Interface
from resolvetui.inputs.merge import build_query
from resolvetui.session.attempts import Session

_DOES_NOT_GO_WITH = ("install", "venv", "requirement", "record", "replay", "why", "demo")


def roll_back(arguments: Arguments, interface: Interface) -> int:
    """The exit code; a line a package on stdout. Raises `ResolvetuiError`."""
    _check(arguments, interface)
    effective = build_query(arguments, os.environ, str(Path.cwd()))
    from resolvetui.model.visible import visible
    from resolvetui.session.installation import roll_back as undo_last

    with Session(runtime_of(effective)) as session:
        lines = undo_last(session, effective.query.target)
    sys.stdout.write("".join(f"{visible(line)}\n" for line in lines))
    return 0


def _check(arguments: Arguments, interface: Interface) -> None:
    given = {setting.name for setting in arguments.settings if setting.value != "false"}
    other = [f"--{name}" for name in _DOES_NOT_GO_WITH if name in given]
    if interface.format != "text":
        other.append(f"--format {interface.format}")
    if culprit := next(iter([*arguments.requirements, *other]), ""):
        raise UsageError(
            f"--rollback does not go with {culprit}.",
            what_to_do="Roll back first, then run resolvetui again for the rest.",
            culprit=culprit,
        )
