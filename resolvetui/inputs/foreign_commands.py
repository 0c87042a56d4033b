"""Commands of other package managers: the line of ours that asks for the same."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from resolvetui.errors import UsageError
from resolvetui.inputs.settings import redact

_OF_PROJECT = frozenset({"poetry", "pdm", "uv"})
"""They add to the project in the current folder."""
_OF_CONDA = frozenset({"conda", "mamba", "micromamba"})
_WITH_VALUE = frozenset(
    {
        *("-c", "--channel", "-n", "--name", "-p", "--prefix", "-f", "--file", "--python"),
        *("-G", "--group", "-E", "--extras", "--extra", "--source", "--platform", "--markers"),
        *("-i", "--index", "--default-index", "--index-url", "--extra-index-url", "--pypi-mirror"),
        *("--categories", "--optional", "--tag", "--rev", "--branch", "--bounds", "--package"),
        *("-r", "--requirements", "--requirement", "--constraints", "--project", "--directory"),
        *("--pip-args", "--suffix", "-e", "--editable", "--marker", "-m"),
    }
)
"""Options of any of them whose next word is no package."""
_UV_COMMANDS = (("add",), ("sync",), ("lock",), ("tool", "install"))


def resolves(named: Sequence[str]) -> bool:
    """Whether `uv NAMED …` resolves something that resolvetui can as well."""
    return any(tuple(named[: len(command)]) == command for command in _UV_COMMANDS)


def foreign(program: str, words: Sequence[str]) -> UsageError:
    """The refusal of a command of `program`, with what to write instead."""
    arguments = list(_arguments(words))
    count = 2 if program == "uv" and arguments[:1] == ["tool"] else 1
    shown = " ".join((program, *arguments[:count]))
    of_project = program in _OF_PROJECT and "tool" not in arguments[:1]
    wanted = [_requirement(program, word) for word in arguments[count:]]
    line = ["resolvetui", *(["--project", "."] if of_project else []), *wanted]
    is_line = len(line) > 1
    return UsageError(
        f"{shown} is no command of pip or of uv pip.",
        what_to_do=f"Write: {redact(shlex.join(line))}"
        if is_line
        else "Give requirements (resolvetui torch) or a file of them (-r FILE).",
        culprit=shown,
    )


def _arguments(words: Sequence[str]) -> Iterator[str]:
    rest = iter(words)
    for word in rest:
        if word in _WITH_VALUE:
            next(rest, "")
        elif not word.startswith("-"):
            yield word


def _requirement(program: str, word: str) -> str:
    """`numpy=1.26` is conda's; poetry's `torch@^2.0` has a range without a sign in PEP 508."""
    if program in _OF_CONDA:
        word = word.rpartition("::")[2]
        return re.sub(r"(?<![=<>!~])=(?!=)([^=]+)(=.*)?$", r"==\1", word)
    return re.sub(r"^([\w.-]+(?:\[[^\]]*\])?)@(?!\s)[^/]*$", r"\1", word)
