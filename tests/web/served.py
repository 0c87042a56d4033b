"""The real command, serving the demo to this process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct

LONGEST_S = 60


class Served(Struct, frozen=True):
    """A server that runs."""

    process: subprocess.Popen[str]
    url: str
    """What it printed."""

    @property
    def port(self) -> int:
        return int(self.url.split(":")[2].split("/")[0])


@contextmanager
def served(*words: str) -> Iterator[Served]:
    """`resolvetui --web --demo …`; interrupted at the end, if it runs still."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "RESOLVETUI_"))}
    with subprocess.Popen(
        [sys.executable, "-m", "resolvetui", "--web", "--demo", "--no-config", *words],
        env=kept,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            url = process.stdout.readline().strip()
            if not url:
                assert process.stderr
                raise AssertionError(process.stderr.read())
            yield Served(process, url)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=LONGEST_S)
