"""Text as spans of (text, role), and what is done with them: clip, pad, wrap, turn into content.

Spans are how outside text reaches the screen: nothing here parses markup. A role is a name for
a colour; `ROLES` says which variable of the theme it is.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from textual.color import Color
from textual.content import Content

Role: TypeAlias = Literal[
    "text", "strong", "muted", "guide", "ok", "ok-strong", "bad", "bad-strong",
    "warn", "accent", "key", "info", "title", "pre",
]  # fmt: skip
Span: TypeAlias = tuple[str, Role]
Spans: TypeAlias = tuple[Span, ...]

ROLES: dict[Role, tuple[str, str]] = {
    "text": ("foreground", ""),
    "strong": ("foreground", "bold"),
    "muted": ("muted", ""),
    "guide": ("guide", ""),
    "ok": ("success", ""),
    "ok-strong": ("success", "bold"),
    "bad": ("error", ""),
    "bad-strong": ("error", "bold"),
    "warn": ("warning", ""),
    "accent": ("accent", ""),
    "key": ("accent", "bold"),
    "info": ("primary", ""),
    "title": ("primary", "bold"),
    "pre": ("secondary", ""),
}
"""Role to (theme variable, text style)."""


def role_styles(variables: Mapping[str, str]) -> Mapping[Role, Style]:
    """The style of every role with the variables of a theme, without a ground.

    They are looked up here and not as component classes, for Textual makes and styles a node for
    each class of each widget whenever a class of the screen changes: that was half of a start.
    """
    return _role_styles(tuple(variables[variable] for variable, _ in ROLES.values()))


@functools.lru_cache(maxsize=16)
def _role_styles(colors: tuple[str, ...]) -> Mapping[Role, Style]:
    return {
        role: Style(color=Color.parse(color).rich_color, bold=style == "bold" or None)
        for color, (role, (_, style)) in zip(colors, ROLES.items(), strict=True)
    }


def width(spans: Iterable[Span]) -> int:
    """Width in cells."""
    return sum(cell_len(text) for text, _ in spans)


def clip(spans: Spans, cells: int) -> Spans:
    """The spans cut to at most `cells` cells, the last of them `…` when something was cut.

    >>> clip((("torchvision", "text"),), 6)
    (('torch…', 'text'),)
    """
    if width(spans) <= cells:
        return spans
    kept: list[Span] = []
    left = cells - 1
    for text, role in spans:
        size = cell_len(text)
        if size > left:
            kept.append((set_cell_size(text, max(left, 0)).rstrip() + "…" * (cells > 0), role))
            break
        kept.append((text, role))
        left -= size
    return tuple(kept)


def fit(spans: Spans, cells: int, *, right: bool = False) -> Spans:
    """Clipped and padded to exactly `cells` cells."""
    spans = clip(spans, cells)
    gap = cells - width(spans)
    if gap <= 0:
        return spans
    pad: Span = (" " * gap, "text")
    return (pad, *spans) if right else (*spans, pad)


def wrap(spans: Spans, cells: int) -> list[Spans]:
    """The spans broken at spaces into lines of at most `cells` cells; longer words are cut.

    >>> wrap((("no torch", "text"), (" fits", "bad")), 9)
    [(('no torch', 'text'),), (('fits', 'bad'),)]
    """
    lines: list[Spans] = []
    line: list[Span] = []
    used = 0
    for word, role in _words(spans, max(cells, 1)):
        size = cell_len(word)
        if used and used + size > cells and word != " ":
            lines.append(_joined(line))
            line, used = [], 0
        if word == " " and not used:
            continue
        line.append((word, role))
        used += size
    if line or not lines:
        lines.append(_joined(line))
    return lines


def _words(spans: Spans, cells: int) -> Iterable[Span]:
    """Words and single spaces; a word longer than a line comes in pieces."""
    for text, role in spans:
        for number, word in enumerate(text.split(" ")):
            if number:
                yield " ", role
            rest = word
            while cell_len(rest) > cells:
                piece = set_cell_size(rest, cells).rstrip() or rest[:1]
                yield piece, role
                rest = rest[len(piece) :]
            if rest:
                yield rest, role


def _joined(line: list[Span]) -> Spans:
    """Neighbours of one role as one span, without a space at the end."""
    while line and line[-1][0] == " ":
        line.pop()
    joined: list[Span] = []
    for text, role in line:
        if joined and joined[-1][1] == role:
            joined[-1] = (joined[-1][0] + text, role)
        else:
            joined.append((text, role))
    return tuple(joined)


def plain(spans: Iterable[Span]) -> str:
    """Only the text."""
    return "".join(text for text, _ in spans)


def content(spans: Iterable[Span]) -> Content:
    """The spans as Textual content, for widgets that draw themselves; nothing is parsed."""
    return Content.assemble(
        *((text, f"${ROLES[role][0]} {ROLES[role][1]}".strip()) for text, role in spans)
    )


def paragraphs(lines: Iterable[Spans]) -> Content:
    """One line of content for each."""
    return Content("\n").join(content(line) for line in lines)
