"""From what a page says of each file to releases in order.

Owns the rules for a single entry, the same for JSON, HTML, find-links pages and folders: a bad
entry loses itself, never the page (it becomes a `SkippedFile` with the reason). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urljoin, urlsplit

from msgspec import structs

from resolvetui.index.filenames import (
    LEGACY_SUFFIXES,
    canonical_version,
    is_project,
    sdist_stem,
    sdist_version,
    wheel_parts,
)
from resolvetui.index.specifiers import usable_specifier
from resolvetui.model.files import (
    DistributionFile,
    ProjectPage,
    Release,
    SdistFile,
    SkippedFile,
    WheelFile,
    encode_files,
)
from resolvetui.model.names import IndexName, PackageName
from resolvetui.net.auth import strip
from resolvetui.resolver.specifiers import parse_version

_DIGEST_SIZES = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
_HEX = re.compile(r"[0-9a-fA-F]+")
_NO_HASHES: dict[str, str] = {}


class BadEntry(ValueError):  # noqa: N818 - not an error of the page
    """One entry that cannot be used; the text is the reason."""


def without_credentials(url: str) -> str:
    """The URL without user, password and fragment; other parts stay as they are."""
    return strip(url).partition("#")[0]


def web_addresses(urls: Iterable[str]) -> tuple[str, ...]:
    """Those that are addresses of the web, in the form that may be shown; PEP 708 names places
    by them, and nothing is ever asked for there.
    """
    shown = (without_credentials(url.strip()) for url in urls)
    return tuple(dict.fromkeys(url for url in shown if url.startswith(("https://", "http://"))))


class LinkBase:
    """Turns the links of one page into absolute URLs."""

    def __init__(self, page_url: str) -> None:
        self._base = page_url
        self._is_local = page_url.startswith("file:")
        self._known_prefix = "\0"
        """`https://host/` of the last good link: nearly all links of a page share it."""
        self._origin = ""
        """`https://host` that host-absolute links are relative to, once one was resolved."""

    def rebase(self, href: str) -> None:
        """Take the page's `<base href>` into account (HTML, "The base element")."""
        try:
            self._base = urljoin(self._base, href)
        except ValueError:
            return
        self._origin = ""

    def absolute(self, href: str) -> str:
        """The absolute URL of a link, without fragment and credentials.

        Raises `BadEntry` when it leads somewhere that a page may not point to.
        """
        if href.startswith(self._known_prefix) and "#" not in href:
            return href
        host_absolute = href.startswith("/") and not href.startswith("//") and "/." not in href
        if host_absolute and self._origin and "#" not in href:
            return self._origin + href
        try:
            url = without_credentials(urljoin(self._base, href))
            parts = urlsplit(url)
        except ValueError:
            raise BadEntry("its link is no URL") from None
        if parts.scheme == "file":
            if not self._is_local:
                raise BadEntry("a page of a remote index may not link to a local file")
            return url
        if parts.scheme not in {"https", "http"} or not parts.netloc:
            raise BadEntry("its link is neither http nor https")
        self._known_prefix = f"{parts.scheme}://{parts.netloc}/"
        if host_absolute:
            self._origin = self._known_prefix[:-1]
        return url


def checked_hashes(hashes: Mapping[str, str]) -> dict[str, str]:
    """The hashes that can be checked, digests in lower case.

    Raises `BadEntry` for a digest that cannot be one of its algorithm.
    """
    if not hashes:
        return _NO_HASHES
    known = {}
    for algorithm, digest in hashes.items():
        size = _DIGEST_SIZES.get(algorithm)
        if size is None:
            continue
        if len(digest) != size or not _HEX.fullmatch(digest):
            raise BadEntry(f"its {algorithm} is no {algorithm} digest")
        known[algorithm] = digest.lower()
    return known


class PageBuilder:
    """Collects the files of one project and makes the page of them."""

    def __init__(self, project: PackageName, index: IndexName, url: str) -> None:
        self._project = project
        self._index = index
        self._url = url
        self._by_text: dict[str, tuple[str, list[DistributionFile]]] = {}
        """Version as written in file names, to its canonical form and its files."""
        self._skipped: list[SkippedFile] = []
        self.status = self.status_reason = ""
        self.tracks: tuple[str, ...] = ()
        self.alternates: tuple[str, ...] = ()

    def skip(self, filename: str, reason: str) -> None:
        """Note an entry that is not used."""
        self._skipped.append(SkippedFile(filename, reason))

    def add(
        self,
        filename: str,
        url: str,
        hashes: Mapping[str, str],
        *,
        size: int | None = None,
        requires_python: str | None = None,
        yanked: str | None = None,
        upload_time: str | None = None,
        metadata_hashes: Mapping[str, str] | None = None,
    ) -> None:
        """Take one file; `url` is absolute already. Raises `BadEntry` when it cannot be used."""
        if not filename.isprintable() or "/" in filename or "\\" in filename:
            raise BadEntry("its name is no file name")
        if requires_python:
            requires_python = _requires_python(requires_python)
        if hashes:
            hashes = checked_hashes(hashes)
        if metadata_hashes:
            metadata_hashes = checked_hashes(metadata_hashes)
        common = (hashes, size, requires_python or None, yanked, upload_time, metadata_hashes)
        parts = wheel_parts(filename)
        if parts is None:
            version, files = self._sdist_release(filename)
            files.append(SdistFile(filename, url, version, *common))  # type: ignore[arg-type]
            return
        name, text, build, tags = parts
        if not is_project(name, self._project):
            raise BadEntry("it belongs to another project")
        version, files = self._by_text.get(text) or self._new_release(text)
        files.append(WheelFile(filename, url, version, *common, tags, build))  # type: ignore[arg-type]

    def _sdist_release(self, filename: str) -> tuple[str, list[DistributionFile]]:
        stem = sdist_stem(filename)
        if stem is None:
            raise BadEntry(_why_no_distribution(filename))
        text = sdist_version(stem, self._project)
        if text is None:
            raise BadEntry("it belongs to another project")
        return self._by_text.get(text) or self._new_release(text)

    def _new_release(self, text: str) -> tuple[str, list[DistributionFile]]:
        version = canonical_version(text)
        if version is None:
            raise BadEntry(f"{text!r} is no valid version (PEP 440)")
        release = (version, list[DistributionFile]())
        self._by_text[text] = release
        return release

    def page(self) -> ProjectPage:
        """The page of all files so far, releases ascending."""
        return ProjectPage(
            project=self._project,
            index=self._index,
            url=self._url,
            releases=tuple(
                Release(version, encode_files(tuple(files))) for version, files in self._merged()
            ),
            skipped=tuple(self._skipped),
            status=self.status,
            status_reason=self.status_reason,
            tracks=self.tracks,
            alternates=self.alternates,
        )

    def _merged(self) -> list[tuple[str, list[DistributionFile]]]:
        """Releases in order; `1.0` and `1.0.0` are one version and take the first's text."""
        ordered = sorted(self._by_text.values(), key=lambda release: parse_version(release[0]))
        merged: list[tuple[str, list[DistributionFile]]] = []
        for version, files in ordered:
            if merged and parse_version(merged[-1][0]) == parse_version(version):
                first = merged[-1][0]
                merged[-1][1].extend(structs.replace(file, version=first) for file in files)
            else:
                merged.append((version, files))
        return merged


def _requires_python(text: str) -> str:
    usable = usable_specifier(text)
    if usable is None:
        raise BadEntry("its Requires-Python is no specifier (PEP 440)")
    return usable


def _why_no_distribution(filename: str) -> str:
    if filename.endswith(".whl"):
        return "its name is not that of a wheel"
    if filename.endswith(LEGACY_SUFFIXES):
        return "it is of a kind that is no longer installed"
    return "it is neither a wheel nor a source distribution"
