"""Why a package is in the solution, at this version, from this index: sentences and paths."""

from __future__ import annotations

from collections import deque

from resolvetui.model.resolution import Pin
from resolvetui.model.verdict import TAG_REASONS, Reason, VersionVerdict
from resolvetui.session.protocol import CandidateTable
from resolvetui.tui import signs, words
from resolvetui.tui.spans import Span, Spans
from resolvetui.tui.state import SessionState
from resolvetui.tui.widgets.stree import Node

MOST_PATHS = 12


def why_nodes(state: SessionState, package: str) -> list[Node]:
    """Paths from the requirements, the funnel of versions, the index, notes on the version."""
    pin = state.pins.get(package)
    if pin is None:
        return _story(state, package)
    table = state.tables.get(package)
    groups = [
        ("Who needs it", _paths(state, pin)),
        ("Why this version", [*_funnel(table), *_version_notes(pin)]),
        ("Why this index", _index(state, pin)),
    ]
    return [_group(title, lines) for title, lines in groups if lines]


def _group(title: str, lines: list[Spans]) -> Node:
    children = [Node((title, number), line, hang=2) for number, line in enumerate(lines)]
    return Node(title, ((title, "title"),), children=children)


def _paths(state: SessionState, pin: Pin) -> list[Spans]:
    pins = state.pins
    lines: list[Spans] = []
    if pin.requested:
        asked = [
            text
            for text, name in zip(state.shown.requirements, state.shown.names, strict=True)
            if name == pin.name
        ]
        lines.append((("you ask for ", "muted"), (", ".join(asked) or pin.name, "info")))
    lines += [_path(pins, parent, pin) for parent in pin.required_by if parent in pins]
    if len(lines) > MOST_PATHS:
        left = len(lines) - MOST_PATHS
        lines = [*lines[:MOST_PATHS], ((f"… and {words.count(left, 'package')} more", "muted"),)]
    return lines


def _path(pins: dict[str, Pin], parent: str, pin: Pin) -> Spans:
    """`you ask for torchvision → torchvision requires torch==2.3.0`."""
    chain = _chain(pins, parent)
    spans: list[Span] = []
    for name in chain[:-1]:
        spans += [(name, "text"), (f" {pins[name].version} → ", "muted")]
    spans += [(parent, "strong"), (f" {pins[parent].version} requires ", "muted")]
    wanted = [item for item in pins[parent].requires if item.name == pin.name]
    spans.append((", ".join(item.text for item in wanted) or pin.name, "accent"))
    return tuple(spans)


def _chain(pins: dict[str, Pin], name: str) -> list[str]:
    """The shortest way from a requested package down to this one, both included."""
    queue = deque([[name]])
    seen = {name}
    while queue:
        chain = queue.popleft()
        pin = pins[chain[0]]
        if pin.requested:
            return chain
        for parent in pin.required_by:
            if parent in pins and parent not in seen:
                seen.add(parent)
                queue.append([parent, *chain])
    return [name]


_HURDLES: tuple[tuple[str, frozenset[Reason]], ...] = (
    ("allowed by the indexes' order", frozenset({Reason.SHADOWED})),
    ("for this Python", frozenset({Reason.REQUIRES_PYTHON, Reason.PYTHON_TAG, Reason.ABI_TAG})),
    ("for this platform", TAG_REASONS),
    ("not only source", frozenset({Reason.ONLY_SDIST, Reason.SDIST_NOT_BUILDABLE})),
    ("not yanked", frozenset({Reason.YANKED})),
    ("final releases", frozenset({Reason.PRERELEASE})),
)


def _funnel(table: CandidateTable | None) -> list[Spans]:
    """`41 versions → 17 for this Python → 9 for this platform → 6 final releases`."""
    if table is None:
        return []
    best = [_best_reason(cells) for _, _, cells in table.versions]
    left = len(best)
    spans: list[Span] = [(str(left), "strong"), (" versions" if left != 1 else " version", "muted")]
    gone: frozenset[Reason] = frozenset()
    for label, reasons in _HURDLES:
        fresh = reasons - gone
        out = sum(reason in fresh for reason in best)
        gone |= reasons
        if out:
            left -= out
            spans += [(" → ", "guide"), (str(left), "strong"), (f" {label}", "muted")]
    others = sum(reason is not None and reason not in gone for reason in best)
    if others:
        left -= others
        spans += [(" → ", "guide"), (str(left), "strong"), (" otherwise usable", "muted")]
    return [tuple(spans)]


def _best_reason(cells: tuple[VersionVerdict | None, ...]) -> Reason | None:
    """None when any index has a usable file, else the hurdle that is the nearest to one."""
    order = list(Reason)
    hurdles = [cell.hurdle for cell in cells if cell is not None]
    if any(hurdle is None for hurdle in hurdles):
        return None
    return max((hurdle.reason for hurdle in hurdles if hurdle), key=order.index, default=None)


def _version_notes(pin: Pin) -> list[Spans]:
    notes: list[Spans] = []
    if pin.newest and pin.newest != pin.version:
        notes.append((("the newest that any index lists is ", "muted"), (pin.newest, "strong")))
    else:
        notes.append(
            ((f"{signs.YES.glyph} ", "ok"), ("it is the newest that any index lists", "muted"))
        )
    if "+" in pin.version:
        public, _, local = pin.version.partition("+")
        notes.append(
            (
                (pin.version, "strong"),
                (f" is {public} with the local label ", "muted"),
                (local, "info"),
                (": it meets ", "muted"),
                (f"=={public}", "accent"),
                (", and ranks above the plain version (PEP 440)", "muted"),
            )
        )
    return notes


def _index(state: SessionState, pin: Pin) -> list[Spans]:
    if pin.kind == "url":
        return [(("a direct reference names the file itself; no index is asked", "muted"),)]
    if pin.kind == "installed" or pin.index is None:
        return [(("it is installed already and is kept", "muted"),)]
    lines: list[Spans] = [(("it comes from ", "muted"), (pin.index, "strong"))]
    if pin.other_indexes:
        others = ", ".join(pin.other_indexes)
        rule = _RULES.get(state.shown.strategy, "")
        lines.append(((others, "strong"), (" lists it too; ", "muted"), (rule, "muted")))
    return lines


_RULES = {
    "first-index": "strategy first-index takes the first index that knows the name",
    "unsafe-first-match": "strategy unsafe-first-match prefers the earlier index",
    "unsafe-best-match": "strategy unsafe-best-match takes the best version of all",
}


def _story(state: SessionState, package: str) -> list[Node]:
    """Without a pin: the steps of the conflict that are about this package."""
    steps = state.explanation.steps if state.explanation else ()
    lines: list[Spans] = [
        ((f"({step.id}) ", "muted"), (step.text, "text"))
        for step in steps
        if step.package == package
    ]
    return [_group("In the conflict", lines)] if lines else []
