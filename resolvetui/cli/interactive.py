"""Starts the app; the only place of the command line that loads Textual."""

from __future__ import annotations

from resolvetui.cli.runtime import runtime_of
from resolvetui.inputs.merge import Effective


def start_app(effective: Effective) -> int:
    """Run the app until the user leaves it; the exit code."""
    from resolvetui.tui.app import run

    return run(
        effective.query,
        runtime_of(effective),
        ascii_only=effective.interface.ascii,
        demo=effective.interface.demo,
    )
