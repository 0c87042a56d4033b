"""The worker's traces: one is kept while a resolve runs, questions about them are answered."""

from __future__ import annotations

from typing import assert_never

from resolvetui.session.attempts import Session
from resolvetui.session.trace_messages import (
    AskTraceState,
    ListTrace,
    Saved,
    SaveTrace,
    SeekTrace,
    TraceMessage,
)
from resolvetui.session.tracing import Trace, TraceShelf


class TraceDesk:
    """Begins and ends traces, and answers what is asked about them."""

    def __init__(self) -> None:
        self.shelf = TraceShelf()

    def begin(self, resolve: int, session: Session) -> Trace:
        """The trace of a resolve that begins now."""
        session.solver = None
        return self.shelf.begin(resolve)

    def end(self, trace: Trace, session: Session) -> None:
        """The resolve ended, however it did."""
        if session.solver is not None and session.facts is not None:
            solver = session.solver
            trace.end(solver.clause, solver.domains, session.facts.target)

    def answer(self, request: ListTrace | SeekTrace | AskTraceState | SaveTrace) -> TraceMessage:
        """Raises `UsageError` where there is no such trace or step, or no such file."""
        match request:
            case ListTrace():
                return self.shelf.of(request.resolve).page(request)
            case SeekTrace():
                return self.shelf.of(request.resolve).seek(request)
            case AskTraceState():
                return self.shelf.of(request.resolve).after(request)
            case SaveTrace(id=number, resolve=resolve, path=path):
                from resolvetui.session.saving import save_trace  # for whoever asks

                what = save_trace(self.shelf, resolve, path, replace=request.replace)
                return Saved(number, path, what)
            case _:
                assert_never(request)
