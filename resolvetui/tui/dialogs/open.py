"""Which session file is to be opened: a path, and why a file is none."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Input, Static

from resolvetui.errors import ResolvetuiError
from resolvetui.session.recording import Recording
from resolvetui.session.recording_file import read_recording
from resolvetui.session.saving import place_of
from resolvetui.tui.dialogs.dialog import Dialog
from resolvetui.tui.later import is_there
from resolvetui.tui.safe import safe
from resolvetui.tui.spans import Spans, paragraphs

HELP: tuple[Spans, ...] = (
    (("a file that ", "muted"), ("S", "key"), (" or --record wrote; no index is asked", "muted")),
    (("what you look at now stays as it is", "muted"),),
)


class OpenDialog(Dialog[tuple[Path, Recording]]):
    """Answers with the file and what is in it, or None."""

    TITLE_TEXT = "Open a session"
    FOOT_TEXT = "enter opens the file · esc leaves"

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def contents(self) -> ComposeResult:
        """Input, and below it help or what is wrong with the file."""
        yield Input(self._path, id="open-path", select_on_focus=False, compact=True)
        yield Static(paragraphs(HELP), id="open-note")

    def _note(self, *lines: Spans) -> None:
        if is_there(self):
            self.query_one("#open-note", Static).update(paragraphs(lines))

    @on(Input.Changed, "#open-path")
    def _changed(self) -> None:
        self._note(*HELP)

    @on(Input.Submitted, "#open-path")
    def _submitted(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self._note((("reading …", "muted"),))
            self._read(event.value.strip())

    @work(exclusive=True)
    async def _read(self, text: str) -> None:
        """In a thread: a file may be large, and keys go on working."""
        try:
            path = place_of(text)
            recording = await asyncio.to_thread(read_recording, path)
        except ResolvetuiError as error:
            what = f"{error.what} {error.why}".strip()
            self._note((("✗ ", "bad"), (safe(what, 300), "text")))
        else:
            self.answer((path, recording))
