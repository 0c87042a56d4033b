"""An index put to the test: does it answer, and what of what an index can say does it say?

For `--test-indexes`. Asks about one project, reads the page as every run does, then looks at one
of its wheels. Nothing of it is cached, and nothing decides anything.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from resolvetui.errors import IndexFailure, ResolvetuiError
from resolvetui.index.client import IndexClient
from resolvetui.index.local import local_path
from resolvetui.index.replies import Failed, Found, Missing, Refused
from resolvetui.index.seams import Answer, Getter
from resolvetui.model.files import DistributionFile, ProjectPage, WheelFile
from resolvetui.model.names import PackageName
from resolvetui.model.query import IndexSource
from resolvetui.net.cache import Cache

State: TypeAlias = Literal["yes", "no", "partly", "unknown"]
_WELL_KNOWN = PackageName("pip")
"""Asked about where the user names nothing: most indexes have it."""
_METADATA_BYTES = 4 << 20
_END_BYTES = 256


class Check(Struct, frozen=True):
    """One thing that an index can do."""

    name: str
    """`reachable`, `project`, `json`, `hashes`, `upload-times`, `sizes`, `metadata`, `ranges`."""
    state: State
    text: str
    """What was seen, in words."""


class Trial(Struct, frozen=True):
    """What came of it."""

    index: str
    url: str
    """Without credentials."""
    origin: str
    project: str
    """Asked about."""
    is_usable: bool
    """Whether a resolve could use it: an index that lacks the project can be used too."""
    latency_ms: float | None
    """Of the first answer; None for a local folder."""
    login: str
    """Where the credentials came from that were sent, as in `ErrorDetails`; "" for none."""
    checks: tuple[Check, ...]


class _Noting:
    """The transport, with the last answer kept."""

    def __init__(self, transport: Getter) -> None:
        self._transport = transport
        self.last: Answer | None = None

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit_bytes: int = 64 << 20,
        what: str = "",
    ) -> Answer:
        """Implements `Getter`."""
        self.last = await self._transport.get(
            url, headers=headers, limit_bytes=limit_bytes, what=what
        )
        return self.last


async def try_index(
    source: IndexSource, projects: Sequence[PackageName], transport: Getter
) -> Trial:
    """Ask the index about the first of the projects that it has. Never raises for what it says."""
    for project in projects or (_WELL_KNOWN,):
        trial, is_there = await _try(source, project, transport)
        if is_there or not trial.is_usable:
            break
    return trial


async def _try(source: IndexSource, project: PackageName, transport: Getter) -> tuple[Trial, bool]:
    """What it says, and whether it has the project."""
    noting = _Noting(transport)
    with Cache(None) as cache:
        client, begun = IndexClient(cache), time.perf_counter()
        reply = await client.fetch(source, project, noting)
        latency_ms = (time.perf_counter() - begun) * 1000 if noting.last else None
        page: ProjectPage | None = None
        login = noting.last.login if noting.last else ""
        match reply:
            case Failed(error=error):
                login = login or error.details.login
                checks = [Check("reachable", "no", _words(error))]
            case Refused():
                checks = [_refused(reply)]
            case Missing():
                checks = [*_reached(source), Check("project", "no", f"it has no {project}")]
            case Found():
                page = reply.load()
                checks = [*_reached(source), *_page_checks(page, noting.last)]
                checks += await _file_checks(page, noting)
    usable = not isinstance(reply, Failed | Refused)
    trial = Trial(
        index=source.name,
        url=source.shown_url,
        origin=source.origin,
        project=project,
        is_usable=usable,
        latency_ms=latency_ms,
        login=login,
        checks=tuple(checks),
    )
    return trial, page is not None


def _words(error: ResolvetuiError) -> str:
    return " ".join(part for part in (error.what, error.why, error.what_to_do) if part)


def _refused(reply: Refused) -> Check:
    sent = f"the credentials of the {reply.login}" if reply.login else "no credentials"
    realm = f" (it asks for {reply.realm})" if reply.realm else ""
    text = f"it answers {reply.status}; {sent} were sent{realm}"
    return Check("reachable", "no", text)


def _reached(source: IndexSource) -> list[Check]:
    text = "a local folder" if local_path(source.url) is not None else "it answers"
    return [Check("reachable", "yes", text)]


def _page_checks(page: ProjectPage, answer: Answer | None) -> list[Check]:
    files = [file for release in page.releases for file in release.files]
    count = f"{len(page.releases)} versions in {len(files)} files of {page.project}"
    skipped = f"; {len(page.skipped)} links are passed over" if page.skipped else ""
    because = f" ({page.status_reason})" if page.status_reason else ""
    status = f"; it is {page.status}{because}" if page.status else ""
    checks = [Check("project", "yes", f"{count}{skipped}{status}")]
    if answer is not None:
        kind = answer.headers.get("content-type", "").partition(";")[0].strip()
        is_json = kind.endswith("json")
        checks.append(Check("json", "yes" if is_json else "no", kind or "no content type"))
    if files:
        checks += [
            _share("hashes", [bool(file.hashes) for file in files]),
            _share("upload-times", [file.upload_time is not None for file in files]),
            _share("sizes", [file.size is not None for file in files]),
        ]
    return checks


def _share(name: str, has: Sequence[bool]) -> Check:
    count = sum(has)
    state: State = "yes" if count == len(has) else "partly" if count else "no"
    return Check(name, state, f"{count} of {len(has)} files have one")


async def _file_checks(page: ProjectPage, transport: Getter) -> list[Check]:
    wheels = [
        file
        for release in reversed(page.releases)
        for file in release.files
        if isinstance(file, WheelFile)
    ]
    if not wheels or local_path(wheels[0].url) is not None:
        return []
    announced = [file for file in wheels if file.metadata_hashes is not None]
    checks = [await _metadata(announced[0] if announced else wheels[0], transport)]
    checks.append(await _ranges(wheels[0], transport))
    return checks


async def _metadata(file: DistributionFile, transport: Getter) -> Check:
    """Whether the metadata of a wheel can be had without the wheel (PEP 658)."""
    promised = file.metadata_hashes
    announced = "announced" if promised is not None else "not announced"
    try:
        answer = await transport.get(
            f"{file.url}.metadata", limit_bytes=_METADATA_BYTES, what=file.filename
        )
    except IndexFailure as error:
        return Check("metadata", "no", error.what)
    if answer.status != 200 or not answer.body.lstrip().startswith(b"Metadata-Version"):
        state: State = "no" if promised is None else "partly"
        return Check("metadata", state, f"{announced}; the file answers {answer.status}")
    for name, digest in (promised or {}).items():
        if name in hashlib.algorithms_guaranteed and not name.startswith("shake"):
            found = hashlib.new(name, answer.body, usedforsecurity=False).hexdigest()
            if found != digest:
                return Check("metadata", "no", f"announced; the file has another {name}")
    return Check("metadata", "yes" if promised is not None else "partly", f"{announced}, served")


async def _ranges(file: DistributionFile, transport: Getter) -> Check:
    """Whether the end of a wheel can be had alone."""
    headers = {"Range": f"bytes=-{_END_BYTES}"}
    try:
        answer = await transport.get(
            file.url, headers=headers, limit_bytes=64 << 10, what=file.filename
        )
    except IndexFailure:
        return Check("ranges", "no", "it sends whole files only")
    if answer.status == 206:
        return Check("ranges", "yes", "the end of a file can be had alone")
    state: State = "no" if answer.status in {200, 416} else "unknown"
    return Check("ranges", state, f"the end of a file answers {answer.status}")
