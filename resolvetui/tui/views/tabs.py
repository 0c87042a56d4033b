"""What each tab of the detail pane shows. Pure: the state and a look at it to rows or nodes."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from resolvetui.model.verdict import FileVerdict
from resolvetui.session.protocol import Failed
from resolvetui.tui import words
from resolvetui.tui.spans import Spans
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.views import candidates, details
from resolvetui.tui.views.candidates import CandidateRows, Shape
from resolvetui.tui.views.problem import problem_nodes
from resolvetui.tui.views.why import why_nodes
from resolvetui.tui.widgets.columns import Column, Row, fitted
from resolvetui.tui.widgets.stree import Node
from resolvetui.tui.widgets.vtable import FixedRows, RowSource

Tab: TypeAlias = Literal["Candidates", "Tags", "Requires", "Why", "Files"]
TABS: tuple[Tab, ...] = ("Candidates", "Tags", "Requires", "Why", "Files")


@dataclass(frozen=True, slots=True)
class Look:
    """What the user looks at."""

    package: str = ""
    tab: Tab = "Candidates"
    shape: Shape = field(default_factory=Shape)
    used_tags: bool = False
    """Only the tags that files have."""
    first_index: int = 0
    """The first index column that is shown."""
    version: str = ""
    """The version that Tags and Files are about; "" until it is known."""


@dataclass(frozen=True, slots=True)
class TabContent:
    """What a tab shows: a table of columns and rows, or nodes, and the words around it."""

    widget: Literal["candidates", "facts", "text"]
    rows: RowSource = field(default_factory=FixedRows)
    columns: tuple[Column, ...] = ()
    nodes: tuple[Node, ...] = ()
    notice: tuple[Spans, ...] = ()
    subtitle: str = ""
    start: Hashable = None
    """The key of the row where the cursor starts; None while there is nothing to start at."""


def tab_content(state: SessionState, look: Look) -> TabContent:
    """The content of the tab that is looked at."""
    if state.phase is Phase.FAILED and state.failure is not None:
        return TabContent("text", nodes=tuple(problem_nodes(state.failure, "resolve again")))
    match look.tab:
        case "Candidates":
            return _candidates(state, look)
        case "Requires":
            return _requires(state, look)
        case "Tags":
            return _tags(state, look)
        case "Files":
            return _files(state, look)
        case "Why":
            return _why(state, look.package)


def nothing(state: SessionState, package: str) -> tuple[Spans, ...]:
    """Why there is nothing to see."""
    if not state.shown.requirements:
        return ((("a", "key"), ("  add a requirement", "text")),)
    if state.phase is Phase.RESOLVING:
        return ((("resolving …", "muted"),),)
    if not package:
        return ((("no package is chosen", "muted"),),)
    return (((package, "strong"), (" is not part of a solution", "muted")),)


def _failure(failed: Failed) -> tuple[Spans, ...]:
    return (
        (("✗ ", "bad"), (failed.what, "strong")),
        ((failed.why, "muted"),),
        ((failed.what_to_do, "accent"),),
    )


def _skeleton(rows: int) -> FixedRows:
    """Rows in the shape of what is to come, so that the pane is not blank."""
    lengths = (12, 9, 14, 11, 8, 13, 10)
    return FixedRows(
        tuple(
            Row(
                ("skeleton", number),
                ((("  " + "─" * lengths[number % 7], "guide"),), (("─" * 8, "guide"),)),
            )
            for number in range(rows)
        )
    )


def _candidates(state: SessionState, look: Look) -> TabContent:
    package = look.package
    table = state.tables.get(package)
    if table is None:
        return _no_table(state, package)
    pin = state.pins.get(package)
    rows = CandidateRows(
        table,
        {version: answer for (name, version), answer in state.files.items() if name == package},
        {version: why for (name, version), why in state.load_failures.items() if name == package},
        look.shape,
        pin.file.filename if pin and pin.file else "",
    )
    notice: tuple[Spans, ...] = ((("no index lists a version", "muted"),),)
    if table.versions:
        notice = ((("no version passes", "muted"),), (("esc", "key"), (" shows all", "muted")))
    columns = candidates.columns(table, look.first_index)
    start = table.chosen or (rows.key(0) if len(rows) else None)
    return TabContent(
        "candidates", rows, columns, notice=notice, subtitle=rows.summary, start=start
    )


def _no_table(state: SessionState, package: str) -> TabContent:
    failed = state.load_failures.get((package, ""))
    if failed is not None:
        return TabContent("candidates", notice=_failure(failed))
    waiting = state.phase is Phase.RESOLVING or (package, "") in state.asked.values()
    if package and waiting:
        columns = (Column("  version", 24, 0), Column("asking the indexes …", 20, 1))
        return TabContent("candidates", _skeleton(10), columns)
    return TabContent("candidates", notice=nothing(state, package))


def _facts(
    rows: tuple[Row, ...],
    columns: tuple[Column, ...],
    notice: tuple[Spans, ...],
    subtitle: str,
    start: Hashable,
) -> TabContent:
    """A tab that is one table, its columns as wide as what is in them."""
    return TabContent(
        "facts",
        FixedRows(rows),
        fitted(columns, rows),
        notice=notice,
        subtitle=subtitle,
        start=start,
    )


def _requires(state: SessionState, look: Look) -> TabContent:
    pin = state.pins.get(look.package)
    if pin is None:
        return TabContent("facts", notice=nothing(state, look.package))
    why = state.whys.known.get(look.package)
    rows = details.requires_rows(pin, state.pins, why.own_inactive if why else ())
    notice: tuple[Spans, ...] = ((("it requires nothing", "muted"),),)
    subtitle = words.count(len(rows), "requirement")
    return _facts(rows, details.REQUIRES_COLUMNS, notice, subtitle, _first(rows))


def _why(state: SessionState, package: str) -> TabContent:
    failed = state.whys.failed.get(package)
    if failed is not None:
        return TabContent("text", notice=_failure(failed))
    notice = nothing(state, package)
    if package in state.whys.asked.values():
        notice = ((("asking the solver …", "muted"),),)
    return TabContent("text", nodes=tuple(why_nodes(state, package)), notice=notice)


def _verdicts(state: SessionState, look: Look) -> tuple[tuple[FileVerdict, ...], tuple[Spans, ...]]:
    """The files of the version that is looked at, and what to say when there are none."""
    key = (look.package, look.version)
    answer = state.files.get(key)
    if answer is not None:
        return answer.files, ((("nothing to show", "muted"),),)
    failed = state.load_failures.get(key)
    if failed is not None:
        return (), _failure(failed)
    if not look.version:
        return (), nothing(state, look.package)
    return (), ((("asking for the files …", "muted"),),)


def _tags(state: SessionState, look: Look) -> TabContent:
    verdicts, notice = _verdicts(state, look)
    supported = state.target.tags if state.target else ()
    rows = details.tag_rows(supported, verdicts, look.shape.filter, used=look.used_tags)
    miss = details.nearest_miss(verdicts)
    shown = f"{len(rows)} of {words.count(len(supported), 'tag')}"
    subtitle = f"nearest: {miss}" if miss else shown
    known = (look.package, look.version) in state.files
    start = next((row.key for row in rows if row.cells[2]), _first(rows)) if known else None
    return _facts(rows, details.TAGS_COLUMNS, notice, subtitle, start)


def _files(state: SessionState, look: Look) -> TabContent:
    verdicts, notice = _verdicts(state, look)
    pin = state.pins.get(look.package)
    chosen = pin.file.filename if pin and pin.file and pin.version == look.version else ""
    rows = details.files_rows(verdicts, chosen, look.shape.filter)
    subtitle = f"{words.count(len(rows), 'file')} of {look.version}" if verdicts else ""
    return _facts(rows, details.FILES_COLUMNS, notice, subtitle, _first(rows))


def _first(rows: tuple[Row, ...]) -> Hashable:
    return rows[0].key if rows else None
