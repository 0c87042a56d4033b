"""Commands of other package managers: the line of ours that asks for the same."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from resolvetui.environment.requirement_text import InvalidRequirement, parse_requirement
from resolvetui.errors import UsageError
from resolvetui.inputs.settings import redact

_OF_PROJECT = frozenset({"poetry", "pdm", "uv"})
"""They add to the project in the current folder."""
_OF_CONDA = frozenset({"conda", "mamba", "micromamba"})
_AT = re.compile(r"^([\w.-]+(?:\[[^\]]*\])?)@(?!\s)([^/]*)$")
"""`torch@^2.0`"""
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
    shown = redact(" ".join((program, *arguments[:count])))
    of_project = program in _OF_PROJECT and "tool" not in arguments[:1]
    wanted = [part for word in arguments[count:] for part in _parts(program, word)]
    line = ["resolvetui", *(["--project", "."] if of_project else []), *wanted]
    is_line = len(line) > 1 and all(wanted)
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


def _parts(program: str, word: str) -> list[str]:
    """What a word asks for, as our words; "" among them where that cannot be said."""
    if program in _OF_CONDA:
        word = word.rpartition("::")[2]
        if python := re.fullmatch(r"python={1,2}(\d+\.\d+(?:\.\d+)?)(?:\.\*)?", word):
            return ["--python-version", python[1]]
        word = re.sub(r"(?<![=<>!~])=(?![=])([^=*]+?)(?:\.?\*)?(?:=.*)?$", r"==\1.*", word)
    else:
        word = _AT.sub(lambda found: found[1] + _range(found[2]), word)
    try:
        parse_requirement(word)
    except InvalidRequirement:
        return [""]
    return [word]


def _range(text: str) -> str:
    """A range of poetry (`^2.1`, `~2.1`, `2.1`, `latest`) by the signs of PEP 440.

    What is none of these makes no legal requirement.

    >>> _range("^2.1"), _range("^0.3.1"), _range("~2.1"), _range("2.1"), _range("latest")
    ('>=2.1,<3', '>=0.3.1,<0.4', '>=2.1,<2.2', '==2.1', '')
    """
    if text in {"latest", "*"}:
        return ""
    found = re.fullmatch(r"([\^~])(\d+(?:\.\d+)*)", text)
    if not found:
        return text if text[:1] in set("=<>!") or text[:2] == "~=" else f"=={text}"
    sign, version = found.groups()
    parts = [int(part) for part in version.split(".")]
    fixed = min(1, len(parts) - 1)
    if sign == "^":
        fixed = next((i for i, part in enumerate(parts) if part), len(parts) - 1)
    above = [*parts[:fixed], parts[fixed] + 1]
    return f">={version},<{'.'.join(map(str, above))}"
