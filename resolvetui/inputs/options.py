"""The options of the command line and of `RESOLVETUI_*`: names, kinds, and what values they take.

How they are written on a command line and explained in `--help` is `cli/arguments.py`; what
they come to is `merge.py`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Literal, NoReturn

from msgspec import Struct

from resolvetui.errors import UsageError
from resolvetui.inputs.settings import InputWarning, Setting, redact
from resolvetui.model.link_mode import LinkMode
from resolvetui.model.query import BuildPolicy, IndexStrategy, PrereleasePolicy, ResolutionMode

PREFIX = "RESOLVETUI_"
Kind = Literal["flag", "one", "many", "seconds", "count"]

_TRUE = frozenset({"1", "true", "yes", "on", "y", "t"})
_FALSE = frozenset({"0", "false", "no", "off", "n", "f"})
_PIN = re.compile(r"\s*[A-Za-z0-9][A-Za-z0-9._-]*\s*=\s*[A-Za-z0-9][A-Za-z0-9._-]*\s*")
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_PYTHON_VERSION = re.compile(r"\d+\.\d+(\.\d+)?((a|b|rc)\d+)?")


class Option(Struct, frozen=True):
    """One option; `name` is the long one without dashes."""

    name: str
    kind: Kind = "one"
    """`many` may be repeated, and is split at white space in an environment variable."""
    choices: tuple[str, ...] = ()
    """The values that are taken, or () for any."""
    on_command_line: bool = True

    @property
    def variable(self) -> str:
        """`RESOLVETUI_INDEX_URL`."""
        return PREFIX + self.name.upper().replace("-", "_")


OPTIONS: dict[str, Option] = {
    option.name: option
    for option in (
        Option("requirement", "many"),
        Option("editable", "many"),
        Option("constraint", "many"),
        Option("build-constraint", "many"),
        Option("override", "many"),
        Option("project", "many"),
        Option("group", "many"),
        Option("extra", "many"),
        Option("instead", "many"),
        Option("without", "many"),
        Option("lift", "many"),
        Option("index-url"),
        Option("extra-index-url", "many"),
        Option("index", "many"),
        Option("find-links", "many"),
        Option("no-index", "flag"),
        Option("index-strategy", choices=tuple(IndexStrategy)),
        Option("pin-index", "many"),
        Option("only-binary", "many"),
        Option("no-binary", "many"),
        Option("build", choices=tuple(BuildPolicy)),
        Option("allow-build", "many"),
        Option("python"),
        Option("python-version"),
        Option("python-platform"),
        Option("prerelease", choices=(*PrereleasePolicy, "if-necessary-or-explicit")),
        Option("resolution", choices=tuple(ResolutionMode)),
        Option("exclude-newer"),
        Option("no-deps", "flag"),
        Option("require-hashes", "flag"),
        Option("upgrade", "flag"),
        Option("reinstall", "flag"),
        Option("allow-breaking", "flag"),
        Option("venv"),
        Option("link-mode", choices=tuple(LinkMode)),
        Option("compile", "flag"),
        Option("cache-dir"),
        Option("no-cache", "flag"),
        Option("cache-limit", "count"),
        Option("cache-info", "flag"),
        Option("cache-clear", "flag"),
        Option("cache-verify", "flag"),
        Option("refresh", "flag"),
        Option("refresh-package", "many"),
        Option("keyring", "flag"),
        Option("offline", "flag"),
        Option("no-config", "flag"),
        Option("no-tui", "flag"),
        Option("format", choices=("text", "json", "requirements")),
        Option("install", "flag"),
        Option("yes", "flag"),
        Option("rollback", "flag"),
        Option("no-undo", "flag"),
        Option("demo", "flag"),
        Option("check", "flag"),
        Option("show-settings", "flag"),
        Option("test-indexes", "flag"),
        Option("why", "many"),
        Option("record"),
        Option("replay"),
        Option("web", "flag"),
        Option("web-port", "count"),
        Option("explain", "flag"),
        Option("theme", choices=("dark", "light", "ansi", "ansi-light")),
        Option("ascii", "flag"),
        Option("no-guide", "flag"),
        Option("color", choices=("auto", "always", "never")),
        Option("verbose", "flag"),
        Option("build-timeout", "seconds", on_command_line=False),
        Option("http-timeout", "seconds", on_command_line=False),
        Option("http-retries", "count", on_command_line=False),
    )
}


def near(word: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """The known word that is most like `word`, or ""."""
    from difflib import get_close_matches  # 2 ms that only a mistake costs

    found = get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return found[0] if found else ""


def checked(option: Option, value: str, origin: str) -> Setting:
    """The setting that `value` makes; raises UsageError for one that the option does not take."""
    check_encodable(value)
    match option.kind:
        case "flag":
            value = _flag(value, origin)
        case "seconds":
            _check_number(value, origin, "a positive number of seconds", least=0.001)
        case "count":
            _check_number(value, origin, "a whole number, 0 or more", least=0, whole=True)
        case "one" | "many":
            _check_text(option, value, origin)
    if option.name == "exclude-newer":
        from resolvetui.inputs.moments import cut_off  # datetime costs 1 ms

        value = cut_off(value, origin)
    return Setting(option.name, value, origin)


def check_encodable(text: str) -> None:
    """Refuse text from bytes that are no UTF-8: it can be sent to nobody and shown nowhere."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        shown = text.encode(errors="backslashreplace").decode()
        raise UsageError(
            f"{shown} is not UTF-8 text.",
            what_to_do="Rename what it names, or set the locale to UTF-8.",
            culprit=shown,
        ) from error


def _flag(value: str, origin: str) -> str:
    word = value.strip().lower()
    if word in _TRUE | _FALSE:
        return "true" if word in _TRUE else "false"
    raise UsageError(
        f"{origin} is '{value}', which is neither yes nor no.",
        what_to_do="Give 1, true, yes or on; or 0, false, no or off.",
        culprit=origin,
    )


def _check_number(
    value: str, origin: str, wanted: str, *, least: float, whole: bool = False
) -> None:
    try:
        number = int(value) if whole else float(value)
    except ValueError:
        number = math.nan
    if not least <= number < math.inf:
        raise UsageError(f"{origin} is '{value}'; it must be {wanted}.", culprit=origin)


def _check_text(option: Option, value: str, origin: str) -> None:
    if not value.strip():
        raise UsageError(f"{origin} needs a value; it is empty.", culprit=origin)
    if option.choices and value not in option.choices:
        _refuse_choice(option, value, origin)
    if option.name == "python-version" and not _PYTHON_VERSION.fullmatch(value):
        raise UsageError(
            f"{origin} is '{value}', which is not the version of a Python.",
            what_to_do="Give X.Y or X.Y.Z, such as 3.12 or 3.12.4.",
            culprit=origin,
        )
    if option.name == "allow-build" and value.startswith(":"):
        raise UsageError(
            f"{origin} does not take '{value}', only names of packages.",
            what_to_do="Write --build allow to run the code of every source distribution.",
            culprit=origin,
        )
    if option.name in {"why", "refresh-package"} and not _NAME.fullmatch(value):
        raise UsageError(
            f"{origin} does not take '{redact(value)}'.",
            what_to_do="Give the name of a package, without a version.",
            culprit=origin,
        )
    if option.name == "pin-index" and not _PIN.fullmatch(value):
        raise UsageError(
            f"{origin} does not take '{redact(value)}'.",
            what_to_do="Give PACKAGE=INDEX_NAME, such as torch=pytorch-cpu.",
            culprit=origin,
        )


def _refuse_choice(option: Option, value: str, origin: str) -> NoReturn:
    guess = near(value, option.choices)
    raise UsageError(
        f"{origin} does not take '{value}'.",
        why=f"It takes {', '.join(option.choices)}.",
        what_to_do=f"Did you mean {guess}?" if guess else "",
        culprit=origin,
    )


def environment_settings(
    environ: Mapping[str, str],
) -> tuple[tuple[Setting, ...], tuple[InputWarning, ...]]:
    """The settings of `RESOLVETUI_*`, in the order of OPTIONS; empty variables count as unset.

    A variable that looks like a misspelt one gives a warning; others are left alone.
    """
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    if not given:
        return (), ()
    settings: list[Setting] = []
    for option in OPTIONS.values():
        value = given.pop(option.variable, "").strip()
        words = value.split() if option.kind == "many" else [value]
        settings += [checked(option, word, option.variable) for word in words if word]
    variables = [option.variable for option in OPTIONS.values()]
    guesses = {name: near(name, variables, cutoff=0.9) for name in sorted(given)}
    return tuple(settings), tuple(
        InputWarning("unknown-variable", f"{name} is not known; did you mean {guess}?")
        for name, guess in guesses.items()
        if guess
    )
