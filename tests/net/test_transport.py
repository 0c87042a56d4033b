"""GET and retries, against a server that misbehaves on purpose."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from resolvetui.errors import IndexUnreachable
from resolvetui.net.addresses import Addresses
from resolvetui.net.auth import Credentials
from resolvetui.net.transport import Transport, TransportOptions
from tests.net.loopback import RESET, SHORT, Answer, answer, loopback
from tests.net.loopback_client import OK, Run, failure, fetch, run


def test_an_answer_has_status_headers_and_body() -> None:
    response, _ = fetch(answer(200, b"body", content_type="text/x", etag='"a"'))
    assert (response.status, response.body) == (200, b"body")
    assert response.headers["content-type"] == "text/x"
    assert response.headers["etag"] == '"a"'


def test_repeated_fields_are_joined() -> None:
    raw = b"HTTP/1.1 200 OK\r\nVary: a\r\nVary: b\r\nContent-Length: 0\r\n\r\n"
    response, _ = fetch(Answer(raw))
    assert response.headers["vary"] == "a, b"


@pytest.mark.parametrize("status", [304, 401, 403, 404, 410, 416])
def test_statuses_below_500_are_answers(status: int) -> None:
    response, running = fetch(answer(status))
    assert response.status == status
    assert running.waits == []


def test_what_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async def conversation(run: Run) -> None:
        await run.transport.get(run.server.on("/a", OK), headers={"Accept": "text/x"})
        sent = run.server.seen[0].headers
        assert sent["host"] == run.server.url.removeprefix("http://")
        assert sent["user-agent"] == "resolvetui/test"
        assert sent["accept"] == "text/x"
        assert sent["accept-encoding"] == "gzip, deflate"
        assert "authorization" not in sent

    run(conversation)


def test_ranges_are_of_the_uncompressed_file() -> None:
    async def conversation(run: Run) -> None:
        url = run.server.on("/a.whl", answer(206, b"end"))
        response = await run.transport.get(url, headers={"Range": "bytes=-3"})
        assert response.status == 206
        assert run.server.seen[0].headers["accept-encoding"] == "identity"

    run(conversation)


def test_one_connection_serves_many_requests() -> None:
    async def conversation(run: Run) -> None:
        url = run.server.on("/a", OK)
        for _ in range(5):
            await run.transport.get(url)
        assert run.server.connections == 1
        assert run.transport.requests == 5
        assert run.transport.received_bytes == 20

    run(conversation)


def test_at_most_fifty_connections_at_once() -> None:
    async def conversation(run: Run) -> None:
        url = run.server.on("/a", OK)
        await asyncio.gather(*(run.transport.get(url) for _ in range(120)))
        assert 1 < run.server.connections <= 50

    run(conversation)


def test_a_kept_connection_that_the_server_closed_is_replaced_silently() -> None:
    async def conversation(run: Run) -> None:
        url = run.server.on("/a", OK, RESET, OK)
        await run.transport.get(url)
        assert (await run.transport.get(url)).body == b"fine"
        assert run.waits == []
        assert run.server.connections == 2

    run(conversation)


def test_a_kept_connection_on_which_the_server_says_time_out_is_replaced() -> None:
    async def conversation(run: Run) -> None:
        url = run.server.on("/a", Answer(OK.raw + answer(408).raw, "close"), OK)
        await run.transport.get(url)
        assert (await run.transport.get(url)).body == b"fine"
        assert run.waits == []

    run(conversation)


def test_chunked_bodies_are_put_together() -> None:
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nfi\r\n2\r\nne\r\n0\r\n\r\n"
    assert fetch(Answer(raw))[0].body == b"fine"


def test_a_body_may_end_with_the_connection() -> None:
    assert fetch(Answer(b"HTTP/1.0 200 OK\r\n\r\nfine", "close"))[0].body == b"fine"


def test_informational_answers_are_skipped() -> None:
    assert fetch(Answer(b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK.raw))[0].body == b"fine"


@pytest.mark.parametrize("bad", [RESET, SHORT, *(answer(s) for s in (429, 500, 502, 503, 504))])
def test_what_may_pass_is_tried_again_after_growing_waits(bad: Answer) -> None:
    response, running = fetch(bad, bad, OK)
    assert response.body == b"fine"
    assert running.waits == [0.25, 0.5]


@pytest.mark.parametrize(
    ("bad", "cause"),
    [
        (RESET, "closed the connection"),
        (SHORT, "closed the connection"),
        (answer(503), "answered 503"),
        (answer(429), "answered 429"),
    ],
)
def test_the_error_after_all_attempts_names_project_url_and_cause(bad: Answer, cause: str) -> None:
    error = failure(bad)
    assert isinstance(error, IndexUnreachable)
    assert error.what == "flask could not be fetched."
    assert "/simple/flask/" in error.why
    assert cause in error.why
    assert "3 attempts" in error.why


def test_other_server_errors_are_final() -> None:
    assert "answered 501 Not Implemented." in failure(answer(501)).why


def test_a_server_that_does_not_speak_http_is_named_as_such() -> None:
    assert "does not speak HTTP" in failure(Answer(b"SSH-2.0-OpenSSH_9\r\n\r\n", "close")).why


def test_endless_headers_are_refused() -> None:
    endless = Answer(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000, "hang")
    assert "does not speak HTTP" in failure(endless).why


def test_retry_after_is_obeyed() -> None:
    assert fetch(answer(429, retry_after="7"), OK)[1].waits == [7.0]


def test_retry_after_may_be_a_date() -> None:
    date = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)
    assert fetch(answer(503, retry_after=date), OK)[1].waits == [0.0]


@pytest.mark.parametrize(
    ("value", "wait"), [("3600", 15.0), ("9" * 400, 15.0), ("soon", 0.25), ("-1", 0.25)]
)
def test_retry_after_cannot_stop_us_for_long(value: str, wait: float) -> None:
    assert fetch(answer(429, retry_after=value), OK)[1].waits == [wait]


def test_a_silent_server_is_given_up() -> None:
    error = failure(Answer(b"", "hang"), options=TransportOptions(timeout_s=0.05, retries=1))
    assert "did not answer in time (2 attempts)" in error.why


def test_a_body_that_stops_is_given_up() -> None:
    started = Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "hang")
    error = failure(started, options=TransportOptions(timeout_s=0.05, retries=0))
    assert "did not answer in time" in error.why


def test_the_next_address_is_tried_when_one_is_dead() -> None:
    async def conversation(run: Run) -> None:
        port = int(run.server.url.rpartition(":")[2])
        addresses = Addresses(timeout_s=5.0)
        dead = [*await Addresses(5.0)._of("127.0.0.2", port)]
        living = await addresses._of("127.0.0.1", port)
        living.insert(0, dead[0])
        for _ in range(2):
            (await addresses.connect("127.0.0.1", port)).close()
        assert living[1] == dead[0]

    run(conversation)


def test_a_refused_connection_is_an_error() -> None:
    async def conversation() -> None:
        async with loopback() as server:
            url = server.url
        async with Transport(
            TransportOptions(retries=0), Credentials([], netrc=False), "x"
        ) as transport:
            await transport.get(url, what="flask")

    with pytest.raises(IndexUnreachable, match="refused the connection"):
        asyncio.run(conversation())


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://h.example/", "http://", "http://[bad/", "http://h:x/"]
)
def test_only_http_addresses_are_asked(url: str) -> None:
    async def conversation(run: Run) -> None:
        await run.transport.get(url, what="flask")

    with pytest.raises(IndexUnreachable, match="no http or https address"):
        run(conversation)


def test_strange_characters_in_a_url_are_quoted() -> None:
    async def conversation(run: Run) -> None:
        run.server.on("/a%20b/%C3%A9%2Bc?x=%22", OK)
        url = run.server.url + '/a b/\u00e9%2Bc?x="#fragment'
        assert (await run.transport.get(url)).body == b"fine"

    run(conversation)


def test_leaving_closes_what_is_under_way() -> None:
    async def conversation(run: Run) -> None:
        asked = asyncio.Event()

        def part(request: object) -> Answer:
            asked.set()
            return Answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na", "hang")

        task = asyncio.ensure_future(run.transport.get(run.server.on("/a", part)))
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(conversation)


def test_httpx_is_not_imported_without_a_proxy() -> None:
    code = "import sys, resolvetui.net.transport; print('httpx' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
