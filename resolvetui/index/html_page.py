"""Project pages as HTML (PEP 503, 592, 629, 658, 708, 714, 792) and find-links pages, read as HTML.

Owns what a page's elements mean. Only imported when a page is HTML: `html.parser` is not needed
on the warm path. Whether links without any file make a page is decided here too: a login page
must not look like a project without releases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote

from msgspec import Struct, field

from resolvetui.index.filenames import DISTRIBUTION_SUFFIXES
from resolvetui.index.json_page import (
    PROJECT_STATUSES,
    UnreadablePage,
    check_api_version,
    utc_time,
)
from resolvetui.index.links import BadEntry, LinkBase, PageBuilder

_TITLES = ("links for", "index of", "directory listing", "simple index")
"""How headings of project pages and of web servers' folder listings begin."""
_ASKING = frozenset({"form", "input", "iframe"})
"""Elements of login pages; no index page has them."""
_HASH = re.compile(r"(\w+)=([^&]+)")


class Anchor(Struct):
    """One link with its attributes, entities already resolved."""

    href: str
    filename: str
    """Last part of the link's path, unquoted: `%2B` becomes `+`."""
    fragment: str
    attributes: dict[str, str]


class HtmlPage(Struct):
    """What a page says, before its links are judged."""

    base: LinkBase
    anchors: list[Anchor] = field(default_factory=list)
    """Only links to files that a distribution may be; in page order."""
    status: str = ""
    status_reason: str = ""
    tracks: list[str] = field(default_factory=list)
    alternates: list[str] = field(default_factory=list)
    other_links: int = 0


def read_html(text: str, page_url: str) -> HtmlPage:
    """The links to files of an HTML page.

    Raises `UnreadablePage` when it is cut off, of a newer API version, or no index page at all.
    """
    reader = _Reader(LinkBase(page_url))
    reader.feed(text)
    if reader.rawdata.startswith("<"):
        raise UnreadablePage("it ends in the middle of a tag or comment")
    if not reader.tags:
        raise UnreadablePage("it holds no HTML at all")
    if not reader.page.anchors:
        _refuse_other_pages(reader)
    return reader.page


def add_anchor(anchor: Anchor, builder: PageBuilder, base: LinkBase) -> None:
    """Put one link into `builder`; a bad one is noted as skipped."""
    attributes = anchor.attributes
    try:
        builder.add(
            anchor.filename,
            base.absolute(anchor.href),
            dict(_HASH.findall(anchor.fragment)),
            requires_python=attributes.get("data-requires-python"),
            yanked=attributes.get("data-yanked"),
            upload_time=utc_time(attributes.get("data-upload-time")),
            metadata_hashes=_metadata_hashes(attributes),
        )
    except BadEntry as error:
        builder.skip(anchor.filename, str(error))


def _metadata_hashes(attributes: dict[str, str]) -> dict[str, str] | None:
    text = attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))
    if text is None or text == "false":
        return None
    return dict(_HASH.findall(text))


def _refuse_other_pages(reader: _Reader) -> None:
    if reader.asks:
        raise UnreadablePage("it links to no file and has a form: a login page?")
    if reader.page.other_links and not reader.has_index_title:
        raise UnreadablePage("it has links, but none to a wheel or source distribution")


class _Reader(HTMLParser):
    """Collects links; text of scripts, styles and comments never counts."""

    def __init__(self, base: LinkBase) -> None:
        super().__init__(convert_charrefs=True)
        self.page = HtmlPage(base)
        self.tags = 0
        self.asks = False
        self.has_index_title = False
        self._has_base = False
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += 1
        if tag == "a":
            self._anchor(attrs)
        elif tag in _ASKING:
            self.asks = True
        elif tag in {"h1", "title"}:
            self._in_title = True
        elif tag == "meta":
            self._meta(_first_values(attrs))
        elif tag == "base" and not self._has_base:
            self._has_base = True
            self.page.base.rebase(_first_values(attrs).get("href", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"h1", "title"}:
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title and data.strip().lower().startswith(_TITLES):
            self.has_index_title = True

    def _anchor(self, attrs: list[tuple[str, str | None]]) -> None:
        attributes = _first_values(attrs)
        href = attributes.get("href", "").strip()
        link, _, fragment = href.partition("#")
        path = link.partition("?")[0]
        filename = unquote(path.rpartition("/")[2])
        if filename.endswith(DISTRIBUTION_SUFFIXES):
            anchor = Anchor(link.replace(" ", "%20"), filename, fragment, attributes)
            self.page.anchors.append(anchor)
        elif href:
            self.page.other_links += 1

    def _meta(self, attributes: dict[str, str]) -> None:
        name, content = attributes.get("name"), attributes.get("content", "")
        if name == "pypi:repository-version":
            self.has_index_title = True
            check_api_version(content)
        elif name == "pypi:project-status" and content in PROJECT_STATUSES:
            self.page.status = content
        elif name == "pypi:project-status-reason":
            self.page.status_reason = content
        elif name == "pypi:tracks":
            self.page.tracks.append(content)
        elif name == "pypi:alternate-locations":
            self.page.alternates.append(content)


def _first_values(attrs: list[tuple[str, str | None]]) -> dict[str, str]:
    """Attributes by name; of a repeated one the first counts (HTML, "Attributes")."""
    return {name: value or "" for name, value in reversed(attrs)}


def decode_text(body: bytes, content_type: str) -> str:
    """The text of an HTML answer: its declared charset, else UTF-8; wrong bytes are replaced."""
    charset = next(_charsets(content_type), "utf-8")
    try:
        return body.decode(charset, "replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace")


def _charsets(content_type: str) -> Iterator[str]:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            yield value.strip().strip("\"'")
