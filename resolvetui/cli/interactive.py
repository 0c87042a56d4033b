"""Starts the app; the only place of the command line that loads Textual."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from resolvetui.cli.environments import in_environment
from resolvetui.cli.runtime import runtime_of
from resolvetui.inputs.merge import Effective
from resolvetui.session.attempts import Session
from resolvetui.session.runtime import Runtime

if TYPE_CHECKING:
    from resolvetui.session.recording import Recording


def start_app(effective: Effective) -> int:
    """Run the app until the user leaves it; the exit code. `--venv` makes its folder before.

    Warnings of the inputs are shown in the app, and left on the terminal, to be read when the app
    has gone from it. `--record` writes the last attempt; raises UsageError before the app starts
    where that is no place for it.
    """
    record = effective.interface.record
    if record:
        from resolvetui.session.recording_file import check_place

        check_place(Path(record))
    texts = [warning.text for warning in effective.warnings]
    for text in texts:
        _say(f"warning: {text}")
    if effective.interface.venv:
        with Session(runtime_of(effective)) as session:
            effective = in_environment(effective, session)
    title = "resolvetui demo" if effective.interface.demo else ""
    code = _run(effective, runtime_of(effective), title, texts)
    if record and Path(record).exists():
        _say(f"The last run is recorded in {record}.")
    return code


def start_replay(effective: Effective, recording: Recording) -> int:
    """The app over a recording alone; its title says of when it is."""
    day = recording.day
    told = (
        f"A replay{f' of {day}' if day else ''}, recorded by resolvetui {recording.version}: no "
        "index is asked and nothing is installed."
    )
    runtime = Runtime(no_cache=True, offline=True, replay=str(Path(effective.interface.replay)))
    texts = [told, *(warning.text for warning in effective.warnings)]
    return _run(effective, runtime, f"resolvetui replay {day}".rstrip(), texts)


def _run(effective: Effective, runtime: Runtime, title: str, warnings: Sequence[str]) -> int:
    from resolvetui.tui.themes import BY_OPTION

    interface = effective.interface
    theme = BY_OPTION.get(interface.theme, "")
    no_color = interface.color == "never"
    if interface.explain:
        from resolvetui.tui.explain import explain

        return explain(
            effective.query, runtime, ascii_only=interface.ascii, no_color=no_color, theme=theme
        )
    from resolvetui.cli.guiding import guide_start
    from resolvetui.tui.app import run
    from resolvetui.tui.save_flow import Record

    kinds = tuple((warning.kind, warning.text) for warning in effective.warnings)
    return run(
        effective.query,
        runtime,
        ascii_only=interface.ascii,
        no_color=no_color,
        theme=theme,
        title=title,
        warnings=warnings,
        record=Record(interface.record, kinds),
        guide=guide_start(effective, os.environ, Path.cwd()),
    )


def _say(text: str) -> None:
    from resolvetui.model.visible import visible

    sys.stderr.write(visible(text) + "\n")
    sys.stderr.flush()
