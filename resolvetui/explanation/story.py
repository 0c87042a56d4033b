"""From a failed search to an explanation: the cause in one sentence, then the steps to it."""

from __future__ import annotations

from collections.abc import Sequence

from resolvetui.explanation import wording
from resolvetui.explanation.about import DEMANDS, About
from resolvetui.explanation.asides import asides, sources
from resolvetui.explanation.blame import why_aside, why_missing, why_out_of_range, why_unusable
from resolvetui.explanation.evidence import Evidence
from resolvetui.explanation.facts import facts_of
from resolvetui.explanation.lines import Line
from resolvetui.explanation.reading import Reading, read
from resolvetui.explanation.trace import Firing
from resolvetui.model.explanation import Explanation, Step, StepKind
from resolvetui.model.names import PackageName
from resolvetui.model.requirement import OriginKind
from resolvetui.resolver.clause import ROOT, PackageKey, base_name
from resolvetui.resolver.outcome import Refutation

__all__ = ["Evidence", "cause_of", "explain", "steps_of"]


def explain(refutation: Refutation, evidence: Evidence) -> Explanation:
    """Why there is no solution. Pure: the same proof and evidence give the same explanation."""
    from resolvetui.explanation.candidates import package_verdicts  # a story alone needs neither
    from resolvetui.explanation.hints import hints_for

    reading = read(refutation, evidence)
    about, dead_end = reading.about, reading.dead_end
    return Explanation(
        cause=cause_of(reading),
        steps=steps_of(reading),
        candidates=tuple(package_verdicts(about, name) for name in _packages(about, dead_end)),
        hints=hints_for(about, reading.core, dead_end),
    )


# ---- the cause


def cause_of(reading: Reading, first: PackageName | None = None) -> str:
    """One sentence: the first demand that finds nothing left, and what it runs into.

    Of several packages whose requirements exclude each other, `first` is named before the others.
    """
    return wording.sentence(_cause(reading.about, reading.firings, reading.dead_end, first))


def _cause(
    about: About,
    firings: tuple[Firing, ...],
    dead_end: Firing | None,
    first: PackageName | None,
) -> str:
    itself = next((f.line for f in firings if f.line.depender == f.line.subject), None)
    if itself is not None and (dead_end is None or dead_end.line.subject == itself.subject):
        return wording.itself(about.depender(itself), about.dependee(itself))
    if dead_end is None:
        return _together(about)
    line = dead_end.line
    name = base_name(line.subject)
    if not about.domain(line.subject).versions:
        return why_missing(about, name, about.demand(line) if line.kind == "dependency" else "")
    if not dead_end.allowed:
        return why_out_of_range(about, line, about.demand(line))
    return _taken(about, firings, dead_end, first)


def _together(about: About) -> str:
    """No chain of facts ends; only the whole does."""
    roots = [line.root() for line in about.lines if line.kind in ("requirement", "constraint")]
    subjects = [line.subject for line in about.lines if line.kind == "dependency"]
    torn = max(dict.fromkeys(subjects), key=subjects.count, default="")
    return wording.together(
        [wording.short_requirement(root.requirement) for root in roots if root is not None], torn
    )


def _taken(
    about: About, firings: tuple[Firing, ...], dead_end: Firing, first: PackageName | None
) -> str:
    """There are versions in range, and other facts take all of them."""
    blockers = _blockers(firings, dead_end)
    unusable = [each.line for each in blockers if each.line.kind == "unusable"]
    rivals = [each.line for each in blockers if each.line.kind != "unusable"]
    gone = 0
    for line in unusable:
        gone |= line.forbidden()
    why = why_unusable(about, unusable, gone & dead_end.allowed) if unusable else ""
    if not dead_end.allowed & ~gone:
        return why
    demands = [line for line in (*rivals, dead_end.line) if line.kind != "constraint"]
    demands.sort(key=lambda line: (line.kind != "dependency", str(line.depender) != first))
    constraints = [line for line in rivals if line.kind == "constraint"]
    text = wording.clash(
        list(dict.fromkeys(map(about.demand, demands))),
        [root for line in constraints if (root := line.root()) is not None],
    )
    return f"{text}; {why}" if why else text


def _blockers(firings: tuple[Firing, ...], dead_end: Firing) -> list[Firing]:
    """What took the versions that a demand wants; what an extra passed on, at its source."""
    found: dict[int, None] = {}
    stack = list(reversed(dead_end.blockers))
    while stack:
        at = stack.pop()
        if firings[at].line.kind == "extra":
            stack.extend(reversed(firings[at].uses))
        else:
            found[at] = None
    return [firings[at] for at in found]


# ---- the steps


def steps_of(reading: Reading) -> tuple[Step, ...]:
    """The numbered steps, each after those that it follows from."""
    return _Teller(reading.about).tell(reading.firings, reading.rest)


class _Teller:
    """Makes steps of firings, and remembers which step tells what."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._steps: list[Step] = []
        self._told: dict[int, int] = {}
        """Position of a firing → id of the step that tells it."""
        self._texts: dict[str, int] = {}

    def tell(self, firings: tuple[Firing, ...], rest: tuple[Line, ...]) -> tuple[Step, ...]:
        folded = asides(firings)
        for at, firing in enumerate(firings):
            if firing.line.kind == "extra" or at in folded:
                continue
            beside = [each for each, host in folded.items() if host == at]
            before = {self._told[use] for use in sources(firings, at) if use not in beside}
            step = self._tell_one(firing, sorted(before), [firings[each].line for each in beside])
            self._told |= dict.fromkeys([at, *beside], step)
        for line in rest:
            if line.kind != "extra":
                self._add(self._plain(line), _kind(line), (), line)
        if rest:
            uses = [step.id for step in self._steps]
            self._add(wording.NO_CHOICE, "conclusion", uses, None)
        return tuple(self._steps)

    def _tell_one(self, firing: Firing, uses: list[int], beside: list[Line]) -> int:
        line = firing.line
        if firing.is_dead_end and not firing.allowed:
            uses = sorted({*uses, self._nothing_listed(line)})
        text = self._plain(line)
        if line.kind == "dependency" and firing.narrowed == line.depender:
            text = f"{text}, {wording.consequence(self._about.depender(line))}"
        aside = "; ".join(self._aside(each, line) for each in beside)
        if aside:
            text = f"{text} ({aside})"
        return self._add(text, _kind(line), uses, line, beside=beside, aside=aside)

    def _aside(self, line: Line, host: Line) -> str:
        assert host.depender is not None
        return why_aside(self._about, line, self._wanted(line), host.terms[host.depender])

    def _wanted(self, line: Line) -> int:
        """The unusable versions that are asked for; all, where none is."""
        mask = line.forbidden()
        return self._about.asked_mask(base_name(line.subject)) & mask or mask

    def _plain(self, line: Line) -> str:
        about = self._about
        if line.kind == "unusable":
            return why_unusable(about, [line], self._wanted(line))
        if line.depender == line.subject:
            return wording.itself(about.depender(line), about.dependee(line))
        return about.demand(line)

    def _nothing_listed(self, line: Line) -> int:
        """The step before a demand that no listed version meets."""
        name = base_name(line.subject)
        if self._about.domain(line.subject).versions:
            return self._add(why_out_of_range(self._about, line), "unusable", (), None, name)
        missing = why_missing(self._about, name, guess=False)
        return self._add(missing, "not-found", (), None, name)

    def _add(
        self,
        text: str,
        kind: StepKind,
        uses: list[int] | tuple[int, ...],
        line: Line | None,
        name: PackageName | None = None,
        beside: Sequence[Line] = (),
        aside: str = "",
    ) -> int:
        """The id of the step with this text; two lines that say the same are one step."""
        text = wording.sentence(text)
        if text not in self._texts:
            self._texts[text] = len(self._steps) + 1
            facts = tuple(
                fact
                for each in (line, *beside)
                if each is not None
                for fact in facts_of(self._about, each)
            )
            package = base_name(line.subject) if line else name
            number = len(self._steps) + 1
            of = base_name(line.depender) if aside and line and line.depender else None
            self._steps.append(Step(number, text, kind, tuple(uses), facts, package, aside, of))
        return self._texts[text]


def _kind(line: Line) -> StepKind:
    match line.kind:
        case "unusable":
            return "unusable"
        case "constraint":
            return "constraint"
        case "dependency" | "extra":
            return "dependency"
        case "requirement":
            root = line.root()
            overridden = line.override() is not None
            is_override = root is not None and root.origin.kind is OriginKind.OVERRIDE
            return "override" if overridden or is_override else "requirement"


def _packages(about: About, dead_end: Firing | None) -> list[PackageName]:
    """The packages whose candidates matter, the one of the cause first."""
    found: dict[PackageName, None] = {}
    if dead_end is not None:
        found[base_name(dead_end.line.subject)] = None
    for line in about.lines:
        if line.kind == "unusable":
            found[base_name(line.subject)] = None
    for line in about.lines:
        missing = line.kind in DEMANDS and not about.allowed(line)
        if missing and line.subject not in (ROOT, line.depender):
            found[base_name(PackageKey(line.subject))] = None
    return list(found)
