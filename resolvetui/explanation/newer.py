"""Why a newer version of a package was not chosen: at a glance, and by a search with it.

At a glance tells a hurdle of the version, or the first that does not take it. Where that is not
the reason, the query is asked again with the version required, over facts that are there (by
`session/`); here the end of that search is told: a proof, or what else would have to change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from resolvetui.environment.target import Target
from resolvetui.explanation import why_words, wording
from resolvetui.explanation.about import is_shadowed, stated_for, takes
from resolvetui.explanation.evidence import Evidence
from resolvetui.model.explanation import Step
from resolvetui.model.names import PackageName
from resolvetui.model.query import IndexStrategy, PrereleasePolicy, Query, ResolutionMode
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.model.verdict import VersionVerdict
from resolvetui.model.why import Moved, NotNewer
from resolvetui.resolver.outcome import Outcome, Refutation, Solution
from resolvetui.resolver.specifiers import parse_version


def at_a_glance(
    pin: Pin,
    version: str,
    verdicts: Sequence[VersionVerdict],
    resolution: Resolution,
    query: Query,
    target: Target,
) -> NotNewer:
    """Why `pin` is not at a newer `version`, without a search.

    `verdicts`: of that version, on every index. Of kind `unknown` where only a search can tell.
    """
    blocked = _hurdle(verdicts, target)
    if blocked is not None:
        return NotNewer(version, "unusable", blocked)
    stated = _stated(pin.name, version, query, target)
    if stated is not None and not _is_held_prerelease(pin, version, query):
        return NotNewer(version, "stated", why_words.held_back(version, stated))
    if not stated_for(query.overrides, pin.name, target):  # else only these speak
        for other in resolution.pins:
            for asked in other.requires:
                if asked.name == pin.name and not takes(asked.specifier, version):
                    text = why_words.held_back(version, why_words.whose(other.name, asked))
                    return NotNewer(version, "held-back", text)
    policy = _policy(pin, version, verdicts, query)
    if policy is not None:
        return NotNewer(version, "policy", why_words.by_policy(version, policy))
    return NotNewer(version, "unknown", why_words.passed_over(version))


def is_newer(version: str, chosen: str) -> bool:
    """By PEP 440."""
    return version != chosen and parse_version(version) > parse_version(chosen)


def _hurdle(verdicts: Sequence[VersionVerdict], target: Target) -> str | None:
    """The hurdle of a version, on an index that is asked if one lists it."""
    if any(verdict.hurdle is None for verdict in verdicts):
        return None
    ordered = sorted(verdicts, key=is_shadowed)
    if not ordered or ordered[0].hurdle is None:
        return None
    return f"{ordered[0].version} {wording.predicate(ordered[0].hurdle, target)}"


def _stated(name: PackageName, version: str, query: Query, target: Target) -> str | None:
    """What the user says that does not take a version; where overrides speak, only they do."""
    overrides = stated_for(query.overrides, name, target)
    for kind, roots in (
        ("override", overrides),
        ("requirement", () if overrides else stated_for(query.requirements, name, target)),
        ("constraint", () if overrides else stated_for(query.constraints, name, target)),
    ):
        for root in roots:
            if not takes(root.requirement.specifier, version):
                return why_words.stated(root, kind)
    return None


def _policy(
    pin: Pin, version: str, verdicts: Sequence[VersionVerdict], query: Query
) -> why_words.Policy | None:
    policies = query.policies
    if pin.kind == "installed":
        return "installed"
    lowest = policies.resolution
    if lowest is ResolutionMode.LOWEST or (
        lowest is ResolutionMode.LOWEST_DIRECT and pin.requested
    ):
        return "lowest"
    if _is_held_prerelease(pin, version, query):
        return "prerelease"
    if policies.index_strategy is IndexStrategy.UNSAFE_FIRST_MATCH and _is_later(
        pin, verdicts, query
    ):
        return "later-index"
    return None


def _is_held_prerelease(pin: Pin, version: str, query: Query) -> bool:
    """Whether a version would not be taken beside a final one, whatever range is asked for."""
    is_held = parse_version(version).is_prerelease and not parse_version(pin.version).is_prerelease
    return is_held and query.policies.prerelease is not PrereleasePolicy.ALLOW


def _is_later(pin: Pin, verdicts: Sequence[VersionVerdict], query: Query) -> bool:
    """Whether only indexes behind that of the pin have a usable file of a version."""
    order = [source.name for source in query.indexes]
    having = [verdict.index for verdict in verdicts if verdict.hurdle is None]
    return pin.index in order and all(
        index in order and order.index(index) > order.index(pin.index) for index in having
    )


# ---- by a search with it


def supposed(name: PackageName, version: str, query: Query) -> Query:
    """The query with this version asked for as well; an override of the package is narrowed, since
    nothing else counts beside it.
    """
    overrides = tuple(
        _narrowed(each, version) if each.requirement.name == name else each
        for each in query.overrides
    )
    root = _supposition(name, version)
    return replace(query, requirements=(*query.requirements, root), overrides=overrides)


def _supposition(name: PackageName, version: str) -> RootRequirement:
    requirement = Requirement(name, specifier=f"==={version}")  # no local variant of it
    return RootRequirement(requirement, Origin(OriginKind.SUPPOSED))


def _narrowed(override: RootRequirement, version: str) -> RootRequirement:
    stated = override.requirement
    specifier = ",".join(part for part in (stated.specifier, f"==={version}") if part)
    return replace(override, requirement=replace(stated, specifier=specifier))


def by_search(
    glance: NotNewer, pin: Pin, outcome: Outcome, resolution: Resolution, evidence: Evidence
) -> NotNewer:
    """What the search with a version says; it is added to what is seen at a glance."""
    match outcome:
        case Refutation():
            return _refuted(glance, pin, outcome, evidence)
        case Solution():
            return _possible(glance, pin, outcome, resolution)


def _refuted(glance: NotNewer, pin: Pin, refutation: Refutation, evidence: Evidence) -> NotNewer:
    from resolvetui.explanation.reading import read
    from resolvetui.explanation.story import cause_of, steps_of

    reading = read(refutation, evidence)
    version, cause = glance.version, cause_of(reading, pin.name)
    steps = _without(_supposition(pin.name, version), steps_of(reading))
    if glance.kind == "unknown":
        text = why_words.refuted(pin.name, version, cause)
        return NotNewer(version, "no-solution", text, steps=steps)
    return NotNewer(version, "no-solution", glance.text, why_words.NO_ROOM, steps)


def _without(supposition: RootRequirement, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps without what was supposed: that is what the whole story is about."""
    said = wording.sentence(wording.asks(supposition))
    numbers = {
        step.id: number
        for number, step in enumerate((step for step in steps if step.text != said), 1)
    }
    return tuple(
        replace(
            step,
            id=numbers[step.id],
            uses=tuple(numbers[use] for use in step.uses if use in numbers),
        )
        for step in steps
        if step.id in numbers
    )


def _possible(glance: NotNewer, pin: Pin, solution: Solution, resolution: Resolution) -> NotNewer:
    moved = moves(resolution, solution.versions, pin.name)
    fits = why_words.would_fit(glance.version, moved)
    if glance.kind == "unknown":
        return NotNewer(glance.version, "possible", fits, moved=moved)
    return NotNewer(glance.version, "possible", glance.text, wording.sentence(fits), moved=moved)


def moves(
    resolution: Resolution, versions: Mapping[PackageName, str], besides: PackageName
) -> tuple[Moved, ...]:
    """What another solution has otherwise: what moves, first of it what the user names; what is
    needed as well; what is not needed any more.
    """
    before = {pin.name: pin.version for pin in resolution.pins}
    requested = {pin.name for pin in resolution.pins if pin.requested}
    names = sorted({*before, *versions} - {besides})
    found = [
        Moved(name, before.get(name, ""), versions.get(name, ""))
        for name in names
        if before.get(name, "") != versions.get(name, "")
    ]
    return tuple(
        sorted(found, key=lambda each: (not each.new, not each.old, each.name not in requested))
    )


def seen_in(glance: NotNewer, requires: Sequence[Requirement], resolution: Resolution) -> NotNewer:
    """Where no search could tell: the first requirement of the version that a chosen one of the
    resolution does not meet.
    """
    chosen = {pin.name: pin.version for pin in resolution.pins}
    for requirement in requires:
        version = chosen.get(requirement.name)
        if (
            version is not None
            and not requirement.url
            and not takes(requirement.specifier, version)
        ):
            text = why_words.in_the_way(glance.version, requirement, version)
            return replace(glance, text=text)
    return glance
