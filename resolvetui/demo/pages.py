"""Index pages as text: HTML (PEP 503, 592, 658, 714) and JSON (PEP 691, 700).

Pure: from an `Index` to bytes. Which of both a client gets is decided in `server`.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterable
from urllib.parse import quote

from resolvetui.demo.catalogue import Index, IndexHabits, ServedFile
from resolvetui.model.names import PackageName

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "text/html; charset=utf-8"


def project_json(index: Index, project: PackageName) -> bytes:
    """The page of one project (PEP 691), API version 1.1."""
    files = index.projects[project]
    page: dict[str, object] = {
        "meta": {"api-version": "1.1"},
        "name": project,
        "versions": list(dict.fromkeys(served.release.version for served in files)),
        "files": [_file_json(index, served) for served in files],
    }
    why = index.habits.quarantined.get(project)
    if why is not None:
        page["meta"] = {"api-version": "1.4"}
        page["project-status"] = {"status": "quarantined", "reason": why}
    return json.dumps(page).encode()


def _file_json(index: Index, served: ServedFile) -> dict[str, object]:
    habits = index.habits
    entry: dict[str, object] = {
        "filename": served.filename,
        "url": file_path(index, served),
        "hashes": {"sha256": served.sha256} if habits.hashes else {},
    }
    if habits.details:
        entry |= _details(served)
    if habits.metadata and served.metadata is not None:
        entry["core-metadata"] = {"sha256": _metadata_sha256(served.metadata)}
    return entry


def _details(served: ServedFile) -> dict[str, object]:
    release = served.release
    details: dict[str, object] = {"size": len(served.content), "yanked": False}
    if release.requires_python:
        details["requires-python"] = release.requires_python
    if release.upload_time:
        details["upload-time"] = release.upload_time
    if release.yanked is not None:
        details["yanked"] = release.yanked or True
    return details


def project_html(index: Index, project: PackageName) -> bytes:
    """The page of one project (PEP 503)."""
    return _document(f"Links for {project}", _anchors(index, index.projects[project]))


def flat_html(index: Index) -> bytes:
    """All files of the index on one page, for find-links."""
    return _document(index.name, _anchors(index, index.files.values()))


def _anchors(index: Index, files: Iterable[ServedFile]) -> list[str]:
    return [_anchor(index, served) for served in files]


def _anchor(index: Index, served: ServedFile) -> str:
    habits = index.habits
    link = file_path(index, served) + (f"#sha256={served.sha256}" if habits.hashes else "")
    attributes = "".join(
        f' {name}="{html.escape(value)}"' for name, value in _attributes(habits, served)
    )
    return f'<a href="{html.escape(link)}"{attributes}>{html.escape(served.filename)}</a><br/>'


def _attributes(habits: IndexHabits, served: ServedFile) -> list[tuple[str, str]]:
    release = served.release
    found = []
    if habits.details and release.requires_python:
        found.append(("data-requires-python", release.requires_python))
    if habits.details and release.yanked is not None:
        found.append(("data-yanked", release.yanked))
    if habits.metadata and served.metadata is not None:
        digest = f"sha256={_metadata_sha256(served.metadata)}"
        found += [("data-dist-info-metadata", digest), ("data-core-metadata", digest)]
    return found


def projects_json(index: Index) -> bytes:
    """The list of all projects (PEP 691)."""
    names = [{"name": name} for name in sorted(index.projects)]
    return json.dumps({"meta": {"api-version": "1.1"}, "projects": names}).encode()


def projects_html(index: Index) -> bytes:
    """The list of all projects (PEP 503)."""
    links = [f'<a href="{name}/">{name}</a><br/>' for name in sorted(index.projects)]
    return _document("Simple index", links)


def _document(title: str, lines: list[str]) -> bytes:
    head = (
        '<!DOCTYPE html>\n<html><head><meta name="pypi:repository-version" content="1.1">'
        f"<title>{html.escape(title)}</title></head><body>\n"
    )
    return (head + "\n".join(lines) + "\n</body></html>\n").encode()


def file_path(index: Index, served: ServedFile) -> str:
    """Path of a file on the server; `+` stands as `%2B`, as on many indexes."""
    return f"/{index.name}/files/{quote(served.filename)}"


def _metadata_sha256(metadata: bytes) -> str:
    return hashlib.sha256(metadata).hexdigest()
