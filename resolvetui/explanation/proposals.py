"""Everything that one conflict suggests to change, with what it costs: food for `fixes.py`.

The hints are among it. Beside them come smaller and larger steps than a hint proposes: one side
of a range, an extra, a whole requirement. What the facts of the conflict refute is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.explanation import advice, wording
from resolvetui.explanation.about import About, is_shadowed, stated_for
from resolvetui.explanation.dropping import drop_hint
from resolvetui.explanation.hints import (
    all_hints,
    hiding,
    hint,
    of_platform,
    of_python,
    of_reasons,
    of_strategy,
    replacing,
)
from resolvetui.explanation.lines import Line
from resolvetui.explanation.proof import contradictory
from resolvetui.explanation.pythons import minor_of
from resolvetui.explanation.reading import Reading
from resolvetui.explanation.relaxing import relaxed
from resolvetui.inputs.changes import asked
from resolvetui.model.explanation import Hint
from resolvetui.model.names import PackageName
from resolvetui.model.query import (
    AddRequirement,
    Change,
    DropConstraint,
    DropOverride,
    DropRequirement,
    PrereleasePolicy,
    ReplaceRequirement,
    SetPythonVersion,
    UpgradeInstalled,
    UsePinnedIndex,
)
from resolvetui.model.requirement import Requirement, RootRequirement
from resolvetui.model.verdict import TAG_REASONS, Reason
from resolvetui.resolver.clause import ASKED, ROOT, Asked, PackageKey, base_name
from resolvetui.resolver.domain import ABSENT

COSTS = {
    "label": 1,
    "did-you-mean": 2,
    "other-version": 2,
    "bound": 2,
    "let-change": 2,
    "constraint": 3,
    "override": 3,
    "relax": 3,
    "prerelease": 3,
    "name-prerelease": 2,
    "exclude-newer": 3,
    "no-binary": 3,
    "pin-index": 1,
    "python": 4,
    "newer-system": 5,
    "extra": 5,
    "from-index": 5,
    "yanked": 6,
    "only-binary": 6,
    "build": 6,
    "index-strategy": 7,
    "allow-breaking": 7,
    "leave-out": 8,
    "platform": 9,
}
"""What each kind gives up: a bound or a policy 1 to 4, a loss of safety 3 more, to do without
something 5 to 8, another machine 9. A Python further away than the next costs 1 more a step."""

ADVICE_KINDS = frozenset({"online", "add-index", "hash", "index-url", "build-elsewhere"})
"""Kinds of hints that only the user can follow; there is nothing to try."""

_RELAXING = frozenset(
    {"label", "bound", "relax", "constraint", "override", "let-change", "extra", "leave-out"}
)
PARTIAL = frozenset({"extra", "leave-out", "platform"})
"""Kinds that give up something that was asked for: a part of it, or the machine."""
_PYTHON_REASONS = (TAG_REASONS | {Reason.REQUIRES_PYTHON}) - {Reason.PLATFORM_TAG}
_MANY = 80
"""Facts of a conflict; with more, a proposal is not tested against them before it is tried."""


class Proposal(Struct, frozen=True):
    """One change with what it costs."""

    change: Change
    text: str
    kind: str
    cost: int
    trust: str = ""
    """What it costs in safety, as a clause; or ""."""
    is_hopeful: bool = False
    """Whether it leaves a package to what another one requires of it, and so needs no older
    versions of that; of proposals that cost the same these are tried first."""

    @property
    def relaxes(self) -> bool:
        """Whether it only takes demands away, so that what it leaves stays as it is."""
        return self.kind in _RELAXING


def proposals(reading: Reading) -> tuple[Proposal, ...]:
    """What a conflict suggests, each change once, the nearest first."""
    found: dict[Change, Proposal] = {}
    for each in _hints(reading):
        for change in each.changes if each.kind not in ADVICE_KINDS else ():
            made = Proposal(
                change,
                _text(each),
                each.kind,
                COSTS[each.kind] + _distance(reading.about, change),
                _trust(reading, each),
                _is_hopeful(reading.about, change),
            )
            known = found.get(change)
            if known is None:
                found[change] = made
            elif made.cost < known.cost:  # the words of the hint, at the price of the smaller step
                found[change] = replace(known, kind=made.kind, cost=made.cost)
    return tuple(found.values())


def _hints(reading: Reading) -> Iterator[Hint]:
    about = reading.about
    yield from (_named(each) for each in all_hints(about, reading.core, reading.dead_end))
    for root in _roots(about):
        yield from _of_root(reading, root)
    for line in about.lines:
        override = line.override()
        if override is not None:
            yield hint(about, advice.lift_override(override), "override", DropOverride(override))
    names = dict.fromkeys(base_name(line.subject) for line in about.lines)
    for name in names:
        yield from _of_index(about, name)
    for line in about.lines:
        if line.kind == "unusable":
            yield from _of_unusable(about, line)


def _text(found: Hint) -> str:
    """Its words; that a version has a file that fits is no news once it was resolved."""
    match found:
        case Hint(kind="other-version", changes=(ReplaceRequirement() as change,)):
            return advice.replace(change.old, wording.short_requirement(change.new), "")
        case _:
            return found.text


def _distance(about: About, change: Change) -> int:
    """The minor versions between another Python and the next one to the target's."""
    if not isinstance(change, SetPythonVersion):
        return 0
    own = minor_of(about.evidence.target.python_version)
    return max(abs(minor_of(change.version) - own) - 1, 0)


def _is_hopeful(about: About, change: Change) -> bool:
    match change:
        case ReplaceRequirement(old=root) | DropConstraint(constraint=root):
            name = root.requirement.name
        case _:
            return False
    dependers = {line.depender for line in about.about(name, ("dependency",)) if line.depender}
    return any(base_name(key) != name for key in dependers)


def _named(found: Hint) -> Hint:
    """`let torch change too` stands among the constraints, and costs less than one."""
    upgrades = any(isinstance(change, UpgradeInstalled) for change in found.changes)
    return replace(found, kind="let-change") if upgrades else found


def _trust(reading: Reading, found: Hint) -> str:
    match found.kind:
        case "index-strategy":
            return advice.TRUSTS_ALL
        case "only-binary" | "build":
            return advice.RUNS_CODE
        case "yanked":
            return advice.WITHDRAWN
        case "allow-breaking":
            return advice.BREAKS
        case "newer-system" | "platform" if reading.about.evidence.query.target.is_environment:
            return advice.OTHER_MACHINE
        case "python" if reading.about.evidence.query.target.is_environment:
            return advice.other_environment(reading.about.evidence.target)
        case _:
            return ""


# ---- what the user stated


def _roots(about: About) -> list[RootRequirement]:
    found = (line.root() for line in about.lines if line.kind == "requirement")
    return list(dict.fromkeys(root for root in found if root is not None))


def _of_root(reading: Reading, root: RootRequirement) -> Iterator[Hint]:
    about, wanted = reading.about, root.requirement
    lines = [line for line in about.lines if line.root() == root]
    if not any(line.override() for line in lines):
        yield from _looser(reading, root, lines)
    needed = {line.subject for line in lines}
    extras = [each for each in wanted.extras if PackageKey(f"{wanted.name}[{each}]") in needed]
    if extras:
        rest = tuple(each for each in wanted.extras if each not in extras)
        change: Change = ReplaceRequirement(root, replace(wanted, extras=rest))
        yield hint(about, advice.leave_out_extras(root, extras), "extra", change)
    yield hint(about, advice.leave_out(root), "leave-out", DropRequirement(root))


def _looser(reading: Reading, root: RootRequirement, lines: Sequence[Line]) -> Iterator[Hint]:
    about, wanted = reading.about, root.requirement
    query, target = about.evidence.query, about.evidence.target
    is_only = len(stated_for(query.requirements, wanted.name, target)) == 1
    if wanted.url:
        yield _from_index(about, root)
        return
    for specifier, cost in relaxed(wanted.specifier):
        if not _may_help(reading, lines, wanted.specifier, specifier):
            continue
        if specifier and not is_only:
            continue  # nobody wants a looser one beside another
        if not specifier:
            yield replace(drop_hint(about, lines[0], root), kind="relax" if cost > 2 else "bound")
            continue
        instead = replace(wanted, specifier=specifier)
        yield replacing(about, root, instead, "label" if cost == 1 else "bound")


def _from_index(about: About, root: RootRequirement) -> Hint:
    wanted = root.requirement
    plain = ReplaceRequirement(root, Requirement(wanted.name, wanted.extras, "", wanted.marker))
    return hint(about, advice.from_index(root), "from-index", plain)


def _may_help(reading: Reading, lines: Sequence[Line], old: str, new: str) -> bool:
    """Whether the looser range has more to choose from, and the facts of the conflict leave it."""
    domain = reading.about.domain(lines[0].subject)
    allowed = domain.specifier_mask(new)
    if not allowed & ~domain.specifier_mask(old) & domain.usable:
        return False
    if len(reading.core) > _MANY:
        return True
    own = {clause.id for line in lines for clause in line.clauses}
    rest = [clause.terms for clause in reading.core if clause.id not in own]
    looser = [
        {ROOT: ASKED, line.subject: domain.full & ~allowed | ABSENT}
        for line in lines
        if isinstance(line.clauses[0].cause, Asked)
    ]
    return not contradictory([*rest, *looser], reading.about.domains)


# ---- what the indexes have


def _of_index(about: About, name: PackageName) -> Iterator[Hint]:
    """A version that fits is on an index that an earlier one, or a direct reference, hides."""
    direct = about.direct(name)
    if direct is not None:
        yield _from_index(about, direct)
    mask = about.asked_mask(name)
    inside = [each for each in about.verdicts(name) if about.in_range(name, each.version, mask)]
    unasked = [each.index for each in inside if is_shadowed(each) and each.files]
    indexes = hiding(inside) or list(dict.fromkeys(unasked))  # these may help with another change
    for index in indexes:
        yield hint(about, advice.take_from(name, index), "pin-index", UsePinnedIndex(name, index))
    yield from of_strategy(about, name, indexes)


def _of_unusable(about: About, line: Line) -> Iterator[Hint]:
    """Versions that other facts of the conflict leave in range, whatever makes them unusable."""
    name = base_name(line.subject)
    mask = about.asked_mask(name) & line.forbidden() or line.forbidden()
    yield from of_reasons(about, name, mask)
    reasons = {each.reason: each.mask & mask for each in line.exclusions() if each.mask & mask}
    if reasons.keys() & _PYTHON_REASONS:
        inside = [each for each in about.verdicts(name) if about.in_range(name, each.version, mask)]
        yield from of_python(about, name, inside)
    if reasons.keys() & {Reason.PLATFORM_TAG, Reason.PLATFORM_TOO_NEW}:
        inside = [each for each in about.verdicts(name) if about.in_range(name, each.version, mask)]
        yield from of_platform(about, name, inside)
    if Reason.PRERELEASE in reasons:
        yield from _by_name(about, name, reasons[Reason.PRERELEASE])


def _by_name(about: About, name: PackageName, mask: int) -> Iterator[Hint]:
    """Under `explicit`, a bound that is a pre-release lets those of its package in."""
    if about.evidence.query.policies.prerelease is not PrereleasePolicy.EXPLICIT:
        return
    newest = list(about.domain(PackageKey(name)).list(mask))[-1]
    root = next((each for each in _roots(about) if each.requirement.name == name), None)
    if root is None:
        stated = asked(name, f">={newest}")
        text = advice.ask_prerelease(wording.short_requirement(stated.requirement))
        yield hint(about, text, "name-prerelease", AddRequirement(stated))
        return
    bounds = [part for part in (root.requirement.specifier, f">={newest}") if part]
    instead = replace(root.requirement, specifier=",".join(bounds))
    yield replacing(about, root, instead, "name-prerelease", advice.NAMES_PRERELEASE)
