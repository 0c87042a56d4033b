"""From a host's name to a connected socket.

Looks each name up once, however many connections are opened at the same moment, and tries its
addresses in turn, so that a host with a dead IPv6 route costs a third of a second and once only.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]
"""As `getaddrinfo` gives it."""

_STREAM = socket.SOCK_STREAM
_FIRST_ROUND_S = 0.3
"""RFC 8305 (Happy Eyeballs) starts the next address after 250 ms."""


class Addresses:
    """The addresses of the hosts of this run, those that work first."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._known: dict[tuple[str, int], list[Address]] = {}
        self._lookup = asyncio.Lock()

    async def connect(self, host: str, port: int) -> socket.socket:
        """A connected, non-blocking socket. Raises OSError: that of the last address."""
        async with asyncio.timeout(self._timeout_s):
            addresses = await self._of(host, port)
            if len(addresses) == 1:
                return await _connected(addresses[0], self._timeout_s)
            # All get a short try first, and only when all were slow their share of the time.
            for budget_s in (_FIRST_ROUND_S, self._timeout_s / len(addresses)):
                for address in tuple(addresses):
                    try:
                        sock = await _connected(address, budget_s)
                    except OSError as error:
                        failure = error
                    else:
                        addresses.remove(address)
                        addresses.insert(0, address)
                        return sock
            raise failure

    async def _of(self, host: str, port: int) -> list[Address]:
        known = self._known.get((host, port))
        if known is None:
            async with self._lookup:
                known = self._known.get((host, port)) or await _look_up(host, port)
                self._known[host, port] = known
        return known


async def _look_up(host: str, port: int) -> list[Address]:
    """At least one address, in the system's order of preference. Raises socket.gaierror."""
    try:
        return [*socket.getaddrinfo(host, port, type=_STREAM, flags=socket.AI_NUMERICHOST)]
    except (socket.gaierror, UnicodeError):  # a name: asking for it may take seconds
        loop = asyncio.get_running_loop()
        try:
            return [*await loop.getaddrinfo(host, port, type=_STREAM)]
        except UnicodeError as error:  # labels that are empty or longer than 63 characters
            raise socket.gaierror(socket.EAI_NONAME, "no legal host name") from error


async def _connected(address: Address, timeout_s: float) -> socket.socket:
    family, kind, protocol, _, place = address
    sock = socket.socket(family, kind, protocol)
    try:
        sock.settimeout(0)
        async with asyncio.timeout(timeout_s):
            await asyncio.get_running_loop().sock_connect(sock, place)
    except BaseException:
        sock.close()
        raise
    return sock
