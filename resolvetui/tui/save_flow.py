"""Saving from the app: asks for a path, tells how it ended, and keeps `--record`'s file new."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from resolvetui.tui.spans import Spans
from resolvetui.tui.state import Phase, SessionState

if TYPE_CHECKING:
    from resolvetui.tui.bridge import Bridge
    from resolvetui.tui.screen import MainScreen

_ENDED = (Phase.SOLVED, Phase.UNSATISFIABLE, Phase.FAILED)
TRACE_HELP: list[Spans] = [
    (("a name that ends in .jsonl gets JSON lines, any other text", "muted"),)
]
SESSION_HELP: list[Spans] = [
    (("resolvetui --replay FILE", "info"), (" opens it, without any network", "muted")),
    (("it holds requirements, indexes, target and what was read; no passwords", "muted"),),
]


class Record(Struct, frozen=True):
    """What `--record` asks for."""

    path: str = ""
    """The file that always holds the last attempt, or ""."""
    warnings: tuple[tuple[str, str], ...] = ()
    """(kind, text) of those about the inputs; any recording holds them."""


NO_RECORD = Record()


class SaveFlow:
    """The files that the app writes, through the worker."""

    def __init__(self, screen: MainScreen, bridge: Bridge, record: Record = NO_RECORD) -> None:
        self._screen = screen
        self._bridge = bridge
        self._record = record.path
        self._warnings = record.warnings
        self._recorded: tuple[object, ...] = ()
        self._told: tuple[object, object] = (None, None)
        self._quiet = False

    def trace(self) -> None:
        """Ask where the trace is to be written."""
        self._ask("Save the trace", "trace.txt", TRACE_HELP, self._write_trace)

    def session(self) -> None:
        """Ask where the session is to be written."""
        state = self._bridge.state
        if state.phase is Phase.RESOLVING:
            self._screen.say("Still resolving: a session is saved when it has ended.", warn=True)
        elif state.phase not in _ENDED:
            self._screen.say("Nothing was resolved yet.", warn=True)
        else:
            name = self._record or "session.json.gz"
            self._ask("Save this session", name, SESSION_HELP, self._write_session)

    def _ask(
        self, title: str, name: str, help_lines: list[Spans], write: Callable[[str, bool], None]
    ) -> None:
        from resolvetui.tui.dialogs.save import SaveDialog

        def answered(answer: tuple[str, bool] | None) -> None:
            if answer is not None:
                self._quiet = False
                write(*answer)

        self._screen.app.push_screen(SaveDialog(title, name, help_lines), answered)

    def _write_trace(self, path: str, over: bool) -> None:  # noqa: FBT001
        self._bridge.trace.save_trace(path, over=over)

    def _write_session(self, path: str, over: bool) -> None:  # noqa: FBT001
        self._bridge.trace.save_session(path, over=over, warnings=self._warnings)

    def follow(self, state: SessionState) -> None:
        """Tell of files that were written; write `--record`'s when an attempt has ended."""
        book = state.trace
        if (book.saved, book.save_failed) != self._told:
            self._told = (book.saved, book.save_failed)
            if book.save_failed is not None:
                failed = book.save_failed
                self._screen.say(f"Not saved: {failed.what} {failed.why}".strip(), warn=True)
            elif book.saved is not None and not self._quiet:
                self._screen.say(f"saved: {book.saved.what} in {book.saved.path}")
        self._keep_recording(state)

    def _keep_recording(self, state: SessionState) -> None:
        """What the ways out needed belongs to the file as well, so it is written once more."""
        ended = (state.resolve_id, state.fixes_id)
        if not self._record or state.phase not in _ENDED or state.fixing or not state.resolve_id:
            return
        if ended != self._recorded:
            self._recorded = ended
            self._quiet = True
            self._write_session(self._record, over=True)
