"""The left tree of Explore: the solution, or what is known of it. Pure: state to nodes."""

from __future__ import annotations

from typing import Literal, TypeAlias

from resolvetui.model.resolution import Pin
from resolvetui.tui import signs, words
from resolvetui.tui.spans import Spans
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.widgets.stree import Node

Form: TypeAlias = Literal["tree", "name", "size", "decided"]
FORMS: tuple[Form, ...] = ("tree", "name", "size", "decided")

NO_REQUIREMENTS: tuple[Spans, ...] = (
    (("Nothing is required yet", "strong"),),
    (),
    (("a", "key"), ("  add a requirement", "text")),
    (),
    (("torch torchvision", "muted"),),
    (("numpy>=1.26,<2", "muted"),),
)


def nodes(state: SessionState, form: Form) -> list[Node]:
    """The tree for the state's phase; a node's data is the package's name."""
    if state.phase is Phase.SOLVED:
        return _tree(state) if form == "tree" else _flat(state, form)
    if state.phase is Phase.UNSATISFIABLE:
        return _conflict(state)
    return _decided(state)


def _tree(state: SessionState) -> list[Node]:
    """Requirements on top, each package expanded once, further mentions as `↑ name version`."""
    pins = state.pins
    roots = [name for name in dict.fromkeys(state.shown.names) if name in pins]
    seen = set(roots)
    return [_expanded(pins, name, seen, name) for name in roots]


def _expanded(pins: dict[str, Pin], name: str, seen: set[str], path: str) -> Node:
    pin = pins[name]
    children = []
    for required in dict.fromkeys(requirement.name for requirement in pin.requires):
        if required not in pins:
            continue
        below = f"{path}/{required}"
        if required in seen:
            children.append(Node(below, _repeat(pins[required]), required))
        else:
            seen.add(required)
            children.append(_expanded(pins, required, seen, below))
    return Node(path, _label(pin), name, children)


def _label(pin: Pin) -> Spans:
    sign = signs.CHOSEN
    extras = f"[{','.join(pin.extras)}]" if pin.extras else ""
    return (
        (f"{sign.glyph} ", sign.role),
        (pin.name, "text"),
        (extras, "info"),
        (f" {pin.version}", "muted"),
        *_source_note(pin),
    )


def _source_note(pin: Pin) -> Spans:
    """Only what is unusual: a direct URL, a kept package, a source distribution."""
    if pin.kind == "installed":
        return ((" kept", "info"),)
    if pin.kind == "url":
        return ((" from a URL", "info"),)
    if pin.file is not None and words.file_kind(pin.file) == "sdist":
        return ((f" {signs.SDIST.glyph} sdist", signs.SDIST.role),)
    return ()


def _repeat(pin: Pin) -> Spans:
    return ((f"{signs.REPEAT.glyph} {pin.name} {pin.version}", "muted"),)


def _flat(state: SessionState, form: Form) -> list[Node]:
    pins = list(state.pins.values())
    if form == "size":
        pins.sort(key=lambda pin: -(_size(pin) or 0))
    elif form == "decided":
        place = {name: number for number, (name, _) in enumerate(state.decided)}
        pins.sort(key=lambda pin: place.get(pin.name, len(place)))
    return [Node(pin.name, (*_label(pin), *_size_note(pin, form)), pin.name) for pin in pins]


def _size(pin: Pin) -> int | None:
    return pin.file.size if pin.file else None


def _size_note(pin: Pin, form: Form) -> Spans:
    return ((f"  {words.size(_size(pin))}", "accent"),) if form == "size" else ()


def _decided(state: SessionState) -> list[Node]:
    """While it runs, and after a failure: what was decided, `?` where only the name is known."""
    known: dict[str, str] = dict(state.decided)
    names = [*known, *(name for name in state.shown.names if name not in known)]
    return [Node(name, _partial(name, known.get(name, "")), name) for name in names]


def _partial(name: str, version: str) -> Spans:
    sign = signs.FITS if version else signs.UNKNOWN
    text = version or "…"
    role = sign.role if version else "muted"
    return ((f"{sign.glyph} ", role), (name, "text"), (f" {text}", "muted"))


def _conflict(state: SessionState) -> list[Node]:
    """Without a solution: the packages of the conflict, then the other requirements."""
    explanation = state.explanation
    story = {item.package: item.asked for item in explanation.candidates} if explanation else {}
    steps = explanation.steps if explanation else ()
    for step in steps:
        if step.package:
            story.setdefault(step.package, "")
    shown = [
        Node(name, ((f"{signs.NO.glyph} ", "bad"), (name, "text"), _asked(name, asked)), name)
        for name, asked in story.items()
    ]
    others = [name for name in dict.fromkeys(state.shown.names) if name not in story]
    return shown + [Node(name, _partial(name, ""), name) for name in others]


def _asked(name: str, asked: str) -> tuple[str, Literal["muted"]]:
    return f" {asked.removeprefix(name)}".rstrip(), "muted"


def first_node(tree: list[Node], package: str) -> Node | None:
    """The node where a package is expanded: the first that is not a repeat."""
    for root in tree:
        for node in root.walk():
            if node.data == package and not node.spans[0][0].startswith(signs.REPEAT.glyph):
                return node
    return None


def subtitle(state: SessionState, form: Form) -> str:
    """How many packages, and that they are not all when they are not."""
    if state.phase is Phase.SOLVED:
        order = {"tree": "", "name": " by name", "size": " by size", "decided": " by decision"}
        return words.count(len(state.pins), "package") + order[form]
    if state.phase is Phase.UNSATISFIABLE:
        return "no solution"
    if state.phase is Phase.FAILED:
        return "incomplete"
    return f"{len(state.decided)} so far" if state.phase is Phase.RESOLVING else ""
