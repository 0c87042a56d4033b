"""Whether an environment may be installed into: asked before anything is downloaded.

Looks only; the install itself checks again as it goes (`install/`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from resolvetui.environment.target import EnvironmentPaths, Target
from resolvetui.errors import EnvironmentRefused

_VENV_HINT = (
    "Make a virtual environment and install into that: add --venv .venv "
    "(or run: python3 -m venv .venv)."
)


def can_write(folder: Path) -> bool:
    """Whether files can be made in a folder, going by its rights and its file system's."""
    return os.access(folder, os.W_OK | os.X_OK)


def check_writable(
    target: Target, *, named: bool = True, can_write: Callable[[Path], bool] = can_write
) -> None:
    """Raise EnvironmentRefused, with a way out, for a target that must not be written to.

    That is: one without environment, one that its distributor manages (PEP 668), one with
    read-only folders, and, when not `named`, the Python that only happens to run resolvetui.
    """
    paths = target.environment
    if paths is None:
        raise EnvironmentRefused(
            "There is no environment to install into.",
            why=f"The target, {target.python_full} on {target.platform}, is only described.",
            what_to_do="Leave out --python-version and --python-platform, and name an "
            "environment with --python or --venv.",
        )
    if not named:
        raise EnvironmentRefused(
            "No environment was named to install into.",
            why=f"{paths.prefix} only runs resolvetui; it is read and not changed.",
            what_to_do=f"{_VENV_HINT} To change this one, name it: --python {paths.executable}.",
            culprit=paths.prefix,
        )
    if target.externally_managed is not None:
        raise EnvironmentRefused(
            f"The Python in {paths.prefix} is managed by its distributor (PEP 668).",
            why=target.externally_managed,
            what_to_do=_VENV_HINT,
            culprit=paths.prefix,
        )
    _check_folders(paths, can_write)


def _check_folders(paths: EnvironmentPaths, can_write: Callable[[Path], bool]) -> None:
    written = (paths.purelib, paths.platlib, paths.scripts, paths.data)
    for folder in dict.fromkeys(written):
        existing = _nearest_existing(Path(folder))
        if not existing.is_dir():
            why = f"{existing} is no folder."
        elif not can_write(existing):
            why = f"{existing} cannot be written to."
        else:
            continue
        raise EnvironmentRefused(
            f"The environment {paths.prefix} cannot be installed into.",
            why=why,
            what_to_do=f"Check the rights of {existing}, or name another environment "
            "with --python or --venv.",
            culprit=str(existing),
        )


def _nearest_existing(path: Path) -> Path:
    for candidate in (path, *path.parents):
        if os.path.lexists(candidate):
            return candidate
    return path
