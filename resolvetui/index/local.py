"""Indexes and find-links in local folders: `file:` URLs and paths.

Read on the spot, never through HTTP and never cached: the folder is as fast as the cache.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from urllib.parse import unquote, urlsplit

from resolvetui.errors import IndexFailure, IndexUnreachable
from resolvetui.index.filenames import DISTRIBUTION_SUFFIXES
from resolvetui.index.flat import FlatPages, flat_files, parse_flat
from resolvetui.index.replies import Failed, Found, Missing, PageReply
from resolvetui.index.simple_api import parse_page
from resolvetui.model.files import ProjectPage
from resolvetui.model.names import PackageName
from resolvetui.model.query import IndexSource


def local_path(url: str) -> Path | None:
    """The path of a `file:` URL or of a plain path; None for a URL of any other scheme.

    >>> str(local_path("file:///srv/a%20b")), local_path("https://index.example/simple")
    ('/srv/a b', None)
    """
    if url.startswith("file:"):
        path = unquote(urlsplit(url).path)
        has_drive = os.name == "nt" and path[2:3] == ":"
        return Path(path[1:] if has_drive else path)
    return None if "://" in url else Path(url)


def local_project(source: IndexSource, root: Path, project: PackageName) -> PageReply:
    """What a local simple index (one folder a project, PEP 503) says of a project.

    A project's folder without index.html is read as a folder of files.
    """
    if not root.is_dir():
        return Failed(_unreadable(source, root, "There is no such folder."))
    folder = root / project
    page = folder / "index.html"
    try:
        if page.is_file():
            return _found(_html_project(source, page, project), page)
        if folder.is_dir():
            found = _folder(source, folder).get(project)
            return _found(found, folder) if found else Missing(404)
    except OSError as error:
        return Failed(_unreadable(source, folder, error.strerror or str(error)))
    except IndexFailure as error:
        return Failed(error)
    return Missing(404)


def local_flat(source: IndexSource, path: Path) -> FlatPages | Failed:
    """All projects of a find-links folder, HTML file, lock, or single distribution."""
    try:
        if path.is_dir():
            return _folder(source, path)
        if path.name.endswith(DISTRIBUTION_SUFFIXES):
            return flat_files(source.name, path.parent.absolute().as_uri(), [_entry(path)])
        if path.suffix == ".toml":
            from resolvetui.index.pylock_page import lock_files  # few runs have a lock

            return lock_files(source.name, path, path.read_bytes())
        return parse_flat(source.name, path.absolute().as_uri(), path.read_bytes())
    except OSError as error:
        return Failed(_unreadable(source, path, error.strerror or str(error)))
    except IndexFailure as error:
        return Failed(error)


def flat_reply(pages: FlatPages, project: PackageName, key: str, validator: str) -> PageReply:
    """One project of a find-links source."""
    page = pages.get(project)
    if page is None:
        return Missing(404)
    return Found(f"{key}#{project}", validator, lambda: page)


def stamp(path: Path) -> str:
    """Changes whenever a file, or a folder's list of files, does."""
    digest = blake2b(digest_size=16)
    paths = sorted(path.iterdir()) if path.is_dir() else [path]
    for file in paths:
        state = file.stat()
        digest.update(f"{file.name}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _html_project(source: IndexSource, page: Path, project: PackageName) -> ProjectPage:
    url = page.absolute().as_uri()
    return parse_page(project, source.name, url, "text/html", page.read_bytes())


def _found(page: ProjectPage, path: Path) -> Found:
    return Found(f"local:{page.url}", stamp(path), lambda: page)


def _folder(source: IndexSource, folder: Path) -> FlatPages:
    folder = folder.absolute()
    return flat_files(source.name, folder.as_uri(), _entries(folder))


def _entries(folder: Path) -> Iterator[tuple[str, str, int]]:
    for path in sorted(folder.iterdir()):
        if path.name.endswith(DISTRIBUTION_SUFFIXES) and path.is_file():
            yield _entry(path)


def _entry(path: Path) -> tuple[str, str, int]:
    return path.name, path.absolute().as_uri(), path.stat().st_size


def _unreadable(source: IndexSource, path: Path, why: str) -> IndexUnreachable:
    return IndexUnreachable(
        f"The local index {source.name} cannot be read.",
        why=f"{path}: {why}",
        what_to_do="Check the path.",
        culprit=str(path),
    )
