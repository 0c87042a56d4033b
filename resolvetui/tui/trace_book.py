"""What the screen knows of the trace of its resolve: the pages that came, and what is asked.

Pure, a part of the state; it is replaced by an empty one when another resolve begins.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.session.protocol import Failed
from resolvetui.session.trace_messages import (
    Saved,
    TraceFound,
    TraceMessage,
    TracePage,
    TraceState,
    TraceStep,
)

PAGE = 100
"""Steps that are asked for at once."""
MOST_PAGES = 40
"""Pages that are kept; the one that came first goes first."""

Asked: TypeAlias = Literal["page", "seek", "after", "save"]


class TraceBook(Struct, frozen=True):
    """The trace as far as it is here."""

    filter: str = ""
    pages: dict[int, tuple[TraceStep, ...]] = {}
    """Steps that pass the filter, by number of the page."""
    figures: TracePage | None = None
    """The last page that came, without its steps: only its figures count."""
    asked: dict[int, tuple[Asked, int]] = {}
    """Open questions: request to what and where."""
    after: TraceState | None = None
    """The state that was told last."""
    found: tuple[int, int | None] | None = None
    """How the last search for a conflict ended: (request, position or None)."""
    failed: Failed | None = None
    """Why there is no trace."""
    saved: Saved | None = None
    save_failed: Failed | None = None

    def wants_page(self, number: int) -> bool:
        """Whether this page is still to be asked for."""
        if self.failed is not None or number in self.pages:
            return False
        return ("page", number) not in self.asked.values()

    def asks(self, what: Asked) -> bool:
        """Whether a question of this kind is open."""
        return any(kind == what for kind, _ in self.asked.values())

    def begun(self, request: int, what: Asked, place: int) -> TraceBook:
        """A question was sent."""
        return replace(self, asked={**self.asked, request: (what, place)})

    def filtered(self, text: str) -> TraceBook:
        """Another filter: what was here of the other steps goes, answers on their way too."""
        return replace(self.emptied(), filter=text, figures=self.figures)

    def emptied(self) -> TraceBook:
        """Of another resolve; only files that are being written go on."""
        saving = {number: each for number, each in self.asked.items() if each[0] == "save"}
        return TraceBook(asked=saving)

    @property
    def total(self) -> int | None:
        """Steps that pass the filter; None while that is not known."""
        figures = self.figures
        return figures.total if figures and figures.filter == self.filter else None

    def step(self, position: int) -> TraceStep | None:
        """The step at a position, if it is here."""
        page = self.pages.get(position // PAGE, ())
        place = position % PAGE
        return page[place] if place < len(page) else None

    def told(self, message: TraceMessage) -> TraceBook:
        """An answer; one that nobody waits for any more changes nothing."""
        question = self.asked.get(message.id)
        if question is None:
            return self
        match message:
            case TracePage(steps=steps):
                pages = {**self.pages, question[1]: steps}
                while len(pages) > MOST_PAGES:
                    del pages[next(iter(pages))]
                return replace(self, pages=pages, figures=replace(message, steps=()))
            case TraceState():
                return replace(self, after=message)
            case TraceFound(position=position):
                return replace(self, found=(message.id, position))
            case Saved():
                return replace(self, saved=message, save_failed=None)

    def failing(self, failed: Failed) -> TraceBook:
        """A question could not be answered, or, with request 0, none can."""
        what = self.asked.get(failed.id, ("page", 0))[0]
        if what == "save":
            return replace(self, save_failed=failed, saved=None)
        if what == "page" and (failed.id or self.asked):
            return replace(self, failed=failed)
        return self

    def done(self, request: int) -> TraceBook:
        """Nothing more comes for a question; for request 0, for none."""
        asked = {key: each for key, each in self.asked.items() if request not in (0, key)}
        return replace(self, asked=asked)
