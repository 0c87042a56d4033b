"""Terminals that show ASCII only: how to know one, and the filter for all that is drawn."""

from __future__ import annotations

import os
import sys

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from resolvetui.tui.signs import to_ascii


class AsciiFilter(LineFilter):
    """Turns all that is drawn into ASCII, cell by cell."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The segments in ASCII."""
        return [
            Segment(to_ascii(text), style, control) if not text.isascii() else segment
            for segment in segments
            for text, style, control in (segment,)
        ]


def is_plain_terminal() -> bool:
    """Whether the terminal's encoding, or its kind, has no room for more than ASCII."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    return encoding not in ("utf8", "utf8sig") or os.environ.get("TERM") == "linux"
