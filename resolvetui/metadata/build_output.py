"""What the output of a build says: the few lines that matter, out of thousands. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from resolvetui.inputs.settings import redact
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.verdict import Reason

MOST_LINES = 3
_LONGEST = 200
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_TELLING = re.compile(
    r"^\s*([A-Za-z_][\w.]*(Error|Exception|Exit|Interrupt)(:|$)|"  # the end of a traceback
    r"(fatal )?error:)|"
    r"\b(fatal error|error): |: undefined reference to |\bcannot find -l|\bCMake Error\b",
    re.IGNORECASE,
)


_COMMAND = re.compile(
    r"command '\[?'?([^'\s,]+).*' returned non-zero exit status (-?\d+)\.?", re.IGNORECASE
)


def telling_lines(output: str) -> list[str]:
    r"""The last lines that name an error, oldest first; without any, the very last ones.

    >>> telling_lines("gcc -c a.c\na.c:1:10: fatal error: Python.h: No such file\nstopped")
    ['a.c:1:10: fatal error: Python.h: No such file']
    """
    lines = [line.strip() for line in _COLOURS.sub("", output).splitlines()]
    lines = [
        _COMMAND.sub(r"command '\1' failed with exit status \2", line) for line in lines if line
    ]
    telling = list(dict.fromkeys(line for line in lines if _TELLING.search(line)))
    chosen = telling[-MOST_LINES:] or lines[-MOST_LINES + 1 :]
    return [line if len(line) <= _LONGEST else f"{line[:_LONGEST]} ..." for line in chosen]


def build_failed(filename: str, step: str, lines: Sequence[str]) -> UnusableMetadata:
    """The error of a build that failed: the step (a hook of PEP 517, or what we did) and why."""
    said = "; ".join(redact(line).rstrip(" .") for line in lines) or "it said nothing"
    return UnusableMetadata(
        f"{filename} could not be built.",
        reason=Reason.BUILD_FAILED,
        lasting=False,
        why=f"{step}: {said}",
        what_to_do="Use a version that has a wheel, or install what the build lacks.",
        culprit=filename,
    )
