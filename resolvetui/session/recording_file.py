"""A recording as one file: JSON, or gzip of it where the name ends in `.gz`.

Owns what must not get into the file (credentials, the user's home folder) and what is believed of
one that comes from somebody else.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import zlib
from pathlib import Path

import msgspec
from msgspec import Struct
from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from resolvetui.errors import UsageError
from resolvetui.model.requirement import Requirement
from resolvetui.session.discretion import Discretion
from resolvetui.session.recording import FORMAT, SCHEMA, FoundProject, Recording

LIMIT_BYTES = 512 << 20
"""No recording is larger unpacked; somebody else's file must not fill the memory."""
_GZIP = b"\x1f\x8b"


class _Header(Struct):
    """What every schema has."""

    format: str
    schema: int
    version: str = ""


def check_place(path: Path) -> None:
    """Raise UsageError where no recording can be put: before the work, not after it.

    A file that is there is replaced only if it is a recording.
    """
    if not path.parent.is_dir():
        raise UsageError(
            f"There is no folder {path.parent} to put the recording in.", culprit=str(path)
        )
    if not os.path.lexists(path):
        return
    try:
        _header(_unpacked(path), path)
    except UsageError as error:
        raise UsageError(
            f"{path} is there already and is no recording; it is left as it is.",
            why=error.why or error.what,
            what_to_do="Give the recording another name.",
            culprit=str(path),
        ) from error


def write_recording(recording: Recording, path: Path, home: str) -> None:
    """Write the file, whole or not at all; `home` is the user's home folder.

    Raises UsageError when it cannot be written.
    """
    paths = recording.target.environment
    discretion = Discretion(home, paths.prefix if paths else "")
    text = msgspec.json.encode(discretion.applied(msgspec.to_builtins(recording)))
    data = msgspec.json.format(text, indent=1) + b"\n"
    if path.suffix == ".gz":
        data = gzip.compress(data, mtime=0)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise UsageError(
            f"The recording {path} cannot be written.",
            why=error.strerror or str(error),
            culprit=str(path),
        ) from error


def read_recording(path: Path) -> Recording:
    """The recording in a file. Raises UsageError for one that is damaged, foreign or too new."""
    data = _unpacked(path)
    header = _header(data, path)
    if header.schema > SCHEMA:
        made_by = f"resolvetui {header.version}" if header.version else "a newer resolvetui"
        raise UsageError(
            f"{path} was made by {made_by}, in a form that this one cannot read.",
            why=f"It has schema {header.schema}; schemas up to {SCHEMA} are known here.",
            what_to_do="Use the version that made it, or a newer one.",
            culprit=str(path),
        )
    try:
        recording = msgspec.json.decode(data, type=Recording)
        _check(recording)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    return recording


def _unpacked(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise UsageError(f"There is no file {path}.", culprit=str(path))
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=file) as unpacked:
                    data = unpacked.read(LIMIT_BYTES + 1)
            else:
                data = file.read(LIMIT_BYTES + 1)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"{path} cannot be read.", why=why, culprit=str(path)) from error
    if len(data) > LIMIT_BYTES:
        raise _damaged(path, f"it is larger than {LIMIT_BYTES >> 20} MiB.")
    return data


def _header(data: bytes, path: Path) -> _Header:
    try:
        header = msgspec.json.decode(data, type=_Header)
    except (msgspec.ValidationError, RecursionError):
        header = _Header("", 0)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damaged(path, str(error)) from error
    if header.format != FORMAT:
        raise UsageError(
            f"{path} is no recording of resolvetui.",
            what_to_do="Name a file that --record has made.",
            culprit=str(path),
        )
    return header


def _damaged(path: Path, why: str) -> UsageError:
    return UsageError(
        f"{path} is damaged, or no recording of resolvetui.",
        why=why,
        what_to_do="Get it again, or record anew.",
        culprit=str(path),
    )


def _check(recording: Recording) -> None:
    """Raise ValueError for words that the rest of the program takes for checked."""
    query = recording.query
    Version(recording.target.python_version)
    for tag in recording.target.tags:
        _require(tag.count("-") == 2, f"{tag!r} is no tag")
    stated = (*query.requirements, *query.constraints, *query.overrides, *query.build_constraints)
    for root in stated:
        _check_requirement(root.requirement)
    for demand in query.demands:
        SpecifierSet(demand.python)
        for marker in demand.environments:
            Marker(marker)
    for item in recording.installed:
        Version(item.version)
    for known in recording.metadata:
        _require((known.core is None) != (known.unusable is None), "metadata is unclear")
        for requirement in known.core.requires if known.core else ():
            _check_requirement(requirement)
    for tree in recording.trees:
        Version(tree.tree.version)
        for requirement in tree.core.requires:
            _check_requirement(requirement)
    for answer in recording.answers:
        if isinstance(answer, FoundProject):
            _check_releases(answer)


def _check_requirement(requirement: Requirement) -> None:
    SpecifierSet(requirement.specifier)
    if requirement.marker:
        Marker(requirement.marker)


def _check_releases(answer: FoundProject) -> None:
    versions = [Version(release.version) for release in answer.releases]
    _require(versions == sorted(set(versions)), f"versions of {answer.project} are out of order")


def _require(holds: bool, why: str) -> None:  # noqa: FBT001
    if not holds:
        raise ValueError(why)
