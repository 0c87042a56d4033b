"""What one index says of one project."""

from __future__ import annotations

from typing import TypeAlias

import msgspec
from msgspec import Raw, Struct

from resolvetui.model.names import IndexName, PackageName


class _DistributionFile(Struct, frozen=True, array_like=True):
    filename: str
    url: str
    """Absolute, without fragment and without credentials; `file:` for local folders."""
    version: str
    """Canonical form (PEP 440), local part included."""
    hashes: dict[str, str]
    """Algorithm to hex digest; empty when the page gives none."""
    size: int | None = None
    """Bytes, or None when the index does not say."""
    requires_python: str | None = None
    """Specifier set, or None when not stated on the page."""
    yanked: str | None = None
    """None: not yanked; else the reason, which may be "" (PEP 592)."""
    upload_time: str | None = None
    """ISO 8601 in UTC (PEP 700), or None when the index does not say."""
    metadata_hashes: dict[str, str] | None = None
    """PEP 658/714: None when no metadata file is announced, {} when it is without a hash."""


class WheelFile(_DistributionFile, frozen=True, array_like=True, tag="wheel"):
    """A wheel (binary distribution format)."""

    tags: str = ""
    """The three parts as in the file name:
    `cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64`."""
    build: str = ""
    """Build tag, or ""; between wheels of equal rank the higher build wins."""


class SdistFile(_DistributionFile, frozen=True, array_like=True, tag="sdist"):
    """A source distribution (PEP 625 name or an older one)."""


class SourceTree(SdistFile, frozen=True, array_like=True, tag="tree"):
    """Sources in a folder of this machine, that a direct reference leads to; not from an index.

    `url` is what a requirement names it by: `file:` of the folder, `git+https://…@COMMIT`, or the
    archive's. `filename` is what it is called in sentences. The version may be "" until a build
    tells it.
    """

    folder: str = ""
    """Where the sources are; the project's own folder in them."""
    commit: str = ""
    """Of a git repository; else ""."""
    revision: str = ""
    """What was asked for by name: a branch, a tag, a part of a commit."""
    subdirectory: str = ""
    """Of the repository or archive."""
    editable: bool = False
    """The environment is to use the folder itself."""


DistributionFile: TypeAlias = WheelFile | SdistFile | SourceTree


class SkippedFile(Struct, frozen=True, array_like=True):
    """A link on a page that is not used, and why: an unreadable version, another project's file."""

    filename: str
    reason: str


_FILES = msgspec.msgpack.Decoder(tuple[DistributionFile, ...])


class Release(Struct, frozen=True, array_like=True):
    """One version on one index. Its files stay encoded until somebody looks at them:
    decoding the 15,000 files of the largest projects is most of a warm run's time.
    """

    version: str
    """Canonical form (PEP 440)."""
    encoded_files: Raw
    """msgpack of tuple[DistributionFile, ...], in page order."""

    @property
    def files(self) -> tuple[DistributionFile, ...]:
        """Wheels and sdists in page order; decoded anew at each call."""
        return _FILES.decode(self.encoded_files)


class ProjectPage(Struct, frozen=True, array_like=True):
    """All that one index (or find-links source) says of one project."""

    project: PackageName
    index: IndexName
    url: str
    """Where the page came from, without credentials."""
    releases: tuple[Release, ...]
    """Ascending by version (PEP 440)."""
    skipped: tuple[SkippedFile, ...] = ()
    status: str = ""
    """Project status marker (PEP 792): "", "archived", "quarantined", "deprecated"."""
    status_reason: str = ""
    """Why it has that status, in the index's words, or ""."""
    tracks: tuple[str, ...] = ()
    """URLs of the project on other indexes that this one follows (PEP 708)."""
    alternates: tuple[str, ...] = ()
    """URLs of the project on other indexes, which its owner says belong to it (PEP 708)."""


def encode_files(files: tuple[DistributionFile, ...]) -> Raw:
    """The form in which `Release` holds its files."""
    return Raw(msgspec.msgpack.encode(files))
