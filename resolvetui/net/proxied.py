"""Requests through a proxy, by httpx's own pool.

The only module that needs httpx: most runs have no proxy and save its import.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from ssl import SSLContext

import h11
import httpx

from resolvetui.errors import UsageError
from resolvetui.net.auth import redact
from resolvetui.net.exchange import Exchange, HeaderList
from resolvetui.net.failures import NetworkFailure, network_failure
from resolvetui.net.urls import Origin

_LIMITS = httpx.Limits(max_connections=50, max_keepalive_connections=50)


class ProxiedConnections:
    """Connections through the proxy at `url`; `tls` is for https origins and an https proxy."""

    def __init__(self, url: str, timeout_s: float, tls: SSLContext) -> None:
        try:
            proxy = httpx.Proxy(url, ssl_context=tls if url.startswith("https:") else None)
            self._transport = httpx.AsyncHTTPTransport(
                proxy=proxy, verify=tls, limits=_LIMITS, trust_env=False
            )
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            raise UsageError(
                "The proxy cannot be used.",
                why=str(error),
                what_to_do="Set it as http://HOST:PORT or https://HOST:PORT.",
                culprit=redact(url),
            ) from error
        self._timeout = httpx.Timeout(timeout_s).as_dict()

    async def send(self, origin: Origin, target: str, headers: HeaderList) -> Exchange:
        """GET `target` from `origin`; returns with the head of the response read.

        Raises NetworkFailure.
        """
        request = httpx.Request(
            "GET", f"{origin}{target}", headers=headers, extensions={"timeout": self._timeout}
        )
        try:
            response = await self._transport.handle_async_request(request)
        except httpx.TransportError as error:
            raise _failure(error) from error
        exchange = ProxiedExchange(response)
        if response.status_code == httpx.codes.PROXY_AUTHENTICATION_REQUIRED:
            await exchange.release()
            raise _refused()
        return exchange

    async def close(self) -> None:
        """Close every connection."""
        await self._transport.aclose()


class ProxiedExchange:
    """A response that came through a proxy; see `exchange.Exchange`."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers = {name.lower(): value for name, value in response.headers.items()}
        self._response = response
        assert isinstance(response.stream, httpx.AsyncByteStream)
        self._pieces: AsyncIterator[bytes] = aiter(response.stream)

    async def read(self) -> bytes:
        """The next piece of the body as it was sent; b"" at the end. Raises NetworkFailure."""
        try:
            return await anext(self._pieces, b"")
        except httpx.TransportError as error:
            raise _failure(error) from error

    async def release(self) -> None:
        """Give the connection back when the body was read to its end, else close it."""
        assert isinstance(self._response.stream, httpx.AsyncByteStream)
        await self._response.stream.aclose()


def _failure(error: httpx.TransportError) -> NetworkFailure:
    """Httpx's classes say less than what they were made from; that is at the end of the chain."""
    if isinstance(error, httpx.TimeoutException):
        return network_failure(TimeoutError())
    if isinstance(error, httpx.ProxyError):
        if str(error).startswith("407"):
            return _refused()
        return NetworkFailure(f"failed: {error}", kind="proxy")
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError | h11.LocalProtocolError):
            return network_failure(cause)
        cause = cause.__cause__ or cause.__context__
    return NetworkFailure(f"or its proxy broke off: {error}", kind="proxy")


def _refused() -> NetworkFailure:
    return NetworkFailure(
        "is behind a proxy that wants a user and a password",
        kind="proxy",
        retry=False,
        advice="Set the proxy as http://USER:PASSWORD@HOST:PORT.",
    )
