"""Rows and lines of the What-if view: attempts, what differs, all about one attempt. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from rich.cells import cell_len

from resolvetui.inputs.as_command import shown_command
from resolvetui.tui import attempt_graph, signs, words
from resolvetui.tui.attempt_answers import Answer, Taken
from resolvetui.tui.attempt_graph import GraphRow
from resolvetui.tui.attempt_report import packages
from resolvetui.tui.attempt_tree import AttemptNode, AttemptTree
from resolvetui.tui.difference import Difference, Differing, Kind, difference
from resolvetui.tui.safe import safe
from resolvetui.tui.signs import Sign
from resolvetui.tui.spans import Role, Span, Spans, width, wrap
from resolvetui.tui.widgets.columns import Column, Row

SIGNS: dict[Kind, Sign] = {
    Kind.UP: signs.UPGRADE,
    Kind.DOWN: signs.DOWNGRADE,
    Kind.BUILD: signs.REPLACE,
    Kind.INDEX: signs.REPLACE,
    Kind.FILE: signs.REPLACE,
    Kind.ADDED: signs.INSTALL,
    Kind.REMOVED: signs.REMOVE,
    Kind.SAME: signs.KEEP,
}
_WORDS: dict[Kind, str] = {
    Kind.UP: "newer",
    Kind.DOWN: "older",
    Kind.BUILD: "other build",
    Kind.INDEX: "other index",
    Kind.FILE: "other file",
    Kind.ADDED: "added",
    Kind.REMOVED: "removed",
    Kind.SAME: "same",
}

# ---- the tree


class AttemptRows:
    """The attempts from top to bottom, drawn on demand."""

    def __init__(self, tree: AttemptTree, *, running: bool) -> None:
        """`running`: whether the attempt that counts is being resolved."""
        self._tree = tree
        self._running = running
        self._graph = attempt_graph.rows(tree)

    def __len__(self) -> int:
        return len(self._graph)

    def key(self, index: int) -> Hashable:
        """The attempt's number."""
        return self._graph[index].number

    def row(self, index: int) -> Row:
        """The attempt's line."""
        at, tree = self._graph[index], self._tree
        node = tree.nodes[at.number]
        is_current = node.number == tree.current
        cells: tuple[Spans, ...] = (
            _dot(at, is_current=is_current),
            _number(node, tree),
            ((node.change, "strong" if is_current else "text"),),
            result(node.answer, running=self._running and is_current),
            against_parent(tree, node),
        )
        return Row(node.number, cells, data=node.number)

    @property
    def columns(self) -> tuple[Column, ...]:
        """As wide as lanes, numbers and words need, as far as there is room."""
        lanes = min(max((row.lane for row in self._graph), default=0), attempt_graph.MOST_LANES)
        digits = len(str(self._tree.newest))
        nodes = [*self._tree]
        change = max(cell_len(node.change) for node in nodes)
        outcome = max(width(result(node.answer)) for node in nodes)
        return (
            Column("", 2 * lanes + 1, 0),
            Column("", digits + 2, 1),
            Column("change", 23, 2, most=max(change, 23)),
            Column("outcome", 12, 3, most=min(max(outcome, 12), 40)),
            Column("to parent", 12, 4, drop=1),
        )


def _dot(at: GraphRow, *, is_current: bool) -> Spans:
    sign = signs.NOW if is_current else signs.ATTEMPT
    return ((at.lines, "guide"), (sign.glyph, sign.role))


def _number(node: AttemptNode, tree: AttemptTree) -> Spans:
    role: Role = "key" if node.number == tree.current else "muted"
    number: Span = (f"#{node.number}", role)
    return (number, (signs.BASE.glyph, signs.BASE.role)) if node.number == tree.base else (number,)


def result(answer: Answer | None, *, running: bool = False) -> Spans:
    """How an attempt ended, in a cell: sign, then a number or why."""
    if running:
        return ((f"{signs.RUNNING.glyph} resolving", signs.RUNNING.role),)
    if answer is None:
        return ((f"{signs.NOT_RUN.glyph} not run", "muted"),)
    match answer.outcome:
        case "solved":
            return ((f"{signs.SOLVED.glyph} {len(answer.packages)}", signs.SOLVED.role),)
        case "conflict":
            return ((f"{signs.NO_SOLUTION.glyph} ", "bad"), (answer.reason, "text"))
        case "failed":
            return ((f"{signs.NOT_KNOWN.glyph} ", "warn"), (answer.reason, "text"))
        case "cancelled":
            return ((f"{signs.GIVEN_UP.glyph} {signs.GIVEN_UP.word}", "muted"),)


def against_parent(tree: AttemptTree, node: AttemptNode) -> Spans:
    """`↑1 ~2 +3 -12`: how many packages are not as in the parent."""
    parent = tree.nodes.get(node.parent)
    both = [each.answer for each in (parent, node) if each is not None]
    if len(both) < 2 or not all(answer is not None and answer.solved for answer in both):
        return ()
    return counts(difference(packages(parent), packages(node)))


def counts(found: Difference) -> Spans:
    """The kinds that occur with their numbers, or that all is the same."""
    sums: dict[Sign, int] = {}
    for kind, count in found.counts.items():
        if kind is not Kind.SAME:
            sums[SIGNS[kind]] = sums.get(SIGNS[kind], 0) + count
    if not sums:
        return (("= same", "muted"),)
    spans: list[Span] = []
    for sign, count in sums.items():
        spans += [(" " if spans else "", "text"), (f"{sign.glyph}{count}", sign.role)]
    return tuple(spans)


# ---- what differs


def difference_columns(old: str, new: str, found: Iterable[Differing] = ()) -> tuple[Column, ...]:
    """`old` and `new`: the titles of the two versions, `#1` and `#4`.

    Where there is no room for all, an index that is the same in both goes first.
    """
    moved = any(each.old and each.new and each.old.index != each.new.index for each in found)
    return (
        Column("  package", 18, 0, most=34),
        Column(old, 11, 1, most=24),
        Column(new, 11, 2, most=24),
        Column("index", 11, 3, most=26, drop=1 if moved else 4),
        Column("what", 11, 4, most=11, drop=3),
        Column("size", 10, 5, right=True, drop=2),
    )


def difference_rows(found: Iterable[Differing]) -> tuple[Row, ...]:
    """A package a row."""
    return tuple(_differing(each) for each in found)


def _differing(each: Differing) -> Row:
    sign, old, new = SIGNS[each.kind], each.old, each.new
    quiet = each.kind is Kind.SAME
    moved = old is not None and new is not None and old.version != new.version
    cells: tuple[Spans, ...] = (
        ((f"{sign.glyph} ", sign.role), (each.name, "muted" if quiet else "text")),
        ((old.version, "muted"),) if old else (("—", "guide"),),
        ((new.version, sign.role if moved or old is None else "muted"),)
        if new
        else (("—", "guide"),),
        _index(old, new),
        ((_WORDS[each.kind], "muted" if quiet else sign.role),),
        _size(each),
    )
    return Row(each.name, cells, data=each)


def _index(old: Taken | None, new: Taken | None) -> Spans:
    if old and new and old.index != new.index:
        return (("→ ", "muted"), (new.index, "info"))
    one = new or old
    return ((one.index, "muted"),) if one else ()


def _size(each: Differing) -> Spans:
    if each.kind is Kind.SAME:
        return ()
    return (size_change(each.size_change),)


def size_change(change: int | None) -> Span:
    """`+190.4 MiB`, `-588.8 MiB`, `same`; less to download is good."""
    if change is None:
        return "?", "muted"
    if not change:
        return "same", "muted"
    return f"{'+' if change > 0 else '-'}{words.size(abs(change))}", "text" if change > 0 else "ok"


def difference_totals(found: Difference) -> str:
    """`2 newer · 12 removed · 3 same · -2.1 GiB`."""
    parts = [f"{count} {_WORDS[kind]}" for kind, count in found.counts.items()]
    change = found.size_change
    parts += [] if not change else [size_change(change)[0]]
    return " · ".join(parts)


def files_of(each: Differing, cells: int) -> list[Spans]:
    """The file of a package in both, and where it is from; each on a line of its own."""
    lines: list[Spans] = [
        ((each.name, "strong"), (f"  {_WORDS[each.kind]}", SIGNS[each.kind].role))
    ]
    for mark, taken in (("-", each.old), ("+", each.new)):
        if taken is None or (each.kind is Kind.SAME and mark == "-"):
            continue
        sign = "=" if each.kind is Kind.SAME else mark
        size = f"  {words.size(taken.size)}" if taken.file else ""
        file: Spans = ((taken.file or taken.version, "text"),)
        about: Spans = ((f"{taken.index}{size}", "muted"),)
        whole: Spans = (*file, ("  ", "text"), *about)
        fits = width(whole) <= cells - 2
        for number, line in enumerate((whole,) if fits else (*wrap(file, cells - 2), about)):
            lines.append(((f"{' ' if number else sign} ", "muted"), *line))
    return lines


# ---- all about one attempt


def about_lines(tree: AttemptTree, number: int, cells: int, *, running: bool) -> list[Spans]:
    """What was changed, how it ended, the way to it, and the command that asks the same."""
    node = tree.nodes[number]
    lines = [*wrap(((node.change, "strong"),), cells), *ended(node.answer, cells, running=running)]
    if node.parent:
        lines += [(), (("the way to it", "title"),)]
        lines += [line for each in tree.path(number) for line in _way(tree.nodes[each], cells)]
    if node.off:
        off = safe("  ".join(f"~{each.root.requirement.text}~" for each in node.off), 400)
        lines += [(), *wrap((("switched off  ", "muted"), (off, "text")), cells)]
    command = safe(shown_command(node.query), 1_500)
    lines += [(), (("the same as a command", "title"),)]
    lines += wrap((("$ ", "muted"), (command, "info")), cells)
    return lines


def _way(node: AttemptNode, cells: int) -> Iterator[Spans]:
    number = f"#{node.number}"
    yield from wrap(((f"{number:<5}", "muted"), (node.change, "text")), cells)


def ended(answer: Answer | None, cells: int, *, running: bool = False) -> list[Spans]:
    """How an attempt ended, with all that is said about it."""
    if running or answer is None or answer.outcome == "cancelled":
        return [result(answer, running=running)]
    if answer.solved:
        count = words.count(len(answer.packages), "package")
        size = answer.download_bytes
        known = f" · {words.size(size)}" if size is not None else ""
        figures = f"{known} · {words.seconds(answer.elapsed_s)}"
        return [((f"{signs.SOLVED.glyph} {count}", "ok-strong"), (figures, "muted"))]
    if answer.outcome == "conflict":
        head: Spans = (("✗ ", "bad"), ("no solution", "bad-strong"))
    else:
        head = (("? ", "warn"), ("failed", "strong"))
    lines = [head, *wrap(((answer.reason, "text"),), cells)]
    return [*lines, *(wrap(((answer.advice, "accent"),), cells) if answer.advice else [])]
