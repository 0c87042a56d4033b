"""textual-serve's server behind the gate: the same sessions, routes that begin with the token.

What differs: no request is answered without token, host and origin; nothing is loaded from other
hosts; no request is logged, since its path holds the token; and it ends what it started.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shlex
import signal
import socket
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import jinja2
from aiohttp import WSCloseCode, web
from textual_serve.app_service import AppService
from textual_serve.server import Server

from resolvetui.web.gate import HOST, Gate, check_loopback

END_S = 3.0
"""How long apps may take to end by themselves when the server ends."""
_HEADERS = {
    "Referrer-Policy": "no-referrer",  # the token is in the path
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "font-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'none'"
    ),
}

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def shell_command(words: Sequence[str]) -> str:
    """A command line that a shell takes as exactly these words; no shell stays around it.

    >>> shell_command(["resolvetui", "torch; rm x"])
    "exec resolvetui 'torch; rm x'"
    """
    if os.name == "nt":
        return subprocess.list2cmdline(words)
    return f"exec {shlex.join(words)}"


class GatedServer(Server):
    """Serves a command to who has the token."""

    def __init__(self, words: Sequence[str], gate: Gate, *, host: str = HOST) -> None:
        """Raises UsageError for a host that is not loopback."""
        check_loopback(host)
        super().__init__(shell_command(words), host=host, port=gate.port, title="resolvetui")
        self.gate = gate
        self._open: dict[web.WebSocketResponse, AppService] = {}
        statics = Path(self.statics_path)
        files = (path for path in statics.rglob("*") if path.is_file())
        self._files = {path.relative_to(statics).as_posix(): path for path in files}
        """The only ones that are served: no path is put together from a request."""
        page = (Path(__file__).parent / "page.html").read_text(encoding="utf-8")
        self._page = jinja2.Environment(autoescape=True).from_string(page)

    async def make_app(self) -> web.Application:
        """The application; its routes take any token, which the gate has checked before."""
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            [
                web.get("/{token}/", self._index),
                web.get("/{token}/page.js", self._script),
                web.get("/{token}/ws", self.handle_websocket),
                web.get("/{token}/download/{key}", self.handle_download),
                web.get("/{token}/static/{path:.+}", self._static),
            ]
        )
        app.on_shutdown.append(self.on_shutdown)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        is_socket = request.headers.get("Upgrade", "").lower() == "websocket"
        refusal = self.gate.refusal(request.headers, request.path, is_socket=is_socket)
        if refusal or request.method not in {"GET", "HEAD"}:
            return web.Response(status=403, text="refused\n", headers=_HEADERS)
        try:
            response = await handler(request)
        except web.HTTPException as error:
            error.headers.update(_HEADERS)
            raise
        if not response.prepared:
            response.headers.update(_HEADERS)
        return response

    async def _index(self, request: web.Request) -> web.Response:
        """The page. It has to be on the host that was asked, or the browser refuses its parts."""
        place = f"{request.headers['Host']}/{self.gate.token}/"
        size = request.query.get("fontsize", "")
        text = self._page.render(
            title=self.title,
            static=f"http://{place}static/",
            socket=f"ws://{place}ws",
            font_size=int(size) if size.isdecimal() and len(size) < 3 else 16,
        )
        return web.Response(text=text, content_type="text/html")

    async def _script(self, request: web.Request) -> web.FileResponse:  # noqa: ARG002
        return web.FileResponse(Path(__file__).parent / "page.js")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        path = self._files.get(request.match_info["path"])
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path)

    async def _process_messages(
        self, websocket: web.WebSocketResponse, app_service: AppService
    ) -> None:
        """Know which sessions are open while they are."""
        self._open[websocket] = app_service
        try:
            await super()._process_messages(websocket, app_service)
        finally:
            del self._open[websocket]

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002 - its signature
        """End every session: its app is asked, and after a while no longer asked."""
        sessions = dict(self._open)
        for websocket in sessions:
            # Whoever closes the socket lets its handler end, which asks the app to leave.
            await websocket.close(code=WSCloseCode.GOING_AWAY)
        processes = [service._process for service in sessions.values()]  # noqa: SLF001 - has no other
        ends = [process.wait() for process in processes if process is not None]
        if ends:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.gather(*ends), END_S)
        for process in processes:
            if process is not None and process.returncode is None:
                process.kill()


async def serve(
    words: Sequence[str], gate: Gate, listening: socket.socket, ready: Callable[[str], None]
) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP; `ready` is told the URL.

    When it returns, all sessions have ended.
    """
    logging.getLogger("textual-serve").addHandler(logging.NullHandler())
    server = GatedServer(words, gate)
    runner = web.AppRunner(await server.make_app(), access_log=None, shutdown_timeout=END_S)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        with contextlib.suppress(NotImplementedError, AttributeError):  # Windows
            loop.add_signal_handler(getattr(signal, name), stop.set)
    ready(gate.base)
    try:
        await stop.wait()
    finally:
        await runner.cleanup()
