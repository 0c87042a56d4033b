"""Ends of the app that no key asked for: SIGTERM, and a terminal that is gone (SIGHUP).

Without this the process is gone at once: on SIGTERM the terminal stays in the app's mode, and
folders for the time of the run stay behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from functools import partial
from typing import Any

from textual.app import App

SIGNALS = ("SIGTERM", "SIGHUP")
"""As far as the system has them."""


def end_on_signals(app: App[Any]) -> None:
    """Let the app leave as with `q`, with the exit code that shells give such an end."""
    loop = asyncio.get_running_loop()
    for name in SIGNALS:
        number = getattr(signal, name, None)
        if number is not None:
            # Windows' loop has no such handlers; a test's runs in a thread of its own.
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, partial(app.exit, return_code=128 + number))
