"""A TOML file of the user's: its tables with checked types, and on which line something stands.

What the tables mean is `pyproject.py` (standard tables) and `uv_config.py` ([tool.uv]).
"""

from __future__ import annotations

import os
import re
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from resolvetui.errors import UsageError
from resolvetui.inputs.paths import absolute, is_file, read_text

_Model = TypeVar("_Model", bound=Struct)
_PLACE = re.compile(r"\s*\(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


class TomlFile(Struct, frozen=True):
    """One file, read."""

    name: str
    """Its path as it is shown: `pyproject.toml`, `lib/pyproject.toml`."""
    folder: str
    """Where relative paths in it start; absolute."""
    text: str
    tables: dict[str, Any]

    def table(self, *keys: str) -> Any:  # noqa: ANN401 - TOML is untyped until `typed`
        """What stands at a dotted key, or {} where nothing does. Raises UsageError if the way
        there leads over something that is no table.
        """
        found: Any = self.tables
        for position, key in enumerate(keys):
            if not isinstance(found, dict):
                raise self.wrong(".".join(keys[:position]), "It must be a table.")
            found = found.get(key, {})
        return found

    def typed(self, model: type[_Model], *keys: str) -> _Model:
        """The table at a dotted key as `model`; raises UsageError that names the wrong value."""
        try:
            return msgspec.convert(self.table(*keys), model)
        except msgspec.ValidationError as error:
            why, _, path = str(error).partition(" - at `$")
            place = path.rstrip("`").replace("[...]", ".*")
            raise self.wrong(".".join(keys) + place, f"{why}.") from error

    def wrong(self, key: str, why: str, what_to_do: str = "") -> UsageError:
        """The error about the value of a key."""
        shown = key.removeprefix(".")
        return UsageError(
            f"{self.name}: {shown} cannot be used.",
            why=why,
            what_to_do=what_to_do,
            culprit=f"{self.name}: {shown}",
        )

    def line_of(self, value: str, *above: str) -> int:
        """The 1-based line of a string, 0 if it is not found.

        `above`: regular expressions of lines (headers, keys) that stand before it, outermost
        first. Comments are passed over; strings with other escapes than of quotes not found.
        """
        start = 0
        for pattern in above:
            header = re.compile(rf"^[ \t]*{pattern}", re.MULTILINE).search(self.text, start)
            start = header.start() if header else start
        stated = re.escape(value)
        escaped = re.escape(value.replace("\\", "\\\\").replace('"', '\\"'))
        quoted = re.compile(rf"""^[^#\n]*?(?:"{escaped}"|'{stated}')""", re.MULTILINE)
        found = quoted.search(self.text, start) or quoted.search(self.text)
        return self.text.count("\n", 0, found.end()) + 1 if found else 0


def find_toml(name: str, cwd: str, needle: str = "") -> TomlFile | None:
    """The file if it is there, and if `needle` occurs in it at all (parsing costs 4 ms)."""
    if not is_file(absolute(name, cwd)):
        return None
    text = read_text(name, cwd)
    if needle not in text:
        return None
    return _parsed(name, text, cwd, "Mend it, or go without by --no-config.")


def read_toml(name: str, cwd: str) -> TomlFile:
    """The file at `name`, relative to `cwd`. Raises MissingFileError, or UsageError with the line
    of the mistake.
    """
    return _parsed(name, read_text(name, cwd), cwd, "Mend it.")


def parse_toml(name: str, text: str, cwd: str) -> TomlFile:
    """The file at `name` whose text was read already. Raises UsageError like `read_toml`."""
    return _parsed(name, text, cwd, "Mend it.")


def wrong_file(name: str, wanted: str, why: str, what_to_do: str) -> UsageError:
    """The error about a file that is none of the kind that is needed."""
    return UsageError(f"{name} is not {wanted}.", why=why, what_to_do=what_to_do, culprit=name)


def _parsed(name: str, text: str, cwd: str, way_out: str) -> TomlFile:
    import tomllib  # most runs need no such file

    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        said = str(error)
        found = _PLACE.search(said)
        line = int(found["line"] or text.count("\n") + 1) if found else 0
        where = f"{name}:{line}" if line else name
        raise UsageError(
            f"{where} is not legal TOML.",
            why=f"{_PLACE.sub('', said)}.",
            what_to_do=way_out,
            culprit=where,
        ) from error
    folder = os.path.dirname(name)  # noqa: PTH120 - pathlib costs 4 ms
    return TomlFile(name, absolute(folder, cwd), text, tables)
