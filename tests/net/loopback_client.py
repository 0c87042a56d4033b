"""A transport beside a loopback server, as most tests want them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from resolvetui.net.auth import Credentials
from resolvetui.net.transport import Transport, TransportOptions
from tests.net.loopback import Server, loopback

_T = TypeVar("_T")


@dataclass(slots=True)
class Run:
    """What a test's conversation works with."""

    server: Server
    transport: Transport
    waits: list[float] = field(default_factory=list)
    """The waits before retries, in seconds; nobody really waited."""


def run(
    conversation: Callable[[Run], Awaitable[_T]],
    *,
    options: TransportOptions = TransportOptions(timeout_s=5.0, retries=2),  # noqa: B008 - frozen
    credentials: Credentials | None = None,
    tls: bool = False,
) -> _T:
    """The conversation's result, with server and transport around it."""
    known = credentials or Credentials([], netrc=False)

    async def main() -> _T:
        waits: list[float] = []

        async def wait(seconds: float) -> None:
            waits.append(seconds)

        async with (
            loopback(tls=tls) as server,
            Transport(options, known, "resolvetui/test", wait) as transport,
        ):
            return await conversation(Run(server, transport, waits))

    return asyncio.run(main())
