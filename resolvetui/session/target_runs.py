"""One query on another target, beside the attempt that counts."""

from __future__ import annotations

from collections.abc import Callable

from resolvetui.model.query import Query
from resolvetui.resolver.events import Event
from resolvetui.session.attempts import Session
from resolvetui.session.target_answers import answer_of_conflict, answer_of_solution
from resolvetui.session.target_messages import TargetAnswer


def run_target(
    session: Session, query: Query, check: Callable[[], None] = lambda: None
) -> TargetAnswer:
    """Resolve a query for its target over what the session knows; pages are not read again.

    It is a complete resolve, as if the target had been named on the command line. `check` is
    called at every step and event, and may raise `Cancelled`. Raises `ResolvetuiError` for
    everything but "no solution".
    """

    def on_step(_doing: str) -> None:
        check()

    def observe(_event: Event) -> None:
        check()  # a long computation has many events and no steps

    attempt = session.resolve_aside(query, on_step, observe)
    elapsed_s = attempt.statistics.elapsed_s
    if attempt.resolution is not None:
        return answer_of_solution(attempt.resolution, elapsed_s)
    assert attempt.explanation is not None
    return answer_of_conflict(attempt.explanation, elapsed_s)
