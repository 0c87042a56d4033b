"""Lines made of spans with a role, wrapped and aligned; colour is added at the very end, if at all.

Roles add to what the words say and never replace it. Text goes in raw and comes out visible.
"""

from __future__ import annotations

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


def columns(rows: Sequence[Sequence[Span]], *, indent: str = "  ", gap: str = "  ") -> list[Line]:
    """Rows with their cells aligned; trailing blanks are left out."""
    shown = [[(role, visible_line(text)) for role, text in row] for row in rows]
    count = max((len(row) for row in shown), default=0)
    widths = [
        max((len(row[at][1]) for row in shown if at < len(row)), default=0) for at in range(count)
    ]
    lines: list[Line] = []
    for row in shown:
        spans: list[Span] = [("plain", indent)]
        last = max((at for at, (_, text) in enumerate(row) if text), default=0)
        for at, (role, text) in enumerate(row[: last + 1]):
            spans.append((role, text))
            if at < last:
                spans.append(("plain", " " * (widths[at] - len(text)) + gap))
        lines.append(tuple(spans))
    return lines


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
