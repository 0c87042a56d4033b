"""The steps of a trace as rows of a table, made when they are seen. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from resolvetui.session.trace_messages import StepKind, TraceStep
from resolvetui.tui import signs
from resolvetui.tui.signs import Sign
from resolvetui.tui.spans import Role, Spans
from resolvetui.tui.trace_book import PAGE, TraceBook
from resolvetui.tui.widgets.columns import Column, Row

SIGNS: dict[str, Sign] = {sign.word: sign for sign in signs.TRACE_SIGNS}
_KINDS: dict[StepKind, Role] = {
    "decided": "info",
    "conflict": "bad-strong",
    "learned": "accent",
    "jumped back": "warn",
    "passed over": "warn",
    "done": "info",
    "required": "info",
}
_TEXTS: dict[StepKind, Role] = {"conflict": "text", "learned": "text", "jumped back": "text"}
_SUBJECTS: dict[StepKind, Role] = {"decided": "strong", "required": "strong"}


def sign_of(step: TraceStep) -> Sign:
    """The sign of a step's kind."""
    return SIGNS[step.kind]


def event(step: TraceStep) -> Spans:
    """Sign, what it is, what it is about, why."""
    sign = sign_of(step)
    spans: Spans = (
        (f"{sign.glyph} ", sign.role),
        (step.kind, _KINDS.get(step.kind, "muted")),
    )
    if step.subject:
        spans += ((" ", "text"), (step.subject, _SUBJECTS.get(step.kind, "text")))
    if step.text:
        spans += ((" ", "text"), (step.text, _TEXTS.get(step.kind, "muted")))
    return spans


def left(step: TraceStep) -> str:
    """`41 → 1`, `24`, or ""."""
    if step.after is None:
        return ""
    if step.before in (None, step.after):
        return f"{step.after}"
    return f"{step.before} → {step.after}"


def milliseconds(ms: float) -> str:
    """`0.24`, `18.2`, `1310`, `74 s`."""
    if ms < 9.995:
        return f"{ms:.2f}"
    if ms < 999.95:
        return f"{ms:.1f}"
    return f"{ms:.0f}" if ms < 99_999 else f"{ms / 1000:.0f} s"


class TraceRows:
    """A `RowSource`: as many rows as steps pass the filter; those that are not here are asked for.

    `book` may be replaced by one with more pages.
    """

    def __init__(self, book: TraceBook, need: Callable[[int], None]) -> None:
        """`need`: told the number of a page of which a row is seen that is not here."""
        self.book = book
        self._need = need
        self._total = book.total or 0

    def __len__(self) -> int:
        return self._total

    def key(self, index: int) -> Hashable:
        """The position: a trace does not change."""
        return index

    def row(self, index: int) -> Row:
        """The step, or a line in its place until it is here."""
        step = self.book.step(index)
        if step is None:
            self._need(index // PAGE)
            return Row(index, ((), (), (("…", "guide"),)))
        return Row(
            index,
            (
                ((f"{step.number:,}", "muted"),),
                ((f"{step.level}", "muted"),),
                event(step),
                ((left(step), "muted"),),
                ((milliseconds(step.ms), "muted"),),
            ),
            data=step,
        )


def columns(book: TraceBook) -> tuple[Column, ...]:
    """Number, level, event, candidates left, time."""
    figures = book.figures
    last = figures.kept + figures.dropped if figures else 0
    return (
        Column("#", max(len(f"{last:,}"), 3), 0, right=True),
        Column("lvl", 3, 1, right=True),
        Column("event", 24, 2, most=400),
        Column("left", 9, 3, drop=1, right=True),
        Column("ms", 5, 4, drop=2, right=True),
    )
