"""Where the search stands after a step, as lines of spans, and what `y` copies of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from resolvetui.session.trace_messages import TraceState
from resolvetui.tui import words
from resolvetui.tui.spans import Role, Span, Spans, plain
from resolvetui.tui.views.trace_rows import event, left

MOST_LINES = 300
"""Of the partial solution, and of what waits."""
_BELONGS = ("conflict", "learned", "jumped back")


def after_lines(after: TraceState) -> list[Spans]:
    """The step, its conflict and lesson, the partial solution, what waits."""
    step = after.step
    lines: list[Spans] = [event(step)]
    if left(step):
        lines.append(((f"{left(step)} {_noun(step.after)}", "muted"),))
    if after.conflict and step.kind != "conflict":
        lines += _part("Conflict", "bad-strong", after.conflict)
    if after.learned and step.kind != "learned":
        if step.kind in _BELONGS:
            lines += _part("Learned", "accent", after.learned)
        else:
            lines += _part(f"Learned last, in step {after.learned_at:,}", "muted", after.learned)
    if after.undone:
        lines += [(), (("Taken back", "warn"),)]
        lines += _table((level, name, version, "muted") for level, name, version in after.undone)
    lines += _waiting(after)
    lines += _solution(after)
    return lines


def _noun(number: int | None) -> str:
    return "candidate left" if number == 1 else "candidates left"


def _part(title: str, role: Role, text: str) -> list[Spans]:
    return [(), ((title, role),), ((text, "text"),)]


def _solution(after: TraceState) -> list[Spans]:
    """The newest decision first: that is where the search works."""
    count = words.count(len(after.decided), "decision")
    lines: list[Spans] = [(), (("Partial solution", "title"), (f"  {count}", "muted"))]
    if not after.decided:
        return [*lines, (("nothing is decided yet", "muted"),)]
    newest = after.decided[::-1][:MOST_LINES]
    lines += _table((level, name, version, "text") for level, name, version in newest)
    return [*lines, *_more(len(after.decided))]


def _table(rows: Iterable[tuple[int, str, str, Role]]) -> list[Spans]:
    told = list(rows)
    widest = min(max((len(name) for _, name, _, _ in told), default=0), 28)
    digits = max((len(str(level)) for level, _, _, _ in told), default=1)
    return [
        ((f"{level:>{digits}} ", "guide"), (f"{name:<{widest}}  ", role), (version, role))
        for level, name, version, role in told
    ]


def _waiting(after: TraceState) -> list[Spans]:
    count = f"  {words.count(len(after.waiting), 'package')}"
    lines: list[Spans] = [(), (("To be decided", "title"), (count, "muted"))]
    widest = min(max((len(each.package) for each in after.waiting), default=0), 28)
    for each in after.waiting[:MOST_LINES]:
        number: Span = (f"{each.left}", "strong" if each.left < 2 else "text")
        lines.append(
            ((f"{each.package:<{widest}}  ", "text"), number, (f" of {each.total} left", "muted"))
        )
    lines += _more(len(after.waiting))
    if not after.waiting:
        lines.append((("nothing", "muted"),))
    if after.optional:
        noun = "package that nothing needs" if after.optional == 1 else "packages nothing needs"
        lines.append(((f"{after.optional} {noun} so far", "muted"),))
    return lines


def _more(number: int) -> list[Spans]:
    rest = number - MOST_LINES
    return [((f"… {rest:,} more", "muted"),)] if rest > 0 else []


def copied(after: TraceState) -> str:
    """The step and the state after it as text."""
    head = f"step {after.step.number}, level {after.step.level}"
    return "\n".join([head, *(plain(line) for line in after_lines(after))])
