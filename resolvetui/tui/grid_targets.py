"""Which targets the Targets view offers: Pythons by platforms, around the one in use. Pure."""

from __future__ import annotations

import re

from msgspec import Struct, structs

from resolvetui.model.query import TargetRequest
from resolvetui.session.protocol import TargetView

PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
PLATFORMS = (
    ("x86_64-manylinux_2_28", "linux x86_64", "glibc 2.28"),
    ("aarch64-manylinux_2_28", "linux aarch64", "glibc 2.28"),
    ("aarch64-apple-darwin", "macos arm64", ""),
    ("x86_64-apple-darwin", "macos x86_64", ""),
    ("x86_64-pc-windows-msvc", "windows amd64", ""),
    ("x86_64-musllinux_1_2", "linux x86_64", "musl 1.2"),
    ("aarch64-musllinux_1_2", "linux aarch64", "musl 1.2"),
)
"""Name (`environment/platforms.py`), label and libc of each."""
_NUMBER = re.compile(r"\d+")
_MINOR = re.compile(r"(\d+)\.(\d+)")


class GridRow(Struct, frozen=True):
    """One Python."""

    minor: str
    """`3.12`, or a full version that was asked for."""
    version: str
    """As in `TargetRequest.python_version`; "" for the home target's own interpreter."""


class GridColumn(Struct, frozen=True):
    """One platform."""

    platform: str
    """As in `TargetRequest.python_platform`; "" for the home target's own."""
    label: str
    libc: str


class TargetGrid(Struct, frozen=True):
    """All targets that are offered. The home target, which it was made around, is one of them."""

    home: TargetRequest = TargetRequest()
    rows: tuple[GridRow, ...] = ()
    columns: tuple[GridColumn, ...] = ()

    def target(self, row: int, column: int) -> TargetRequest:
        """What to ask for."""
        return TargetRequest(
            self.home.python, self.rows[row].version, self.columns[column].platform
        )

    def name(self, row: int, column: int) -> str:
        """`3.12 on linux x86_64 musl 1.2`."""
        place = self.columns[column]
        libc = f" {place.libc}" if place.libc else ""
        return f"{self.rows[row].minor} on {place.label}{libc}"

    def place(self, target: TargetRequest) -> tuple[int, int] | None:
        """Row and column of a target, None for one that is not offered."""
        for row in range(len(self.rows)):
            for column in range(len(self.columns)):
                if self.target(row, column) == target:
                    return row, column
        return None


def grid_around(home: TargetRequest, view: TargetView) -> TargetGrid:
    """The grid whose home target is that one. `view` tells what it turned out to be."""
    match = _MINOR.search(view.python)
    own = match[0] if match else ""
    minors = sorted({*PYTHONS, own} - {""}, key=lambda text: tuple(map(int, text.split("."))))
    rows = tuple(GridRow(each, home.python_version if each == own else each) for each in minors)
    mine = GridColumn(home.python_platform, view.platform, view.libc)
    columns = [GridColumn(*each) for each in PLATFORMS]
    for number, column in enumerate(columns):
        if column.label == mine.label and _family(column.libc) == _family(mine.libc):
            columns[number] = mine
            return TargetGrid(home, rows, tuple(columns))
    return TargetGrid(home, rows, (mine, *columns))


def grid_with(grid: TargetGrid, target: TargetRequest, view: TargetView) -> TargetGrid:
    """The grid with a place for a target that it lacks; around that one where it is of another
    Python than the home target, or there is no grid yet.
    """
    if not grid.rows or target.python != grid.home.python:
        return grid_around(target, view)
    return structs.replace(
        grid, rows=_with_row(grid, target), columns=_with_column(grid, target, view)
    )


def _with_row(grid: TargetGrid, target: TargetRequest) -> tuple[GridRow, ...]:
    version = target.python_version
    if any(row.version == version for row in grid.rows):
        return grid.rows
    rows = [*grid.rows, GridRow(version, version)]
    return tuple(sorted(rows, key=lambda row: [int(part) for part in _NUMBER.findall(row.minor)]))


def _with_column(
    grid: TargetGrid, target: TargetRequest, view: TargetView
) -> tuple[GridColumn, ...]:
    """In the place of the same platform under another name, unless that is the home's own."""
    if any(column.platform == target.python_platform for column in grid.columns):
        return grid.columns
    new = GridColumn(target.python_platform, view.platform, view.libc)
    columns = list(grid.columns)
    for number, column in enumerate(columns):
        is_home = column.platform == grid.home.python_platform
        if (column.label, column.libc) == (new.label, new.libc) and not is_home:
            columns[number] = new
            return tuple(columns)
    return (*columns, new)


def _family(libc: str) -> str:
    """`glibc` of `glibc 2.36`."""
    return libc.partition(" ")[0]
