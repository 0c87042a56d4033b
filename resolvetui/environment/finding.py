"""Which Python is meant: the active environment, a path, or a version looked for by name.

Only looks at names and folders; `interpreter.py` starts what is found.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from resolvetui.errors import TargetError

_VERSION = re.compile(r"(?:python|cpython-)?(3(?:\.\d{1,3}){0,2})(t?)", re.IGNORECASE)
_FOLDER_VERSION = re.compile(r"(?:cpython-)?(3\.\d{1,3}\.\d{1,3})(t?)(\+freethreaded)?(?:-.*)?")
_COMMAND = re.compile(r"(?:python|pypy)3\.\d{1,3}t?(?:\.exe)?")
_INTERPRETERS = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")
_NAME_IT = (
    "Name one by its path with --python, or resolve for a Python that is not here with "
    "--python-version X.Y."
)


def find_python(request: str, environ: Mapping[str, str], cwd: Path) -> Path:
    """The interpreter that a `--python` value means.

    "": the environment in VIRTUAL_ENV, else `.venv` in `cwd`, else the running interpreter.
    A path: that interpreter, or the one of that environment. `3.12`, `3.12.1`, `3.13t` or a
    command name: looked for on PATH, then among pyenv's and uv's.
    The path is absolute, and links are kept: an environment is known by where its link lies.
    Raises TargetError that says where it was looked for.
    """
    wanted = request.strip()
    if not wanted:
        return _default(environ, cwd)
    if match := _VERSION.fullmatch(wanted):
        if not (cwd / wanted).exists():
            return _by_version(wanted, match[1], bool(match[2]), environ)
    elif os.sep not in wanted and "/" not in wanted and not _is_there(cwd / wanted):
        return _by_name(wanted, environ)
    return _by_path(Path(os.path.abspath(cwd / _expanded(wanted, environ))))  # noqa: PTH100


def found_pythons(environ: Mapping[str, str], cwd: Path) -> tuple[Path, ...]:
    """What could be meant here, by names and folders alone: the active environment, `.venv`, the
    commands of PATH, what pyenv and uv have. Each once; nothing is started.
    """
    places = [Path(environ["VIRTUAL_ENV"])] if environ.get("VIRTUAL_ENV") else []
    found = [place for place in (*places, cwd / ".venv") if (place / "pyvenv.cfg").is_file()]
    for folder in _path_folders(environ):
        if folder.name != "shims":
            found += [path for path in _entries(folder) if _COMMAND.fullmatch(path.name)]
    for folder in (_pyenv_folder(environ), _uv_folder(environ)):
        versions = [path for path in _entries(folder) if _FOLDER_VERSION.fullmatch(path.name)]
        found += [path / name for path in versions for name in _INTERPRETERS[:1]]
    unique: dict[Path, Path] = {}
    for path in found:
        if path.exists():
            unique.setdefault(path if path.is_dir() else path.resolve(), path)
    return tuple(unique.values())


def _entries(folder: Path) -> list[Path]:
    """What a folder holds, by name; [] where it cannot be read."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def is_running_python(request: str, environ: Mapping[str, str], cwd: Path) -> bool:
    """Whether `find_python` has nothing better than the interpreter that runs resolvetui.

    Nobody named that one, so it may be read and not written to (`writable.check_writable`).
    """
    active = request.strip() or environ.get("VIRTUAL_ENV", "")
    return not active and not _is_there(cwd / ".venv")


def _default(environ: Mapping[str, str], cwd: Path) -> Path:
    active = environ.get("VIRTUAL_ENV", "")
    if active:
        return _of_environment(cwd / active, "VIRTUAL_ENV names it.")
    if _is_there(cwd / ".venv"):
        return _of_environment(cwd / ".venv", "It is the .venv of this folder.")
    return Path(sys.executable)


def _by_path(path: Path) -> Path:
    if path.is_dir():
        return _of_environment(path, "")
    if path.is_file():
        return path
    raise (
        _dangling(path)
        if path.is_symlink()
        else TargetError(f"There is no Python at {path}.", what_to_do=_NAME_IT, culprit=str(path))
    )


def _of_environment(folder: Path, origin: str) -> Path:
    """The interpreter of an environment, or a clear word about one that is broken."""
    for name in _INTERPRETERS:
        if (folder / name).is_file():
            return Path(os.path.abspath(folder / name))  # noqa: PTH100
    for name in _INTERPRETERS:
        if (folder / name).is_symlink():
            raise _dangling(folder / name)
    if not folder.is_dir():
        what = f"There is no environment at {folder}."
    elif (folder / "pyvenv.cfg").is_file():
        what = f"The virtual environment {folder} is broken: it has no Python."
    else:
        what = f"{folder} is no environment: it has no Python."
    raise TargetError(
        what,
        why=origin,
        what_to_do=f"Make it one with --venv {folder}, or name another with --python.",
        culprit=str(folder),
    )


def _dangling(link: Path) -> TargetError:
    try:
        aim = f" to {link.readlink()}"
    except OSError:
        aim = ""
    return TargetError(
        f"The environment of {link} is broken: its Python is gone.",
        why=f"{link} is a link{aim}, which does not lead to a file.",
        what_to_do="Make the environment again (python -m venv --clear FOLDER), "
        "or name another with --python.",
        culprit=str(link),
    )


def _by_name(name: str, environ: Mapping[str, str]) -> Path:
    folders = _path_folders(environ)
    found = next(_executables([name], folders), None)
    if found is not None:
        return found
    raise TargetError(
        f"There is no {name!r} here, neither as a file or folder nor as a command.",
        why=f"PATH has {len(folders)} folders.",
        what_to_do=_NAME_IT,
        culprit=name,
    )


def _by_version(wanted: str, version: str, threaded: bool, environ: Mapping[str, str]) -> Path:  # noqa: FBT001
    looked_at = []
    is_exact = version.count(".") == 2
    names = _command_names(version, threaded=threaded)
    if not is_exact:
        # pyenv's shims answer for every version and fail for most: its folders are read below.
        folders = [path for path in _path_folders(environ) if path.name != "shims"]
        looked_at.append(f"{names[0]} in the {len(folders)} folders of PATH")
        found = next(_executables(names, folders), None)
        if found is not None:
            return found
    for folder in (_pyenv_folder(environ), _uv_folder(environ)):
        looked_at.append(str(folder))
        found = _newest(folder, version, threaded=threaded)
        if found is not None:
            return found
    if is_exact:
        looked_at.append("the commands of PATH")
        found = _exact_on_path(names, version, environ)
        if found is not None:
            return found
    raise TargetError(
        f"There is no Python {version}{'t' if threaded else ''} here.",
        why=f"Looked at: {'; '.join(looked_at)}.",
        what_to_do=_NAME_IT,
        culprit=wanted,
    )


def _command_names(version: str, *, threaded: bool) -> list[str]:
    major_minor = ".".join(version.split(".")[:2])
    name = f"python{major_minor}{'t' if threaded else ''}"
    return [name, f"{name}.exe"]


def _exact_on_path(names: list[str], version: str, environ: Mapping[str, str]) -> Path | None:
    """A command of PATH that answers with exactly this version: its name only has X.Y."""
    from resolvetui.environment.probe import ask  # the only search that must ask

    for path in _executables(names, _path_folders(environ)):
        try:
            facts = ask(path)
        except TargetError:
            continue
        if ".".join(map(str, facts.version_info)) == version:
            return path
    return None


def _executables(names: list[str], folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        for name in names:
            path = folder / name
            if path.is_file() and os.access(path, os.X_OK):
                yield path


def _newest(folder: Path, version: str, *, threaded: bool) -> Path | None:
    """The newest Python of a version below pyenv's or uv's folder, whose entries bear versions."""
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return None
    fitting: list[tuple[list[int], str]] = []
    for name in names:
        match = _FOLDER_VERSION.fullmatch(name)
        if match is None or bool(match[2] or match[3]) != threaded:
            continue
        if f"{match[1]}.".startswith(f"{version}."):
            fitting.append(([int(part) for part in match[1].split(".")], name))
    for _, name in sorted(fitting, reverse=True):
        for interpreter in _INTERPRETERS:
            if (folder / name / interpreter).is_file():
                return folder / name / interpreter
    return None


def _path_folders(environ: Mapping[str, str]) -> list[Path]:
    return [Path(entry) for entry in environ.get("PATH", "").split(os.pathsep) if entry]


def _pyenv_folder(environ: Mapping[str, str]) -> Path:
    root = environ.get("PYENV_ROOT")
    return (Path(root) if root else _home(environ) / ".pyenv") / "versions"


def _uv_folder(environ: Mapping[str, str]) -> Path:
    if own := environ.get("UV_PYTHON_INSTALL_DIR"):
        return Path(own)
    data = environ.get("XDG_DATA_HOME") or _home(environ) / ".local" / "share"
    return Path(data) / "uv" / "python"


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("HOME") or environ.get("USERPROFILE") or Path("~").expanduser())


def _expanded(text: str, environ: Mapping[str, str]) -> Path:
    if text == "~" or text.startswith(("~/", f"~{os.sep}")):
        return _home(environ) / text[2:]
    return Path(text)


def _is_there(path: Path) -> bool:
    """Whether anything has this name, a dangling link included."""
    return path.exists() or path.is_symlink()
