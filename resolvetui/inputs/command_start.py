"""Where a pasted command begins: prompts, `sudo`, variables and the program with its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from resolvetui.inputs.options import near

INSTALLING = {"pip": ("install", "download", "wheel"), "uv": ("install", "compile")}
_OTHERS = {
    "pip": frozenset(
        {
            *("cache", "check", "completion", "config", "debug", "freeze", "hash", "help", "index"),
            *("inspect", "list", "lock", "search", "show", "uninstall"),
        }
    ),
    "uv": frozenset(
        {
            *("add", "auth", "build", "cache", "export", "help", "init", "lock", "pip", "publish"),
            *("python", "remove", "run", "self", "sync", "tool", "tree", "venv", "version"),
        }
    ),
}
FOREIGN = {
    "poetry": ("add", "install", "update", "lock"),
    "pdm": ("add", "install", "update", "lock"),
    "pipenv": ("install", "update", "lock"),
    "pipx": ("install", "run"),
    "conda": ("install", "create"),
    "mamba": ("install", "create"),
    "micromamba": ("install", "create"),
}

_PROMPT = re.compile(r"[$%>#!]|\(.*\)")
_GLUED_PROMPT = re.compile(r"[$%!](?=[A-Za-z.~/])")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_PIP = re.compile(r"pip(\d+(?:\.\d+)?)?")
_PYTHON = re.compile(r"(?:python|pypy)(\d+(?:\.\d+)?)?|py")


class Command(Struct, frozen=True):
    """The words of a command, taken apart as far as its program."""

    program: str
    """`pip`, `uv`, `poetry`; "" for one that is not known."""
    words: tuple[str, ...]
    """After the program."""
    assignments: tuple[tuple[str, str], ...] = ()
    unused: tuple[tuple[str, str], ...] = ()
    """Words before those with the reason why they mean nothing here."""
    is_marked: bool = False
    """A prompt or `sudo` says that it is a command, whatever follows."""


def is_command(words: Sequence[str]) -> bool:
    """Whether the words are a command line, and not requirements (of pip itself, say)."""
    command = taken_apart(words)
    if command.is_marked or not command.program:
        return command.is_marked
    known: Iterable[str] = FOREIGN.get(command.program) or _OTHERS[command.program] | {
        *INSTALLING[command.program]
    }
    rest = command.words
    if not rest:
        return bool(command.assignments)
    if command.program == "uv" and rest == ("pip",):
        return False
    is_near = command.program in INSTALLING and bool(near(rest[0], known, cutoff=0.8))
    return rest[0].startswith("-") or rest[0] in known or is_near


def taken_apart(words: Sequence[str]) -> Command:
    """The words by their roles; a command that was quoted as a whole is split first."""
    rest = list(words)
    if len(rest) == 1 and re.search(r"\s", rest[0].strip()):
        rest = _split(rest[0])
    assignments: list[tuple[str, str]] = []
    unused: list[tuple[str, str]] = []
    is_marked = False
    if rest and _GLUED_PROMPT.match(rest[0]):
        rest[0], is_marked = rest[0][1:], True
    while rest:
        if _PROMPT.fullmatch(rest[0]):
            is_marked = True
        elif rest[0] in {"sudo", "env"}:
            is_marked = True
            unused.append((rest[0], "whose rights and environment count is decided by your shell"))
            unused += _options_of_sudo(rest)
        elif found := _ASSIGNMENT.fullmatch(rest[0]):
            assignments.append((found[1], found[2]))
        else:
            break
        del rest[0]
    program, after = _program(rest, unused)
    return Command(program, tuple(after), tuple(assignments), tuple(unused), is_marked)


def _split(text: str) -> list[str]:
    """A command that was quoted as a whole."""
    import shlex

    try:
        return shlex.split(text)
    except ValueError:
        return [text]


def _options_of_sudo(rest: list[str]) -> Iterator[tuple[str, str]]:
    """Taken out behind `sudo`, which stays."""
    while rest[1:] and rest[1].startswith("-"):
        option = rest.pop(1)
        if option in {"-u", "-g", "--user", "--group"} and rest[1:]:
            option = f"{option} {rest.pop(1)}"
        yield option, "it is an option of sudo"


def _program(rest: list[str], unused: list[tuple[str, str]]) -> tuple[str, list[str]]:
    """(`pip`, the words after it); ("", the words) for a program that is not known."""
    if not rest:
        return "", rest
    path, after = rest[0], rest[1:]
    name = re.split(r"[\\/]", path)[-1].removesuffix(".exe")
    version = ""
    if python := _PYTHON.fullmatch(name):
        at = next((i for i, word in enumerate(after) if word in {"-m", "-mpip", "-muv"}), -1)
        module = after[at : at + 2]
        if at < 0 or module == ["-m"]:
            return "", rest
        name, used = (module[1], 2) if module[0] == "-m" else (module[0][2:], 1)
        unused += [(word, "it is an option of Python") for word in after[:at]]
        after, version = after[at + used :], python[1] or ""
    if pip := _PIP.fullmatch(name):
        name, version = "pip", version or pip[1] or ""
    if name not in {*INSTALLING, *FOREIGN}:
        return "", rest
    if path != re.split(r"[\\/]", path)[-1]:
        unused.append((path, "to install for its Python, name that by --python"))
    elif "." in version:
        unused.append((path, f"to resolve for its Python, add --python-version {version}"))
    return name, after
