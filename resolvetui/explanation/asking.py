"""Who asks for a package of a resolution, and which requirements do not count here."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from resolvetui.environment.markers import MarkerEvaluator
from resolvetui.explanation import why_words, wording
from resolvetui.explanation.about import stated_for
from resolvetui.explanation.evidence import Evidence
from resolvetui.model.names import ExtraName, PackageName
from resolvetui.model.query import Query
from resolvetui.model.requirement import Requirement, RootRequirement
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.model.why import Asker, AskerKind, Inactive

Stated = Mapping[PackageName, Sequence[Requirement]]
"""All that the metadata of each package of a resolution requires, whether it counts or not."""

Words = Callable[[RootRequirement], str]


def asked_by(name: PackageName, resolution: Resolution, evidence: Evidence) -> tuple[Asker, ...]:
    """All whose requirement on the package counts: the user first, then packages by name."""
    return (*_of_user(name, evidence), *_of_packages(name, resolution))


def _of_user(name: PackageName, evidence: Evidence) -> Iterator[Asker]:
    query, target = evidence.query, evidence.target
    kinds: tuple[tuple[AskerKind, Sequence[RootRequirement], Words], ...] = (
        ("requirement", query.requirements, wording.asks),
        ("constraint", query.constraints, wording.constraint_words),
        ("override", query.overrides, wording.override_words),
    )
    for kind, stated, words in kinds:
        for root in stated_for(stated, name, target):
            yield Asker(
                kind,
                wording.short_requirement(root.requirement),
                words(root),
                wording.origin_words(root.origin),
            )


def _of_packages(name: PackageName, resolution: Resolution) -> Iterator[Asker]:
    pins = {pin.name: pin for pin in resolution.pins}
    for pin in resolution.pins:
        for asked in pin.requires:
            if asked.name == name and pin.name != name:
                noun = f"{pin.name} {pin.version}"
                yield Asker(
                    "dependency",
                    wording.short_requirement(asked),
                    wording.requires(noun, wording.short_requirement(asked)),
                    path=_path(pins, pin.name),
                )


def _path(
    pins: Mapping[PackageName, Pin], name: PackageName
) -> tuple[tuple[PackageName, str], ...]:
    """The shortest way from a package that the user asks for down to this one, both included."""
    queue: deque[tuple[PackageName, ...]] = deque([(name,)])
    seen = {name}
    while queue:
        chain = queue.popleft()
        pin = pins[chain[0]]
        if pin.requested:
            return tuple((each, pins[each].version) for each in chain)
        for parent in pin.required_by:
            if parent in pins and parent not in seen:
                seen.add(parent)
                queue.append((parent, *chain))
    return ((name, pins[name].version),)


# ---- what does not count


def inactive_for(
    name: PackageName, resolution: Resolution, stated: Stated, evidence: Evidence
) -> tuple[Inactive, ...]:
    """Requirements on a package that do not count here; those of an extra that nobody asks for
    come last.
    """
    markers = MarkerEvaluator(evidence.target)
    found = list(_inactive_roots(name, evidence.query, markers))
    for pin in resolution.pins:
        about = (each for each in stated.get(pin.name, ()) if each.name == name)
        found += _inactive_of(pin, about, markers)
    return tuple(sorted(found, key=lambda each: each.of_extra))


def own_inactive(pin: Pin, stated: Stated, evidence: Evidence) -> tuple[Inactive, ...]:
    """The package's own requirements that do not count here, those of extras that nobody asks for
    aside.
    """
    found = _inactive_of(pin, stated.get(pin.name, ()), MarkerEvaluator(evidence.target))
    return tuple(each for each in found if not each.of_extra)


def _inactive_roots(
    name: PackageName, query: Query, markers: MarkerEvaluator
) -> Iterator[Inactive]:
    for root in (*query.requirements, *query.constraints, *query.overrides):
        marker = root.requirement.marker
        if root.requirement.name == name and not markers.applies(marker):
            value = markers.deciding_value(marker)
            where = wording.origin_words(root.origin)
            yield _inactive(where, root.requirement, value, by_user=True)


def _inactive_of(
    pin: Pin, requirements: Iterable[Requirement], markers: MarkerEvaluator
) -> Iterator[Inactive]:
    counting = set(pin.requires)
    for requirement in requirements:
        if requirement not in counting:
            value = _value(requirement.marker, pin.extras, markers)
            if value:
                who = f"{pin.name} {pin.version}"
                yield _inactive(who, requirement, value, by_user=False)


def _value(marker: str, extras: Sequence[ExtraName], markers: MarkerEvaluator) -> str:
    """What decides, with the extra that comes closest; "" where the marker holds after all."""
    values = [markers.deciding_value(marker, extra) for extra in (*extras, "")]
    if "" in values:
        return ""
    return min(values, key=lambda value: value.startswith("extra "))


def _inactive(stated_by: str, requirement: Requirement, value: str, *, by_user: bool) -> Inactive:
    return Inactive(
        stated_by,
        by_user,
        wording.short_requirement(requirement),
        requirement.name,
        requirement.marker,
        value,
        value.startswith("extra "),
    )


# ---- what is not there


def why_absent(
    name: PackageName,
    inactive: Sequence[Inactive],
    guesses: Sequence[PackageName],
    evidence: Evidence,
) -> str:
    """Why a package is not part of a resolution, as a sentence."""
    query, target = evidence.query, evidence.target
    limits = [
        *map(wording.constraint_words, stated_for(query.constraints, name, target)),
        *map(wording.override_words, stated_for(query.overrides, name, target)),
    ]
    if any(not each.of_extra for each in inactive):
        reason = why_words.ALL_FALSE
    elif inactive:
        reason = why_words.ONLY_EXTRAS
    elif limits:
        reason = why_words.only_limited(limits)
    else:
        reason = why_words.NOBODY
    return why_words.absent(name, reason, guesses)
