"""Bodies: too large, too slow, compressed out of all proportion, damaged."""

from __future__ import annotations

import gzip
import zlib

import pytest

from resolvetui.errors import BadPage
from resolvetui.net.body import Pace
from resolvetui.net.failures import NetworkFailure
from tests.net.loopback import Answer, answer
from tests.net.loopback_client import OK, Run, failure, fetch, run


@pytest.mark.parametrize(
    "large",
    [
        answer(200, bytes(2000)),
        Answer(b"HTTP/1.0 200 OK\r\n\r\n" + bytes(2000), "close"),
        answer(200, gzip.compress(bytes(50_000_000)), content_encoding="gzip"),
        answer(200, zlib.compress(bytes(5000)), content_encoding="deflate"),
        answer(200, gzip.compress(b"") * 100, content_encoding="gzip"),
        answer(200, content_length="999999999999", then="hang"),
    ],
)
def test_a_body_above_the_limit_is_refused(large: Answer) -> None:
    async def conversation(run: Run) -> None:
        url = run.server.on("/a", large)
        await run.transport.get(url, limit_bytes=1000, what="flask")

    with pytest.raises(BadPage, match="more than 1000 bytes"):
        run(conversation)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(b"fi") + gzip.compress(b"ne")),
        ("x-gzip", gzip.compress(b"fine")),
        ("GZIP", gzip.compress(b"fine")),
        ("deflate", zlib.compress(b"fine")),
        ("deflate", zlib.compress(b"fine", wbits=-15)),
        ("identity", b"fine"),
    ],
)
def test_encodings_are_undone(encoding: str, body: bytes) -> None:
    assert fetch(answer(200, body, content_encoding=encoding))[0].body == b"fine"


def test_a_large_page_is_inflated_whole() -> None:
    page = bytes(range(256)) * 20_000
    response, _ = fetch(answer(200, gzip.compress(page), content_encoding="gzip"))
    assert response.body == page


@pytest.mark.parametrize("body", [gzip.compress(b"fine" * 100)[:20], b"not gzip", b"\x1f\x8b"])
def test_a_damaged_compressed_body_is_tried_again(body: bytes) -> None:
    response, running = fetch(answer(200, body, content_encoding="gzip"), OK)
    assert response.body == b"fine"
    assert len(running.waits) == 1


def test_an_encoding_that_was_not_asked_for_is_refused() -> None:
    assert "not asked for: 'br'" in failure(answer(200, b"x", content_encoding="br")).why


def test_a_304_may_name_an_encoding() -> None:
    assert fetch(answer(304, content_encoding="gzip"))[0].body == b""


@pytest.mark.parametrize(
    ("elapsed_s", "size_bytes", "retry"), [(31, 30_000, True), (301, 10_000_000, False)]
)
def test_a_body_that_drips_is_given_up(elapsed_s: float, size_bytes: int, retry: bool) -> None:
    pace = Pace(30, 300, clock=iter([0.0, 29.0, elapsed_s]).__next__)
    pace.count(1)
    with pytest.raises(NetworkFailure, match="too slowly") as caught:
        pace.count(size_bytes)
    assert caught.value.retry is retry


def test_a_slow_line_is_waited_for() -> None:
    pace = Pace(30, 300, clock=iter([0.0, 299.0]).__next__)
    pace.count(2_000_000)
