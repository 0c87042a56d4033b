"""The real command on a real terminal: it leaves it as it was, and nothing behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.processes import below, wait_for_end

pytestmark = pytest.mark.skipif(
    sys.platform not in ("linux", "darwin"), reason="needs pseudo-terminals"
)
LONGEST_S = 60
SIZE = (24, 80)


class Terminal:
    """A terminal of 80x24 with the app on it, the leader of its session."""

    def __init__(self, folder: Path, *words: str) -> None:
        """`folder`: for the temporary files of the app."""
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        self._slave = slave
        self.before = termios.tcgetattr(slave)
        self.drawn = ""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "RESOLVETUI_"))}
        environment = kept | {"TERM": "xterm-256color", "TMPDIR": str(folder)}
        command = [sys.executable, "-m", "resolvetui", "--demo", "--no-config", *words]
        self.pid = os.fork()
        if not self.pid:  # nothing but system calls until the exec
            with contextlib.suppress(BaseException):
                os.close(self.master)
                os.login_tty(slave)
                os.execve(sys.executable, command, environment)
            os._exit(99)

    def read(self) -> bool:
        """More of what is drawn; False at its end."""
        ready, _, _ = select.select([self.master], [], [], LONGEST_S)
        assert ready, f"nothing came any more after:\n{self.drawn[-2000:]!r}"
        try:
            data = os.read(self.master, 65536)
        except OSError:  # Linux: nobody has the other end open any more
            return False
        self.drawn += data.decode(errors="replace")
        return bool(data)

    def until(self, pattern: str) -> None:
        """Wait until something was drawn, from now on."""
        begin = len(self.drawn)
        while not re.search(pattern, text(self.drawn[begin:])):
            assert self.read(), self.drawn[-2000:]

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self.master, keys.encode())

    def end(self) -> int:
        """Read until the process has ended; its exit code, negative for a signal that killed it."""
        until = time.monotonic() + LONGEST_S
        code: int | None = None
        while code is None:
            assert time.monotonic() < until, f"it does not end:\n{self.drawn[-2000:]!r}"
            code = self._exit_code(os.WNOHANG)
            while select.select([self.master], [], [], 0.02)[0] and self.read():
                pass
        return code

    def _exit_code(self, options: int = 0) -> int | None:
        pid, status = os.waitpid(self.pid, options)
        if not pid:
            return None
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def wait(self) -> int | None:
        """Wait for the end of a process whose terminal is gone."""
        return self._exit_code()

    def settings(self) -> list[object]:
        """What the terminal is set to now."""
        return list(termios.tcgetattr(self._slave))

    def vanish(self) -> None:
        """As when a window is closed or a connection is lost."""
        os.close(self._slave)
        os.close(self.master)
        self.master = -1

    def close(self) -> None:
        """End what runs still."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            self._exit_code()
        if self.master >= 0:
            os.close(self.master)
            os.close(self._slave)


def text(drawn: str) -> str:
    """Without the commands to the terminal."""
    return re.sub(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[ -/]*[0-~])", "", drawn)


@contextmanager
def terminal(folder: Path, *words: str) -> Iterator[Terminal]:
    """The app over the demo, its first answer drawn."""
    on = Terminal(folder, *words)
    try:
        on.until(r"13 packages")
        yield on
    finally:
        on.close()


def assert_left(on: Terminal) -> None:
    """Every mode that was switched on is off, in the order of the last words; no traceback."""
    for mode in ("1049", "1000", "1003", "1006", "2004"):
        switched = re.findall(rf"\x1b\[\?{mode}([hl])", on.drawn)
        assert switched, mode
        assert switched[-1] == "l", mode
    assert re.findall(r"\x1b\[\?25([hl])", on.drawn)[-1] == "h"
    assert "Traceback" not in on.drawn


@pytest.mark.parametrize("keys", ["q", "\x11"], ids=["q", "ctrl+q"])
def test_quitting_restores_the_terminal(keys: str, tmp_path: Path) -> None:
    with terminal(tmp_path) as on:
        assert on.settings() != on.before
        on.press(keys)
        assert on.end() == 0
        assert on.settings() == on.before
        assert_left(on)
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_says_how_to_quit_and_ends_nothing(tmp_path: Path) -> None:
    """In the app it is a key, with which other programs copy."""
    with terminal(tmp_path) as on:
        on.press("\x03")
        on.until(r"ctrl\+q|\^q")
        on.press("q")
        assert on.end() == 0
        assert_left(on)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda each: each.name)
def test_a_signal_ends_it_in_order(number: signal.Signals, tmp_path: Path) -> None:
    with terminal(tmp_path) as on:
        os.kill(on.pid, number)
        assert on.end() == 128 + number
        assert on.settings() == on.before
        assert_left(on)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="follows processes as Linux shows them")
def test_no_process_outlives_the_terminal(tmp_path: Path) -> None:
    """The kernel tells the app, which is the leader of the session, with SIGHUP."""
    with terminal(tmp_path) as on:
        workers = below(on.pid)
        assert workers
        on.vanish()
        on.wait()
        wait_for_end(workers)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="follows processes as Linux shows them")
def test_no_worker_outlives_a_killed_app(tmp_path: Path) -> None:
    """Nothing can be done then but what the worker does by itself: its input has ended."""
    with terminal(tmp_path) as on:
        workers = below(on.pid)
        os.kill(on.pid, signal.SIGKILL)
        assert on.end() == -signal.SIGKILL
        wait_for_end(workers)
