"""Small builders of project pages for the tests of this room."""

from __future__ import annotations

import html
import json
from typing import Any

from resolvetui.index.simple_api import parse_page
from resolvetui.model.files import DistributionFile, ProjectPage
from resolvetui.model.names import IndexName, PackageName

INDEX = IndexName("example")
URL = "https://index.example/simple/torch/"
JSON_TYPE = "application/vnd.pypi.simple.v1+json"
DIGEST = "0123456789abcdef" * 4


def entry(filename: str, **keys: object) -> dict[str, Any]:
    """A JSON entry; keys with `_` stand for those with `-`."""
    file: dict[str, Any] = {
        "filename": filename,
        "url": f"https://files.example/{filename}",
        "hashes": {"sha256": DIGEST},
    }
    file.update({name.replace("_", "-"): value for name, value in keys.items()})
    return file


def json_body(*files: object, version: str = "1.1", **keys: object) -> bytes:
    page: dict[str, object] = {"meta": {"api-version": version}, "name": "torch"}
    page["files"] = list(files)
    page.update({name.replace("_", "-"): value for name, value in keys.items()})
    return json.dumps(page).encode()


def json_page(*files: object, project: str = "torch", **keys: Any) -> ProjectPage:
    return parse_page(PackageName(project), INDEX, URL, JSON_TYPE, json_body(*files, **keys))


def anchor(href: str, text: str = "", **attributes: str) -> str:
    """A link; attribute names with `_` stand for those with `-`."""
    extra = "".join(
        f' {name.replace("_", "-")}="{html.escape(value)}"' for name, value in attributes.items()
    )
    return f'<a href="{href}"{extra}>{text or href}</a><br/>\n'


def html_page(
    *parts: str, project: str = "torch", url: str = URL, head: str = "<h1>Links for torch</h1>"
) -> ProjectPage:
    body = f"<!DOCTYPE html><html><body>{head}{''.join(parts)}</body></html>".encode()
    return parse_page(PackageName(project), INDEX, url, "text/html; charset=utf-8", body)


def only_file(page: ProjectPage) -> DistributionFile:
    (release,) = page.releases
    (file,) = release.files
    return file


def versions(page: ProjectPage) -> list[str]:
    return [release.version for release in page.releases]


def reasons(page: ProjectPage) -> list[tuple[str, str]]:
    return [(skipped.filename, skipped.reason) for skipped in page.skipped]
