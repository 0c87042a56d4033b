"""`--replay FILE`: the same report from a recording, or the answer to other requirements.

Indexes, target, policies and constraints are those of the recording; of this machine's
configuration nothing is read.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from resolvetui.cli.headless import Headless
from resolvetui.errors import UsageError
from resolvetui.inputs.arguments_model import Arguments, Pasted
from resolvetui.inputs.interface import Interface
from resolvetui.inputs.merge import build_query
from resolvetui.inputs.settings import InputWarning, Setting
from resolvetui.session.recording_file import read_recording
from resolvetui.session.replaying import ReplaySession

_ISOLATED = tuple(Setting(name, "true", "--replay") for name in ("no-config", "no-index"))
_OF_USE = frozenset({"replay", "no-tui", "format", "ascii", "color", "verbose", "why"})
_HARMLESS = frozenset({"offline", "no-cache", "cache-dir", "no-config"})
"""A replay does as if they were given."""


def replay(arguments: Arguments, interface: Interface, *, in_app: bool = False) -> int:
    """The exit code. Raises UsageError for options that a recording has decided already, and for a
    file that is no recording.
    """
    _check(arguments, interface)
    recording = read_recording(Path(interface.replay))
    pasted = Pasted(warnings=arguments.pasted.warnings)
    asked = Arguments(arguments.requirements, _ISOLATED, pasted)
    inputs = build_query(asked, {}, str(Path.cwd()))
    query, warnings = recording.query, inputs.warnings
    if inputs.query.requirements:
        query = msgspec.structs.replace(query, requirements=inputs.query.requirements)
    if query == recording.query:
        warnings = tuple(InputWarning(kind, text) for kind, text in recording.input_warnings)
    effective = msgspec.structs.replace(inputs, query=query, interface=interface, warnings=warnings)
    if in_app:
        from resolvetui.cli.interactive import start_replay

        return start_replay(effective, recording)
    return Headless(effective, ReplaySession(recording)).run()


def _check(arguments: Arguments, interface: Interface) -> None:
    asked = {
        "--record": interface.record,
        "--install": interface.install,
        "--venv": interface.venv,
        "--demo": interface.demo,
    }
    refused = [option for option, value in asked.items() if value]
    given = [setting.name for setting in arguments.settings]
    refused += [f"--{name}" for name in given if name not in _OF_USE | _HARMLESS]
    pasted = arguments.pasted.settings
    refused += [setting.origin for setting in pasted if setting.name not in _HARMLESS]
    if refused:
        raise UsageError(
            f"{refused[0]} and --replay do not go together.",
            why="Indexes, target and policies of a replay are those of the recording, and nothing "
            "is installed.",
            what_to_do="Leave it out. Other requirements may be given as arguments.",
            culprit=refused[0],
        )
