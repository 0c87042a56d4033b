"""Starts the app; the only place of the command line that loads Textual."""

from __future__ import annotations

import sys

from resolvetui.cli.environments import in_environment
from resolvetui.cli.runtime import runtime_of
from resolvetui.inputs.merge import Effective
from resolvetui.session.attempts import Session


def start_app(effective: Effective) -> int:
    """Run the app until the user leaves it; the exit code. `--venv` makes its folder before.

    Warnings of the inputs are shown in the app, and left on the terminal, to be read when the app
    has gone from it.
    """
    from resolvetui.model.visible import visible
    from resolvetui.tui.app import run

    for warning in effective.warnings:
        sys.stderr.write(visible(f"warning: {warning.text}") + "\n")
    sys.stderr.flush()

    if effective.interface.venv:
        with Session(runtime_of(effective)) as session:
            effective = in_environment(effective, session)

    return run(
        effective.query,
        runtime_of(effective),
        ascii_only=effective.interface.ascii,
        demo=effective.interface.demo,
        warnings=[warning.text for warning in effective.warnings],
    )
