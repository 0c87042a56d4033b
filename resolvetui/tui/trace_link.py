"""The questions about a trace, from the screen to the worker: what is here is not asked again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from resolvetui.session.protocol import Request
from resolvetui.session.trace_messages import (
    AskTraceState,
    ListTrace,
    SaveSession,
    SaveTrace,
    SeekTrace,
)
from resolvetui.tui.state import Phase
from resolvetui.tui.trace_book import PAGE, Asked, TraceBook

if TYPE_CHECKING:
    from resolvetui.tui.bridge import Bridge


class TraceLink:
    """What the Trace view and the palette ask of the worker."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    @property
    def book(self) -> TraceBook:
        """What is here."""
        return self._bridge.state.trace

    @property
    def may_ask(self) -> bool:
        """Whether a resolve has ended, so that there is a trace of it."""
        state = self._bridge.state
        failed = state.phase is Phase.FAILED and state.failure is not None and state.failure.id
        return state.answered or bool(failed)

    def want_page(self, number: int) -> None:
        """Ask for a page, unless it is here or on its way."""
        book = self.book
        if self.may_ask and number >= 0 and book.wants_page(number):
            resolve, text = self._bridge.state.resolve_id, book.filter
            self._ask(
                "page", number, lambda id_: ListTrace(id_, resolve, text, number * PAGE, PAGE)
            )

    def want_after(self, position: int) -> None:
        """Ask for the state after a step; while one is on its way, the newest wish waits."""
        book = self.book
        if not self.may_ask or book.failed or book.asks("after"):
            return
        if book.after is not None and book.after.position == position:
            return
        resolve, text = self._bridge.state.resolve_id, book.filter
        self._ask("after", position, lambda id_: AskTraceState(id_, resolve, text, position))

    def seek(self, position: int, *, back: bool) -> None:
        """Look for the conflict before or after a position."""
        book = self.book
        if self.may_ask and not book.failed and not book.asks("seek"):
            resolve, text = self._bridge.state.resolve_id, book.filter
            self._ask("seek", position, lambda id_: SeekTrace(id_, resolve, text, position, back))

    def filter(self, text: str) -> None:
        """Only steps that pass."""
        if text != self.book.filter:
            self._put(self.book.filtered(text))
            self.want_page(0)

    def save_trace(self, path: str, *, over: bool) -> None:
        """Write the trace to a file; `over`: also over one that is there."""
        resolve = self._bridge.state.resolve_id
        self._ask("save", 0, lambda id_: SaveTrace(id_, resolve, path, over))

    def save_session(
        self, path: str, *, over: bool, warnings: tuple[tuple[str, str], ...] = ()
    ) -> None:
        """Write a recording of the last resolve."""
        self._ask("save", 0, lambda id_: SaveSession(id_, path, over, warnings))

    def _ask(self, what: Asked, place: int, make: Callable[[int], Request]) -> None:
        number = self._bridge.next_id()
        self._put(self.book.begun(number, what, place))
        self._bridge.send(make(number))

    def _put(self, book: TraceBook) -> None:
        bridge = self._bridge
        bridge.state = replace(bridge.state, trace=book)
        bridge.tell_changed()
