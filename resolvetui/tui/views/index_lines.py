"""The indexes and how they have answered: the pane below the solution, and the dialog. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from resolvetui.session.protocol import IndexState
from resolvetui.tui import signs
from resolvetui.tui.spans import Span, Spans, clip, fit, width
from resolvetui.tui.state import Phase, SessionState

_Cells: TypeAlias = tuple[Spans, ...]
_LONGEST = 24
"""Cells of an index's name."""


def pane_lines(state: SessionState, cells: int) -> list[Spans]:
    """A line an index in order of preference; below a failure the key that asks again."""
    if not state.indexes:
        return []
    rows = [_cells(number, index) for number, index in enumerate(state.indexes, start=1)]
    lines: list[Spans] = [(("indexes", "title"), ("   I", "key"), (" more", "muted"))]
    lines += [clip(row, cells) for row in _aligned(rows, cells)]
    if _failing(state):
        lines.append((("r", "key"), (" asks again", "muted")))
    return lines


def dialog_lines(state: SessionState, cells: int) -> list[Spans]:
    """The same with all there is to say, the URL below each."""
    indexes = state.indexes or tuple(
        IndexState(source.name, source.shown_url, 0, 0, None) for source in state.query.indexes
    )
    if not indexes:
        return [(("There is no index: only find-links or files.", "muted"),)]
    rows = [_cells(number, index) for number, index in enumerate(indexes, start=1)]
    lines: list[Spans] = []
    for index, row in zip(indexes, _aligned(rows, cells), strict=True):
        lines += [clip(row, cells), clip((("  ", "text"), (index.shown_url, "info")), cells), ()]
    lines += _how(state)
    if _failing(state):
        partly = "" if state.phase is Phase.SOLVED else " What was found is incomplete."
        lines += [(), ((f"! An index failed.{partly}", "warn"),)]
        lines.append((("r", "key"), (" asks again    ", "muted"), ("R", "key"), _NO_CACHE))
    return lines


_NO_CACHE: Span = (" asks for everything again, without the cache", "muted")
_STRATEGIES = {
    "first-index": "The first index that knows a name hides the later ones for it.",
    "unsafe-first-match": "All are asked; versions of earlier indexes are preferred.",
    "unsafe-best-match": "All are asked, and the best version wins, whoever uploaded it.",
}


def _how(state: SessionState) -> list[Spans]:
    said = _STRATEGIES.get(state.shown.strategy, "")
    return [(("strategy ", "muted"), (state.shown.strategy, "strong")), ((said, "muted"),)]


def _failing(state: SessionState) -> bool:
    return any(index.failure for index in state.indexes)


def _cells(number: int, index: IndexState) -> _Cells:
    """Order and name, what it has, what it lacks, its latency, what the cache had."""
    name = clip(((index.name, "text"),), _LONGEST)
    first: Spans = ((f"{number} ", "key"), *name)
    if index.failure:
        return (first, ((f"{signs.NO.glyph} ", "bad"), (index.failure, "warn")))
    if not index.projects and not index.missing:
        return (first, (("· not asked", "muted"),))
    sign = signs.YES if index.projects else signs.ABSENT
    has: Spans = ((f"{sign.glyph} ", sign.role), (f"{index.projects} pkg", "text"))
    time: Spans = ()
    if index.latency_ms is not None:
        time = ((f"{index.latency_ms:.0f} ms", "muted"),)
    cached: Spans = ((f"{index.cached} cached", "muted"),) if index.cached else ()
    lacks: Spans = ((f"{index.missing} not there", "muted"),) if index.missing else ()
    return (first, has, time, cached, lacks)


def _aligned(rows: Sequence[_Cells], cells: int) -> list[Spans]:
    """Cells in columns, the last ones left out where there is no room for them.

    Long words of a failure do not widen the column of numbers.
    """
    most = max(len(row) for row in rows)
    widths = [
        max((width(row[at]) for row in rows if len(row) > max(at, 2) or at == 0), default=0)
        for at in range(most)
    ]
    while len(widths) > 2 and _needed(widths) > cells:
        widths.pop()
    lines = []
    for row in rows:
        if len(row) == 2:
            lines.append((*fit(row[0], widths[0]), ("  ", "text"), *row[1]))
            continue
        spans: Spans = fit(row[0], widths[0])
        for cell, wide in zip(row[1:], widths[1:], strict=False):
            if wide:
                spans = (*spans, ("  ", "text"), *fit(cell, wide))
        lines.append(spans)
    return lines


def _needed(widths: Sequence[int]) -> int:
    return sum(widths) + 2 * sum(bool(wide) for wide in widths[1:])
