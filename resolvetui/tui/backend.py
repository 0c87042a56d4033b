"""How the app reaches whoever does the work: the worker process, or a fake in tests.

The worker is a subprocess with three pipes (`multiprocessing` does not start inside a Textual
app, and a thread would slow every key press). Its stderr must never reach the screen.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import deque
from collections.abc import Callable
from typing import Protocol, TypeAlias

import msgspec

from resolvetui.session import protocol
from resolvetui.session.protocol import Message, Request

Receive: TypeAlias = Callable[[Message], None]

_LINE_LIMIT = 256 * 1024 * 1024
"""Bytes of one message at most: an explanation may carry thousands of files."""


class Backend(Protocol):
    """Takes requests, hands messages to the `receive` it was started with, on the same loop."""

    def start(self, receive: Receive) -> None:
        """Called once, before anything is sent."""
        ...

    def send(self, request: Request) -> None:
        """Returns at once; the answers come as messages."""
        ...

    async def close(self) -> None:
        """Stop all work. Nothing is received afterwards."""
        ...


class WorkerBackend:
    """The worker as a process of its own, started at the first request and again after it died."""

    def __init__(self, command: tuple[str, ...] = ()) -> None:
        self._command = command or (sys.executable, "-m", "resolvetui.session.worker")
        self._receive: Receive = lambda _message: None
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._waiting: list[bytes] = []
        self._closing = False
        self.log: deque[str] = deque(maxlen=2_000)
        """The last lines that the worker wrote to its stderr."""

    def start(self, receive: Receive) -> None:
        """Remember who listens."""
        self._receive = receive

    def send(self, request: Request) -> None:
        """Write one line; start the worker first when there is none."""
        line = protocol.encode(request) + b"\n"
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(line)
            return
        self._waiting.append(line)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._serve())

    async def close(self) -> None:
        """End the worker: its input first, then, if it does not listen, the process."""
        self._closing = True
        process, task = self._process, self._task
        if process is not None and process.stdin is not None:
            process.stdin.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), timeout=0.3)
            if process.returncode is None:
                process.kill()
        if task is not None:
            await task

    async def _serve(self) -> None:
        """Run one worker until it ends."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=_LINE_LIMIT,
            )
        except OSError as error:
            self._task = None
            self._receive(_lost(f"The worker process cannot be started: {error}.", ""))
            return
        assert process.stdin
        assert process.stdout
        assert process.stderr
        self._process = process
        process.stdin.writelines(self._waiting)
        self._waiting.clear()
        await asyncio.gather(self._read(process.stdout), self._read_log(process.stderr))
        code = await process.wait()
        self._process = self._task = None
        if not self._closing:
            why = "\n".join([f"Exit code {code}.", *list(self.log)[-5:]])
            self._receive(_lost("The worker process ended unexpectedly.", why))

    async def _read(self, stream: asyncio.StreamReader) -> None:
        while line := await stream.readline():
            if self._closing:
                continue
            try:
                message = protocol.decode_message(line)
            except msgspec.MsgspecError as error:
                self.log.append(f"unreadable message: {error}")
                continue
            self._receive(message)

    async def _read_log(self, stream: asyncio.StreamReader) -> None:
        while line := await stream.readline():
            self.log.append(line.decode(errors="replace").rstrip("\n"))


def _lost(what: str, why: str) -> protocol.Failed:
    """The failure of everything that runs: request 0."""
    return protocol.Failed(
        id=0,
        kind="internal",
        what=what,
        why=why,
        what_to_do="Press r to start it anew.",
        culprit=None,
    )
