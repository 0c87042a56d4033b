"""The scripts that a wheel asks for, checked against the grammar before any is generated.

A script's text is made of these names, so nothing that is no identifier may pass. Source:
PyPA specifications, "Entry points"; names that would hide the interpreter are refused.
"""

from __future__ import annotations

import keyword
import re
from typing import Literal, TypeAlias

from msgspec import Struct

Section: TypeAlias = Literal["console", "gui"]

_SECTIONS: dict[str, Section] = {"console_scripts": "console", "gui_scripts": "gui"}
_REFERENCE = re.compile(r"([\w.]+)\s*:\s*([\w.]+)\s*(?:\[[\w\s,.-]*\])?\s*", re.ASCII)
_NO_FILE_NAME = re.compile(r"""[\x00-\x1f\x7f-\x9f/\\:*?"<>|=]|^[\s\[-]|\s$|^\.*$""")
_INTERPRETERS = re.compile(
    r"""(?ix)
    (pythonw?|pypy|graalpy)[0-9.]*[tdw]*(\.exe)?
    | activate(_this\.py|\.\w+)?
    | deactivate(\.\w+)?
    | pyvenv\.cfg
    """
)


class EntryPoint(Struct, frozen=True):
    """One script: `name = module:attribute`."""

    name: str
    module: str
    """Dotted identifiers."""
    attribute: str
    """Dotted identifiers inside the module."""
    section: Section


def read_entry_points(text: str) -> tuple[EntryPoint, ...]:
    """The console and GUI scripts of an `entry_points.txt`.

    Raises ValueError with a sentence for whatever the grammar does not allow.
    """
    from configparser import ConfigParser  # not needed for what is kept unpacked
    from configparser import Error as ConfigError

    parser = ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # names keep their case
    try:
        parser.read_string(text)
    except ConfigError as error:
        raise ValueError("entry_points.txt cannot be parsed.") from error
    return tuple(
        _entry_point(name, value, kind)
        for section, kind in _SECTIONS.items()
        if parser.has_section(section)
        for name, value in parser.items(section)
    )


def check_script_name(name: str) -> None:
    """Raise ValueError for a script that would hide the interpreter or its activation."""
    if _INTERPRETERS.fullmatch(name):
        raise ValueError(f"Its script {name!r} would replace the interpreter's own.")


def _entry_point(name: str, value: str, section: Section) -> EntryPoint:
    if _NO_FILE_NAME.search(name) or not name.isprintable():
        raise ValueError(f"Its entry point {name!r} is no name for a script.")
    check_script_name(name)
    match = _REFERENCE.fullmatch(value)
    if match is None or not all(_is_path(part) for part in match.groups()):
        raise ValueError(f"Its entry point {name!r} refers to {value!r}, which is no object.")
    return EntryPoint(name, match[1], match[2], section)


def _is_path(dotted: str) -> bool:
    """Whether these are identifiers with dots between; they go into generated code."""
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in dotted.split("."))
