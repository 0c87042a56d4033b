"""One process of a build: its environment, its output, and when it is ended.

The process leads a group of its own, so that what it has started goes with it, and so that a
terminal's Ctrl-C reaches us alone, who then end it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

_POLL_S = 0.1
_OUTPUT_LIMIT_BYTES = 64 << 20
_READ_BYTES = 256 << 10
"""Of the end of an output: enough for the errors of a compiler."""
_LEFT_OUT = ("PYTHON", "PIP_", "UV_", "RESOLVETUI_", "VIRTUAL_ENV", "__PYVENV")


class HookFailed(Exception):  # noqa: N818 - caught by `build.py`, which knows the step
    """A process of a build that did not end well."""

    def __init__(self, output: str, why: str = "") -> None:
        super().__init__(why or output)
        self.output = output
        """Its last part."""
        self.why = why
        """Why we ended it, or ""."""


class HookRunner(Struct, frozen=True):
    """Runs the processes of one build (`pyproject_hooks.SubprocessRunner`).

    `tick` is called several times a second and may raise, which ends the process.
    """

    scripts: Path
    """The folder of the build environment's programs: first on the path."""
    temporary: Path
    """Takes what the build leaves among temporary files."""
    log: Path
    """Takes all output."""
    time_limit_s: float
    tick: Callable[[], None]
    environ: Mapping[str, str]

    def __call__(
        self,
        cmd: Sequence[str],
        cwd: str | None = None,
        extra_environ: Mapping[str, str] | None = None,
    ) -> None:
        """Run to the end; raises `HookFailed`, and what `tick` raises."""
        environ = build_environ(self.environ, self.scripts)
        environ |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self.temporary))
        environ |= extra_environ or {}
        with self.log.open("ab") as log:
            start = log.tell()
            process = subprocess.Popen(  # noqa: S603 - the user allowed this build
                cmd,
                cwd=cwd,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=os.name == "posix",
            )
            try:
                why = self._wait(process, start)
            finally:
                if process.poll() is None:
                    _end(process)
        if why or process.returncode:
            raise HookFailed(_end_of(self.log, start), why)

    def _wait(self, process: subprocess.Popen[bytes], start: int) -> str:
        """Wait for its end; why it has to be ended, or ""."""
        ends_at = time.monotonic() + self.time_limit_s
        while True:
            self.tick()
            with suppress(subprocess.TimeoutExpired):
                process.wait(min(_POLL_S, max(0.0, ends_at - time.monotonic())))
                return ""
            if time.monotonic() >= ends_at:
                return f"it was stopped after {self.time_limit_s:g} s"
            if self.log.stat().st_size - start > _OUTPUT_LIMIT_BYTES:
                return f"it was stopped, having printed more than {_OUTPUT_LIMIT_BYTES >> 20} MiB"


def build_environ(environ: Mapping[str, str], scripts: Path) -> dict[str, str]:
    """The environment of a build: compilers and their flags stay, what leads Python elsewhere or
    configures installers (perhaps with credentials) goes.
    """
    kept = {name: text for name, text in environ.items() if not name.startswith(_LEFT_OUT)}
    path = [str(scripts), *filter(None, [kept.get("PATH", os.defpath)])]
    return {**kept, "PATH": os.pathsep.join(path), "PYTHONNOUSERSITE": "1"}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that still runs, and its group: its id is that of the group, and is taken as
    long as we have not waited for it.
    """
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _end_of(log: Path, start: int) -> str:
    with log.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(start, size - _READ_BYTES))
        return file.read().decode("utf-8", "replace")
