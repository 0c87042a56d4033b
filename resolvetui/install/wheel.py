"""One wheel, read strictly: whether it is what its name says and holds only what RECORD names.

Layout and contents of the archive are `strict_zip`'s business, final files `unpack`'s. Every
fault is an InstallFailed that names the wheel and the member. Source: PyPA specifications,
"Binary distribution format" and "Recording installed projects".
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, Self, TypeAlias

from msgspec import Struct
from packaging.version import InvalidVersion, Version

from resolvetui.errors import InstallFailed
from resolvetui.install.entry_points import EntryPoint, check_script_name, read_entry_points
from resolvetui.install.strict_zip import Limits, Member, StrictZip, refused
from resolvetui.model.names import PackageName, package_name

Scheme: TypeAlias = Literal["purelib", "platlib", "headers", "scripts", "data"]

_WHEEL_VERSION = re.compile(r"1\.[0-9]+")
_STRONG_HASHES = frozenset({"sha256", "sha384", "sha512"})
_SIGNATURES = ("RECORD.jws", "RECORD.p7s")
_INSTALLERS_OWN = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", *_SIGNATURES})
_MAX_METADATA = 64 << 20
_LINUX = re.compile(r"^(?:manylinux[0-9]+_[0-9]+|manylinux[0-9]+|musllinux[0-9]+_[0-9]+|linux)_")
_MACOS = re.compile(r"^macosx_[0-9]+_[0-9]+_")


class RecordRow(Struct, frozen=True):
    """One row of RECORD, its path being the key."""

    algorithm: str
    digest: str
    """URL-safe base64 without padding."""
    size: int | None


class Wheel(Struct):
    """A wheel whose names, metadata and list of files are in order; use it with `with`."""

    archive: StrictZip
    name: PackageName
    version: str
    """As METADATA has it."""
    dist_info: str
    """The folder's name, without `/`."""
    root_is_purelib: bool
    wheel_tags: tuple[str, ...]
    """As WHEEL has them."""
    entry_points: tuple[EntryPoint, ...]
    record: Mapping[str, RecordRow]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.archive.__exit__(None, None, None)

    def location(self, member: Member) -> tuple[Scheme, str]:
        """The scheme that a member belongs to and its path inside."""
        data = f"{self.dist_info.removesuffix('.dist-info')}.data/"
        root: Scheme = "purelib" if self.root_is_purelib else "platlib"
        if not member.name.startswith(data):
            return root, member.name
        scheme, _, path = member.name.removeprefix(data).partition("/")
        match scheme:
            case "purelib" | "platlib" | "headers" | "scripts" | "data" if path:
                return scheme, path
            case _:
                raise refused(self.archive.label, f"Its member {member.name!r} has no scheme.")

    def takes_over(self, member: Member) -> bool:
        """Whether a member is installed: the installer's own files and bytecode are not."""
        folder, _, name = member.name.rpartition("/")
        is_ours = folder == self.dist_info and name in _INSTALLERS_OWN
        return not is_ours and not name.endswith(".pyc")

    def content(self, member: Member) -> Iterator[bytes]:
        """A member's bytes; raises after the last piece unless they are what RECORD says."""
        row = self.record.get(member.name)
        if row is None:  # RECORD itself and its signatures
            yield from self.archive.chunks(member)
            return
        digest = hashlib.new(row.algorithm)
        for chunk in self.archive.chunks(member):
            digest.update(chunk)
            yield chunk
        if row.size not in (None, member.size) or row.digest != encoded(digest.digest()):
            raise refused(
                self.archive.label, f"Its member {member.name!r} is not what RECORD says it is."
            )


def open_wheel(
    path: Path, filename: str, *, version: str = "", limits: Limits | None = None
) -> Wheel:
    """Open a wheel and check everything that needs no reading of its files.

    `filename` is the name that the index gives (a cached file is called after its hash),
    `version` the planned one, or "" when any will do. Raises InstallFailed.
    """
    try:
        archive = StrictZip(path, filename, limits or Limits())
    except OSError as error:
        raise refused(filename, f"It cannot be read: {error.strerror}.") from error
    try:
        return _read_wheel(archive, filename, version)
    except ValueError as error:
        archive.__exit__(None, None, None)
        raise refused(filename, str(error)) from error
    except InstallFailed:
        archive.__exit__(None, None, None)
        raise


def encoded(digest: bytes) -> str:
    """A digest as RECORD writes it: URL-safe base64 without padding (PEP 376, PEP 427)."""
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def check_identity(
    filename: str,
    dist_info: str,
    name: str,
    version: str,
    wheel_tags: Sequence[str],
    *,
    planned: str,
) -> None:
    """Raise ValueError unless a wheel's file name and the planned version ("" for any) are its own.

    The other arguments are what the wheel says of itself.
    """
    tags = _check_names(filename, dist_info, name, version, planned)
    _check_tags(tags, wheel_tags)


def _read_wheel(archive: StrictZip, filename: str, planned: str) -> Wheel:
    members = {member.name: member for member in archive.members}
    dist_info = _dist_info_folder(members)
    texts = {
        name: _text(archive, members.get(f"{dist_info}/{name}"), name)
        for name in ("METADATA", "WHEEL", "RECORD")
    }
    metadata, about = _headers(texts["METADATA"]), _headers(texts["WHEEL"])
    name, version = _one(metadata, "Name", "METADATA"), _one(metadata, "Version", "METADATA")
    if not _WHEEL_VERSION.fullmatch(_one(about, "Wheel-Version", "WHEEL")):
        raise ValueError("Its Wheel-Version is not 1.x.")
    wheel_tags = tuple(about.get("Tag", ()))
    check_identity(filename, dist_info, name, version, wheel_tags, planned=planned)
    points = members.get(f"{dist_info}/entry_points.txt")
    wheel = Wheel(
        archive=archive,
        name=package_name(name),
        version=version,
        dist_info=dist_info,
        root_is_purelib=_one(about, "Root-Is-Purelib", "WHEEL").lower() == "true",
        wheel_tags=wheel_tags,
        entry_points=read_entry_points(_text(archive, points, "")) if points else (),
        record=_read_record(texts["RECORD"], members, dist_info),
    )
    _check_locations(wheel)
    return wheel


def _dist_info_folder(members: Mapping[str, Member]) -> str:
    tops = {name.partition("/")[0] for name in members}
    dist_infos = sorted(top for top in tops if top.lower().endswith(".dist-info"))
    if len(dist_infos) != 1 or not dist_infos[0].endswith(".dist-info"):
        raise ValueError(f"It has {len(dist_infos)} .dist-info folders instead of one.")
    data = f"{dist_infos[0].removesuffix('.dist-info')}.data"
    for top in sorted(tops):
        if top.lower().endswith((".data", ".egg-info")) and top != data:
            raise ValueError(f"Its folder {top!r} belongs to another package.")
    return dist_infos[0]


def _text(archive: StrictZip, member: Member | None, name: str) -> str:
    if member is None:
        raise ValueError(f"It has no {name}.")
    if member.size > _MAX_METADATA:
        raise ValueError(f"Its member {member.name!r} has {member.size:,} bytes.")
    try:
        return archive.read(member).decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"Its member {member.name!r} is not UTF-8.") from error


def _headers(text: str) -> dict[str, list[str]]:
    """The headers of METADATA or WHEEL (the e-mail form); `email` itself is slow to import."""
    headers: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line.strip():
            break
        name, colon, value = line.partition(":")
        if colon and not line[0].isspace():
            headers.setdefault(name.strip().title(), []).append(value.strip())
    return headers


def _one(headers: Mapping[str, list[str]], name: str, file: str) -> str:
    values = headers.get(name, [])
    if len(values) != 1:
        raise ValueError(f"Its {file} has {len(values)} lines {name!r} instead of one.")
    return values[0]


def _check_names(filename: str, dist_info: str, name: str, version: str, planned: str) -> str:
    """File name, .dist-info folder, METADATA and plan must mean one release; the file's tags."""
    parts = filename.removesuffix(".whl").split("-")
    if not filename.endswith(".whl") or len(parts) not in (5, 6):
        raise ValueError("Its name is not that of a wheel.")
    folder_name, _, folder_version = dist_info.removesuffix(".dist-info").rpartition("-")
    for where, said in (("file name", parts[0]), (".dist-info folder", folder_name)):
        if package_name(said) != package_name(name):
            raise ValueError(f"Its METADATA says {name!r}, its {where} {said!r}.")
    versions = (("file name", parts[1]), (".dist-info folder", folder_version), ("plan", planned))
    for where, said in versions:
        if said and _version(said) != _version(version):
            raise ValueError(f"Its METADATA says version {version!r}, the {where} {said!r}.")
    return "-".join(parts[-3:])


def _version(text: str) -> Version:
    try:
        return Version(text.replace("_", "-"))
    except InvalidVersion as error:
        raise ValueError(f"{text!r} is no version.") from error


def _check_tags(file_tags: str, wheel_tags: Sequence[str]) -> None:
    """At least one tag of WHEEL must be one of the file name's; Linux baselines may differ.

    auditwheel and its like raise `linux_x86_64` to `manylinux...` and may leave WHEEL alone.
    """
    named = _expanded(file_tags)
    if wheel_tags and not any(named & _expanded(tag) for tag in wheel_tags):
        raise ValueError(f"Its WHEEL says {wheel_tags[0]!r}, its file name {file_tags!r}.")


def _expanded(tags: str) -> set[tuple[str, str, str]]:
    parts = [part.split(".") for part in tags.split("-")]
    if len(parts) != 3:
        raise ValueError(f"{tags!r} is no tag.")
    pythons, abis, platforms = parts
    families = {_LINUX.sub("linux_", _MACOS.sub("macosx_", platform)) for platform in platforms}
    return {(python, abi, family) for python in pythons for abi in abis for family in families}


def _read_record(
    text: str, members: Mapping[str, Member], dist_info: str
) -> Mapping[str, RecordRow]:
    """RECORD by path: every file but RECORD and its signatures, with a strong hash each."""
    own = {f"{dist_info}/{name}" for name in ("RECORD", *_SIGNATURES)}
    rows: dict[str, RecordRow] = {}
    try:
        for line in csv.reader(io.StringIO(text, newline="")):
            if line and line[0] not in own:
                _add_row(rows, line)
    except csv.Error as error:
        raise ValueError("Its RECORD cannot be parsed.") from error
    for name in members.keys() - own - rows.keys():
        raise ValueError(f"Its member {name!r} is not in RECORD.")
    for name in rows.keys() - members.keys():
        if not name.endswith("/"):
            raise ValueError(f"RECORD names {name!r}, which it does not have.")
    return rows


def _add_row(rows: dict[str, RecordRow], line: list[str]) -> None:
    if len(line) != 3 or line[0] in rows:
        raise ValueError(f"The row of {line[0]!r} in RECORD is malformed or there twice.")
    path, hash_text, size = line
    algorithm, _, digest = hash_text.partition("=")
    if path.endswith("/"):
        return
    if algorithm not in _STRONG_HASHES:
        raise ValueError(f"RECORD has no sha256 of {path!r}.")
    if size and not (size.isascii() and size.isdigit()):
        raise ValueError(f"RECORD has no number as size of {path!r}.")
    rows[path] = RecordRow(algorithm, digest.rstrip("="), int(size) if size else None)


def _check_locations(wheel: Wheel) -> None:
    """Scripts must not hide the interpreter, nor a member bring metadata of another package."""
    for member in wheel.archive.members:
        scheme, path = wheel.location(member)
        top, _, rest = path.partition("/")
        if scheme == "scripts" and not rest:
            check_script_name(top)
        is_metadata = top.lower().endswith((".dist-info", ".egg-info"))
        if is_metadata and scheme in ("purelib", "platlib") and top != wheel.dist_info:
            raise ValueError(f"Its member {member.name!r} belongs to another package.")
