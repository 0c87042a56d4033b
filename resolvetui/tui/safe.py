r"""Text from outside made fit for a terminal: no control character gets through.

Applied once, where messages enter the state (`merging.merge`), so that no widget can forget it.
Escapes show what was there: `\x1b`, `\u202e`.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from typing import Any, TypeVar, cast, get_args

import msgspec

from resolvetui.model.query import Change

MAX_TEXT = 4_000
"""Characters of one text that the screen ever shows."""

_VARIATION = re.compile("[\ufe00-\ufe0f]")
"""Variation selectors count as printable, and change how wide a terminal draws a character."""
_CHANGES = frozenset(get_args(Change))
T = TypeVar("T")


def safe(text: str, limit: int | None = None, *, lines: bool = False) -> str:
    r"""The text with everything that a terminal acts on, or does not show, as a visible escape.

    Those are C0, DEL, C1, bidirectional and zero-width characters, variation selectors, lone
    surrogates, unassigned and private code points. A tab, and any other space, becomes one
    space. Newlines stay with `lines`. Cut to `limit` characters, the last of them `…`.

    >>> safe("a\tb\x1b[2J")
    'a b\\x1b[2J'
    """
    if not text.isprintable() or _VARIATION.search(text):
        text = "".join(_shown(char, lines=lines) for char in text[: (limit or MAX_TEXT) + 1])
    if limit is not None and len(text) > limit:
        return text[: max(limit - 1, 0)] + "…"
    return text


def _shown(char: str, *, lines: bool) -> str:
    if char.isprintable() and not _VARIATION.match(char):
        return char
    if char == "\n" and lines:
        return char
    if char == "\t" or unicodedata.category(char) == "Zs":
        return " "
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def is_plain(encoded: bytes) -> bool:
    """Whether `made_safe` would leave alone what is encoded as JSON; False where it is not certain.

    Most messages have only printable ASCII: to see that takes a tenth of the time that to make a
    table of 10,000 versions anew does.
    """
    # A backslash stands before a quote, or in place of a control character.
    if not encoded.isascii() or _DELETE in encoded or _BACKSLASH in encoded:
        return False
    start = 0
    while len(encoded) - start > MAX_TEXT:  # no text is longer, for a quote is never far away
        start = encoded.rfind(_QUOTE, start + 1, start + MAX_TEXT)
        if start < 0:
            return False
    return True


_QUOTE, _DELETE, _BACKSLASH = b'"', b"\x7f", b"\\"
_MANY_LINES = frozenset({"why", "what", "what_to_do"})
"""Fields of messages that may hold several lines."""


def made_safe(value: T, *, lines: bool = False) -> T:
    """The value with every string in it made safe, however deep: structs, tuples and mappings.

    Changes of a query stay raw: they go back to the worker as they came. Who shows one makes it
    safe (`views/fixes.py`).
    """
    return cast("T", _made_safe(value, lines=lines))


def _made_safe(value: Any, *, lines: bool) -> Any:  # noqa: ANN401 - any message field
    match value:
        case enum.Enum() | None | bool() | int() | float():
            return value
        case str():
            return safe(value, MAX_TEXT, lines=lines)
        case tuple():
            return tuple(_made_safe(item, lines=lines) for item in value)
        case dict():
            return {
                _made_safe(key, lines=False): _made_safe(item, lines=lines)
                for key, item in value.items()
            }
        case msgspec.Struct():
            if type(value) in _CHANGES:
                return value
            return type(value)(
                **{
                    field: _made_safe(getattr(value, field), lines=field in _MANY_LINES)
                    for field in value.__struct_fields__
                }
            )
        case _:
            return value
