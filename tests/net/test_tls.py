"""https: certificates are checked, and every way to say which ones to trust works."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from resolvetui.errors import IndexUnreachable, UsageError
from resolvetui.net.tls import TlsContexts
from resolvetui.net.transport import TransportOptions
from resolvetui.net.urls import Origin
from tests.net.loopback import CERTIFICATE, answer, loopback
from tests.net.loopback_client import Run, run

OK = answer(200, b"fine")
ORIGIN = Origin("https", "index.example", 443)


async def fetch_twice(run: Run) -> int:
    url = run.server.on("/a", OK)
    for _ in range(2):
        assert (await run.transport.get(url, what="flask")).body == b"fine"
    return run.server.connections


def test_a_certificate_of_nobody_known_is_refused_once_and_with_advice() -> None:
    with pytest.raises(IndexUnreachable) as caught:
        run(fetch_twice, tls=True)
    assert "has a certificate that cannot be trusted: self-signed certificate." in caught.value.why
    assert "SSL_CERT_FILE" in caught.value.what_to_do


def test_the_users_bundle_is_trusted() -> None:
    assert run(fetch_twice, options=TransportOptions(certificates=CERTIFICATE), tls=True) == 1


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_bundle_of_the_environment_is_trusted(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, CERTIFICATE)
    assert run(fetch_twice, tls=True) == 1


def test_a_trusted_host_needs_no_certificate() -> None:
    assert run(fetch_twice, options=TransportOptions(trusted_hosts=("localhost",)), tls=True) == 1


def test_another_trusted_host_changes_nothing() -> None:
    with pytest.raises(IndexUnreachable):
        run(fetch_twice, options=TransportOptions(trusted_hosts=("other",)), tls=True)


def test_a_trusted_host_may_be_limited_to_a_port() -> None:
    contexts = TlsContexts(trusted_hosts=("Index.Example:8443",))
    assert contexts.for_origin(Origin("https", "index.example", 8443)).check_hostname is False
    assert contexts.for_origin(ORIGIN).check_hostname is True


def test_the_certificate_must_be_of_the_host() -> None:
    async def conversation(run: Run) -> None:
        url = run.server.on("/a", OK).replace("localhost", "127.0.0.1")
        await run.transport.get(url, what="flask")

    with pytest.raises(IndexUnreachable, match=r"not valid for '127\.0\.0\.1'"):
        run(conversation, options=TransportOptions(certificates=CERTIFICATE), tls=True)


def test_https_to_a_server_that_speaks_http_is_an_error() -> None:
    async def speak_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def conversation(run: Run) -> None:
        async with await asyncio.start_server(speak_http, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            await run.transport.get(f"https://127.0.0.1:{port}/", what="flask")

    with pytest.raises(IndexUnreachable, match="cannot agree on TLS"):
        run(conversation)


def test_a_redirect_from_https_to_http_is_refused() -> None:
    async def conversation(run: Run) -> None:
        async with loopback() as plain:
            location = plain.on("/b", OK)
            url = run.server.on("/a", answer(302, location=location))
            with pytest.raises(IndexUnreachable, match="from https to http"):
                await run.transport.get(url, what="flask")
            assert plain.seen == []

    run(conversation, options=TransportOptions(certificates=CERTIFICATE), tls=True)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_unusable_bundle_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "bundle.pem"
    if content:
        path.write_text(content)
    with pytest.raises(UsageError) as caught:
        TlsContexts(certificates=str(path)).for_origin(ORIGIN)
    assert caught.value.culprit == str(path)


def test_an_unusable_client_certificate_is_named(tmp_path: Path) -> None:
    path = str(tmp_path / "client.pem")
    with pytest.raises(UsageError, match="client certificate"):
        TlsContexts(client_certificate=path).for_origin(ORIGIN)


def test_a_client_certificate_is_loaded() -> None:
    TlsContexts(client_certificate=CERTIFICATE).for_origin(ORIGIN)


def test_a_context_is_made_once() -> None:
    contexts = TlsContexts()
    assert contexts.for_origin(ORIGIN) is contexts.for_origin(ORIGIN)
