"""What the loopback indexes hold: releases, their files, and the habits of each index.

Owns the data only; `pages` writes it as HTML and JSON, `server` answers requests with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from resolvetui.demo import wheels
from resolvetui.model.names import PackageName, package_name


@dataclass(frozen=True, slots=True)
class IndexHabits:
    """How one index answers; real ones differ in every point."""

    json: bool = True
    """Offer PEP 691 JSON to who accepts it; else HTML only."""
    hashes: bool = True
    """State a sha256 beside each file."""
    metadata: bool = True
    """Announce and serve `.metadata` files (PEP 658, PEP 714)."""
    details: bool = True
    """State requires-python, yanked, size and upload time."""
    ranges: bool = True
    """Answer range requests with 206."""
    suffix_ranges: bool = True
    """Answer `bytes=-N` too; else 416."""
    missing_status: int = 404
    """For a project or file that is not there; some indexes say 403."""
    etags: bool = True
    """Send an ETag with pages, and 304 to who has it."""
    cache_control: str = ""
    """That header of pages, or "" for none."""
    credentials: tuple[str, str] | None = None
    """User and password that every request must carry (HTTP Basic)."""
    down_status: int | None = None
    """Answer everything with this status, such as 503."""
    quarantined: Mapping[str, str] = field(default_factory=dict)
    """Normalised names of projects that are quarantined (PEP 792), and why; in JSON only."""


PLAIN_HTML = IndexHabits(json=False, hashes=False, metadata=False, details=False, etags=False)
"""Links and nothing else, as the PyTorch index served them until autumn 2023."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One version of a project on one index."""

    name: str
    """As the project spells it; pages are found under the normalised name."""
    version: str
    wheels: tuple[str, ...] = ("py3-none-any",)
    """Tag triples; a build tag may stand before the first dash as in `1-py3-none-any`."""
    sdist: bool = False
    needs: tuple[str, ...] = ()
    """Requirements (PEP 508)."""
    extras: Mapping[str, Sequence[str]] = field(default_factory=dict)
    requires_python: str | None = None
    yanked: str | None = None
    """The reason, which may be ""; None: not yanked."""
    upload_time: str | None = None
    """ISO 8601 in UTC."""
    entry_points: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    modules: Mapping[str, str | bytes] | None = None
    """Path to contents; None: one importable package."""
    dynamic: tuple[str, ...] = ()
    """Metadata fields that the source distribution leaves to its build (PEP 643)."""
    build_requires: tuple[str, ...] = ()
    backend: str = ""
    """Source of the source distribution's backend; "" hands out a finished wheel."""
    summary: str = ""
    """Of the source distribution's metadata."""


@dataclass
class ServedFile:
    """One file; its bytes are made when somebody first looks at them."""

    release: Release
    filename: str
    tags: str | None
    """None for a source distribution."""
    build: str = ""

    @cached_property
    def content(self) -> bytes:
        """The file."""
        release = self.release
        if self.tags is None:
            return wheels.build_sdist(
                release.name,
                release.version,
                requires=release.needs,
                requires_python=release.requires_python,
                extras=release.extras,
                dynamic=release.dynamic,
                build_requires=release.build_requires,
                backend=release.backend,
                modules=release.modules,
                summary=release.summary,
            )
        return wheels.build_wheel(
            release.name,
            release.version,
            self.tags,
            requires=release.needs,
            requires_python=release.requires_python,
            extras=release.extras,
            entry_points=release.entry_points,
            modules=release.modules,
            build=self.build,
        )

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the file."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def metadata(self) -> bytes | None:
        """What is served as `.metadata`: a wheel's METADATA; None for a source distribution."""
        if self.tags is None:
            return None
        release = self.release
        return wheels.metadata_text(
            release.name,
            release.version,
            requires=release.needs,
            requires_python=release.requires_python,
            extras=release.extras,
        ).encode()


class Index:
    """The projects and files of one index."""

    def __init__(self, name: str, habits: IndexHabits | None = None) -> None:
        self.name = name
        self.habits = habits or IndexHabits()
        self.projects: dict[PackageName, list[ServedFile]] = {}
        self.files: dict[str, ServedFile] = {}

    def add(self, release: Release) -> None:
        """List a release; files stand on pages in the order in which they were added."""
        project = self.projects.setdefault(package_name(release.name), [])
        for served in _files_of(release):
            project.append(served)
            self.files[served.filename] = served


def _files_of(release: Release) -> list[ServedFile]:
    files = []
    for triple in release.wheels:
        build, tags = triple.split("-", 1) if triple.count("-") == 3 else ("", triple)
        filename = wheels.wheel_filename(release.name, release.version, tags, build)
        files.append(ServedFile(release, filename, tags, build))
    if release.sdist:
        filename = wheels.sdist_filename(release.name, release.version)
        files.append(ServedFile(release, filename, None))
    return files
