"""Where a file is to be written: a path, and a second Enter where something is there already."""

from __future__ import annotations

from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from resolvetui.tui.dialogs.dialog import Dialog
from resolvetui.tui.safe import safe
from resolvetui.tui.spans import Spans, paragraphs


class SaveDialog(Dialog[tuple[str, bool]]):
    """Answers with the path and whether what is there may be replaced, or None."""

    FOOT_TEXT = "enter writes the file · esc leaves"

    def __init__(self, title: str, path: str, help_lines: list[Spans]) -> None:
        super().__init__()
        self._title = title
        self._path = path
        self._help = help_lines
        self._asked = ""
        """The path that was asked about: a second Enter on it replaces the file."""

    def title_text(self) -> str:
        """What is saved."""
        return self._title

    def contents(self) -> ComposeResult:
        """Input, and below it help or the question."""
        yield Input(self._path, id="save-path", select_on_focus=False, compact=True)
        yield Static(paragraphs(self._help), id="save-note")

    def _note(self, *lines: Spans) -> None:
        self.query_one("#save-note", Static).update(paragraphs(lines))

    @on(Input.Changed, "#save-path")
    def _changed(self) -> None:
        self._asked = ""
        self._note(*self._help)

    @on(Input.Submitted, "#save-path")
    def _submitted(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        shown = safe(text, 200)
        if not text:
            return
        try:
            path = Path(text).expanduser()
            is_there, folder = path.exists(), path.parent.is_dir()
            is_folder = path.is_dir()
        except (OSError, RuntimeError, ValueError):
            self._note((("✗ ", "bad"), (f"{shown} is no name of a file", "text")))
            return
        if is_folder:
            self._note((("✗ ", "bad"), (f"{shown} is a folder", "text")))
        elif not folder:
            parent = safe(str(path.parent), 200)
            self._note((("✗ ", "bad"), (f"there is no folder {parent}", "text")))
        elif is_there and self._asked != text:
            self._asked = text
            self._note(
                (("! ", "warn"), (f"{shown} is there already", "text")),
                (("enter", "key"), (" once more replaces it", "muted")),
            )
        else:
            self.answer((text, is_there))
