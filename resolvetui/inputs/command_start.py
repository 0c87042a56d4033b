"""Where a pasted command begins: prompts, `sudo`, variables and the program with its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from resolvetui.inputs.options import near
from resolvetui.inputs.shell_words import split_command, until_end

INSTALLING = {"pip": ("install", "download", "wheel", "lock"), "uv": ("install", "compile")}
_OTHERS = {
    "pip": frozenset(
        {
            *("cache", "check", "completion", "config", "debug", "freeze", "hash", "help", "index"),
            *("inspect", "list", "search", "show", "uninstall"),
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
_OF_MODULE = re.compile("[-\u2010-\u2015\u2212]m(pip|uv)?")
_OF_LAUNCHER = re.compile(r"-(\d+\.\d+)")
"""`py -3.12`."""
_PYTHON = re.compile(r"(?:python|pypy)(\d+(?:\.\d+)?)?|py")


class Command(Struct, frozen=True):
    """The words of a command, taken apart as far as its program."""

    program: str
    """`pip`, `uv`, `poetry`; "" for one that is not known."""
    words: tuple[str, ...]
    """After the program."""
    assignments: tuple[tuple[str, str], ...] = ()
    unused: tuple[tuple[str, str], ...] = ()
    """Words around those with the reason why they mean nothing here."""
    python: str = ""
    """Path or command of the Python that it installs for; "" for one that is not said."""
    version: str = ""
    """Of that Python, where its name has it: `3.12`."""
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
    return rest[0].startswith("-") or rest[0] in known or _is_mistyped(rest[0], known)


def _is_mistyped(word: str, known: Iterable[str]) -> bool:
    """`instal` is, the package `installer` is not."""
    is_longer = any(word.startswith(name) for name in known)
    return not is_longer and bool(near(word, known, cutoff=0.8))


def taken_apart(words: Sequence[str]) -> Command:
    """The words by their roles; a command that was quoted as a whole is split first."""
    rest = list(words)
    if len(rest) == 1 and re.search(r"\s", rest[0].strip()):
        rest = split_command(rest[0])
    assignments: list[tuple[str, str]] = []
    unused: list[tuple[str, str]] = []
    is_marked = False
    if rest and _GLUED_PROMPT.match(rest[0]):
        rest[0], is_marked = rest[0][1:], True
    while rest:
        if _PROMPT.fullmatch(rest[0]):
            is_marked = True
        elif rest[0] in {"sudo", "env"} and rest[1:]:
            is_marked = True
            unused.append((rest[0], "whose rights and environment count is decided by your shell"))
            unused += _options_of_sudo(rest)
        elif found := _ASSIGNMENT.fullmatch(rest[0]):
            assignments.append((found[1], found[2]))
        else:
            break
        del rest[0]
    rest, left_out = until_end(rest)
    unused += left_out
    program, after, python, version = _program(rest, unused)
    return Command(
        program,
        tuple(after),
        tuple(assignments),
        tuple(unused),
        is_marked=is_marked,
        python=python,
        version=version,
    )


def _options_of_sudo(rest: list[str]) -> Iterator[tuple[str, str]]:
    """Taken out behind `sudo`, which stays."""
    while rest[1:] and rest[1].startswith("-"):
        option = rest.pop(1)
        if option in {"-u", "-g", "--user", "--group"} and rest[1:]:
            option = f"{option} {rest.pop(1)}"
        yield option, "it is an option of sudo"


def _program(rest: list[str], unused: list[tuple[str, str]]) -> tuple[str, list[str], str, str]:
    """(`pip`, the words after it, its Python, that one's version).

    ("", the words, "", "") for a program that is not known.
    """
    unknown = ("", rest, "", "")
    if not rest:
        return unknown
    path, after = rest[0], rest[1:]
    folder, name = _taken_apart_path(path)
    python = version = ""
    if found := _PYTHON.fullmatch(name):
        at = next((i for i, word in enumerate(after) if _OF_MODULE.fullmatch(word)), -1)
        glued = at >= 0 and len(after[at]) > len("-m")
        module = after[at][2:] if glued else next(iter(after[at + 1 :]), "")
        if at < 0 or module not in INSTALLING:
            return unknown
        version = _minor(found[1])
        python = path if folder or version else ""
        for word in after[:at]:
            if launched := _OF_LAUNCHER.fullmatch(word):
                version = launched[1]
                python = f"python{version}"
            else:
                unused.append((word, "it is an option of Python"))
        return module, after[at + (1 if glued else 2) :], python, version
    if pip := _PIP.fullmatch(name):
        name, version = "pip", _minor(pip[1])
        suffix = ".exe" if path.endswith(".exe") else ""
        python = f"{folder}python{pip[1] or ''}{suffix}" if folder or version else ""
    if name not in {*INSTALLING, *FOREIGN}:
        return unknown
    return name, after, python, version


def _taken_apart_path(path: str) -> tuple[str, str]:
    """(`.venv/bin/`, `pip`)"""
    name = re.split(r"[\\/]", path)[-1]
    return path[: len(path) - len(name)], name.removesuffix(".exe")


def _minor(version: str | None) -> str:
    return version if version and "." in version else ""
