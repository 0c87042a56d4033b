"""HTTP/1.1 over asyncio streams, h11 for the syntax: direct connections, kept alive per origin.

Small on purpose: httpx's pool costs ten times the CPU at 32 connections (and httpx's import 55 ms
of a cold start), so it is only used behind a proxy, in `proxied.py`. Retries, redirects,
credentials and limits are `transport.py`'s business.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from ssl import SSLContext

import h11

from resolvetui.net.addresses import Addresses
from resolvetui.net.exchange import HeaderList
from resolvetui.net.failures import network_failure
from resolvetui.net.urls import Origin

_REQUEST_TIMEOUT = 408
_READ_BYTES = 1 << 18
_HEAD_BYTES = 1 << 16
"""The most that a status line and its headers may take."""


class DirectConnections:
    """The open connections to all origins.

    `timeout_s` is for connecting, for the whole head of a response, and for each piece of a body.
    `tls`: the context for an https origin.
    """

    def __init__(self, timeout_s: float, tls: Callable[[Origin], SSLContext]) -> None:
        self._timeout_s = timeout_s
        self._tls = tls
        self._addresses = Addresses(timeout_s)
        self._idle: dict[Origin, list[_Connection]] = {}
        self._open: set[_Connection] = set()

    async def send(self, origin: Origin, target: str, headers: HeaderList) -> DirectExchange:
        """GET `target` from `origin`; returns with the head of the response read.

        Raises NetworkFailure. A kept connection that the server has closed meanwhile is replaced
        without counting as a failure (RFC 9112, 9.3.1: GET may be repeated).
        """
        try:
            while (connection := self._kept(origin)) is not None:
                exchange = await self._exchange_on_kept(connection, target, headers)
                if exchange is not None:
                    return exchange
            connection = await self._connect(origin)
            return await self._exchange(connection, target, headers)
        except (OSError, h11.ProtocolError) as error:
            raise network_failure(error) from error

    async def close(self) -> None:
        """Close every connection, also those in use."""
        self._idle.clear()
        for connection in tuple(self._open):
            await connection.abort()

    def _kept(self, origin: Origin) -> _Connection | None:
        """The connection that was used last: it has the best chance to be still open."""
        idle = self._idle.get(origin)
        while idle:
            connection = idle.pop()
            if connection.is_usable:
                return connection
            self.drop(connection)
        return None

    async def _connect(self, origin: Origin) -> _Connection:
        tls = self._tls(origin) if origin.scheme == "https" else None
        sock = await self._addresses.connect(origin.host, origin.port)
        connection = await _Connection.start(sock, origin, tls, self._timeout_s)
        self._open.add(connection)
        return connection

    async def _exchange_on_kept(
        self, connection: _Connection, target: str, headers: HeaderList
    ) -> DirectExchange | None:
        """The exchange, or None when the server had let go of the connection."""
        try:
            exchange = await self._exchange(connection, target, headers)
        except TimeoutError:
            raise
        except OSError:
            if connection.has_received:
                raise
            return None
        if exchange.status == _REQUEST_TIMEOUT:  # said before our request was there
            await exchange.release()
            return None
        return exchange

    async def _exchange(
        self, connection: _Connection, target: str, headers: HeaderList
    ) -> DirectExchange:
        try:
            response = await connection.request(target, headers)
        except BaseException:
            self.drop(connection)
            raise
        return DirectExchange(self, connection, response)

    def keep(self, connection: _Connection) -> None:
        """Take back a connection for the next request."""
        self._idle.setdefault(connection.origin, []).append(connection)

    def drop(self, connection: _Connection) -> None:
        """Close a connection that cannot be used again."""
        self._open.discard(connection)
        connection.close()


class DirectExchange:
    """A response on a direct connection; see `exchange.Exchange`."""

    __slots__ = ("_connection", "_connections", "_ended", "headers", "status")

    def __init__(
        self, connections: DirectConnections, connection: _Connection, response: h11.Response
    ) -> None:
        self.status = response.status_code
        self.headers = _joined(response)
        self._connections = connections
        self._connection: _Connection | None = connection
        self._ended = False

    async def read(self) -> bytes:
        """The next piece of the body as it was sent; b"" at the end. Raises NetworkFailure."""
        if self._ended or self._connection is None:
            return b""
        try:
            piece = await self._connection.next_piece()
        except (OSError, h11.ProtocolError) as error:
            raise network_failure(error) from error
        self._ended = not piece
        return piece

    async def release(self) -> None:
        """Give the connection back when the body was read to its end, else close it."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._ended and connection.rewind():
            self._connections.keep(connection)
        else:
            self._connections.drop(connection)


class _Connection:
    """One socket and the state of the HTTP conversation on it."""

    __slots__ = ("_reader", "_state", "_timeout_s", "_writer", "has_received", "origin")

    def __init__(
        self,
        origin: Origin,
        timeout_s: float,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.origin = origin
        self.has_received = False
        """Whether a byte of the current response has come."""
        self._reader = reader
        self._writer = writer
        self._timeout_s = timeout_s
        self._state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEAD_BYTES)

    @classmethod
    async def start(
        cls, sock: socket.socket, origin: Origin, tls: SSLContext | None, timeout_s: float
    ) -> _Connection:
        """Over a connected socket, after the TLS handshake when `tls` is given."""
        try:
            async with asyncio.timeout(timeout_s):
                reader, writer = await asyncio.open_connection(
                    sock=sock,
                    ssl=tls,
                    server_hostname=origin.host if tls else None,
                    limit=_READ_BYTES,
                )
        except BaseException:
            sock.close()
            raise
        return cls(origin, timeout_s, reader, writer)

    @property
    def is_usable(self) -> bool:
        """False once the server has closed a kept connection."""
        return not (self._reader.at_eof() or self._writer.is_closing())

    async def request(self, target: str, headers: HeaderList) -> h11.Response:
        """Send a GET and read the head of its response."""
        self.has_received = False
        request = h11.Request(method=b"GET", target=target, headers=headers)
        self._writer.write(self._state.send(request) + self._state.send(h11.EndOfMessage()))
        async with asyncio.timeout(self._timeout_s):
            while not isinstance(event := await self._next_event(), h11.Response):
                pass  # 1xx: something else is to follow
        return event

    async def next_piece(self) -> bytes:
        """The next piece of the body; b"" at its end."""
        while True:
            event: object = self._state.next_event()
            if event is h11.NEED_DATA:
                async with asyncio.timeout(self._timeout_s):
                    event = await self._next_event()
            if isinstance(event, h11.EndOfMessage):
                return b""
            if isinstance(event, h11.Data) and event.data:
                return bytes(event.data)

    def rewind(self) -> bool:
        """Make ready for the next request; False when the connection cannot have one."""
        if self._state.our_state is not h11.DONE or self._state.their_state is not h11.DONE:
            return False
        if self._state.trailing_data[0]:  # an answer to a question that we did not ask
            return False
        self._state.start_next_cycle()
        return self.is_usable

    def close(self) -> None:
        """Close at once: nothing that we would send matters any more."""
        self._writer.transport.abort()

    async def abort(self) -> None:
        """Close, and wait until the socket is closed."""
        self.close()
        try:
            await self._writer.wait_closed()
        except OSError:
            return  # it had failed before

    async def _next_event(self) -> object:
        while (event := self._state.next_event()) is h11.NEED_DATA:
            data = await self._reader.read(_READ_BYTES)
            if not data:
                return self._last_event()
            self.has_received = True
            self._state.receive_data(data)
        return event

    def _last_event(self) -> object:
        """The event that the connection's end makes: the body's end, if nothing told its length."""
        self._state.receive_data(b"")
        try:
            return self._state.next_event()
        except h11.RemoteProtocolError as error:
            raise ConnectionResetError("the connection ended early") from error


def _joined(response: h11.Response) -> dict[str, str]:
    """The header fields by lower-case name, repeated ones joined (RFC 9110, 5.3)."""
    headers: dict[str, str] = {}
    for name, value in response.headers:
        key, text = name.decode("ascii"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers
