"""Whether a URL is that of an index."""

from __future__ import annotations

import asyncio

import pytest

from resolvetui.errors import BadPage, IndexUnreachable
from resolvetui.index.roots import is_index
from resolvetui.model.names import IndexName
from resolvetui.model.query import IndexSource
from tests.index.fakes import FakeAnswer, FakeTransport, Reply

SOURCE = IndexSource(IndexName("main"), "https://me:pw@index.example/simple")


def html(body: str) -> FakeAnswer:
    return FakeAnswer(200, body.encode(), {"content-type": "text/html"})


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (FakeAnswer(404), False),
        (FakeAnswer(410), False),
        (FakeAnswer(403), True),
        (FakeAnswer(200, b"{}", {"content-type": "application/json"}), True),
        (html("<title>Simple index</title>"), True),
        (
            html('<a href="/simple/flask/">Flask</a><a href="zope-interface/">zope.interface</a>'),
            True,
        ),
        (html('<a href="flask/">flask/</a>'), True),
        (html('<a href="/login">Sign in</a><a href="/about/">All about us</a>'), False),
        (html("<h1>Welcome</h1>"), False),
        (IndexUnreachable("No answer."), True),
        (BadPage("Too large."), True),
    ],
)
def test_only_what_is_clearly_none_is_none(reply: Reply, expected: bool) -> None:
    transport = FakeTransport({"https://index.example/simple/": reply})
    assert asyncio.run(is_index(SOURCE, transport)) is expected
    assert transport.urls == ["https://index.example/simple/"]
