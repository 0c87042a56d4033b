"""Where a command of pip or uv stands on our command line: after `--`, and not without it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from resolvetui.errors import UsageError
from resolvetui.inputs.arguments_model import Pasted
from resolvetui.inputs.settings import Setting, redact

_INSTALLER = re.compile(r"(^|[\\/])(pip|uv|python|pypy|py)[\d.]*(\.exe)?$")
"""The first word of a pasted command."""


def without_pasted(argv: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Our own words, and those of a command of pip or uv after `--`."""
    own, after = at_dashes(argv)
    if after:
        from resolvetui.inputs.command_line import is_command  # few have any

        if is_command(after):
            return own, after
    return argv, ()


def read_pasted(words: Sequence[str], settings: Sequence[Setting]) -> Pasted:
    """What the words of a command come to; `settings` are those that stand before it."""
    if not words:
        return Pasted()
    from resolvetui.inputs.command_line import taken_over

    return taken_over(words, {setting.name for setting in settings})


def at_dashes(argv: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """The words before the first `--`, and those after it."""
    if "--" not in argv:
        return argv, ()
    at = list(argv).index("--")
    return argv[:at], argv[at + 1 :]


def check_not_empty(argv: Sequence[str]) -> None:
    """Refuse `--` with nothing after it."""
    if argv and argv[-1] == "--":
        raise UsageError(
            "There is no command after --.",
            what_to_do="Give one, such as: resolvetui -- pip install torch",
            culprit="--",
        )


def check_pasted(argv: Sequence[str], requirements: Sequence[str]) -> None:
    """Refuse a command of pip or uv without `--`: its options are not ours."""
    if "--" in argv or not requirements or not _INSTALLER.search(requirements[0]):
        return
    from resolvetui.inputs.command_line import is_command

    at = list(argv).index(requirements[0])
    if is_command(argv[at:]) and {"install", "compile"} & {*argv[at + 1 : at + 6]}:
        import shlex

        line = shlex.join(["resolvetui", *argv[:at], "--", *argv[at:]])
        raise UsageError(
            "The arguments begin with an install command; resolvetui takes requirements.",
            what_to_do=f"Write it after --: {redact(line)}",
            culprit="pip install",
        )
