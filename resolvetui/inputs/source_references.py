"""Sources that are asked for without a name: a project's folder, a git repository.

The name of a folder's project is read from its files; nothing of it is run.
"""

# pathlib would cost every warm start 4 ms.
# ruff: noqa: PTH112, PTH118, PTH123

from __future__ import annotations

import os
import re
from urllib.parse import unquote

import msgspec
from msgspec import Struct

from resolvetui.environment.requirement_text import parse_requirement
from resolvetui.errors import MissingFileError, RequirementSyntaxError, UsageError
from resolvetui.inputs.paths import absolute, file_url, is_file, path_of, scheme_of
from resolvetui.inputs.settings import redact
from resolvetui.model.names import PackageName, extra_name, package_name
from resolvetui.model.requirement import Origin, Requirement, RootRequirement

_FOLDER = re.compile(
    r"(?P<place>[^;\[\]]*?)\s*(?:\[(?P<extras>[^\]]*)\])?\s*(?:;\s*(?P<marker>.+))?"
)
_GIT = re.compile(r"(?P<place>git\+\S+)(?:\s+;\s*(?P<marker>.+))?")
_LIMIT_BYTES = 4 << 20


class _Named(Struct):
    name: str = ""


class _Tool(Struct):
    poetry: _Named | None = None


class _Pyproject(Struct):
    project: _Named | None = None
    tool: _Tool | None = None


def source_requirement(text: str, folder: str) -> Requirement | None:
    """The requirement when `text` is a project's folder (`.`, `./lib[extra]`) or a `git+` URL with
    its name (`#egg=NAME`); None for anything else. Relative paths start at `folder`.

    Raises RequirementSyntaxError where the name is not said, MissingFileError for a folder without
    a project.
    """
    if text.startswith("git+"):
        found = _GIT.fullmatch(text)
        return _of_git(text, found["place"], found["marker"] or "") if found else None
    found = _FOLDER.fullmatch(text)
    if found is None or (scheme_of(found["place"]) not in {"", "file"}):
        return None
    place = found["place"]
    path = absolute(path_of(place) if scheme_of(place) else place, folder)
    if not os.path.isdir(path):
        return None
    name = project_name(path)
    if not name:
        raise _nameless(text, path)
    given = (extra.strip() for extra in (found["extras"] or "").split(","))
    extras = ",".join(sorted({extra_name(extra) for extra in given if extra}))
    return _stated(
        f"{name}[{extras}]" if extras else name, found["marker"] or "", file_url(path, "")
    )


def project_name(path: str) -> PackageName | None:
    """The name of the project in a folder, where it is said without running anything.

    Raises MissingFileError where there is no project.
    """
    pyproject, setup = os.path.join(path, "pyproject.toml"), os.path.join(path, "setup.py")
    if not (is_file(pyproject) or is_file(setup)):
        raise MissingFileError(
            f"There is no project in {path}: neither pyproject.toml nor setup.py.",
            what_to_do="Check its path.",
            culprit=path,
        )
    name = _of_pyproject(pyproject) or _of_setup_cfg(os.path.join(path, "setup.cfg"))
    return package_name(name) if name else None


def _of_pyproject(path: str) -> str:
    import tomllib

    try:
        with open(path, "rb") as file:
            found = msgspec.convert(tomllib.loads(file.read(_LIMIT_BYTES).decode()), _Pyproject)
    except (OSError, ValueError, RecursionError, msgspec.ValidationError):
        return ""
    project = found.project or (found.tool.poetry if found.tool else None)
    return project.name if project else ""


def _of_setup_cfg(path: str) -> str:
    import configparser

    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(path, encoding="utf-8")
        return parser.get("metadata", "name", fallback="").strip()
    except (configparser.Error, UnicodeDecodeError):
        return ""


def _of_git(text: str, place: str, marker: str) -> Requirement:
    url, _, fragment = place.partition("#")
    parts = dict(part.partition("=")[::2] for part in fragment.split("&"))
    egg = unquote(parts.pop("egg", ""))
    if not egg:
        shown = redact(text)
        raise RequirementSyntaxError(
            "The URL of a repository does not say which project it is.",
            text=shown,
            column=0,
            what_to_do=f"Write NAME @ {shown} with the project's name.",
        )
    rest = "&".join(f"{name}={value}" for name, value in parts.items())
    return _stated(egg, marker, f"{url}#{rest}" if rest else url)


def _stated(stated: str, marker: str, url: str) -> Requirement:
    """Through the grammar, so that a marker and extras are checked as everywhere else."""
    parsed = parse_requirement(f"{stated} ; {marker}" if marker else stated)
    return msgspec.structs.replace(parsed, url=url)


def _nameless(text: str, path: str) -> RequirementSyntaxError:
    return RequirementSyntaxError(
        f"The project in {path} does not say its name in pyproject.toml or setup.cfg.",
        text=redact(text),
        column=0,
        what_to_do=f"Write NAME @ {file_url(path, '')} with the project's name.",
    )


def editable_requirement(
    text: str, origin: Origin, folder: str, beside: str = ""
) -> RootRequirement:
    """What `-e TEXT` asks for: a project's folder that the environment is to use as it lies there.

    Relative paths start at `folder`, as in pip, or at `beside` where only that has the project.
    Raises RequirementSyntaxError, MissingFileError, and UsageError for anything but a folder.
    """
    place = text.partition("[")[0].strip()
    is_path = not scheme_of(place) and " @ " not in text
    if is_path and beside and not os.path.isdir(absolute(place, folder)):
        folder = beside
    try:
        found = source_requirement(text.strip(), folder) if is_path or "file:" in place else None
    except MissingFileError as error:
        error.why = error.why or (f"It stands in {origin.where}." if origin.where else "")
        raise
    if found is None:
        shown = redact(text)
        raise UsageError(
            f"-e {shown} is no folder of this machine.",
            why=f"It stands in {origin.where}." if origin.where else "",
            what_to_do="Only a project's folder can be installed so; leave out -e for the rest.",
            culprit=origin.where or shown,
        )
    return RootRequirement(found, origin, f"-e {text.strip()}", editable=True)
