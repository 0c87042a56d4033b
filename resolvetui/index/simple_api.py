"""One answer of an index about one project → `ProjectPage`. Pure.

Owns content types, what counts as a project page (THREATS: a bad entry loses itself, a bad page
is an error), and the compact form in which parsed pages are cached. Entries are judged in
`links.py`, fetching is `client.py`.
"""

from __future__ import annotations

import msgspec

from resolvetui.errors import BadPage, ErrorDetails
from resolvetui.index.json_page import UnreadablePage, read_json
from resolvetui.index.links import LinkBase, PageBuilder, web_addresses, without_credentials
from resolvetui.model.files import ProjectPage
from resolvetui.model.names import IndexName, PackageName

ACCEPT = (
    "application/vnd.pypi.simple.v1+json, "
    "application/vnd.pypi.simple.v1+html; q=0.2, text/html; q=0.1"
)
"""Content negotiation (PEP 691): JSON where there is any; 406 never happens with old servers."""

_JSON = frozenset({
    "application/vnd.pypi.simple.v1+json",
    "application/vnd.pypi.simple.latest+json",
    "application/json",
})  # fmt: skip
_HTML = frozenset({
    "application/vnd.pypi.simple.v1+html",
    "application/vnd.pypi.simple.latest+html",
    "text/html",
    "application/xhtml+xml",
})  # fmt: skip

encode_page = msgspec.msgpack.Encoder().encode
"""`ProjectPage` → bytes for the cache; the files of releases are taken over as they are."""

decode_page = msgspec.msgpack.Decoder(ProjectPage).decode
"""The way back; raises `msgspec.MsgspecError` for bytes of another format."""


def parse_page(
    project: PackageName, index: IndexName, url: str, content_type: str, body: bytes
) -> ProjectPage:
    """What an index says of a project; releases ascending (PEP 440).

    `url` is where the answer came from (links are relative to it). Raises `BadPage` with project
    and URL when the body is no project page.
    """
    shown = without_credentials(url)
    builder = PageBuilder(project, index, shown)
    try:
        if is_json(content_type, body):
            read_json(body, builder, LinkBase(shown))
        else:
            _read_html(body, content_type, builder, shown)
    except UnreadablePage as error:
        raise bad_page(str(project), index, shown, str(error)) from None
    return builder.page()


def is_json(content_type: str, body: bytes) -> bool:
    """Whether to read the body as JSON rather than HTML; without a type its first byte tells.

    Raises `UnreadablePage` for any other type, such as that of a picture or of a newer API.
    """
    mime = content_type.partition(";")[0].strip().lower()
    if mime in _JSON:
        return True
    if mime in _HTML:
        return False
    if mime:
        raise UnreadablePage(f"its content type {mime!r} is not that of an index page")
    return body.lstrip()[:1] == b"{"


def bad_page(subject: str, index: IndexName, url: str, why: str) -> BadPage:
    """The error of an unusable answer; `subject` is the project or page that was asked for."""
    return BadPage(
        f"The answer of index {index} about {subject} is no index page.",
        why=f"{url}: {why}" + ("" if why.endswith("?") else "."),
        what_to_do="Open the URL in a browser; check the index URL and, if it needs any, "
        "the credentials.",
        culprit=url,
        details=ErrorDetails(index=index, url=url, cause="page", status=200),
    )


def _read_html(body: bytes, content_type: str, builder: PageBuilder, url: str) -> None:
    from resolvetui.index.html_page import (  # not on the warm path
        add_anchor,
        decode_text,
        read_html,
    )

    page = read_html(decode_text(body, content_type), url)
    builder.status = page.status
    builder.status_reason = page.status_reason if page.status else ""
    builder.tracks = web_addresses(page.tracks)
    builder.alternates = web_addresses(page.alternates)
    for anchor in page.anchors:
        add_anchor(anchor, builder, page.base)
