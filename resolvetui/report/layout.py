"""Lines made of spans with a role, wrapped and aligned; colour is added at the very end, if at all.

Roles add to what the words say and never replace it. Text goes in raw and comes out visible.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from resolvetui.model.visible import visible_line

Role: TypeAlias = Literal["plain", "strong", "bad", "good", "warn", "muted"]
Span: TypeAlias = tuple[Role, str]
Line: TypeAlias = tuple[Span, ...]

_STYLES = {
    "plain": "",
    "strong": "bold",
    "bad": "red",
    "good": "green",
    "warn": "yellow",
    "muted": "dim",
}
_LEAST_WIDTH = 40


def line(text: str, role: Role = "plain") -> Line:
    """One line of one role."""
    return ((role, visible_line(text)),)


def wrapped(
    text: str, width: int, *, indent: str = "", hanging: str | None = None, role: Role = "plain"
) -> list[Line]:
    """A paragraph cut at spaces only, so that names and commands can be copied whole."""
    parts = textwrap.wrap(
        visible_line(text),
        max(width, _LEAST_WIDTH),
        initial_indent=indent,
        subsequent_indent=indent + "  " if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [((role, part),) for part in parts] or [((role, ""),)]


def columns(
    rows: Sequence[Sequence[Span]], *, width: int | None = None, indent: str = "  "
) -> list[Line]:
    """Rows with their cells aligned; trailing blanks are left out.

    Cells that lie beyond `width` go to further lines, cut at spaces where even that is too much.
    """
    shown = [[(role, visible_line(text)) for role, text in row] for row in rows]
    count = max((len(row) for row in shown), default=0)
    widths = [
        max((len(row[at][1]) for row in shown if at < len(row)), default=0) for at in range(count)
    ]
    room = sys.maxsize if width is None else max(width, _LEAST_WIDTH)
    return [each for row in shown for each in _aligned(row, widths, indent, room)]


_GAP = "  "


def _aligned(row: Sequence[Span], widths: Sequence[int], indent: str, room: int) -> list[Line]:
    """One row on as many lines as it needs."""
    lines: list[list[Span]] = [[("plain", indent)]]
    used, behind = len(indent), ""
    for (role, text), wide in zip(row, widths, strict=False):
        if text and len(lines[-1]) > 1 and used + len(behind) + len(text) > room:
            indent_more = indent + " " * 4
            first, *more = wrapped(text, room, indent=indent_more, hanging=indent_more, role=role)
            lines += [list(first), *map(list, more)]
            used, behind = len("".join(part for _, part in lines[-1])), _GAP
        elif text:
            lines[-1] += [("plain", behind), (role, text)] if behind else [(role, text)]
            used += len(behind) + len(text)
            behind = " " * (wide - len(text)) + _GAP
        else:
            behind += " " * wide + _GAP
    return [tuple(each) for each in lines]


def plain(lines: Iterable[Line]) -> str:
    """Without colour."""
    return "\n".join("".join(text for _, text in each).rstrip() for each in lines)


def colored(lines: Iterable[Line]) -> str:
    """With ANSI colours, by Rich: imported only here."""
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    stream = StringIO()
    console = Console(
        file=stream, force_terminal=True, color_system="standard", width=10_000, highlight=False
    )
    for each in lines:
        text = Text.assemble(*((part, _STYLES[role]) for role, part in each), end="")
        console.print(text, soft_wrap=True)
    return stream.getvalue().rstrip("\n")
