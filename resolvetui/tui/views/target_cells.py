"""What the cells of the Targets view say, and what is told of the one under the cursor. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from packaging.version import InvalidVersion, Version

from resolvetui.model.names import PackageName
from resolvetui.model.verdict import Reason
from resolvetui.session.protocol import Failed
from resolvetui.session.target_messages import TargetAnswer
from resolvetui.tui import signs, words
from resolvetui.tui.grid_targets import TargetGrid
from resolvetui.tui.matrix import Answer, Matrix, Place
from resolvetui.tui.signs import Sign
from resolvetui.tui.spans import Role, Span, Spans, fit, width, wrap

_STEPS = 6
"""Sentences of an explanation that are told here; the Conflict view has all."""


# ---- a cell


def cell(matrix: Matrix, place: Place, current: Place | None) -> Spans:
    """Two marks (the query's target, switched off), then sign and word."""
    is_off = place in matrix.off
    here: Span = (signs.CURRENT.glyph if place == current else " ", signs.CURRENT.role)
    off: Span = (signs.OFF.glyph if is_off else " ", signs.OFF.role)
    return here, off, *_content(matrix, place)


def _content(matrix: Matrix, place: Place) -> Spans:
    target = matrix.grid.target(*place)
    answer = matrix.answer(target)
    if matrix.is_running(target):
        return _signed(signs.RUNNING, "running")
    if answer is None:
        if target in matrix.waiting:
            return _signed(signs.NOT_RUN, "waits")
        return _signed(signs.NOT_RUN, "off" if place in matrix.off else "not run")
    if isinstance(answer, Failed):
        return _signed(signs.NOT_KNOWN, "failed")
    if not answer.solved:
        return _signed(signs.NO_SOLUTION, blame(answer))
    like = same_as(matrix, place)
    if like:
        return _signed(signs.SAME, like)
    return _signed(signs.SOLVED, str(len(answer.pins)))


def _signed(sign: Sign, word: str) -> Spans:
    return ((f"{sign.glyph} {word}", sign.role),)


_BLAME = {
    Reason.NOT_FOUND: "missing",
    Reason.PLATFORM_TOO_NEW: "system",
    Reason.ONLY_SDIST: "sdist",
    Reason.SDIST_NOT_BUILDABLE: "sdist",
}
_REASONS = frozenset(reason.value for reason in Reason)


def blame(answer: TargetAnswer) -> str:
    """The word for why there is no solution: `tag`, `abi`, `python`, …, else `conflict`."""
    if answer.reason not in _REASONS:
        return "conflict"
    reason = Reason(answer.reason)
    return _BLAME.get(reason) or words.reason_word(reason)


def same_as(matrix: Matrix, place: Place) -> str:
    """`same as 3.11` where that Python has the same versions on this platform, else ""."""
    mine = _pins(matrix, place)
    row, column = place
    for other in range(row):
        if _pins(matrix, (other, column)) == mine:
            return f"same as {matrix.grid.rows[other].minor}"
    return ""


def _pins(matrix: Matrix, place: Place) -> object:
    answer = matrix.answer(matrix.grid.target(*place))
    return answer.pins if isinstance(answer, TargetAnswer) and answer.solved else None


# ---- the cell under the cursor


def details(matrix: Matrix, place: Place, current: Place | None, cells: int) -> list[Spans]:
    """All that is known about a place, for a pane of so many cells. Long lines wrap there."""
    target = matrix.grid.target(*place)
    answer = matrix.answer(target)
    if matrix.is_running(target):
        return [((f"{signs.RUNNING.glyph} running", "accent"),)]
    match answer:
        case None:
            return list(_unknown(matrix, place))
        case Failed():
            return _failure(answer)
        case TargetAnswer(cause=""):
            base = matrix.answer(matrix.grid.target(*current)) if current else None
            return _solution(answer, base if place != current else None, cells)
        case _:
            return _conflict(answer)


def _unknown(matrix: Matrix, place: Place) -> Iterator[Spans]:
    if matrix.grid.target(*place) in matrix.waiting:
        yield (("· waits for its turn", "muted"),)
        yield (("esc ", "key"), ("stops the run", "muted"))
    elif place in matrix.off:
        yield (("· switched off", "muted"),)
        yield (("space ", "key"), ("switches it on", "muted"))
    else:
        number = words.count(len(matrix.chosen()), "target")
        yield (("· not run yet", "muted"),)
        yield (("r ", "key"), (f"runs what is switched on: {number}", "muted"))


def summary(matrix: Matrix, cells: int) -> list[Spans]:
    """The different outcomes, each with the targets that have it; the most frequent first.

    Lines are broken to fit `cells`.
    """
    groups: dict[object, list[Place]] = {}
    for place in sorted(matrix.places):
        answer = matrix.answer(matrix.grid.target(*place))
        if answer is not None:
            groups.setdefault(_kind(answer), []).append(place)
    lines: list[Spans] = []
    for places in sorted(groups.values(), key=len, reverse=True):
        answer = matrix.answer(matrix.grid.target(*places[0]))
        number = words.count(len(places), "target")
        if isinstance(answer, TargetAnswer) and answer.solved:
            word = f"{signs.SOLVED.glyph} {words.count(len(answer.pins), 'package')}"
            lines.append(((word, "ok-strong"), (f"  the same on {number}", "text")))
        else:
            lines.append((*_content(matrix, places[0]), (f"  on {number}", "text")))
        for text in _where(matrix, places):
            folded = wrap(((text, "muted"),), cells - 4)
            lines += [((" " * (4 if at else 2), "text"), *line) for at, line in enumerate(folded)]
    return lines


def _kind(answer: Answer) -> object:
    """What two targets with one outcome have in common."""
    if isinstance(answer, Failed):
        return "failed", answer.what
    return ("solved", answer.pins) if answer.solved else ("no solution", blame(answer))


def _where(matrix: Matrix, places: list[Place]) -> Iterator[str]:
    """The places by platform: `linux x86_64 glibc 2.28: 3.11, 3.12`."""
    grid = matrix.grid
    by_rows: dict[tuple[int, ...], list[int]] = {}
    for column in range(len(grid.columns)):
        rows = tuple(row for row, at in places if at == column)
        if rows:
            by_rows.setdefault(rows, []).append(column)
    for rows, columns in by_rows.items():
        pythons = ", ".join(grid.rows[row].minor for row in rows)
        every = len(rows) == len(grid.rows)
        names = ", ".join(_platform(grid, column) for column in columns)
        yield f"{'every Python' if every else pythons} on {names}"


def _platform(grid: TargetGrid, column: int) -> str:
    found = grid.columns[column]
    return f"{found.label} {found.libc}".strip() if found.libc.startswith("musl") else found.label


def legend() -> list[Spans]:
    """What the signs of the cells mean."""
    return [
        ((f"{sign.glyph} ", sign.role), (sign.word, "muted"))
        for sign in signs.TARGET_SIGNS
        if sign not in (signs.RUNNING, signs.NOT_RUN)
    ]


def _failure(failed: Failed) -> list[Spans]:
    lines: list[Spans] = [((f"{signs.NOT_KNOWN.glyph} ", "warn"), (failed.what, "strong"))]
    lines += [((line, "text"),) for line in failed.why.split("\n") if line.strip()]
    if failed.culprit:
        lines.append((("at ", "muted"), (failed.culprit, "info")))
    lines += [((line, "accent"),) for line in failed.what_to_do.split("\n") if line.strip()]
    return [*lines, (), (("r ", "key"), ("tries again", "muted"))]


def _conflict(answer: TargetAnswer) -> list[Spans]:
    lines: list[Spans] = [
        ((f"{signs.NO_SOLUTION.glyph} ", "bad-strong"), (answer.cause, "strong")),
        *((("nearest ", "muted"), (text, "accent")) for text in answer.nearest),
        (),
    ]
    told = answer.cause.rstrip(".").casefold()
    steps = [text for text in answer.steps if text.rstrip(".").casefold() != told]
    lines += [(("• ", "muted"), (text, "text")) for text in steps[:_STEPS]]
    if len(steps) > _STEPS:
        lines.append(((f"… {words.count(len(steps) - _STEPS, 'more step')}", "muted"),))
    return [
        *lines,
        *([()] if steps else []),
        (("c ", "key"), ("makes it the target and shows the ways out", "muted")),
    ]


def _solution(answer: TargetAnswer, base: Answer | None, cells: int) -> list[Spans]:
    size = (
        "" if answer.download_bytes is None else f"   {words.size(answer.download_bytes)} in files"
    )
    packages = words.count(len(answer.pins), "package")
    head: Spans = (
        (f"{signs.SOLVED.glyph} {packages}", "ok-strong"),
        (f"{size}   {words.seconds(answer.elapsed_s)}", "muted"),
    )
    old = dict(base.pins) if isinstance(base, TargetAnswer) and base.solved else None
    rows = [_pin(name, version, old) for name, version in answer.pins]
    if old is not None:
        new = dict(answer.pins)
        gone = [name for name in old if name not in new]
        rows += [_row(signs.REMOVE, name, old[name], "warn") for name in gone]
        other = sum(row[0][0][0] != signs.KEEP.glyph for row in rows)
        rows.sort(key=lambda row: row[0][0][0] == signs.KEEP.glyph)
        told = (
            f"{words.count(other, 'package')} not as on the target now"
            if other
            else ("the same versions as on the target now")
        )
        return [head, ((told, "text"),), (), *_in_columns(rows, cells)]
    return [head, (), *_in_columns(rows, cells)]


def _pin(name: PackageName, version: str, old: Mapping[PackageName, str] | None) -> Spans:
    if old is None:
        return _row(signs.CHOSEN, name, version, "text")
    before = old.get(name)
    if before is None:
        return _row(signs.INSTALL, name, version, "text")
    if before == version:
        return _row(signs.KEEP, name, version, "muted")
    return _row(_direction(before, version), name, f"{version}, not {before}", "text")


def _direction(before: str, after: str) -> Sign:
    try:
        old, new = Version(before), Version(after)
    except InvalidVersion:
        return signs.REPLACE
    if (old.release, old.pre, old.post) == (new.release, new.pre, new.post):
        return signs.REPLACE
    return signs.UPGRADE if new > old else signs.DOWNGRADE


def _row(sign: Sign, name: str, version: str, role: Role) -> Spans:
    return (f"{sign.glyph} ", sign.role), (name, role), (f" {version}", "muted")


def _in_columns(rows: list[Spans], cells: int) -> Iterator[Spans]:
    """Rows side by side, read from top to bottom, as `ls` has them."""
    if not rows:
        return
    broad = min(max(map(width, rows)) + 3, max(cells, 1))
    beside = max(cells // broad, 1)
    high = -(-len(rows) // beside)
    for at in range(high):
        line: list[Span] = []
        for row in rows[at::high]:
            line += fit(row, broad)
        yield tuple(line)
