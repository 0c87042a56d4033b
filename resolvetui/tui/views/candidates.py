"""The candidates matrix: versions down, indexes across, each version opening to its files.

Owns the rows of the table (filter, marks, sort, open versions) and its keys. The verdicts come
from the worker; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from textual.binding import BindingType
from textual.message import Message

from resolvetui.model.verdict import FileVerdict, VersionVerdict
from resolvetui.session import protocol
from resolvetui.tui import keys, signs, words
from resolvetui.tui.spans import Role, Spans
from resolvetui.tui.views import filters
from resolvetui.tui.views.files import file_lines
from resolvetui.tui.views.filters import Line
from resolvetui.tui.widgets.columns import Column, Row
from resolvetui.tui.widgets.say import Say
from resolvetui.tui.widgets.vtable import VTable

Mark: TypeAlias = Literal["all", "fits", "problems"]
Sort: TypeAlias = Literal["version ↓", "version ↑", "uploaded ↓"]
MARKS: tuple[Mark, ...] = ("all", "fits", "problems")
SORTS: tuple[Sort, ...] = ("version ↓", "version ↑", "uploaded ↓")

MOST_INDEXES = 6
"""Index columns side by side."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How the user wants to see the table."""

    filter: str = ""
    mark: Mark = "all"
    sort: Sort = "version ↓"
    opened: frozenset[str] = frozenset()
    """Versions whose files are shown."""
    hashes: bool = True


@dataclass(frozen=True, slots=True)
class FileAt:
    """What a file row stands for."""

    version: str
    verdict: FileVerdict


class CandidateRows:
    """A `RowSource` over one candidate table; filter and sorting only make a list of numbers."""

    def __init__(
        self,
        table: protocol.CandidateTable,
        files: dict[str, protocol.Files],
        failures: dict[str, protocol.Failed],
        shape: Shape,
        chosen_file: str = "",
    ) -> None:
        self._table = table
        self._files = files
        self._failures = failures
        self._shape = shape
        self._chosen_file = chosen_file
        self.lines = [
            Line(version, uploaded, cells, table.indexes, _loaded(files, version))
            for version, uploaded, cells in table.versions
        ]
        self._shown = _ordered(self.lines, shape)
        self._rows: list[tuple[Line, Row | None]] = []
        for line in self._shown:
            self._rows.append((line, None))
            if line.version in shape.opened:
                self._rows += [(line, row) for row in self._file_rows(line)]

    @property
    def summary(self) -> str:
        """`12 of 41 versions`, or `41 versions`."""
        total = words.count(len(self.lines), "version")
        shown = len(self._shown)
        return total if shown == len(self.lines) else f"{shown} of {total}"

    def __len__(self) -> int:
        return len(self._rows)

    def key(self, index: int) -> Hashable:
        """The version; a file row also says which file."""
        line, row = self._rows[index]
        return line.version if row is None else row.key

    def row(self, index: int) -> Row:
        """A version's row, made now, or a file's."""
        line, row = self._rows[index]
        return self._version_row(line) if row is None else row

    def _version_row(self, line: Line) -> Row:
        table = self._table
        arrow = "▾ " if line.version in self._shape.opened else "▸ "
        chosen = line.version == table.chosen
        role = signs.CHOSEN.role if chosen else "text" if line.fits else "muted"
        first: Spans = ((arrow, "muted"), (line.version, role))
        cells = tuple(
            _cell(cell, chosen=chosen and index == table.chosen_index)
            for index, cell in zip(table.indexes, line.cells, strict=True)
        )
        date: Spans = ((line.uploaded[:10] or "—", "muted"),)
        return Row(line.version, (first, *cells, date), data=line)

    def _file_rows(self, line: Line) -> list[Row]:
        failure = self._failures.get(line.version)
        if failure is not None:
            return [_note(line, (("✗ ", "bad"), (failure.what, "warn")))]
        if line.version not in self._files:
            return [_note(line, (("asking for the files …", "muted"),))]
        if not line.files:
            return [_note(line, (("no files", "muted"),))]
        chosen = self._chosen_file if line.version == self._table.chosen else ""
        spans = file_lines(line.files, chosen, hashes=self._shape.hashes)
        last = len(spans) - 1
        return [
            Row(
                (line.version, verdict.index, verdict.file.filename, number),
                wide=(("  └ " if number == last else "  ├ ", "guide"), *text),
                data=FileAt(line.version, verdict),
            )
            for number, (verdict, text) in enumerate(zip(line.files, spans, strict=True))
        ]


def _note(line: Line, text: Spans) -> Row:
    return Row((line.version, "note"), wide=(("  └ ", "guide"), *text), data=line)


def _loaded(files: dict[str, protocol.Files], version: str) -> tuple[FileVerdict, ...]:
    answer = files.get(version)
    return answer.files if answer else ()


def _cell(cell: VersionVerdict | None, *, chosen: bool) -> Spans:
    sign, word = (signs.CHOSEN, signs.CHOSEN.word) if chosen else _sign_and_word(cell)
    role: Role = "text" if sign is signs.FITS else sign.role
    return ((sign.glyph, sign.role), (" ", "text"), (word, role))


def _sign_and_word(cell: VersionVerdict | None) -> tuple[signs.Sign, str]:
    if cell is None:
        return signs.ABSENT, signs.ABSENT.word
    if cell.hurdle is None:
        return signs.FITS, signs.FITS.word
    return words.hurdle_cell(cell.hurdle)


def _ordered(lines: list[Line], shape: Shape) -> list[Line]:
    test = filters.parse(shape.filter)
    kept = [line for line in lines if test(line) and _marked(line, shape.mark)]
    match shape.sort:
        case "version ↓":
            return kept
        case "version ↑":
            return kept[::-1]
        case "uploaded ↓":
            return sorted(kept, key=lambda line: line.uploaded, reverse=True)


def _marked(line: Line, mark: Mark) -> bool:
    return mark == "all" or line.fits == (mark == "fits")


def columns(table: protocol.CandidateTable, first: int) -> tuple[Column, ...]:
    """Version, the index columns from number `first` on, and the upload date."""
    longest = max((len(version) for version, _, _ in table.versions), default=7)
    shown = list(enumerate(table.indexes))[first : first + MOST_INDEXES]
    return (
        Column("  version", min(max(longest + 2, 14), 26), 0),
        *(Column(name, min(max(len(name), 14), 18), 1 + number, most=22) for number, name in shown),
        Column("uploaded", 10, 1 + len(table.indexes), drop=1),
    )


class Candidates(VTable):
    """The table with the keys that only make sense on a candidate."""

    CONTEXT: ClassVar[keys.Context] = "candidates"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("candidates")]

    class Pin(Message):
        """Ask for exactly this version."""

        def __init__(self, version: str) -> None:
            super().__init__()
            self.version = version

    class Exclude(Pin):
        """Do without this version."""

    @property
    def version(self) -> str:
        """The version under the cursor, "" without one."""
        row = self.row_at_cursor
        return row.data.version if row and isinstance(row.data, Line | FileAt) else ""

    def action_pin(self) -> None:
        """Pin the version under the cursor."""
        self._change(self.Pin)

    def action_exclude(self) -> None:
        """Exclude the version under the cursor."""
        self._change(self.Exclude)

    def _change(self, message: type[Pin]) -> None:
        if self.version:
            self.post_message(message(self.version))
        else:
            self.post_message(Say("There is no version under the cursor."))


LEGEND: tuple[signs.Sign, ...] = (
    signs.CHOSEN,
    signs.FITS,
    signs.WRONG,
    signs.YANKED,
    signs.PRERELEASE,
    signs.SHADOWED,
    signs.EXCLUDED,
    signs.SDIST,
    signs.UNKNOWN,
)
