"""Asks one Python what it is: the only place that starts somebody else's interpreter.

`query_script.py` runs in it; `targets.py` makes a target of the answer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from resolvetui.errors import TargetError

if TYPE_CHECKING:
    from resolvetui.environment.targets import InterpreterFacts

_TIME_OUT_S = 60
_SCRIPT = Path(__file__).with_name("query_script.py")
OLDEST = (3, 8)
"""The oldest Python that can be a target: older ones have no wheel that is built today."""


_begun: dict[Path, Inquiry] = {}
"""Those that were asked ahead: a matter of this process alone, whoever needs the answer."""


def ask(python: Path) -> InterpreterFacts:
    """What a Python says of itself.

    One subprocess, which runs only our script and the standard library (`-I -S`). Raises
    TargetError when it does not start, is older than Python 3.8, or hangs.
    """
    return (_begun.pop(python, None) or Inquiry(python)).answer()


@contextmanager
def asked_ahead(python: Path) -> Iterator[None]:
    """Starts what `ask` will wait for; a Python that does not start is told of then."""
    with suppress(TargetError):
        _begun[python] = Inquiry(python)
    try:
        yield
    finally:
        unwanted = _begun.pop(python, None)
        if unwanted is not None:
            unwanted.end()


class Inquiry:
    """A Python that was asked."""

    def __init__(self, python: Path) -> None:
        """Raises TargetError when it does not start."""
        import subprocess  # a cached answer starts nothing

        self._python = python
        command = [os.fspath(python), "-I", "-S", "-B", os.fspath(_SCRIPT)]
        environment = dict(os.environ)
        # Without it an old build calls every macOS from 11 on 10.16.
        environment["SYSTEM_VERSION_COMPAT"] = "0"
        # macOS's framework builds set it for themselves; ours would name the wrong environment.
        environment.pop("__PYVENV_LAUNCHER__", None)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user names the Python to run
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
            )
        except (OSError, ValueError) as error:
            raise _cannot_run(python, getattr(error, "strerror", None) or str(error)) from error

    def end(self) -> None:
        """Nobody wants the answer."""
        with self._process as process:
            process.kill()

    def answer(self) -> InterpreterFacts:
        """Raises TargetError when it is none, or of a Python older than 3.8."""
        from subprocess import TimeoutExpired

        python = self._python
        with self._process as process:
            try:
                output, errors = process.communicate(timeout=_TIME_OUT_S)
            except TimeoutExpired as error:
                why = f"It gave no answer within {_TIME_OUT_S} s."
                raise _cannot_run(python, why) from error
            finally:
                process.kill()  # has an effect only where it did not end by itself
        if process.returncode:
            raise _failed(python, process.returncode, errors.decode("utf-8", "replace"))
        facts = _read(python, output)
        if facts.version_info < OLDEST:
            raise _too_old(python, f"Python {'.'.join(map(str, facts.version_info))}")
        return facts


def _read(python: Path, output: bytes) -> InterpreterFacts:
    import json  # reads the lone surrogates of odd paths, which msgspec refuses

    import msgspec

    from resolvetui.environment.targets import InterpreterFacts  # loads `packaging`

    try:
        return msgspec.convert(json.loads(output), InterpreterFacts)
    except (ValueError, RecursionError) as error:
        raise _cannot_run(python, "It does not answer as a Python does.") from error


def _failed(python: Path, code: int, errors: str) -> TargetError:
    if "Unknown option: -I" in errors:
        return _too_old(python, "older than 3.4")
    lines = errors.strip().splitlines()
    return _cannot_run(python, f"It ended with code {code}{': ' + lines[-1] if lines else ''}.")


def _too_old(python: Path, version: str) -> TargetError:
    oldest = ".".join(map(str, OLDEST))
    return TargetError(
        f"{python} is too old a Python to be a target.",
        why=f"It is {version}; Python {oldest} is the oldest that can be installed into.",
        what_to_do="Name a newer one with --python, or resolve for it without installing: "
        "--python-version X.Y.",
        culprit=os.fspath(python),
    )


def _cannot_run(python: Path, why: str) -> TargetError:
    return TargetError(
        f"{python} cannot be asked what Python it is.",
        why=why,
        what_to_do="Name another Python or environment with --python.",
        culprit=os.fspath(python),
    )
