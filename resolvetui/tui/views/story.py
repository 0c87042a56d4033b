"""The explanation of a conflict as a tree: cause, steps by what they follow from, evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from resolvetui.model.explanation import Explanation, Fact, Hint, PackageVerdicts, Step
from resolvetui.model.verdict import Reason, VersionVerdict
from resolvetui.tui import signs, words
from resolvetui.tui.signs import Sign
from resolvetui.tui.spans import Role, Spans, plain
from resolvetui.tui.views.files import file_lines
from resolvetui.tui.widgets.stree import Node


@dataclass(frozen=True, slots=True)
class Link:
    """Where Enter leads: to a step that was told before, or to a package's candidates."""

    step: int = 0
    package: str = ""


def story_nodes(explanation: Explanation) -> list[Node]:
    """The whole tree."""
    root = Node(
        "cause",
        ((f"{signs.NO.glyph} ", "bad-strong"), (explanation.cause, "strong")),
        children=step_nodes(explanation.steps, cause=explanation.cause),
    )
    return [root, *(_candidates(item) for item in explanation.candidates)]


def step_nodes(steps: Sequence[Step], within: str = "step", cause: str = "") -> list[Node]:
    """The steps that no other one uses, with what they follow from below them. What the cause says
    word for word is not said again.

    `within` tells the stories of one tree apart: a step's key is (its id, `within`).
    """
    used = {use for step in steps for use in step.uses}
    by_id = {step.id: step for step in steps}
    teller = _Teller(by_id, within, cause)
    return [teller.step(step, "cause") for step in steps if step.id not in used]


@dataclass(slots=True)
class _Teller:
    """Tells each step once, then refers to it by its number."""

    by_id: Mapping[int, Step]
    within: str
    cause: str
    told: set[int] = field(default_factory=set)

    def step(self, step: Step, path: str) -> Node:
        """A step with what it follows from, then its facts."""
        key = f"{path}/{step.id}"
        if step.id in self.told:
            repeat: Spans = ((f"{signs.REPEAT.glyph} see ({step.id}) ", "info"),)
            return Node((key, self.within), (*repeat, (step.text, "muted")), Link(step=step.id))
        self.told.add(step.id)
        uses = [self.step(self.by_id[use], key) for use in step.uses if use in self.by_id]
        facts = _facts([each for each in step.facts if not _is_said(step, each)], key, self.within)
        is_cause = step.text.rstrip(".").casefold() == self.cause.rstrip(".").casefold()
        said: Spans = ((_AS_SAID, "muted"),)
        sentence: Spans = ((f"({step.id}) ", "muted"), (step.text, _ROLES.get(step.kind, "text")))
        if is_cause and facts:
            sentence = (*sentence[:1], *said)
        link = Link(package=step.package or "")
        return Node((step.id, self.within), sentence, link, [*uses, *facts], hang=4)


_AS_SAID = "As the first line says:"

_ROLES: dict[str, Role] = {
    "conclusion": "strong",
    "requirement": "info",
    "constraint": "accent",
    "override": "accent",
    "not-found": "warn",
}

_REASONS = frozenset(reason.value for reason in Reason)


def _is_said(step: Step, fact: Fact) -> bool:
    """Whether a fact is its step's sentence once more, and not at a place in a file."""
    return not fact.where and fact.text.casefold() == step.text.rstrip(".").casefold()


def _facts(facts: Sequence[Fact], path: str, within: str) -> list[Node]:
    """The evidence of a step; much of one kind as one closed row that says how much."""
    nodes = [_fact(fact, number, path, within) for number, fact in enumerate(facts)]
    found: list[Node] = []
    for kind in dict.fromkeys(fact.kind for fact in facts):
        same = [node for node, fact in zip(nodes, facts, strict=True) if fact.kind == kind]
        if len(same) <= _MOST_FACTS:
            found += same
            continue
        first = same[0]
        count = words.count(len(same), "fact")
        label: Spans = (*first.spans, (f"  and more like it: {count}", "info"))
        found.append(Node((f"{path}/{kind}", within), label, first.data, same, open=False))
    return found


_MOST_FACTS = 4
"""Of one kind in a row of their own."""


def _fact(fact: Fact, number: int, path: str, within: str) -> Node:
    sign = _fact_sign(fact)
    where: Spans = ((f"  {fact.where}", "info"),) if fact.where else ()
    text: Spans = ((f"{sign.glyph} ", sign.role), (fact.text, "muted"), *where)
    return Node((f"{path}/fact {number}", within), text, Link(package=fact.package or ""))


def _fact_sign(fact: Fact) -> Sign:
    if fact.kind in _REASONS:
        return words.reason_sign(Reason(fact.kind))
    return _PLAIN


_PLAIN = Sign("•", "*", "evidence", "muted")


def _candidates(item: PackageVerdicts) -> Node:
    """The candidates of one package: versions, and under each its files."""
    children = _version_nodes(item)
    if item.omitted:
        more = f"… {words.count(item.omitted, 'more version')}: enter shows all"
        children.append(
            Node((item.package, "more"), ((more, "muted"),), Link(package=item.package))
        )
    if item.nearest:
        near: Spans = (("nearest ", "muted"), (item.nearest, "accent"))
        children.append(Node((item.package, "nearest"), near, Link(package=item.package)))
    total = words.count(len(item.versions) + item.omitted, "candidate")
    label: Spans = (
        ("candidates for ", "muted"),
        (item.asked or item.package, "info"),
        (f"  {total}", "muted"),
    )
    return Node((item.package, "candidates"), label, Link(package=item.package), children)


def _version_nodes(item: PackageVerdicts) -> list[Node]:
    versions = max((len(verdict.version) for verdict in item.versions), default=0)
    indexes = max((len(verdict.index) for verdict in item.versions), default=0)
    files = max((len(_files(verdict)) for verdict in item.versions), default=0)
    widths = (min(versions, 24), min(indexes, 18), files)
    return [_version(item, verdict, number, widths) for number, verdict in enumerate(item.versions)]


def _files(verdict: VersionVerdict) -> str:
    return f"{words.count(len(verdict.files), 'file')}  " if verdict.files else ""


def _version(
    item: PackageVerdicts, verdict: VersionVerdict, number: int, widths: tuple[int, int, int]
) -> Node:
    package, (version, index, count) = item.package, widths
    sign = signs.FITS
    word = sign.word if number < item.in_range else f"{sign.word}, and is not in range"
    if verdict.hurdle is not None:
        sign, _ = words.hurdle_cell(verdict.hurdle)
        word = words.hurdle_words(verdict.hurdle)
    label: Spans = (
        (f"{sign.glyph} ", sign.role),
        (f"{verdict.version:<{version}}  ", "text"),
        (f"{verdict.index:<{index}}  ", "muted"),
        (_files(verdict).ljust(count), "muted"),
        (word, sign.role),
    )
    key = (package, number, verdict.version)
    files = [
        Node((*key, place), spans, Link(package=package))
        for place, spans in enumerate(file_lines(verdict.files, "", hashes=False))
    ]
    return Node(key, label, Link(package=package), files, open=False)


def copied(explanation: Explanation, node: Node | None) -> str:
    """What `y` copies of a node: its sentence, also where the tree only refers to it; the whole
    report at the root.
    """
    if node is None or node.key == "cause":
        return report(explanation)
    if isinstance(node.data, Link):
        number = node.key[0] if isinstance(node.key, tuple) else None
        for step in explanation.steps:
            if step.id == number or (node.data.step and step.id == node.data.step):
                return f"({step.id}) {step.text}"
    return plain(node.spans)


def report(explanation: Explanation) -> str:
    """The explanation as plain text, for an issue tracker."""
    lines = [explanation.cause, ""]
    for step in explanation.steps:
        uses = f" (from {', '.join(map(str, step.uses))})" if step.uses else ""
        lines.append(f"{step.id}. {step.text}{uses}")
        lines += [f"   - {fact.text}" for fact in step.facts]
    for item in explanation.candidates:
        lines += ["", f"Candidates for {item.asked or item.package}:"]
        lines += [f"  {_candidate_text(verdict)}" for verdict in item.versions]
    if explanation.hints:
        lines += ["", "Ways out:", *(f"  {_hint_text(hint)}" for hint in explanation.hints)]
    return "\n".join(lines)


def _candidate_text(verdict: VersionVerdict) -> str:
    word = words.hurdle_words(verdict.hurdle) if verdict.hurdle else "fits"
    return f"{verdict.version} ({verdict.index}): {word}"


def _hint_text(hint: Hint) -> str:
    args = f"  [{' '.join(hint.args)}]" if hint.args else ""
    if hint.verified:
        return f"{hint.text}{args} (verified)"
    return f"{hint.text}{args} (tried: {hint.tried})" if hint.tried else f"{hint.text}{args}"
