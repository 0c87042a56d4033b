"""The target behind a Python: asked once, then remembered until the Python changes.

`finding.py` says which Python is meant, `probe.py` asks it, `targets.py` makes the target.
"""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import structs

from resolvetui.environment.finding import find_python, is_running_python
from resolvetui.environment.remembered import Remembered, recall, remember, row_of, state_of
from resolvetui.environment.target import EnvironmentPaths, Target
from resolvetui.environment.targets import described_target, target_from

__all__ = ["describe_interpreter", "described_target", "find_python", "is_running_python"]


def describe_interpreter(python: str | Path, cache_folder: Path | None = None) -> Target:
    """The target that an interpreter is, with its environment.

    Asks it in a subprocess, unless `cache_folder` has the answer of the same file (by path, time
    and size) on the same system. Whether it is externally managed (PEP 668) is looked up anew
    each time. Raises TargetError when it cannot be run or is too old.
    """
    path = Path(os.path.abspath(python))  # noqa: PTH100 - resolve() would leave the environment
    state = state_of(path)
    row = None if cache_folder is None else row_of(path, cache_folder)
    target = recall(row, state) if row is not None else None
    if target is None:
        from resolvetui.environment.probe import ask  # the warm path asks nobody

        target = target_from(ask(path))
        # A shim starts now this Python and now that one: its own time says nothing.
        if row is not None and _is_same_file(path, target):
            remember(row, Remembered(state, target))
    return structs.replace(target, externally_managed=_managed_message(target.environment))


def _is_same_file(path: Path, target: Target) -> bool:
    if target.environment is None:
        return False
    try:
        return path.samefile(target.environment.executable)
    except (OSError, ValueError):
        return False


def _managed_message(paths: EnvironmentPaths | None) -> str | None:
    """The message of a PEP 668 marker file, "" when it has none, None when nobody manages it."""
    if paths is None or paths.is_virtual:
        return None
    marker = Path(paths.stdlib) / "EXTERNALLY-MANAGED"
    if not marker.is_file():
        return None
    import configparser  # managed interpreters only

    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(marker, encoding="utf-8")
        return parser.get("externally-managed", "error", fallback="").strip()
    except (configparser.Error, OSError, ValueError):
        return ""
