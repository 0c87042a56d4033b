"""A transport beside a loopback server, as most tests want them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from resolvetui.errors import ResolvetuiError
from resolvetui.net.auth import Credentials
from resolvetui.net.transport import Response, Transport, TransportOptions
from tests.net.loopback import Answer, Server, answer, loopback

_T = TypeVar("_T")
PATIENT = TransportOptions(timeout_s=5.0, retries=2)
OK = answer(200, b"fine")


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
    options: TransportOptions = PATIENT,
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


def fetch(*script: Answer, options: TransportOptions = PATIENT) -> tuple[Response, Run]:
    """The response to one GET that is answered by the script."""

    async def conversation(run: Run) -> tuple[Response, Run]:
        url = run.server.on("/simple/flask/", *script)
        return await run.transport.get(url, what="flask"), run

    return run(conversation, options=options)


def failure(*script: Answer, options: TransportOptions = PATIENT) -> ResolvetuiError:
    """The error that the script leads to."""
    with pytest.raises(ResolvetuiError) as caught:
        fetch(*script, options=options)
    return caught.value
