"""A server on 127.0.0.1 that answers as a test wrote it down, byte by byte if need be."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

CERTIFICATE = str(Path(__file__).with_name("loopback.pem"))
"""Self-signed, for localhost (not for 127.0.0.1), with its key."""


@dataclass(slots=True)
class Request:
    """What came in."""

    target: str
    headers: dict[str, str]


@dataclass(slots=True)
class Answer:
    """The bytes to send, and how to go on after them."""

    raw: bytes
    then: str = "keep"
    """"keep" the connection, "close" it, "reset" it, or "hang" until the server ends."""


Script: TypeAlias = Answer | Callable[[Request], Answer]


def answer(status: int = 200, body: bytes = b"", then: str = "keep", **headers: str) -> Answer:
    """A well-formed answer; `content_type="x"` becomes the field `content-type: x`."""
    fields = {"content_length": str(len(body)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items()]
    head = f"HTTP/1.1 {status} Whatever\r\n{''.join(lines)}\r\n"
    return Answer(head.encode("latin-1") + body, then)


RESET = Answer(b"", "reset")
SHORT = answer(200, b"only a pa", content_length="50", then="close")


@dataclass(slots=True)
class Server:
    """Answers each target with its script; the last answer of a script is repeated."""

    url: str = ""
    seen: list[Request] = field(default_factory=list)
    connections: int = 0
    _scripts: dict[str, list[Script]] = field(default_factory=dict)
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    def on(self, target: str, *script: Script) -> str:
        """Set the answers for a target; returns its URL."""
        self._scripts[target] = list(script)
        return self.url + target

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        self._writers.append(writer)
        try:
            while await self._answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.split("\r\n")[:-2]
        fields = dict(line.lower().split(": ", 1) for line in lines)
        spelled = {name: lines[number].split(": ", 1)[1] for number, name in enumerate(fields)}
        request = Request(first.split()[1], spelled)
        self.seen.append(request)
        script = self._scripts.get(request.target, [answer(404)])
        step = script.pop(0) if len(script) > 1 else script[0]
        reply = step(request) if callable(step) else step
        writer.write(reply.raw)
        await writer.drain()
        if reply.then == "hang":
            await reader.read()
        if reply.then == "reset":
            writer.transport.abort()
        return reply.then == "keep"

    def close(self) -> None:
        """End all connections."""
        for writer in self._writers:
            writer.transport.abort()


@asynccontextmanager
async def loopback(*, tls: bool = False) -> AsyncIterator[Server]:
    """A running server, ended with the block."""
    server = Server()
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    port = listening.sockets[0].getsockname()[1]
    server.url = f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
    async with listening:
        try:
            yield server
        finally:
            server.close()
