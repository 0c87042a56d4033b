"""Who is let in: one host, its own origin, the token."""

from __future__ import annotations

import pytest

from resolvetui.errors import UsageError
from resolvetui.web.gate import Gate, check_loopback, new_token

GATE = Gate(8123, "secret")
GOOD = {"Host": "127.0.0.1:8123"}


def test_the_printed_url_is_let_in_and_localhost_too() -> None:
    assert GATE.base == "http://127.0.0.1:8123/secret/"
    assert not GATE.refusal(GOOD, "/secret/")
    assert not GATE.refusal({"Host": "LOCALHOST:8123"}, "/secret/static/js/textual.js")


@pytest.mark.parametrize(
    "path", ["/", "/secre/", "/secrets/", "/SECRET/", "/x/secret/", "//secret/"]
)
def test_a_path_without_the_token_is_refused(path: str) -> None:
    assert GATE.refusal(GOOD, path) == "no token"


@pytest.mark.parametrize(
    "host", ["", "evil.example", "evil.example:8123", "127.0.0.1", "127.0.0.1:80"]
)
def test_another_host_is_refused_even_with_the_token(host: str) -> None:
    """DNS rebinding: the page of evil.example resolves to 127.0.0.1 a second later."""
    assert GATE.refusal({"Host": host}, "/secret/") == "wrong host"


@pytest.mark.parametrize(
    "origin", ["null", "http://evil.example", "http://127.0.0.1:9", "https://127.0.0.1:8123"]
)
def test_another_origin_is_refused_even_with_the_token(origin: str) -> None:
    assert GATE.refusal({**GOOD, "Origin": origin}, "/secret/ws", is_socket=True) == "wrong origin"
    assert GATE.refusal({**GOOD, "Origin": origin}, "/secret/") == "wrong origin"


def test_a_websocket_has_to_name_its_origin() -> None:
    assert GATE.refusal(GOOD, "/secret/ws", is_socket=True) == "no origin"
    own = {**GOOD, "Origin": "http://127.0.0.1:8123"}
    assert not GATE.refusal(own, "/secret/ws", is_socket=True)


def test_tokens_are_long_and_differ() -> None:
    assert len({new_token() for _ in range(50)}) == 50
    assert len(new_token()) >= 43  # 256 bits


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "localhost", "example.org", ""])
def test_only_loopback_is_served(host: str) -> None:
    """A name may lead anywhere, `localhost` included."""
    with pytest.raises(UsageError, match="only on loopback"):
        check_loopback(host)


def test_loopback_is_loopback() -> None:
    check_loopback("127.0.0.1")
    check_loopback("::1")
