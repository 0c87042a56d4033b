"""Questions before something is done. The focus is on the answer that changes nothing."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from resolvetui.install.plan import Plan
from resolvetui.tui.dialogs.dialog import Dialog
from resolvetui.tui.spans import Span, Spans, paragraphs
from resolvetui.tui.views.plan_notes import looks, obstacles
from resolvetui.tui.views.plan_rows import kinds, totals


class ConfirmDialog(Dialog[bool]):
    """Text and two buttons: the first, focused, answers False."""

    FOOT_TEXT = "tab chooses · enter answers · esc leaves"

    def __init__(self, title: str, lines: list[Spans], *, yes: str, no: str = "Cancel") -> None:
        super().__init__()
        self._title = title
        self._lines = lines
        self._yes, self._no = yes, no

    def title_text(self) -> str:
        """The question in short."""
        return self._title

    def contents(self) -> ComposeResult:
        """Text, then the buttons."""
        with VerticalScroll(id="dialog-text", can_focus=False):
            yield Static(paragraphs(self._lines))
        with Horizontal(id="buttons"):
            yield Button(Content(self._no), id="no", compact=True)
            yield Button(Content(self._yes), id="yes", compact=True)

    def on_mount(self) -> None:
        """Enter alone changes nothing."""
        self.query_one("#no", Button).focus()

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        self.answer(event.button.id == "yes")


def install_dialog(plan: Plan, python: str) -> ConfirmDialog:
    """The last question before an environment is changed."""
    return ConfirmDialog("Install?", install_lines(plan, python), yes="Install")


def install_lines(plan: Plan, python: str) -> list[Spans]:
    """Into what, how much, what changes, what to look at."""
    lines: list[Spans] = [
        _fact("into", plan.environment),
        _fact("python", python),
        _fact("changes", kinds(plan)),
        (("download  ", "muted"), *_before_word(totals(plan))),
        _fact("undo", "on any failure or stop everything is put back"),
    ]
    seen_first = [*obstacles(plan), *looks(plan)]
    if seen_first:
        lines += [(), (("Look at this first", "title"),), *seen_first]
    return lines


def _fact(name: str, value: str) -> Spans:
    return ((f"{name:<10}", "muted"), (value or "—", "strong"))


def _before_word(spans: Spans) -> tuple[Span, ...]:
    """The totals without the words that the line's name says already."""
    return tuple(("   " if text == " to download   " else text, role) for text, role in spans)


def roll_back_dialog(environment: str) -> ConfirmDialog:
    """Asked before the last install is undone."""
    lines: list[Spans] = [
        _fact("in", environment),
        (),
        (("The versions and files from before its last install come back;", "text"),),
        (("refused where files were changed since. Once more installs again.", "muted"),),
    ]
    return ConfirmDialog("Undo the last install?", lines, yes="Undo it")


def stop_dialog() -> ConfirmDialog:
    """Asked when Escape is pressed while an install runs."""
    lines: list[Spans] = [
        (("Stop the install and put everything back as it was?", "text"),),
        (("It goes on while you think.", "muted"),),
    ]
    return ConfirmDialog("Stop?", lines, yes="Stop and roll back", no="Go on")
