"""A string with all that a terminal, or a markup parser, could act on."""

from __future__ import annotations

HOSTILE = "[/x][b]\x1b]0;title\x07\x1b[2J\x9b31m\x00\u202eevil\u200b\ufeff[@click=app.quit]x[/]"
RAW = [char for char in HOSTILE if not char.isprintable()]
"""What must never reach the terminal from outside text."""
