"""One promise a test: what the command makes of an index that misbehaves.

Each fault comes from a real server on loopback; the parts are tested one by one in `tests/net`,
`tests/index` and `tests/metadata`.
"""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from resolvetui.demo.pages import HTML_TYPE, JSON_TYPE
from resolvetui.demo.server import LoopbackIndexes, Reply
from tests.edge.conftest import Command
from tests.support.index import World

LINUX = ("--python-version", "3.12", "--python-platform", "linux")
PAGE = "/main/simple/app/"
METADATA = "/main/files/app-1.0-py3-none-any.whl.metadata"
WHEEL = "/main/files/app-1.0-py3-none-any.whl"
RIGHT = {"app": "1.0", "lib": "2.0"}


@pytest.fixture
def world() -> World:
    world = World()
    world.serve("app", "1.0", needs=["lib"])
    world.serve("lib", "2.0")
    return world


def asking(indexes: LoopbackIndexes, name: str = "main") -> tuple[str, ...]:
    return ("app", "-i", indexes.url(name), *LINUX)


def once(indexes: LoopbackIndexes, path: str, reply: Reply | type[Exception]) -> None:
    """The first request of a path gets this answer, or none at all."""
    left = [reply]

    def before(asked: str) -> None:
        indexes.canned.pop(path, None)
        if asked != path or not left:
            return
        fault = left.pop()
        if not isinstance(fault, Reply):
            raise fault
        indexes.canned[path] = fault

    indexes.before_reply = before


def always(indexes: LoopbackIndexes, path: str) -> None:
    """Every request of a path breaks off."""

    def before(asked: str) -> None:
        if asked == path:
            raise ConnectionResetError

    indexes.before_reply = before


@contextmanager
def raw_server(serve: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """A server that does as `serve` says with each connection, until the event is set."""
    ended = threading.Event()
    threads = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            while not ended.is_set():
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                thread = threading.Thread(target=_served, args=(connection,))
                threads.append(thread)
                thread.start()

        def _served(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                serve(connection, ended)

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/simple"
        finally:
            ended.set()
            listening.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for thread in threads:
                thread.join()


def _says_nothing(_: socket.socket, ended: threading.Event) -> None:
    ended.wait()


# ---- what passes is waited out


@pytest.mark.parametrize(
    "fault",
    [
        ConnectionResetError,
        Reply(503),
        Reply(500),
        Reply(429, b"", {"Retry-After": "0"}),
        Reply(429, b"", {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        Reply(200, b"{" * 100, {"Content-Type": JSON_TYPE}, cut_at=50),
        Reply(200, gzip.compress(b"{}" * 500)[:-12], {"Content-Encoding": "gzip"}),
    ],
    ids=["reset", "503", "500", "429 seconds", "429 date", "short", "half of a gzip"],
)
@pytest.mark.parametrize("path", [PAGE, METADATA], ids=["page", "metadata"])
def test_a_fault_that_passes_changes_nothing(
    command: Command, indexes: LoopbackIndexes, path: str, fault: Reply | type[Exception]
) -> None:
    once(indexes, path, fault)
    assert command.pins(*asking(indexes)) == RIGHT


@pytest.mark.parametrize("fault", [ConnectionResetError, "short", Reply(503)], ids=str)
def test_a_broken_download_is_gone_on_with(
    command: Command, world: World, indexes: LoopbackIndexes, fault: Reply | type[Exception] | str
) -> None:
    content = world.index().files["app-1.0-py3-none-any.whl"].content
    short = Reply(200, content, cut_at=len(content) // 2)
    once(indexes, WHEEL, short if isinstance(fault, str) else fault)
    code, _, err = command.install("app", "-i", indexes.url("main"))
    assert code == 0, err
    assert command.installed == ["app-1.0", "lib-2.0"]


# ---- what does not pass is an error that names who is to blame


ENDLESS = json.dumps({"meta": {"api-version": "1.0"}, "name": "app", "files": []})


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Reply(503), "503"),
        (Reply(429, b"", {"Retry-After": "0"}), "429"),
        (Reply(200, b'{"meta": {"api-ver', {"Content-Type": JSON_TYPE}), "JSON"),
        (Reply(200, b"[" * 100_000, {"Content-Type": JSON_TYPE}), "app"),
        (Reply(200, b'{"meta": {"api-version": "2.0"}, "files": []}',
               {"Content-Type": JSON_TYPE}), "2.0"),
        (Reply(200, b"<html><form action=/login>Sign in</form></html>",
               {"Content-Type": HTML_TYPE}), "app"),
        (Reply(200, b"hello", {"Content-Type": "image/png"}), "image/png"),
        (Reply(302, b"", {"Location": PAGE}), "redirects"),
        (Reply(302, b"", {"Location": "file:///etc/passwd"}), "redirects"),
        (Reply(304), "304"),
        (Reply(400), "400"),
        (Reply(401, b"", {"WWW-Authenticate": 'Basic realm="x"'}), "401"),
        (Reply(403, b"", {"WWW-Authenticate": 'Basic realm="x"'}), "403"),
        (Reply(200, ENDLESS.encode() + b" " * 10, {"Content-Type": JSON_TYPE}, cut_at=20),
         "complete"),
        (Reply(200, gzip.compress(bytes(128 << 20), 1), {"Content-Encoding": "gzip",
               "Content-Type": JSON_TYPE}), "too large"),
        (Reply(200, b"", {"Content-Encoding": "br", "Content-Type": JSON_TYPE}), "br"),
    ],
    ids=["503", "429", "truncated JSON", "nested JSON", "newer API", "login page", "image",
         "redirect loop", "redirect to a file", "304 unasked", "400", "401", "403", "short",
         "gzip bomb", "unknown encoding"],
)  # fmt: skip
def test_a_lasting_fault_is_told_with_project_and_address(
    command: Command, indexes: LoopbackIndexes, fault: Reply, said: str
) -> None:
    indexes.canned[PAGE] = fault
    error = command.error(*asking(indexes))
    text = " ".join(str(error[part]) for part in ("what", "why", "culprit"))
    assert said in text
    assert "app" in text
    assert indexes.url("main") in text


def test_a_server_that_always_hangs_up(command: Command, indexes: LoopbackIndexes) -> None:
    always(indexes, PAGE)
    error = command.error(*asking(indexes))
    assert "app" in error["what"]
    assert "2 attempts" in error["why"] or "twice" in error["why"] or "2 times" in error["why"]


def test_a_silent_server(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLVETUI_HTTP_TIMEOUT", "0.3")
    monkeypatch.setenv("RESOLVETUI_HTTP_RETRIES", "0")
    with raw_server(_says_nothing) as url:
        error = command.error("app", "-i", url, *LINUX)
    assert "in time" in error["why"]


def test_a_page_that_drips(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte is in time, all of them never would be."""
    monkeypatch.setenv("RESOLVETUI_HTTP_TIMEOUT", "0.4")
    monkeypatch.setenv("RESOLVETUI_HTTP_RETRIES", "0")

    def drip(connection: socket.socket, ended: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not ended.wait(0.05):
            connection.sendall(b" ")

    with raw_server(drip) as url:
        error = command.error("app", "-i", url, *LINUX)
    assert "too slowly" in error["why"]


def test_headers_without_end(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESOLVETUI_HTTP_RETRIES", "0")

    def chatter(connection: socket.socket, ended: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not ended.is_set():
            connection.sendall(b"X-More: and more\r\n" * 1000)

    with raw_server(chatter) as url:
        error = command.error("app", "-i", url, *LINUX)
    assert "HTTP" in error["why"]


# ---- everyday behaviour of real indexes just works


@pytest.mark.parametrize(
    "habits",
    [
        {"metadata": False, "suffix_ranges": False},
        {"metadata": False, "ranges": False},
        {"metadata": False},
        {"json": False, "hashes": False, "metadata": False, "details": False, "etags": False},
    ],
    ids=["416", "no ranges", "ranges", "plain HTML"],
)
def test_an_index_that_can_little(
    command: Command, world: World, indexes: LoopbackIndexes, habits: dict[str, Any]
) -> None:
    world.index(**habits)
    assert command.pins(*asking(indexes)) == RIGHT


def test_a_metadata_file_that_was_announced_and_is_missing(
    command: Command, indexes: LoopbackIndexes
) -> None:
    for status in (404, 403):
        indexes.canned[METADATA] = Reply(status)
        assert command.pins(*asking(indexes), "--no-cache") == RIGHT


def test_403_is_how_some_indexes_say_404(command: Command, world: World) -> None:
    world.index("first", missing_status=403)
    world.serve("app", "1.0", needs=["lib"], index="first")
    with world.running() as indexes:
        first = ("--index", f"first={indexes.url('first')}")
        code, report = command.json(*asking(indexes), *first)
    found = {package["name"]: package["index"] for package in report["packages"]}
    assert (code, found["app"]) == (0, "first")
    assert found["lib"] != "first"
    assert any("403" in warning["text"] for warning in report["warnings"])


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_a_refusal_never_falls_through_to_the_next_index(
    command: Command, world: World, status: int
) -> None:
    world.index("first", down_status=status)
    with world.running() as indexes:
        error = command.error(*asking(indexes), "--index", f"first={indexes.url('first')}")
    assert str(status) in error["why"] + error["what"]
    assert "first" in error["what"] + error["why"] + error["culprit"]


# ---- answers that were kept


def test_a_page_that_changed_is_taken_anew(
    command: Command, world: World, indexes: LoopbackIndexes
) -> None:
    world.index(cache_control="max-age=0")
    assert command.pins(*asking(indexes)) == RIGHT
    assert command.pins(*asking(indexes)) == RIGHT
    assert [seen.status for seen in indexes.requests if seen.path == PAGE] == [200, 304]
    world.serve("app", "1.1")
    assert command.pins(*asking(indexes)) == {"app": "1.1"}


def test_an_etag_that_never_changes_with_a_page_that_does(
    command: Command, world: World, indexes: LoopbackIndexes
) -> None:
    """A server that answers 200 with a new page under the old ETag: the page counts."""
    world.index(cache_control="max-age=0")
    page = indexes.answer(PAGE, {"accept": JSON_TYPE})
    stale = {**page.headers, "ETag": '"always"'}
    indexes.canned[PAGE] = Reply(200, page.body, stale)
    assert command.pins(*asking(indexes)) == RIGHT
    world.serve("app", "1.1")
    indexes.canned.clear()
    page = indexes.answer(PAGE, {"accept": JSON_TYPE})
    indexes.canned[PAGE] = Reply(200, page.body, stale)
    assert command.pins(*asking(indexes)) == {"app": "1.1"}


# ---- what was promised is what is taken


def test_metadata_that_is_not_what_the_index_promised(
    command: Command, indexes: LoopbackIndexes
) -> None:
    text = b"Metadata-Version: 2.1\nName: app\nVersion: 1.0\n"
    indexes.canned[METADATA] = Reply(200, text)
    code, report = command.json(*asking(indexes))
    assert code == 2
    assert "app-1.0-py3-none-any.whl" in json.dumps(report["error"])


def test_a_wheel_that_is_not_what_the_index_promised(
    command: Command, indexes: LoopbackIndexes
) -> None:
    indexes.canned[WHEEL] = Reply(200, b"PK" + bytes(500))
    code, _, err = command.install("app", "-i", indexes.url("main"))
    assert code == 2
    assert "app-1.0-py3-none-any.whl" in err
    assert command.installed == []
