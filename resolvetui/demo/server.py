"""Several package indexes on one loopback port, for the demo and for tests.

Owns HTTP: routes, content negotiation, ranges, credentials, the record of requests. What is on
the pages comes from `pages`. Standard library only; one thread a connection.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self, cast
from urllib.parse import unquote, urlsplit

from resolvetui.demo import pages
from resolvetui.demo.catalogue import Index
from resolvetui.model.names import package_name


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    """Send only so many bytes of the body and drop the connection."""


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request that was answered, in order of arrival of the answers."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Lower-case names."""
    status: int
    sent_bytes: int
    """Of the body."""


class LoopbackIndexes:
    """Serves indexes on 127.0.0.1 while the `with` block runs.

    >>> from resolvetui.demo.catalogue import Index, Release
    >>> index = Index("main")
    >>> index.add(Release(name="six", version="1.16.0"))
    >>> with LoopbackIndexes([index]) as indexes:
    ...     indexes.url("main").endswith("/main/simple")
    True
    """

    def __init__(self, indexes: Iterable[Index]) -> None:
        self.indexes = {index.name: index for index in indexes}
        self.requests: list[SeenRequest] = []
        self.canned: dict[str, Reply] = {}
        """Path (unquoted, without query) to the answer that is given instead of the real one."""
        self.before_reply: Callable[[str], None] | None = None
        """Called with the path in the connection's thread; may wait, or change `canned`."""
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        server, thread = self._running()
        server.shutdown()
        thread.join()
        server.close_connections()
        server.server_close()
        self._server = self._thread = None

    def _running(self) -> tuple[_Server, threading.Thread]:
        if self._server is None or self._thread is None:
            raise RuntimeError("the loopback indexes are not running: use them in a with block")
        return self._server, self._thread

    @property
    def root(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self._running()[0].server_address[1]}"

    def url(self, index: str) -> str:
        """The simple API of an index: what `--index-url` takes."""
        return f"{self.root}/{self.indexes[index].name}/simple"

    def flat_url(self, index: str) -> str:
        """One page with all files of an index: what `--find-links` takes."""
        return f"{self.root}/{self.indexes[index].name}/flat.html"

    def paths(self, method: str = "GET") -> list[str]:
        """The paths asked for with `method`, in order."""
        return [seen.path for seen in self.requests if seen.method == method]

    def answer(self, path: str, headers: Mapping[str, str]) -> Reply:
        """The answer to a GET of `path` (unquoted); `headers` have lower-case names."""
        if path in self.canned:
            return self.canned[path]
        index_name, _, rest = path.removeprefix("/").partition("/")
        index = self.indexes.get(index_name)
        if index is None:
            return Reply(404, b"no such index\n")
        return _refusal(index, headers) or _route(index, rest, headers)


def _refusal(index: Index, headers: Mapping[str, str]) -> Reply | None:
    """Why the index answers nothing now, or None."""
    habits = index.habits
    if habits.down_status is not None:
        return Reply(habits.down_status, b"down\n")
    if habits.credentials is not None:
        expected = base64.b64encode(":".join(habits.credentials).encode()).decode()
        if headers.get("authorization") != f"Basic {expected}":
            return Reply(401, b"", {"WWW-Authenticate": 'Basic realm="index"'})
    return None


def _route(index: Index, rest: str, headers: Mapping[str, str]) -> Reply:
    folder, _, name = rest.partition("/")
    if folder == "simple":
        return _page(index, name, headers)
    if folder == "files":
        return _file(index, name, headers)
    if rest == "flat.html":
        return Reply(200, pages.flat_html(index), {"Content-Type": pages.HTML_TYPE})
    return Reply(index.habits.missing_status)


def _page(index: Index, name: str, headers: Mapping[str, str]) -> Reply:
    project = package_name(name.rstrip("/"))
    if not project:
        return _negotiated(
            index, headers, lambda: pages.projects_json(index), lambda: pages.projects_html(index)
        )
    if project not in index.projects:
        return Reply(index.habits.missing_status, b"no such project\n")
    if name != f"{project}/":
        return Reply(301, b"", {"Location": f"/{index.name}/simple/{project}/"})
    return _negotiated(
        index,
        headers,
        lambda: pages.project_json(index, project),
        lambda: pages.project_html(index, project),
    )


def _negotiated(
    index: Index,
    headers: Mapping[str, str],
    as_json: Callable[[], bytes],
    as_html: Callable[[], bytes],
) -> Reply:
    """JSON to who accepts it and where the index has it (PEP 691), with ETag and 304."""
    wants_json = index.habits.json and pages.JSON_TYPE in headers.get("accept", "")
    body = as_json() if wants_json else as_html()
    sent = {"Content-Type": pages.JSON_TYPE if wants_json else pages.HTML_TYPE, "Vary": "Accept"}
    if index.habits.cache_control:
        sent["Cache-Control"] = index.habits.cache_control
    if index.habits.etags:
        sent["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if headers.get("if-none-match") == sent["ETag"]:
            return Reply(304, b"", sent)
    return Reply(200, body, sent)


def _file(index: Index, name: str, headers: Mapping[str, str]) -> Reply:
    served = index.files.get(name)
    if served is not None:
        return _content(index, served.content, headers.get("range", ""))
    described = index.files.get(name.removesuffix(".metadata"))
    if described is not None and described.metadata is not None and index.habits.metadata:
        return Reply(200, described.metadata, {"Content-Type": "application/octet-stream"})
    return Reply(index.habits.missing_status, b"no such file\n")


def _content(index: Index, body: bytes, wanted: str) -> Reply:
    """The file, or the part of it that a Range header asks for (RFC 9110, section 14)."""
    sent = {"Content-Type": "application/octet-stream"}
    if not index.habits.ranges:
        return Reply(200, body, sent)
    sent["Accept-Ranges"] = "bytes"
    if not wanted.startswith("bytes=") or "," in wanted:
        return Reply(200, body, sent)
    first, last = _range_bounds(wanted.removeprefix("bytes="), len(body))
    is_suffix = wanted.startswith("bytes=-")
    if first > last or (is_suffix and not index.habits.suffix_ranges):
        return Reply(416, b"", {"Content-Range": f"bytes */{len(body)}"})
    sent["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
    return Reply(206, body[first : last + 1], sent)


def _range_bounds(wanted: str, size: int) -> tuple[int, int]:
    """First and last byte of `A-B`, `A-` or `-N`; first > last when there is nothing to send."""
    start, _, end = wanted.partition("-")
    if not start:
        return max(0, size - int(end)), size - 1
    return int(start), min(int(end), size - 1) if end else size - 1


class _Server(ThreadingHTTPServer):
    """Knows its open connections, so that closing leaves no thread and no socket behind."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, indexes: LoopbackIndexes) -> None:
        self.loopback = indexes
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: object, client_address: object) -> None:
        self._connections.add(cast("socket.socket", request))
        super().process_request(request, client_address)  # type: ignore[arg-type]

    def shutdown_request(self, request: object) -> None:
        self._connections.discard(cast("socket.socket", request))
        super().shutdown_request(request)  # type: ignore[arg-type]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is everyday; say nothing."""

    def close_connections(self) -> None:
        """Wake the threads that wait for a next request on a kept connection."""
        for connection in tuple(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """From the wire to `LoopbackIndexes.answer` and back."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet for head and body

    def do_GET(self) -> None:
        """Answer with a body."""
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        """Answer with the head only."""
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        loopback = cast("_Server", self.server).loopback
        path = unquote(urlsplit(self.path).path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        if loopback.before_reply is not None:
            loopback.before_reply(path)
        reply = loopback.answer(path, headers)
        body = reply.body if with_body else b""
        loopback.requests.append(SeenRequest(self.command, path, headers, reply.status, len(body)))
        self._send(reply, body)

    def _send(self, reply: Reply, body: bytes) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 304 and "Content-Length" not in reply.headers:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(body[: reply.cut_at])
        if reply.cut_at is not None:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Requests are recorded, not printed."""
