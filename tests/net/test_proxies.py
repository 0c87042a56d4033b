"""Proxies: the user's, the environment's, and the exceptions from it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from resolvetui.errors import IndexUnreachable, UsageError
from resolvetui.net.auth import Credentials
from resolvetui.net.proxies import proxy_of
from resolvetui.net.transport import Transport, TransportOptions
from resolvetui.net.urls import Origin
from tests.net.loopback import CERTIFICATE, SHORT, Server, answer, loopback

INDEX = Origin("http", "index.example", 80)
URL = "http://index.example/simple/flask/"


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({}, ""),
        ({"HTTP_PROXY": "http://p.example:1"}, "http://p.example:1"),
        ({"http_proxy": "p.example:1"}, "http://p.example:1"),
        ({"HTTPS_PROXY": "http://p.example:1"}, ""),
        ({"ALL_PROXY": "http://p.example:1"}, "http://p.example:1"),
        ({"HTTP_PROXY": "http://p.example:1", "NO_PROXY": "index.example"}, ""),
        ({"HTTP_PROXY": "http://p.example:1", "NO_PROXY": ".example"}, ""),
        ({"HTTP_PROXY": "http://p.example:1", "NO_PROXY": "*"}, ""),
        ({"HTTP_PROXY": ""}, ""),
    ],
)
def test_the_environment_decides(
    variables: dict[str, str], proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_of(INDEX, "") == proxy


def test_the_users_proxy_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://p.example:1")
    assert proxy_of(INDEX, "mine.example:2") == "http://mine.example:2"


def through(proxy: Server, url: str, *, certificates: str = "", user: str = "") -> Transport:
    options = TransportOptions(
        retries=0, proxy=proxy.url.replace("//", f"//{user}"), certificates=certificates
    )
    return Transport(options, Credentials([], netrc=False), "x")


def get_through(*script: object, user: str = "") -> Server:
    """The proxy, after it was asked for URL."""

    async def main() -> Server:
        async with loopback() as proxy:
            proxy.on(URL, *script)  # type: ignore[arg-type]
            async with through(proxy, URL, user=user) as transport:
                response = await transport.get(URL, what="flask")
                assert (response.status, response.body) == (200, b"fine")
            return proxy

    return asyncio.run(main())


def test_plain_requests_name_the_whole_url() -> None:
    proxy = get_through(answer(200, b"fine"))
    assert proxy.seen[0].target == URL
    assert proxy.seen[0].headers["host"] == "index.example"


def test_the_proxys_credentials_go_to_the_proxy() -> None:
    proxy = get_through(answer(200, b"fine"), user="me:pw@")
    assert proxy.seen[0].headers["proxy-authorization"] == "Basic bWU6cHc="
    assert "authorization" not in proxy.seen[0].headers


def test_a_proxy_that_wants_credentials_is_named() -> None:
    with pytest.raises(IndexUnreachable, match="behind a proxy that wants a user"):
        get_through(answer(407))


def test_a_proxy_that_breaks_off_is_an_error() -> None:
    with pytest.raises(IndexUnreachable, match="broke off"):
        get_through(SHORT)


def test_a_proxy_that_is_not_there_is_an_error() -> None:
    async def main() -> None:
        async with loopback() as proxy:
            pass
        async with through(proxy, URL) as transport:
            await transport.get(URL, what="flask")

    with pytest.raises(IndexUnreachable, match="flask"):
        asyncio.run(main())


def test_a_proxy_of_an_unknown_kind_is_a_usage_error() -> None:
    async def main() -> None:
        options = TransportOptions(proxy="gopher://me:s3cret@p.example")
        async with Transport(options, Credentials([], netrc=False), "x") as transport:
            await transport.get(URL)

    with pytest.raises(UsageError) as caught:
        asyncio.run(main())
    assert caught.value.culprit == "gopher://me:****@p.example"


@asynccontextmanager
async def tunnel_to(server: Server) -> AsyncIterator[Server]:
    """A proxy that answers CONNECT and passes bytes on."""
    proxy = Server()

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        proxy.connections += 1
        port = int(server.url.rpartition(":")[2])
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        await asyncio.gather(pipe(reader, far_writer), pipe(far_reader, writer))

    listening = await asyncio.start_server(connect, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    async with listening:
        yield proxy


@pytest.mark.parametrize("certificates", [CERTIFICATE, ""])
def test_https_goes_through_a_tunnel_and_is_checked(certificates: str) -> None:
    async def main() -> None:
        async with loopback(tls=True) as server, tunnel_to(server) as proxy:
            url = server.on("/a", answer(200, b"fine"))
            async with through(proxy, url, certificates=certificates) as transport:
                for _ in range(2):
                    assert (await transport.get(url, what="flask")).body == b"fine"
            assert proxy.connections == 1

    if certificates:
        asyncio.run(main())
    else:
        with pytest.raises(IndexUnreachable, match="cannot be trusted"):
            asyncio.run(main())
