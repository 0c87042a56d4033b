"""Text from outside made safe to print: control characters become visible escapes.

The one rule for plain output and JSON. The TUI has its own function on top of it, because cells
also need a limit and no line ends.
"""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # C0 but line feed, DEL, C1
    "\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # zero width, line and bidi controls
    "\ud800-\udfff]"  # lone surrogates: they have no UTF-8 form
)


def visible(text: str) -> str:
    r"""The text with every character that a terminal might obey written as an escape.

    Line feeds stay. Idempotent. (Unicode TR 36, "Bidirectional Text Spoofing".)

    >>> visible("a\x1b[2Jb\u202e")
    'a\\x1b[2Jb\\u202e'
    """
    return _UNSAFE.sub(_escape, text)


def visible_line(text: str) -> str:
    r"""Like `visible`, for one line: line feeds become escapes too.

    >>> visible_line("a\nb")
    'a\\x0ab'
    """
    return visible(text).replace("\n", "\\x0a")


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
