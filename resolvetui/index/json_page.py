"""Project pages as JSON (PEP 691, 700, 708, 714, 592, 792), decoded in one typed pass.

Only when that pass fails on some entry are entries decoded one by one, to lose just the bad ones.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import Raw, Struct, field

from resolvetui.index.links import BadEntry, LinkBase, PageBuilder, web_addresses

PROJECT_STATUSES = frozenset({"archived", "quarantined", "deprecated"})
"""PEP 792, without "active", which means nothing."""

_UTC_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?")


class UnreadablePage(ValueError):  # noqa: N818 - the caller makes the error that names the URL
    """The body is no project page; the text says why."""


class _Meta(Struct):
    api_version: str = field(name="api-version", default="1.0")
    tracks: Any = None
    """PEP 708; of any shape, so that a wrong one loses only itself."""


class _Status(Struct):
    status: Any = ""
    reason: Any = ""


class _File(Struct):
    filename: str
    url: str
    hashes: dict[str, str] = {}
    size: int | None = None
    requires_python: str | None = field(name="requires-python", default=None)
    yanked: bool | str | None = None
    upload_time: str | None = field(name="upload-time", default=None)
    core_metadata: bool | dict[str, str] | None = field(name="core-metadata", default=None)
    dist_info_metadata: bool | dict[str, str] | None = field(
        name="dist-info-metadata", default=None
    )
    """The older name (PEP 714); `core-metadata` is looked at first."""


class _Page(Struct):
    meta: _Meta
    files: list[_File]
    project_status: _Status = field(name="project-status", default_factory=_Status)
    alternate_locations: Any = field(name="alternate-locations", default=None)


class _Versioned(Struct):
    """What must be right before the shape of the rest matters."""

    meta: _Meta


class _Head(Struct):
    """What must be right before the entries matter."""

    files: list[Raw]
    project_status: Raw = field(name="project-status", default_factory=lambda: Raw(b"{}"))
    alternate_locations: Any = field(name="alternate-locations", default=None)


class _Name(Struct):
    filename: str = "?"


_PAGE = msgspec.json.Decoder(_Page)
_HEAD = msgspec.json.Decoder(_Head)
_FILE = msgspec.json.Decoder(_File)


def read_json(body: bytes, builder: PageBuilder, base: LinkBase) -> None:
    """Put all entries of a JSON page into `builder`.

    Raises `UnreadablePage` for text that is no JSON, another shape, or a newer major version.
    """
    try:
        page = _PAGE.decode(body)
    except (msgspec.ValidationError, RecursionError):
        _read_one_by_one(body, builder, base)
        return
    except msgspec.DecodeError as error:
        raise UnreadablePage(f"it is no complete JSON ({error})") from None
    check_api_version(page.meta.api_version)
    _take_status(page.project_status, builder)
    _take_locations(page.meta, page.alternate_locations, builder)
    for file in page.files:
        _add(file, builder, base)


def check_api_version(text: str) -> None:
    """Refuse a major version that this parser was not written for (PEP 629)."""
    major = text.partition(".")[0].strip()
    if major != "1":
        raise UnreadablePage(f"it has version {text!r} of the simple API; 1.x is understood")


def utc_time(text: str | None) -> str | None:
    """An upload time in UTC, or None when it is missing or unreadable (PEP 700)."""
    if text is None or _UTC_TIME.fullmatch(text):
        return text
    from datetime import UTC, datetime  # hardly ever needed

    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    if time.tzinfo is not None:
        time = time.astimezone(UTC)
    return time.replace(tzinfo=None).isoformat() + "Z"


def _read_one_by_one(body: bytes, builder: PageBuilder, base: LinkBase) -> None:
    try:
        meta = msgspec.json.decode(body, type=_Versioned).meta
        check_api_version(meta.api_version)
        page = _HEAD.decode(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UnreadablePage(f"it has not the shape of a project page ({error})") from None
    try:
        _take_status(msgspec.json.decode(page.project_status, type=_Status), builder)
    except msgspec.MsgspecError:
        builder.status = ""
    _take_locations(meta, page.alternate_locations, builder)
    for raw in page.files:
        try:
            file = _FILE.decode(raw)
        except (msgspec.MsgspecError, RecursionError) as error:
            builder.skip(_name_of(raw), f"its entry is malformed ({error})")
        else:
            _add(file, builder, base)


def _name_of(raw: Raw) -> str:
    try:
        return msgspec.json.decode(raw, type=_Name).filename
    except (msgspec.MsgspecError, RecursionError):
        return "?"


def _take_status(found: _Status, builder: PageBuilder) -> None:
    if isinstance(found.status, str) and found.status in PROJECT_STATUSES:
        builder.status = found.status
        builder.status_reason = found.reason if isinstance(found.reason, str) else ""


def _take_locations(meta: _Meta, alternates: object, builder: PageBuilder) -> None:
    builder.tracks = _urls(meta.tracks)
    builder.alternates = _urls(alternates)


def _urls(found: object) -> tuple[str, ...]:
    if not isinstance(found, list):
        return ()
    return web_addresses(each for each in found if isinstance(each, str))


def _add(file: _File, builder: PageBuilder, base: LinkBase) -> None:
    metadata = file.core_metadata
    if metadata is None:
        metadata = file.dist_info_metadata
    if isinstance(metadata, bool):
        metadata = {} if metadata else None
    yanked = file.yanked
    if not isinstance(yanked, str):
        yanked = "" if yanked else None
    try:
        builder.add(
            file.filename,
            base.absolute(file.url),
            file.hashes,
            size=file.size,
            requires_python=file.requires_python,
            yanked=yanked,
            upload_time=utc_time(file.upload_time),
            metadata_hashes=metadata,
        )
    except BadEntry as error:
        builder.skip(file.filename, str(error))
