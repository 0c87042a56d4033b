"""A new virtual environment (PEP 405), made by the target's own Python."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from resolvetui.environment.target import Target
from resolvetui.errors import EnvironmentRefused

_LONGEST_S = 300
_SHOWN_LINES = 3


def make_environment(folder: Path, python: Target) -> Path:
    """The interpreter of a virtual environment in `folder`, which is made when it is none yet.

    Without pip: resolvetui installs into it. Raises EnvironmentRefused for a folder that holds
    something else, and when that Python cannot make one; nothing is left behind then.
    """
    if python.environment is None:
        raise EnvironmentRefused(
            "This target is only described: no Python is here to make an environment with.",
            what_to_do="Leave out --python-version and --python-platform.",
        )
    if (folder / "pyvenv.cfg").is_file():
        return _interpreter(folder)
    existed = _check_free(folder)
    try:
        _run_venv(folder, python.environment.executable)
        return _interpreter(folder)
    except BaseException:  # Ctrl-C included
        _remove_made(folder, existed=existed)
        raise


def _check_free(folder: Path) -> bool:
    """Whether the (empty) folder is there already."""
    try:
        entries = any(folder.iterdir())
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _refused(folder, f"It cannot be read as a folder: {error.strerror}.") from error
    if entries:
        raise _refused(folder, "It holds other files and no pyvenv.cfg.")
    return True


def _run_venv(folder: Path, executable: str) -> None:
    command = [executable, "-I", "-m", "venv", "--without-pip", os.path.abspath(folder)]  # noqa: PTH100
    try:
        done = subprocess.run(  # noqa: S603 - the interpreter that the user chose
            command, capture_output=True, timeout=_LONGEST_S, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _refused(folder, f"{executable} could not be run: {error}.") from error
    if done.returncode:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
        why = " ".join(said[-_SHOWN_LINES:]) or f"Exit code {done.returncode}."
        has_venv = "No module named" not in why
        raise _refused(folder, f"{executable} -m venv failed: {why}", has_venv=has_venv)


def _interpreter(folder: Path) -> Path:
    names = ("Scripts/python.exe",) if os.name == "nt" else ("bin/python", "bin/python3")
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise _refused(folder, "It has a pyvenv.cfg and no Python that is there.")


def _remove_made(folder: Path, *, existed: bool) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if existed:
        folder.mkdir(exist_ok=True)


def _refused(folder: Path, why: str, *, has_venv: bool = True) -> EnvironmentRefused:
    way_out = "Name an empty or new folder."
    if not has_venv:
        way_out = (
            "Some distributions keep venv in a package of its own (Debian: python3-venv): "
            "install that, or use another Python."
        )
    return EnvironmentRefused(
        f"{folder} cannot be made a virtual environment.",
        why=why,
        what_to_do=way_out,
        culprit=str(folder),
    )
