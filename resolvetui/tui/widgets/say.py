"""What a widget wants told in passing, most of all why a key does nothing here."""

from __future__ import annotations

from textual.message import Message


class Say(Message):
    """A sentence for a toast and the message list."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
