"""Whether a URL is that of an index at all, judged by its own page.

Asked only after every project was missing there. Index URLs are mistyped in few ways: a host
without `/simple`, a folder too many, a web site in its place.
"""

from __future__ import annotations

import re

from resolvetui.errors import BadPage, IndexFailure
from resolvetui.index.seams import Answer, Getter
from resolvetui.model.names import package_name
from resolvetui.model.query import IndexSource
from resolvetui.net.auth import strip

ENOUGH_BYTES = 1 << 16
"""A root page may list every project there is; whatever is larger is one."""

_LINK = re.compile(rb"<a\b[^>]*?\bhref\s*=\s*[\"']?([^\"'\s>]*)[^>]*>([^<]*)<", re.IGNORECASE)
_MARKS = (b"simple index", b"pypi:repository-version", b"index of")


async def is_index(source: IndexSource, transport: Getter) -> bool:
    """False only where it is clear: the page is not there, or it is another kind of page."""
    url = f"{strip(source.url).rstrip('/')}/"
    headers = {"Accept": "text/html, */*; q=0.1"}
    try:
        answer = await transport.get(
            url, headers=headers, limit_bytes=ENOUGH_BYTES, what=f"index {source.name}"
        )
    except BadPage:
        return True
    except IndexFailure:
        return True  # nobody knows
    return _looks_like_one(answer)


def _looks_like_one(answer: Answer) -> bool:
    if answer.status in {404, 410}:
        return False
    if answer.status != 200 or "json" in answer.headers.get("content-type", ""):
        return True
    page = answer.body.lower()
    if any(mark in page for mark in _MARKS):
        return True
    links = _LINK.findall(page)
    named = [href for href, text in links if _is_project(href.decode(errors="replace"), text)]
    return bool(named) and 2 * len(named) >= len(links)


def _is_project(href: str, text: bytes) -> bool:
    """Whether a link leads to a folder of its own name, as those of indexes do."""
    folder = href.rstrip("/").rpartition("/")[2]
    shown = text.decode(errors="replace").strip().rstrip("/")
    return bool(folder) and package_name(folder) == package_name(shown)
