"""A requirement is typed: checked by the parser of the product, its error under the input."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from resolvetui.errors import UsageError
from resolvetui.model.requirement import Origin, OriginKind, RootRequirement
from resolvetui.tui.dialogs.dialog import Dialog
from resolvetui.tui.safe import safe
from resolvetui.tui.spans import Spans, paragraphs

HELP: list[Spans] = [
    (("torch   numpy>=1.26,<2   uvicorn[standard]", "info"),),
    (("several at once: separate them by spaces", "muted"),),
]


class RequirementDialog(Dialog[tuple[RootRequirement, ...]]):
    """Answers with the requirements, or None."""

    FOOT_TEXT = "enter accepts · esc leaves"

    def __init__(self, title: str = "Add a requirement", text: str = "") -> None:
        super().__init__()
        self._title = title
        self._text = text

    def title_text(self) -> str:
        """Whether one is added or changed."""
        return self._title

    def contents(self) -> ComposeResult:
        """Input, and below it help or the error."""
        yield Input(
            self._text,
            id="requirement",
            select_on_focus=False,
            compact=True,
            placeholder="name, name>=1.0, name @ URL",
        )
        yield Static(paragraphs(HELP), id="requirement-note")

    @on(Input.Changed, "#requirement")
    def _changed(self) -> None:
        self.query_one("#requirement-note", Static).update(paragraphs(HELP))

    @on(Input.Submitted, "#requirement")
    def _submitted(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            return
        try:
            self.answer(parse(event.value))
        except UsageError as error:
            self.query_one("#requirement-note", Static).update(paragraphs(error_lines(error)))


def parse(text: str) -> tuple[RootRequirement, ...]:
    """One requirement, or several separated by spaces; raises the error of the whole text."""
    from resolvetui.inputs.typed_requirements import typed_requirements

    return typed_requirements(text, Origin(OriginKind.PROMPT))


def error_lines(error: UsageError) -> list[Spans]:
    """What is wrong with the text, where, and what to do."""
    lines: list[Spans] = []
    column = getattr(error, "column", None)
    if isinstance(column, int):
        lines.append(((" " * column + "^", "bad"),))
    lines.append((("✗ ", "bad"), (safe(error.what, 400, lines=True), "text")))
    if error.why:
        lines.append(((safe(error.why, 400, lines=True), "muted"),))
    if error.what_to_do:
        lines.append(((safe(error.what_to_do, 400, lines=True), "accent"),))
    return lines
