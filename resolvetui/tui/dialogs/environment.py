"""There is no virtual environment to install into: offer to make one."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Static

from resolvetui.tui.dialogs.dialog import Dialog
from resolvetui.tui.spans import Spans, paragraphs


class EnvironmentDialog(Dialog[str]):
    """Answers with the folder of the environment to make, "" to install anyway, None to leave."""

    TITLE_TEXT = "Make a virtual environment?"
    FOOT_TEXT = "tab chooses · enter answers · esc leaves"

    def __init__(self, reasons: list[Spans], *, anyway: bool, folder: str = ".venv") -> None:
        super().__init__()
        self._reasons = reasons
        self._anyway = anyway
        self._folder = folder

    def contents(self) -> ComposeResult:
        """Why, which folder, the buttons."""
        yield Static(paragraphs(self._reasons), id="reasons")
        with Horizontal(id="folder-line"):
            yield Static(paragraphs([(("folder ", "muted"),)]), id="folder-label")
            yield Input(self._folder, id="folder", compact=True)
        with Horizontal(id="buttons"):
            yield Button(Content("Cancel"), id="no", compact=True)
            yield Button(Content("Make it"), id="yes", compact=True)
            if self._anyway:
                yield Button(Content("Install without"), id="anyway", compact=True)

    def on_mount(self) -> None:
        """Enter alone changes nothing."""
        self.query_one("#no", Button).focus()

    @on(Input.Submitted, "#folder")
    def _entered(self) -> None:
        self._make()

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        match event.button.id:
            case "yes":
                self._make()
            case "anyway":
                self.answer("")
            case _:
                self.answer(None)

    def _make(self) -> None:
        folder = self.query_one("#folder", Input).value.strip()
        if folder:
            self.answer(folder)
