"""Why a package is in the solution, at this version, from this index: the answer as a tree.

Without a solution: the steps of the conflict that are about the package.
"""

from __future__ import annotations

from collections.abc import Sequence

from resolvetui.explanation import why_words
from resolvetui.model.why import Asker, Inactive, NotNewer, Stage, Why
from resolvetui.tui import signs
from resolvetui.tui.spans import Role, Span, Spans
from resolvetui.tui.state import SessionState
from resolvetui.tui.views.story import step_nodes
from resolvetui.tui.widgets.stree import Node

MOST = 12
"""Lines of one group."""


def why_nodes(state: SessionState, package: str) -> list[Node]:
    """A group for each question that has an answer."""
    why = state.whys.known.get(package)
    if why is None:
        return _story(state, package)
    if why.absent:
        return [_group(why.absent, [_inactive(each) for each in why.inactive])]
    passive = [each for each in (*why.inactive, *why.own_inactive) if not each.of_extra]
    groups = [
        _group(why_words.WHO, [_asker(each) for each in why.asked_by]),
        _newer(why),
        _group(why_words.VERSIONS, _versions(why)),
        _group(why_words.INDEX, _index(why)),
        _group(why_words.INACTIVE, [_inactive(each) for each in passive]),
    ]
    return [group for group in groups if group.children]


def _group(title: str, lines: Sequence[Spans]) -> Node:
    shown = list(lines)
    if len(shown) > MOST:
        left = len(shown) - MOST + 1
        shown = [*shown[: MOST - 1], ((why_words.more(left), "muted"),)]
    children = [Node((title, number), line, hang=2) for number, line in enumerate(shown)]
    return Node(title, ((title, "title"),), children=children)


def _marked(text: str, part: str, role: Role) -> Spans:
    """A muted text with one part of it that stands out."""
    before, found, after = text.partition(part)
    spans: tuple[Span, ...] = ((before, "muted"), (found, role), (after, "muted"))
    return tuple(span for span in spans if span[0])


def _asker(asker: Asker) -> Spans:
    role: Role = "accent" if asker.kind == "dependency" else "info"
    return _marked(why_words.asker(asker), asker.requirement, role)


def _newer(why: Why) -> Node:
    children = [_not_newer(each) for each in why.not_newer]
    return Node(why_words.NEWER, ((why_words.NEWER, "title"),), children=children)


def _not_newer(answer: NotNewer) -> Node:
    """The reason; below it what a search with the version came to, its proof step by step."""
    key = ("not", answer.version)
    children = step_nodes(answer.steps, f"not {answer.version}")
    if len(answer.moved) > why_words.FEW:
        changes: list[Spans] = [((why_words.change(each), "muted"),) for each in answer.moved]
        label: Spans = (("all that would be otherwise", "info"),)
        below = [Node((*key, number), line) for number, line in enumerate(changes)]
        children.append(Node((*key, "moved"), label, children=below, open=False))
    if answer.proof:
        children.insert(0, Node((*key, "proof"), ((answer.proof, "accent"),)))
    text = _marked(answer.text, answer.version, "strong")
    return Node(key, text, children=children)


def _versions(why: Why) -> list[Spans]:
    lines = [_funnel(why.funnel)] if why.funnel else []
    if why.funnel and not why.not_newer:
        newest: Spans = _marked(why_words.newest(why.version), why.version, "strong")
        lines.append(((f"{signs.YES.glyph} ", "ok"), *newest))
    if why.label:
        lines.append(_marked(why.label, why.version, "strong"))
    return lines


def _funnel(stages: Sequence[Stage]) -> Spans:
    """`41 versions → 17 for this Python → 9 for this platform`."""
    spans: list[Span] = []
    for stage in stages:
        spans += [(" → ", "guide")] if spans else []
        spans += [(str(stage.count), "strong"), (f" {stage.label}", "muted")]
    return tuple(spans)


def _index(why: Why) -> list[Spans]:
    lines = [_marked(why.source, why.index or "", "strong")] if why.source else []
    return [
        *lines,
        *(_marked(each.text, each.version or each.index, "strong") for each in why.elsewhere),
    ]


def _inactive(each: Inactive) -> Spans:
    return _marked(why_words.inactive(each), each.value, "info")


def _story(state: SessionState, package: str) -> list[Node]:
    """Without a solution."""
    steps = state.explanation.steps if state.explanation else ()
    lines: list[Spans] = [
        ((f"({step.id}) ", "muted"), (step.text, "text"))
        for step in steps
        if step.package == package
    ]
    return [_group("In the conflict", lines)] if lines else []
