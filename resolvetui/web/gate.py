"""Who may talk to the server: decided from host, origin and path of a request. Pure.

Everybody on this machine, and every page open in a browser on it, can reach a port on loopback.
What the app can do (install packages: run code) is for the user alone, so each request has to
carry the token that only the printed URL has, and has to come from that URL's own origin.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Mapping

from msgspec import Struct

from resolvetui.errors import UsageError

HOST = "127.0.0.1"
_TOKEN_BYTES = 32


def new_token() -> str:
    """256 random bits, as text for a URL."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def check_loopback(host: str) -> None:
    """Raise UsageError for an address that other machines can reach, and for any name."""
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise UsageError(
            f"The app is not served on {host!r}, only on loopback.",
            why="Who can reach it can install packages here, which is to run code.",
            what_to_do="From another machine, forward the port: ssh -L PORT:127.0.0.1:PORT HOST.",
            culprit=host,
        )


class Gate(Struct, frozen=True):
    """The only origin that is let in, and its token."""

    port: int
    token: str

    @property
    def base(self) -> str:
        """The URL that everything is below; ends with a slash."""
        return f"http://{HOST}:{self.port}/{self.token}/"

    def refusal(self, headers: Mapping[str, str], path: str, *, is_socket: bool = False) -> str:
        """Why a request is refused, in a few words that tell an attacker nothing; "" lets it in.

        The host has to be the one that was printed, or a page of somebody else's whose name was
        pointed at this machine could talk to it (DNS rebinding). A browser names the origin with
        each WebSocket and each request of a foreign page: it has to be this server's own.
        """
        hosts = {f"{HOST}:{self.port}", f"localhost:{self.port}"}
        if headers.get("Host", "").lower() not in hosts:
            return "wrong host"
        origin = headers.get("Origin")
        if origin is None and is_socket:
            return "no origin"
        if origin is not None and origin.lower() not in {f"http://{host}" for host in hosts}:
            return "wrong origin"
        given = path.removeprefix("/").partition("/")[0]
        # In constant time: how long a refusal takes says nothing about the token.
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode()):
            return "no token"
        return ""
