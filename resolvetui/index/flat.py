"""Find-links pages: files of any number of projects on one page. Pure.

Owns the grouping by project. Folders are read in `local.py`, remote pages by `client.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from resolvetui.index.filenames import project_of
from resolvetui.index.json_page import UnreadablePage
from resolvetui.index.links import BadEntry, LinkBase, PageBuilder, without_credentials
from resolvetui.index.simple_api import bad_page, is_json
from resolvetui.model.files import ProjectPage
from resolvetui.model.names import IndexName, PackageName

FlatPages = dict[PackageName, ProjectPage]
"""One page a project; projects in the order in which the source names them."""

encode_flat = msgspec.msgpack.Encoder().encode
decode_flat = msgspec.msgpack.Decoder(dict[str, ProjectPage]).decode


def parse_flat(
    index: IndexName, url: str, body: bytes, content_type: str = "text/html"
) -> FlatPages:
    """The files of an HTML page with links (pip's `--find-links`), by project.

    Links that no project can be told of are passed over. Raises `BadPage` when it is no such page.
    """
    from resolvetui.index.html_page import (  # not on the warm path
        add_anchor,
        decode_text,
        read_html,
    )

    shown = without_credentials(url)
    builders = FlatBuilder(index, shown)
    try:
        is_json(content_type, body)  # refuses what is no text; JSON has no links, so reads as none
        page = read_html(decode_text(body, content_type), shown)
    except UnreadablePage as error:
        raise bad_page("its files", index, shown, str(error)) from None
    for anchor in page.anchors:
        builder = builders.of(anchor.filename)
        if builder is not None:
            add_anchor(anchor, builder, page.base)
    return builders.pages()


def flat_files(index: IndexName, url: str, files: Iterable[tuple[str, str, int]]) -> FlatPages:
    """Files given as (name, URL, size in bytes), such as those of a folder, by project."""
    builders = FlatBuilder(index, url)
    base = LinkBase(url)
    for name, link, size in files:
        builder = builders.of(name)
        if builder is None:
            continue
        try:
            builder.add(name, base.absolute(link), {}, size=size)
        except BadEntry as error:
            builder.skip(name, str(error))
    return builders.pages()


class FlatBuilder:
    """One `PageBuilder` a project, made as projects turn up."""

    def __init__(self, index: IndexName, url: str) -> None:
        self._index = index
        self._url = url
        self._builders: dict[PackageName, PageBuilder] = {}

    def of(self, filename: str) -> PageBuilder | None:
        """The builder of the project that a file belongs to, or None when its name has none."""
        project = project_of(filename)
        if project is None:
            return None
        builder = self._builders.get(project)
        if builder is None:
            builder = self._builders[project] = PageBuilder(project, self._index, self._url)
        return builder

    def pages(self) -> FlatPages:
        """The pages of all projects so far."""
        return {project: builder.page() for project, builder in self._builders.items()}
