"""`--web`: the app in a browser, for whom there is no terminal that can show it."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence

from resolvetui.errors import UsageError


def serve_app(words: Sequence[str], port: int) -> int:
    """Serve the app with these arguments until Ctrl-C; the exit code.

    `port`: 0 for any that is free. Raises UsageError where the optional dependencies are not
    installed, or the port is taken.
    """
    try:
        import textual_serve  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise UsageError(
            "--web needs textual-serve, which is not installed here.",
            why=f"{error}.",
            what_to_do="Install resolvetui with its extra: pip install 'resolvetui[web]'.",
            culprit="--web",
        ) from error
    import asyncio

    from resolvetui.web.gate import Gate, new_token
    from resolvetui.web.server import serve

    listening = _listen(port)
    gate = Gate(listening.getsockname()[1], new_token())
    asyncio.run(serve([sys.executable, "-m", "resolvetui", *words], gate, listening, _tell))
    sys.stderr.write("Ended.\n")
    return 0


def _listen(port: int) -> socket.socket:
    from resolvetui.web.gate import HOST

    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":  # there it would let others take the port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise UsageError(
            f"Port {port} cannot be listened on: {error}.",
            what_to_do="Name another with --web-port, or leave it out for one that is free.",
            culprit="--web-port",
        ) from error
    return listening


def _tell(url: str) -> None:
    """The URL is data: it goes to stdout, alone."""
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    sys.stderr.write("Open this URL in a browser on this machine. Ctrl-C ends it.\n")
    sys.stderr.flush()
