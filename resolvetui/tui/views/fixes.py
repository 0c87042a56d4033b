"""The ways out of a conflict: one row each in a tree, and what the one under the cursor does.

✓ only where a complete resolve with it succeeded. Changes are kept raw in the state (they go back
to the worker), so what is shown of them is made safe here.
"""

from __future__ import annotations

from collections.abc import Iterator

from resolvetui.inputs.changes import arguments
from resolvetui.model.explanation import ChangedPackage, FixOutcome, Hint
from resolvetui.model.query import (
    AddRequirement,
    Change,
    DropConstraint,
    DropOverride,
    DropRequirement,
    Query,
    ReplaceRequirement,
    SetExcludeNewer,
)
from resolvetui.model.requirement import RootRequirement
from resolvetui.tui import signs, words
from resolvetui.tui.safe import safe
from resolvetui.tui.signs import Sign
from resolvetui.tui.spans import Role, Spans
from resolvetui.tui.widgets.stree import Node

_MOST = 8
"""Packages that the preview names."""
_NO_QUERY = Query(())


def fix_nodes(hints: tuple[Hint, ...], trying: str, spinner: str) -> list[Node]:
    """A row for each way out, and one for what is being tried."""
    nodes = [_node(hint) for hint in hints]
    if trying:
        busy: Spans = ((f"{spinner} ", "accent"), (f"trying {trying}", "muted"))
        nodes.append(Node("trying", busy))
    return nodes


def _node(hint: Hint) -> Node:
    sign = sign_of(hint)
    role: Role = "muted" if hint.tried else "strong"
    key = ("fix", hint.text, hint.args)
    lines = preview(hint)[:-1]
    children = [Node((*key, at), line, hint, hang=2) for at, line in enumerate(lines) if line]
    text: Spans = ((f"{sign.glyph} ", sign.role), (hint.text, role))
    return Node(key, text, hint, children, open=False)


def sign_of(hint: Hint) -> Sign:
    """Whether it helps, as far as known."""
    if hint.verified:
        return signs.YES
    return signs.NO if hint.tried else signs.UNKNOWN


# ---- what it does


def preview(hint: Hint) -> list[Spans]:
    """The changes as a difference, then what comes of them, then the keys."""
    lines = [line for change in hint.changes for line in _change_lines(change)]
    lines.append(())
    if hint.outcome is not None:
        lines += _outcome_lines(hint.outcome)
    elif hint.tried:
        lines += [(("no solution with it either:", "bad"),), ((hint.tried, "text"),)]
    else:
        lines.append(((hint.unchecked or "not tried", "muted"),))
    lines.append(())
    return [*lines, _keys(hint)]


def _keys(hint: Hint) -> Spans:
    copied: Spans = (
        ("y", "key"),
        (" copies arguments" if hint.args else " copies it", "muted"),
    )
    if not hint.changes:
        return copied
    return (("enter", "key"), (" tries it  ", "muted"), *copied)


def _change_lines(change: Change) -> Iterator[Spans]:
    match change:
        case ReplaceRequirement(old=old, new=new):
            yield _line(signs.REMOVE, _stated(old))
            yield _line(signs.INSTALL, safe(new.text))
        case DropRequirement(requirement=root):
            yield _line(signs.REMOVE, _stated(root))
        case DropConstraint(constraint=root):
            yield _line(signs.REMOVE, f"constraint {_stated(root)}")
        case DropOverride(override=root):
            yield _line(signs.REMOVE, f"override {_stated(root)}")
        case AddRequirement(requirement=root):
            yield _line(signs.INSTALL, _stated(root))
        case SetExcludeNewer(moment=""):
            yield _line(signs.REMOVE, "--exclude-newer")
        case _:
            yield _line(signs.INSTALL, safe(" ".join(arguments(_NO_QUERY, [change]))))


def _line(sign: Sign, text: str) -> Spans:
    return ((f"{sign.glyph} ", sign.role), (text, "text"))


def _stated(root: RootRequirement) -> str:
    where = f"  {root.origin.where}" if root.origin.where else ""
    return safe(f"{root.requirement.text}{where}")


def _outcome_lines(outcome: FixOutcome) -> Iterator[Spans]:
    """What it costs first: where there is little room, the end is cut."""
    for text in (outcome.trust, outcome.caution):
        if text:
            yield (("! ", "warn"), (text, "warn"))
    size = "" if outcome.download_bytes is None else f", {words.size(outcome.download_bytes)}"
    total = words.count(outcome.packages, "package")
    changes = "nothing changes" if not outcome.changed else f"{len(outcome.changed)} to change"
    yield ((f"{total}, {changes}{size}", "muted"),)
    shown = outcome.changed[:_MOST]
    cells = max((len(package.name) for package in shown), default=0)
    for package in shown:
        yield _package(package, min(cells, 24))
    rest = len(outcome.changed) - len(shown)
    if rest:
        yield ((f"… {words.count(rest, 'more package')}", "muted"),)


def _package(package: ChangedPackage, cells: int) -> Spans:
    name: Spans = ((f"  {package.name:<{cells}}  ", "text"),)
    if package.old:
        return (*name, (f"{package.old} → ", "muted"), (package.new, "accent"))
    return (*name, (package.new, "accent"))
