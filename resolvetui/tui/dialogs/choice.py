"""One question of the guided install: a few answers with a line about each, one of them marked."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from resolvetui.tui.dialogs.dialog import Dialog
from resolvetui.tui.spans import Role, Spans, paragraphs
from resolvetui.tui.widgets.columns import Column, Row, fitted
from resolvetui.tui.widgets.vtable import FixedRows, VTable

_COLUMNS = (
    Column("", 8, 0, most=40),
    Column("", 8, 1, most=60),
    Column("", 10, 2, most=200),
)
_MOST_ROWS = 9


class Answer(Struct, frozen=True):
    """One answer. Its texts are safe."""

    key: str
    title: str
    line: str
    note: str = ""
    role: Role = "muted"
    """Of the note."""
    needs_text: bool = False
    """Whether it is nothing without what is in the input."""


class Taken(Struct, frozen=True):
    """What the user answered."""

    key: str
    """Of the answer; "" to go on without one."""
    text: str = ""
    """What is in the input."""


class ChoiceDialog(Dialog[Taken]):
    """Enter takes the marked answer, a key goes on without one, Escape leaves all as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("P", "skip", "Skip", show=False)]
    FOOT_TEXT = "enter takes it · P skips the step · esc leaves"

    def __init__(
        self,
        title: str,
        lines: list[Spans],
        answers: tuple[Answer, ...],
        *,
        marked: str = "",
        field: tuple[str, str] = ("", ""),
    ) -> None:
        """`marked`: the key of the answer under the cursor. `field`: label and text of an input."""
        super().__init__()
        self._title = title
        self._lines = lines
        self._answers = answers
        self._marked = marked
        self._field = field

    def title_text(self) -> str:
        """The question."""
        return self._title

    def contents(self) -> ComposeResult:
        """Why it is asked, the answers, the input."""
        yield Static(paragraphs(self._lines), id="reasons")
        rows = tuple(_row(each) for each in self._answers)
        table = VTable(fitted(_COLUMNS, rows), header=False, id="answers")
        table.styles.height = min(len(rows), _MOST_ROWS)
        table.set_rows(FixedRows(rows))
        yield table
        label, text = self._field
        if label:
            with Horizontal(id="folder-line"):
                yield Static(paragraphs([((f"{label} ", "muted"),)]), id="folder-label")
                yield Input(text, id="folder", compact=True)

    def on_mount(self) -> None:
        """The marked answer has the cursor."""
        table = self.query_one("#answers", VTable)
        table.focus()
        if self._marked:
            table.go_to(self._marked)

    @on(VTable.Chosen, "#answers")
    def _chosen(self, event: VTable.Chosen) -> None:
        if event.row is not None:
            self._take(str(event.row.key))

    @on(Input.Submitted, "#folder")
    def _entered(self) -> None:
        row = self.query_one("#answers", VTable).row_at_cursor
        if row is not None:
            self._take(str(row.key))

    def _take(self, key: str) -> None:
        field = self.query_one("#folder", Input) if self._field[0] else None
        text = field.value.strip() if field else ""
        answer = next(each for each in self._answers if each.key == key)
        if field is not None and answer.needs_text and not text:
            field.focus()
            self.notify("This answer needs a folder.", severity="warning", markup=False, timeout=4)
            return
        self.answer(Taken(key, text))

    def action_skip(self) -> None:
        """On without an answer."""
        self.answer(Taken(""))


def _row(answer: Answer) -> Row:
    cells: tuple[Spans, ...] = (
        ((answer.title, "strong"),),
        ((answer.line, "text"),),
        ((answer.note, answer.role),),
    )
    return Row(answer.key, cells)
