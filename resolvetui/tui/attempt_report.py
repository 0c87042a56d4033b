"""Attempts and differences as plain text, for the clipboard and for files. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from resolvetui.tui.attempt_answers import Answer, Taken
from resolvetui.tui.attempt_graph import rows
from resolvetui.tui.attempt_tree import AttemptNode, AttemptTree
from resolvetui.tui.difference import Difference, Differing, Kind, difference

SIGNS = {
    Kind.UP: "^",
    Kind.DOWN: "v",
    Kind.BUILD: "~",
    Kind.INDEX: "~",
    Kind.FILE: "~",
    Kind.ADDED: "+",
    Kind.REMOVED: "-",
    Kind.SAME: "=",
}
"""Signs that any editor and any tracker shows."""


def compared(tree: AttemptTree, number: int) -> Difference:
    """What an attempt has that the one it is compared with has not."""
    base = tree.nodes.get(tree.compared_with(number))
    return difference(packages(base), packages(tree.nodes[number]))


def packages(node: AttemptNode | None) -> tuple[Taken, ...]:
    """The solution of an attempt; () without one."""
    return node.answer.packages if node is not None and node.answer is not None else ()


def outcome(answer: Answer | None) -> str:
    """How an attempt ended, on one line."""
    if answer is None:
        return "not run"
    match answer.outcome:
        case "solved":
            count = len(answer.packages)
            return f"{count} package" if count == 1 else f"{count} packages"
        case "conflict":
            return f"no solution: {answer.reason}"
        case "failed":
            return f"failed: {answer.reason}"
        case "cancelled":
            return answer.reason


def attempts_text(tree: AttemptTree) -> str:
    """All attempts, newest first, then what each of them changed."""
    return "\n".join([*_attempts(tree), *_changes(tree)]) + "\n"


def _attempts(tree: AttemptTree) -> Iterator[str]:
    yield "Attempts, newest first; * is the one that counts"
    for row in rows(tree):
        node = tree.nodes[row.number]
        plain = row.lines.translate({ord("│"): "|", ord("├"): "|", ord("─"): "-"})
        sign = "*" if node.number == tree.current else "o"
        yield f"  {plain}{sign} #{node.number}  {node.change}  [{outcome(node.answer)}]"


def _changes(tree: AttemptTree) -> Iterator[str]:
    for node in tree:
        if node.parent:
            yield ""
            yield from _difference_lines(tree.nodes[node.parent], node)


def difference_text(tree: AttemptTree, number: int) -> str:
    """What an attempt has that the one it is compared with has not, without what is the same."""
    base = tree.nodes.get(tree.compared_with(number))
    return "\n".join(_difference_lines(base, tree.nodes[number]))


def _difference_lines(base: AttemptNode | None, node: AttemptNode) -> Iterator[str]:
    before = f"#{base.number} -> " if base else ""
    yield f"{before}#{node.number}  {node.change}: {outcome(node.answer)}"
    if node.answer is None or not node.answer.solved:
        return
    found = difference(packages(base), packages(node))
    for each in found.changed:
        yield f"  {SIGNS[each.kind]} {each.name} {_versions(each)}"
    same = len(found.packages) - len(found.changed)
    if same:
        yield f"  = {same} as before"


def _versions(each: Differing) -> str:
    old, new = each.old, each.new
    if old is None or new is None:
        one = new or old
        assert one is not None
        return f"{one.version} ({one.index})"
    match each.kind:
        case Kind.INDEX:
            return f"{new.version} ({old.index} -> {new.index})"
        case Kind.FILE:
            return f"{new.version} ({old.file} -> {new.file})"
        case _:
            return f"{old.version} -> {new.version} ({new.index})"
