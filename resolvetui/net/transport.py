"""The one way out: GET requests with retries, redirects, credentials and limits.

Here network failures become errors that name the project and the URL. Connections are
`connection.py`'s (direct) and `proxied.py`'s; what the bytes mean is the caller's business.
Imports asyncio and h11, so it is itself imported only when something must be fetched.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from ssl import SSLContext
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urljoin

from msgspec import Struct, structs

from resolvetui.errors import HashMismatch
from resolvetui.net.auth import Credentials, UserPassword, strip
from resolvetui.net.body import Body, Pace
from resolvetui.net.complaints import not_served, too_large, unreachable
from resolvetui.net.connection import DirectConnections
from resolvetui.net.exchange import Connections, Exchange, HeaderList
from resolvetui.net.failures import NetworkFailure, TooLarge, realm_of, status_failure
from resolvetui.net.proxies import proxy_of
from resolvetui.net.receiver import Receiver
from resolvetui.net.tls import TlsContexts
from resolvetui.net.urls import Origin, file_name, origin_of, request_target

_T = TypeVar("_T")
_CONNECTIONS = 50
_MOST_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PAGE_BYTES = 64 << 20
_PAGE_S = 300.0
_FILE_S = 24 * 3600.0
_PROGRESS_BYTES = 1 << 20
_DISCARDED_BYTES = 1 << 16
_BACKOFF_S = 0.25
_LONGEST_BACKOFF_S = 8.0


class Response(Struct):
    """An answer with a status below 500, read to its end and decompressed."""

    status: int
    url: str
    """Where it came from after redirects, without credentials."""
    headers: dict[str, str]
    """Lower-case names; values of repeated fields joined with ", "."""
    body: bytes
    login: str = ""
    """Where the credentials came from that were sent, as in `ErrorDetails`; "" for none."""


class TransportOptions(Struct, frozen=True):
    """How the user wants to reach the network."""

    timeout_s: float = 30.0
    """To connect, for the head of a response, and between two pieces of a body."""
    retries: int = 3
    """Further attempts after the first."""
    certificates: str = ""
    """Path of a CA bundle (file or folder); "" for the system's."""
    proxy: str = ""
    """URL of a proxy for everything; "" to go by HTTP_PROXY, HTTPS_PROXY and NO_PROXY."""
    trusted_hosts: tuple[str, ...] = ()
    """`host` or `host:port` whose certificates are not checked."""
    client_certificate: str = ""
    """Path of a PEM file with certificate and key, or ""."""


class Transport:
    """The network for one run; `async with` closes it.

    `wait`: called with seconds before each retry, so that tests need not wait.
    """

    def __init__(
        self,
        options: TransportOptions,
        credentials: Credentials,
        user_agent: str,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.requests = 0
        """Requests sent, retries and redirects included."""
        self.received_bytes = 0
        """Bytes of bodies as they came over the wire."""
        self._options = options
        self._credentials = credentials
        self._user_agent = user_agent.encode("ascii", "replace")
        self._wait = wait
        self._slots = asyncio.Semaphore(_CONNECTIONS)
        self._keyring = asyncio.Lock()
        self._tls = TlsContexts(
            options.certificates, options.client_certificate, options.trusted_hosts
        )
        self._direct = DirectConnections(options.timeout_s, self._tls.for_origin)
        self._proxied: dict[tuple[str, SSLContext], Connections] = {}
        self._routes: dict[Origin, Connections] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for connections in (self._direct, *self._proxied.values()):
            await connections.close()

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit_bytes: int = _PAGE_BYTES,
        what: str = "",
    ) -> Response:
        """The answer to a GET: any final status below 500 but 429.

        `what` (a project or file name) is named in errors. Raises IndexUnreachable when no answer
        came in all attempts, BadPage for a body above `limit_bytes` (also when decompressed).
        """
        asked = dict(headers or {})
        # Ranges are of the file itself, not of some compression of it.
        is_range = any(name.lower() == "range" for name in asked)
        asked.setdefault("Accept-Encoding", "identity" if is_range else "gzip, deflate")

        async def attempt() -> Response:
            async with self._slots:
                exchange, final_url = await self._ask(url, asked)
                try:
                    body = await self._body(exchange, limit_bytes)
                finally:
                    await exchange.release()
            login = self._credentials.login_for(final_url)
            return Response(exchange.status, final_url, exchange.headers, body, login)

        try:
            return await self._persistently(attempt, url, what)
        except TooLarge as error:
            raise too_large(error, self._shown(url), what) from error

    async def download(
        self,
        url: str,
        path: Path,
        *,
        hashes: Mapping[str, str],
        size: int | None,
        on_bytes: Callable[[int], None] | None = None,
    ) -> None:
        """Fetch a file to `path`, which appears only when size and all hashes are right.

        Goes on where a broken connection left off, if the server can. `on_bytes` is called with
        the bytes of the file so far. Raises HashMismatch, IndexUnreachable, IndexRefused (401,
        403), IndexFailure (404 and the like), InstallFailed when the file cannot be written.
        """
        name = file_name(url)
        with Receiver(name, path, hashes, size, on_bytes) as receiver:
            try:
                await self._verified(url, receiver, name)
            except HashMismatch as error:
                shown = self._shown(url)
                error.why = f"{error.why} It came from {shown}"
                error.details = structs.replace(error.details, url=shown)
                raise
            receiver.place()

    async def _verified(self, url: str, receiver: Receiver, name: str) -> None:
        """The whole file, as it was promised."""

        async def attempt() -> None:
            await self._receive(url, receiver)

        await self._persistently(attempt, url, name, lambda: receiver.received)
        try:
            receiver.verify()
        except HashMismatch:
            if not receiver.resumed:
                raise
            # The pieces may be of different files: once more, from the start.
            receiver.restart()
            await self._persistently(attempt, url, name, lambda: receiver.received)
            receiver.verify()

    async def _receive(self, url: str, receiver: Receiver) -> None:
        """One attempt at a file, or at the rest of it."""
        async with self._slots:
            exchange, _ = await self._ask(url, receiver.range_headers())
            try:
                if exchange.status not in {200, 206, 416}:
                    realm = self._credentials.redact(realm_of(exchange.headers))
                    login = self._credentials.login_for(url)
                    raise not_served(
                        file_name(url), self._shown(url), exchange.status, login, realm
                    )
                receiver.begin(exchange.status, exchange.headers)
                pace = Pace(self._options.timeout_s, _FILE_S)
                while piece := await exchange.read():
                    self.received_bytes += len(piece)
                    pace.count(len(piece))
                    receiver.write(piece)
            finally:
                await exchange.release()
        if receiver.is_short:
            cause = "closed the connection before its answer was complete"
            raise NetworkFailure(cause, kind="connection")

    async def _persistently(
        self,
        attempt: Callable[[], Awaitable[_T]],
        url: str,
        what: str,
        progress: Callable[[], int] = lambda: 0,
    ) -> _T:
        """The attempt's result; it is made anew, after longer and longer waits.

        Attempts that brought much of a file (`progress`: its bytes so far) do not count.
        """
        attempts = failures = 0
        while True:
            attempts += 1
            received = progress()
            try:
                return await attempt()
            except NetworkFailure as failure:
                failures = 1 if progress() - received >= _PROGRESS_BYTES else failures + 1
                if not failure.retry or failures > self._options.retries:
                    shown = self._shown(url)
                    failure.cause = self._credentials.redact(failure.cause)
                    raise unreachable(failure, attempts, shown, what) from failure
                backoff_s = min(_BACKOFF_S * 2 ** (failures - 1), _LONGEST_BACKOFF_S)
                wait_s = backoff_s if failure.wait_s is None else failure.wait_s
            await self._wait(wait_s)

    async def _ask(self, url: str, headers: Mapping[str, str]) -> tuple[Exchange, str]:
        """The answer that the redirects lead to, and its URL; the caller releases it."""
        for _ in range(_MOST_REDIRECTS + 1):
            exchange = await self._send(url, headers)
            location = exchange.headers.get("location", "")
            failure = status_failure(exchange.status, exchange.headers)
            if failure is None and not (exchange.status in _REDIRECTS and location):
                return exchange, self._credentials.strip(url)
            await _discard(exchange)
            if failure is not None:
                raise failure
            url = _redirected(url, location)
        raise NetworkFailure(f"redirects more than {_MOST_REDIRECTS} times", retry=False)

    async def _send(self, url: str, headers: Mapping[str, str]) -> Exchange:
        """One request; once more with the keyring's credentials after a 401 without any."""
        try:
            origin = origin_of(url)
        except ValueError as error:
            raise NetworkFailure("has no http or https address", retry=False) from error
        used = self._credentials.for_url(url)
        exchange = await self._request(origin, url, headers, used)
        if exchange.status != 401 or used:
            return exchange
        async with self._keyring:
            found = await asyncio.to_thread(self._credentials.after_refusal, url)
        if not found:
            return exchange
        await _discard(exchange)
        return await self._request(origin, url, headers, found)

    async def _request(
        self, origin: Origin, url: str, headers: Mapping[str, str], credentials: UserPassword | None
    ) -> Exchange:
        fields: HeaderList = [
            (b"Host", origin.host_header.encode("ascii")),
            (b"User-Agent", self._user_agent),
        ]
        if credentials is not None:
            fields.append((b"Authorization", _basic(credentials)))
        fields += [
            (name.encode("ascii"), value.encode("latin-1", "replace"))
            for name, value in headers.items()
        ]
        self.requests += 1
        return await self._connections(origin).send(origin, request_target(url), fields)

    def _connections(self, origin: Origin) -> Connections:
        """Direct, or through the proxy that is set for this origin."""
        route = self._routes.get(origin)
        if route is None:
            proxy = proxy_of(origin, self._options.proxy)
            route = self._through(proxy, origin) if proxy else self._direct
            self._routes[origin] = route
        return route

    def _through(self, proxy: str, origin: Origin) -> Connections:
        from resolvetui.net.proxied import ProxiedConnections  # imports httpx

        self._credentials.hide_in(proxy)
        tls = self._tls.for_origin(origin)
        if (proxy, tls) not in self._proxied:
            connections = ProxiedConnections(proxy, self._options.timeout_s, tls)
            self._proxied[proxy, tls] = connections
        return self._proxied[proxy, tls]

    async def _body(self, exchange: Exchange, limit_bytes: int) -> bytes:
        if int(exchange.headers.get("content-length", 0)) > limit_bytes:
            raise TooLarge(limit_bytes)
        body = Body(exchange.headers.get("content-encoding", ""), limit_bytes)
        pace = Pace(self._options.timeout_s, _PAGE_S)
        while piece := await exchange.read():
            self.received_bytes += len(piece)
            pace.count(len(piece))
            body.feed(piece)
        return body.finish()

    def _shown(self, url: str) -> str:
        return self._credentials.redact(self._credentials.strip(url))


async def _discard(exchange: Exchange) -> None:
    """Be done with a response; a short body is read, so that its connection can be kept."""
    left = _DISCARDED_BYTES
    try:
        with suppress(NetworkFailure):
            while left > 0 and (piece := await exchange.read()):
                left -= len(piece)
    finally:
        await exchange.release()


def _basic(credentials: UserPassword) -> bytes:
    """The value of `Authorization` (RFC 7617)."""
    return b"Basic " + b64encode(":".join(credentials).encode())


def _redirected(url: str, location: str) -> str:
    """Where `Location` leads, without user information: what a server names is not the user's.

    Raises NetworkFailure for a step from https to http, and for anything but http and https.
    """
    try:
        target = strip(urljoin(url, location))
        origin = origin_of(target)
    except ValueError as error:
        raise NetworkFailure("redirects to no http or https address", retry=False) from error
    if origin.scheme == "http" and origin_of(url).scheme == "https":
        raise NetworkFailure(f"redirects from https to http ({origin}); refused", retry=False)
    return target
