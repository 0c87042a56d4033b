"""How long the app takes to draw: its first frame, and from a key to the first byte of the answer.

    python -m tests.bench.latency [--keys N] [--rounds N] [REQUIREMENT ...]

The real command on a real pseudo terminal (Linux, macOS), over the demo unless requirements are
named, which need an index. Keys are pressed while it resolves, as long as that takes, and when it
rests. Prints milliseconds, and how late the event loop was; nothing is checked, so that no test
depends on how busy a machine is.
"""

# ruff: noqa: T201 - the figures are its output

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import termios
import time

COLUMNS, ROWS = 120, 40
KEYS = ("j", "j", "j", "k", "\t", "j", "k", "\t")
BUSY_KEY = "\t"
"""Always draws something; a cursor may have nowhere to go, and then the spinner is timed."""
QUIET_S = 0.15
"""So long without output, and a frame is whole; spinners are drawn more often than that."""
LIMIT_S = 120.0
_CODES = re.compile(r"\x1b\[[<?]?[0-9;]*[a-z]", re.IGNORECASE)
DONE = (b"resolved", b"no solution", b"failed")


class Screen:
    """The app on a terminal, and what it has drawn since the last question."""

    def __init__(self, words: list[str]) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        variables = os.environ | {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "RESOLVETUI_PERF": "1",
        }
        self.begun = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "resolvetui", *words],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=variables,
            start_new_session=True,
        )
        os.close(slave)

    def read(self, patience_s: float) -> bytes:
        """What is drawn next; b"" after so long without any."""
        ready = select.select([self._master], [], [], patience_s)[0]
        return os.read(self._master, 1 << 16) if ready else b""

    def rest(self) -> bytes:
        """All that is drawn until it pauses."""
        drawn = b""
        end = time.perf_counter() + 2 * QUIET_S
        while time.perf_counter() < end and (more := self.read(QUIET_S)):
            drawn += more
        return drawn

    def press(self, key: str) -> tuple[float | None, bytes]:
        """Milliseconds to the first byte (None when nothing is to be drawn), and what was drawn."""
        begun = time.perf_counter()
        os.write(self._master, key.encode())
        first = self.read(1.0)
        taken = (time.perf_counter() - begun) * 1000
        return taken if first else None, first + self.rest()

    def close(self) -> str:
        """End the app; what it says then."""
        os.write(self._master, b"\x11")
        said = b""
        with contextlib.suppress(OSError):  # nobody has the other end open any more
            while more := self.read(LIMIT_S):
                said += more
        self._process.wait(10)
        os.close(self._master)
        return _CODES.sub("", said.decode("utf-8", "replace")).strip().splitlines()[-1]


def told(name: str, times: list[float | None]) -> str:
    """A line on some times."""
    taken = [time for time in times if time is not None]
    if len(taken) < 2:
        return f"{name:24} too short to measure"
    ranks = statistics.quantiles(taken, n=20, method="inclusive")
    middle = statistics.median(taken)
    return f"{name:24} p50 {middle:6.1f} ms   p95 {ranks[-1]:6.1f} ms   of {len(taken)}"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=100, help="pressed when it rests")
    parser.add_argument("--rounds", type=int, default=1, help="starts of the app, told together")
    parser.add_argument("requirements", nargs="*")
    options = parser.parse_args()
    words = [*options.requirements, "--no-cache"] if options.requirements else ["--demo"]
    busy: list[float | None] = []
    idle: list[float | None] = []
    for _ in range(options.rounds):
        measure(words, options.keys // options.rounds, busy, idle)
    print(told("keys while resolving", busy))
    print(told("keys at rest", idle))


def measure(
    words: list[str], keys: int, busy: list[float | None], idle: list[float | None]
) -> None:
    """One start of the app, with so many keys at rest; adds to `busy` and `idle`."""
    screen = Screen(words)
    try:
        screen.read(LIMIT_S)
        print(f"{'first byte':24} {(time.perf_counter() - screen.begun) * 1000:10.1f} ms")
        drawn = b""
        while b"require" not in drawn and time.perf_counter() < screen.begun + LIMIT_S:
            drawn += screen.read(1.0)
        print(f"{'first frame':24} {(time.perf_counter() - screen.begun) * 1000:10.1f} ms")
        while not any(sign in drawn for sign in DONE):
            if time.perf_counter() > screen.begun + LIMIT_S:
                break
            taken, drawn = screen.press(BUSY_KEY)
            busy.append(taken)
        screen.rest()
        idle += [screen.press(KEYS[number % len(KEYS)])[0] for number in range(keys)]
    finally:
        print(screen.close())


if __name__ == "__main__":
    main()
