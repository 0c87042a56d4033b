"""View 6, Trace: what the solver did, step by step, and where it stood after each step."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, VerticalScroll
from textual.message import Message
from textual.widgets import Input, Static

from resolvetui.session.protocol import Failed
from resolvetui.tui import keys, words
from resolvetui.tui.spans import Spans, paragraphs
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.trace_book import TraceBook
from resolvetui.tui.trace_link import TraceLink
from resolvetui.tui.views import trace_after, trace_rows
from resolvetui.tui.views.idle import nothing_yet
from resolvetui.tui.views.trace_rows import TraceRows
from resolvetui.tui.widgets.pane import Pane
from resolvetui.tui.widgets.say import Say
from resolvetui.tui.widgets.vtable import VTable

if TYPE_CHECKING:
    from textual.timer import Timer

PLAY_S = 0.1
"""Ten steps a second."""
TYPING_S = 0.15
"""How long the filter waits for another letter."""


class TraceView(Container):
    """The list of steps, and the state after the one under the cursor."""

    CONTEXT: ClassVar[keys.Context] = "trace"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("trace")]

    class Save(Message):
        """The trace is to be written to a file."""

    def __init__(self, link: TraceLink, *, typing_s: float = TYPING_S) -> None:
        super().__init__(id="trace")
        self._link = link
        self._typing_s = typing_s
        self._state: SessionState | None = None
        self._drawn: tuple[object, ...] = ()
        self._after: object = None
        self._found = 0
        self._backwards = False
        self._needed: set[int] = set()
        self._player: Timer | None = None
        self._typing: Timer | None = None

    def compose(self) -> ComposeResult:
        """The two sides."""
        with Pane(id="steps-pane", title="Trace"):
            yield VTable(id="trace-steps")
            yield Input(
                id="trace-filter",
                placeholder="package, or conflict learned decided passed …; ! inverts",
                select_on_focus=False,
                compact=True,
            )
        with Pane(id="after-pane", title="After this step"), VerticalScroll(id="after-scroll"):
            yield Static(id="after")

    @property
    def table(self) -> VTable:
        """The steps."""
        return self.query_one("#trace-steps", VTable)

    @property
    def book(self) -> TraceBook:
        """What is here of the trace."""
        return self._link.book

    # ---- paint

    def show(self, state: SessionState) -> None:
        """Another state; what is not here of its trace is asked for."""
        self._state = state
        if self._link.may_ask and not self.book.pages:
            self._link.want_page(0)
        book = self.book
        drawn = (state.resolve_id, state.phase, book.filter, book.total, book.failed, state.failure)
        if drawn != self._drawn:
            self._draw_table(state, anew=drawn[:3] != self._drawn[:3])
            self._drawn = drawn
        elif isinstance(self.table.source, TraceRows) and self.table.source.book is not book:
            pages = self.table.source.book.pages
            self.table.source.book = book
            if book.pages is not pages:
                self._needed -= set(book.pages)
                self.table.refresh_rows()
        self._follow_found(book)
        if book.total:
            self._link.want_after(self.table.cursor)
        self._draw_after()

    def _draw_table(self, state: SessionState, *, anew: bool) -> None:
        book, table = self.book, self.table
        if anew:
            self._stop()
            table.move_to(0)
        self._needed.clear()
        table.set_columns(trace_rows.columns(book))
        table.set_rows(TraceRows(book, self._need), notice=_nothing(state, book))
        self.set_class(not book.total, "-empty")
        self._draw_titles()

    def _draw_titles(self) -> None:
        book = self.book
        title = "Trace" if self._player is None else "Trace, playing"
        if book.filter:
            title += f": {book.filter}"
        self.query_one("#steps-pane", Pane).set_titles(title, _figures(book))

    def _draw_after(self) -> None:
        after = self.book.after
        if after is self._after:
            return
        self._after = after
        pane = self.query_one("#after-pane", Pane)
        if after is None:
            pane.set_titles("After this step")
            self.query_one("#after", Static).update("")
            return
        pane.set_titles(f"After step {after.step.number:,}", f"level {after.level}")
        self.query_one("#after", Static).update(paragraphs(trace_after.after_lines(after)))
        self.query_one("#after-scroll").scroll_home(animate=False)

    def _need(self, page: int) -> None:
        """A row is seen whose page is not here."""
        if page not in self._needed:
            self._needed.add(page)
            self.call_later(self._link.want_page, page)

    def _follow_found(self, book: TraceBook) -> None:
        if book.found is None or book.found[0] == self._found:
            return
        self._found, position = book.found
        if position is not None:
            self.table.move_to(position)
            return
        where = "before" if self._backwards else "after"
        among = " among the steps that pass the filter" if book.filter else ""
        self._say(f"No conflict {where} this step{among}.")

    def _say(self, text: str) -> None:
        self.post_message(Say(text))

    # ---- what every view has

    @property
    def package(self) -> str:
        """The package of the step under the cursor, or ""."""
        step = self.book.step(self.table.cursor)
        return step.package if step else ""

    def focus_first(self) -> None:
        """The focus when the view opens."""
        self.table.focus()

    def leave(self) -> bool:
        """One step back: stop playing, end the filter, from the state to the list."""
        field = self.query_one("#trace-filter", Input)
        if self._player is not None:
            self._stop()
            return True
        if field.has_class("-typing") or self.book.filter:
            self._end_typing()
            field.value = ""
            self._filter_now()
            return True
        if not self.table.has_focus:
            self.table.focus()
            return True
        return False

    def copied(self) -> str:
        """What `y` copies: the step under the cursor with the state after it."""
        after = self.book.after
        if after is None or after.position != self.table.cursor:
            return ""
        return trace_after.copied(after)

    # ---- keys

    @on(VTable.Highlighted, "#trace-steps")
    def _moved(self) -> None:
        if self.book.total:
            self._link.want_after(self.table.cursor)

    @on(VTable.Folded, "#trace-steps")
    def _toggled(self, event: VTable.Folded) -> None:
        if event.unfold is None:
            self._play()

    @on(VTable.Chosen, "#trace-steps")
    def _chosen(self) -> None:
        self.query_one("#after-scroll").focus()

    def _play(self) -> None:
        if self._player is not None:
            self._stop()
        elif not self.book.total:
            self._say("There are no steps to play.")
        else:
            if self.table.cursor >= self.book.total - 1:
                self.table.move_to(0)
            self._player = self.set_interval(PLAY_S, self._play_on)
            self._draw_titles()

    def _play_on(self) -> None:
        total = self.book.total or 0
        if not self.display or not self.is_on_screen or self.table.cursor >= total - 1:
            self._stop()
        else:
            self.table.move_to(self.table.cursor + 1)

    def _stop(self) -> None:
        if self._player is not None:
            self._player.stop()
            self._player = None
            self._draw_titles()

    def action_step(self, step: int) -> None:
        """One step on or back."""
        self._stop()
        before = self.table.cursor
        self.table.move_to(before + step)
        if not self.book.total:
            self._say("There is no step here.")
        elif self.table.cursor == before:
            self._say("This is the first step." if step < 0 else "This is the last step.")

    def action_conflict(self, direction: int) -> None:
        """The next conflict, or the one before."""
        self._stop()
        figures = self.book.figures
        if not self.book.total and not self.book.filter:
            self._say("There is no trace yet.")
        elif figures is not None and not figures.conflicts:
            self._say("This resolve had no conflict.")
        else:
            self._backwards = direction < 0
            self._link.seek(self.table.cursor, back=self._backwards)

    def action_filter(self) -> None:
        """Type a filter."""
        if self.book.figures is None:
            self._say("There is no trace yet.")
            return
        field = self.query_one("#trace-filter", Input)
        field.add_class("-typing")
        field.focus()

    @on(Input.Changed, "#trace-filter")
    def _typed(self) -> None:
        if self._typing is not None:
            self._typing.stop()
        if self._typing_s:
            self._typing = self.set_timer(self._typing_s, self._filter_now)
        else:
            self._filter_now()

    @on(Input.Submitted, "#trace-filter")
    def _submitted(self) -> None:
        self._filter_now()
        self._end_typing()

    def _filter_now(self) -> None:
        self._link.filter(self.query_one("#trace-filter", Input).value.strip())

    def _end_typing(self) -> None:
        if self._typing is not None:
            self._typing.stop()
        self.query_one("#trace-filter").remove_class("-typing")
        self.table.focus()

    def action_save(self) -> None:
        """Write the trace to a file."""
        if self.book.figures is None:
            self._say("There is no trace to save yet.")
        else:
            self.post_message(self.Save())


def _figures(book: TraceBook) -> str:
    """`1,204 steps · 3 conflicts`, and what was not kept."""
    figures = book.figures
    if figures is None or book.total is None:
        return ""
    kept = "1 step" if figures.kept == 1 else f"{figures.kept:,} steps"
    text = kept if not book.filter else f"{book.total:,} of {kept}"
    conflicts = words.count(figures.conflicts, "conflict") if figures.conflicts else "no conflict"
    text += f" · {conflicts}"
    if figures.dropped:
        text += f" · {figures.dropped:,} after step {figures.dropped_after:,} not kept"
    return text


def _nothing(state: SessionState, book: TraceBook) -> tuple[Spans, ...]:
    """Why there is nothing to see."""
    ended = state.failure if state.phase is Phase.FAILED else None
    failed: Failed | None = ended or book.failed
    if book.total == 0 and book.filter:
        return (
            (("no step passes the filter", "muted"),),
            (("esc", "key"), (" shows all", "muted")),
        )
    if failed is not None:
        return (
            (("✗ ", "bad"), (failed.what, "strong")),
            ((failed.why.partition("\n")[0], "muted"),),
            ((failed.what_to_do.partition("\n")[0], "accent"),),
            (("r", "key"), (" resolves again", "muted")),
        )
    if state.phase is Phase.RESOLVING:
        return (
            (("resolving …", "muted"),),
            (("its steps are here when it has ended", "muted"),),
        )
    if state.phase is Phase.IDLE or not state.shown.requirements:
        return nothing_yet(state)
    return ((("reading the trace …", "muted"),),)
