"""Where there is no conflict: which requirements leave the least room, so where one would begin.

Pure: a state with a solution to nodes of a tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from packaging.version import InvalidVersion, Version

from resolvetui.model.requirement import Requirement
from resolvetui.model.resolution import Pin
from resolvetui.tui import signs, words
from resolvetui.tui.safe import MAX_TEXT, safe
from resolvetui.tui.spans import Spans
from resolvetui.tui.state import SessionState
from resolvetui.tui.views.story import Link
from resolvetui.tui.widgets.stree import Node

_EXACT = re.compile(r"===?(?!.*\*)")
_FROM_ABOVE = re.compile(r"(^|,)\s*(===?|~=|<)")

Bound = tuple[str, str]
"""What it asks for (`==2.3.0`), and whose it is (`torchaudio 2.3.0+cpu`)."""


def calm_nodes(state: SessionState) -> list[Node]:
    """That nothing clashes, what is not at its newest, and what holds versions from above."""
    conflicts = state.progress.conflicts if state.progress else 0
    turned = f"the resolver turned back {words.count(conflicts, 'time')}"
    yes = signs.YES
    verdict = Node("calm", ((f"{yes.glyph} ", "ok-strong"), ("No conflict", "strong")), hang=2)
    verdict.children = [
        Node("turned", ((f"{turned}; ", "muted"), ("1", "key"), (" shows the solution", "muted")))
    ]
    return [verdict, *_older(state.pins), *_held(state)]


def _older(pins: Mapping[str, Pin]) -> Iterator[Node]:
    found = [pin for pin in pins.values() if pin.newest and _is_older(pin.version, pin.newest)]
    if not found:
        return
    title: Spans = (
        (f"Not at the newest version that an index lists ({len(found)}); ", "title"),
        ("w", "key"),
        (" says why", "muted"),
    )
    yield Node(
        "older",
        title,
        children=[
            Node(
                ("older", pin.name),
                (
                    (f"{pin.name} {pin.version}", "text"),
                    (f"   newest {pin.newest}", "muted"),
                ),
                Link(package=pin.name),
            )
            for pin in found
        ],
    )


def _is_older(version: str, newest: str) -> bool:
    try:  # a local version is no newer release (PEP 440)
        return Version(version).public != Version(newest).public and version != newest
    except InvalidVersion:
        return version != newest


def _held(state: SessionState) -> Iterator[Node]:
    pins = state.pins
    bounds = _bounds(state, pins)
    held = [(pin, bounds[name]) for name, pin in pins.items() if name in bounds]
    if not held:
        return
    held.sort(key=lambda each: (not _is_exact(each[1]), each[0].name))
    yield Node(
        "held",
        ((f"Held from above ({len(held)}): a conflict would begin here", "title"),),
        children=[_held_node(pin, found) for pin, found in held],
    )


def _held_node(pin: Pin, bounds: list[Bound]) -> Node:
    link = Link(package=pin.name)
    children = [
        Node(
            ("held", pin.name, number),
            ((asked, "info"), ("  asked for by ", "muted"), (whose, "text")),
            link,
        )
        for number, (asked, whose) in enumerate(bounds)
    ]
    return Node(("held", pin.name), ((f"{pin.name} {pin.version}", "text"),), link, children)


def _bounds(state: SessionState, pins: Mapping[str, Pin]) -> dict[str, list[Bound]]:
    """By name, what takes no version above some one; the user's own first."""
    found: dict[str, list[Bound]] = {}
    for whose, requirement in (*_own(state), *_of_others(pins)):
        if _FROM_ABOVE.search(requirement.specifier):
            found.setdefault(requirement.name, []).append((requirement.specifier, whose))
    return found


def _own(state: SessionState) -> Iterator[tuple[str, Requirement]]:
    """What the user states; raw in the state, so it is made safe here."""
    for root in (*state.query.requirements, *state.query.constraints):
        stated = root.requirement
        bound = Requirement(stated.name, specifier=safe(stated.specifier, MAX_TEXT))
        yield safe(root.origin.where, MAX_TEXT) or "you", bound


def _of_others(pins: Mapping[str, Pin]) -> Iterator[tuple[str, Requirement]]:
    for pin in pins.values():
        for requirement in pin.requires:
            yield f"{pin.name} {pin.version}", requirement


def _is_exact(bounds: Iterable[Bound]) -> bool:
    return any(_EXACT.match(asked) for asked, _ in bounds)
