"""A command line of pip or uv, pasted after `--`, as our own arguments.

    resolvetui -- pip install -r requirements.txt --pre

Nothing is left out without a word: what has no counterpart becomes a warning with its reason.
How options are spelt is `command_options.py`, what they are called here `counterparts.py`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from resolvetui.errors import TargetError, UsageError
from resolvetui.inputs.arguments_model import Pasted
from resolvetui.inputs.command_options import (
    Found,
    Table,
    guessed,
    pip_options,
    scanned,
    uv_options,
)
from resolvetui.inputs.command_start import FOREIGN, INSTALLING, Command, is_command, taken_apart
from resolvetui.inputs.counterparts import called_here, of_variable, reason_of, settings_of
from resolvetui.inputs.options import OPTIONS, check_encodable, checked, near
from resolvetui.inputs.settings import InputWarning, Setting, redact
from resolvetui.inputs.shell_words import plain_dashes

KIND = "pasted-command"
"""The kind of all warnings here."""

_FOLDER = re.compile(
    r"(?P<path>\.{1,2}|(?:\.{0,2}|~|[A-Za-z]:)[\\/][^\[\]]*|[^\s@:;=<>\[\]]+/[^\s@:;=<>\[\]]*)"
    r"(?:\[(?P<extras>[\w\s,.-]*)\])?"
)
__all__ = ["KIND", "is_command", "taken_over"]
_FILES = (".whl", ".tar.gz", ".zip", ".txt", ".in", ".toml")


def is_here(python: str) -> bool:
    """Whether a path or a command leads to a Python."""
    from pathlib import Path  # 4 ms, and few commands name one

    from resolvetui.environment.finding import find_python

    try:
        find_python(python, os.environ, Path.cwd())
    except TargetError:
        return False
    return True


def taken_over(
    words: Sequence[str],
    given: Collection[str] = (),
    here: Callable[[str], bool] = is_here,
) -> Pasted:
    """What the command asks for, in our terms.

    `given`: the options of ours that stand before it. `here` tells whether a Python is there.
    Raises UsageError for a command that installs nothing, and for options without their value.
    """
    for word in words:
        check_encodable(word)
    command = taken_apart(words)
    if not command.program:
        raise _no_command(command)
    if command.program in FOREIGN:
        from resolvetui.inputs.foreign_commands import foreign

        raise foreign(command.program, command.words)
    return _Reading(command).pasted(given, here)


def _no_command(command: Command) -> UsageError:
    what_to_do = "Give a command such as: resolvetui -- pip install torch"
    if not command.words:
        return UsageError(
            "There is no command after --.", what_to_do=what_to_do + ".", culprit="--"
        )
    shown = redact(command.words[0])
    return UsageError(
        f"{shown} is no command that resolvetui understands.", what_to_do=what_to_do, culprit=shown
    )


class _Reading:
    """A command of pip or uv on its way into our terms."""

    def __init__(self, command: Command) -> None:
        self._is_pip = command.program == "pip"
        self._command = command
        self._table: Table = pip_options("install") if self._is_pip else uv_options()
        self._name = ""
        self._requirements: list[str] = []
        self._settings: list[Setting] = []
        self._own: list[Setting] = []
        self._warnings: list[InputWarning] = []
        self._words = list(self._with_plain_dashes())

    def _with_plain_dashes(self) -> Iterator[str]:
        are_arguments = False
        for word in self._command.words:
            are_arguments |= word == "--"
            plain = word if are_arguments else plain_dashes(word, self._table)
            if plain != word:
                self._say(
                    f"{word} begins with a long dash, in which {self._command.program} sees no "
                    f"option; it is read as {plain}."
                )
            yield plain

    def pasted(self, given: Collection[str], here: Callable[[str], bool]) -> Pasted:
        found = self._arguments()
        for word, reason in self._command.unused:
            self._warn(word, reason)
        for item in found:
            if item.is_option:
                self._read_option(item)
            elif self._name == "uv pip compile":
                self._read_source(item.word)
            else:
                self._read_requirement(item.word)
        for variable, value in self._command.assignments:
            self._read_variable(variable, value)
        settled = {*given, *(setting.name for setting in (*self._settings, *self._own))}
        if self._command.python and not settled & {"python", "python-version"}:
            self._read_python(here)
        own = (it for it in self._own if OPTIONS[it.name].kind == "many" or it.name not in given)
        return Pasted(
            self._name,
            tuple(self._requirements),
            tuple(self._settings),
            tuple(own),
            tuple(dict.fromkeys(self._warnings)),
        )

    def _arguments(self) -> list[Found]:
        """The options and arguments, without the words that name the command."""
        found = self._scanned()
        program = ("pip",) if self._is_pip else ("uv",)
        named = [item.word for item in found if not item.is_option][: 1 if self._is_pip else 2]
        wanted = INSTALLING[program[0]]
        is_known = named[-1:] and named[-1] in wanted
        if not is_known or (not self._is_pip and named[0] != "pip"):
            raise _not_installing(program[0], named, self._words)
        self._name = " ".join((*program, *named))
        if named[-1] in wanted[1:] and self._is_pip:
            self._table = pip_options(named[-1])
            found = self._scanned()
        return list(_without(found, len(named)))

    def _scanned(self) -> list[Found]:
        return list(scanned(self._words, self._table, abbreviated=self._is_pip))

    def _read_option(self, found: Found) -> None:
        if found.option is None:
            self._warn(found.shown, self._reason_of_unknown(found))
        elif "--editable" in found.option.spellings:
            self._read_editable(found)
        elif found.option.is_ours:
            self._own += settings_of(found, found.word, is_pip=self._is_pip)
            self._say(
                f"{found.shown} of the pasted command is taken as resolvetui's: "
                f"{self._command.program} has no such option."
            )
        elif not called_here(found):
            self._warn(found.shown, reason_of(found))
        elif called_here(found) == "group" and ":" in found.value:
            self._warn(found.shown, "write --project DIR --group NAME")
        else:
            self._add(found)

    def _add(self, found: Found) -> None:
        settings = settings_of(found, f"{self._name} {found.word}", is_pip=self._is_pip)
        for setting in settings:
            taken = [known.value for known in self._settings if known.name == setting.name]
            if setting.name == "python-platform" and taken and self._is_pip:
                self._warn(found.shown, f"one platform at a time; it is {taken[0]}")
            else:
                self._settings.append(setting)

    def _reason_of_unknown(self, found: Found) -> str:
        program = self._command.program
        guess = guessed(found.word, self._table)
        mean = f"; did you mean {guess}?" if guess else ""
        took = "the next word was taken as its value" if found.was_next else ""
        took = took or ("" if found.value else "the next word was not taken as its value")
        return f"{program} is not known to have it" + (f", and {took}" if took else "") + mean

    def _read_editable(self, found: Found) -> None:
        """A folder; what lies elsewhere is installed as if `-e` were not there."""
        if folder := _FOLDER.fullmatch(found.value):
            place = _as_path(folder, found.value)
            self._settings.append(_setting("editable", place, f"{self._name} {found.word}"))
        else:
            self._requirements.append(found.value)
            self._say(
                f"{found.shown} of the pasted command is taken without {found.word}: only a folder "
                "of this machine is installed as editable."
            )

    def _read_requirement(self, word: str) -> None:
        folder = _FOLDER.fullmatch(word)
        is_folder = folder and not word.lower().endswith(_FILES)
        self._requirements.append(_as_path(folder, word) if folder and is_folder else word)

    def _read_source(self, word: str) -> None:
        """A file that `uv pip compile` reads."""
        if word.endswith(("setup.py", ".cfg")):
            self._warn(word, "a project is read from its pyproject.toml alone: see --project")
            return
        source = Found("-r", self._table["-r"], word, is_option=True)
        self._settings += settings_of(source, f"{self._name} {word}", is_pip=False)

    def _read_variable(self, variable: str, value: str) -> None:
        settings = of_variable(variable, value)
        given = {setting.name for setting in self._settings}
        if not settings:
            self._warn(variable, "the variable means nothing here")
        elif any(setting.name in given for setting in settings):
            self._warn(variable, "the command itself says otherwise")
        else:
            self._settings += settings

    def _read_python(self, here: Callable[[str], bool]) -> None:
        """The Python whose pip it is, or one of its version."""
        python, version = self._command.python, self._command.version
        if here(python):
            self._settings.append(_setting("python", python, self._name))
        elif version:
            self._settings.append(_setting("python-version", version, self._name))
            self._say(
                f"There is no {python} here: the answer is for --python-version {version}, "
                "without an environment."
            )
        else:
            self._say(f"There is no {python} here: name an environment in its place by --python.")

    def _warn(self, shown: str, reason: str) -> None:
        stop = "" if reason.endswith("?") else "."
        self._say(f"{shown} of the pasted command is not taken over: {reason}{stop}")

    def _say(self, text: str) -> None:
        self._warnings.append(InputWarning(KIND, redact(text)))


def _as_path(folder: re.Match[str], word: str) -> str:
    """`lib/x` as `./lib/x`, which is a path here; others as they are."""
    path = folder["path"]
    is_path = path.startswith((".", "/", "\\", "~")) or path[1:2] == ":"
    return word if is_path else f"./{word}"


def _setting(name: str, value: str, origin: str) -> Setting:
    return checked(OPTIONS[name], value, origin)


def _without(found: Iterable[Found], count: int) -> Iterator[Found]:
    """Without the first arguments."""
    for item in found:
        if not item.is_option and count:
            count -= 1
        else:
            yield item


def _not_installing(program: str, named: Sequence[str], words: Sequence[str]) -> UsageError:
    if program == "uv" and named[:1] != ["pip"] and named:
        from resolvetui.inputs.foreign_commands import foreign, resolves

        if resolves(named):
            return foreign("uv", words)
    shown = redact(" ".join((program, *named)))
    wanted = INSTALLING[program]
    guess = near(named[-1], wanted, cutoff=0.7) if named else ""
    prefix = program if program == "pip" else "uv pip"
    commands = " or ".join(f"{prefix} {name}" for name in wanted)
    what_to_do = f"Did you mean {prefix} {guess}?" if guess else f"Paste a {commands} command."
    if named[-1:] == ["uninstall"]:
        what_to_do = "To resolve without a package, name it by --without."
    if named == ["pip", "sync"]:
        what_to_do = "Write resolvetui -r FILE --no-deps."
    return UsageError(f"{shown} installs nothing.", what_to_do=what_to_do, culprit=shown)
