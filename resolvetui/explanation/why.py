"""On success: why a package is there, at this version, from this index; or why it is not.

Puts together what `asking.py`, `newer.py` and `offers.py` find. Pure: what only a search can tell
is searched by `session/whys.py`, which passes the ends of its searches in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from resolvetui.explanation import why_words
from resolvetui.explanation.about import stated_for
from resolvetui.explanation.asking import Stated, asked_by, inactive_for, own_inactive, why_absent
from resolvetui.explanation.evidence import Evidence
from resolvetui.explanation.names import did_you_mean
from resolvetui.explanation.newer import at_a_glance, is_newer
from resolvetui.explanation.offers import elsewhere, funnel
from resolvetui.model.names import PackageName
from resolvetui.model.query import PrereleasePolicy, Query
from resolvetui.model.requirement import Requirement
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.model.why import NotNewer, Why
from resolvetui.resolver.specifiers import parse_version

Search = Callable[[NotNewer], NotNewer]
"""Adds to what is seen at a glance what a search with the version came to."""


def why(
    name: PackageName, resolution: Resolution, evidence: Evidence, stated: Stated, search: Search
) -> Why:
    """All of it, for any package: one that is not part of the resolution as well."""
    inactive = inactive_for(name, resolution, stated, evidence)
    pin = next((pin for pin in resolution.pins if pin.name == name), None)
    if pin is None:
        return _absent(Why(name, inactive=inactive), resolution, evidence)
    specifiers = _specifiers(pin, resolution, evidence)
    verdicts = () if pin.kind == "url" else evidence.verdicts(name)
    return Why(
        name,
        pin.version,
        pin.index,
        asked_by(name, resolution, evidence),
        inactive,
        own_inactive(pin, stated, evidence),
        tuple(search(glance) for glance in not_newer(pin, resolution, evidence)),
        _source(pin, evidence),
        elsewhere(pin, specifiers, evidence),
        funnel(verdicts, specifiers),
        why_words.local_label(pin.version),
    )


def not_newer(pin: Pin, resolution: Resolution, evidence: Evidence) -> list[NotNewer]:
    """At a glance: the newest version, and the newest that could be used where that is another."""
    if pin.kind == "url" or not is_newer(pin.newest, pin.version):
        return []
    query, target = evidence.query, evidence.target
    verdicts = evidence.verdicts(pin.name)
    usable = [
        verdict.version
        for verdict in verdicts
        if verdict.hurdle is None and is_newer(verdict.version, pin.version)
    ]
    nearest = max(usable, key=lambda version: _is_wanted(version, query), default=pin.newest)
    found = []
    for version in dict.fromkeys((pin.newest, nearest)):
        of_version = [verdict for verdict in verdicts if verdict.version == version]
        found.append(at_a_glance(pin, version, of_version, resolution, query, target))
    return found


def _is_wanted(version: str, query: Query) -> bool:
    """Whether it would be preferred: a final version, or any where pre-releases are allowed."""
    allowed = query.policies.prerelease is PrereleasePolicy.ALLOW
    return allowed or not parse_version(version).is_prerelease


def _specifiers(pin: Pin, resolution: Resolution, evidence: Evidence) -> list[str]:
    """All that is asked of the version of a package."""
    query, target = evidence.query, evidence.target
    overrides = stated_for(query.overrides, pin.name, target)
    roots = overrides or stated_for((*query.requirements, *query.constraints), pin.name, target)
    asked: list[Requirement] = [root.requirement for root in roots]
    if not overrides:
        asked += [r for other in resolution.pins for r in other.requires if r.name == pin.name]
    return list(dict.fromkeys(each.specifier for each in asked if each.specifier))


def _source(pin: Pin, evidence: Evidence) -> str:
    if pin.kind == "url":
        return why_words.DIRECT
    if pin.index is None:
        return why_words.KEPT
    if pin.name in evidence.query.pinned_indexes:
        return why_words.pinned_source(pin.name, pin.index)
    others = [index for index in evidence.listed_on(pin.name) if index != pin.index]
    return why_words.source_rule(
        pin.name, pin.index, others, evidence.query.policies.index_strategy
    )


def _absent(found: Why, resolution: Resolution, evidence: Evidence) -> Why:
    name, query = found.package, evidence.query
    spoken_of = found.inactive or stated_for(
        (*query.constraints, *query.overrides), name, evidence.target
    )
    guesses: Sequence[PackageName] = ()
    if not spoken_of:
        guesses = did_you_mean(name, [pin.name for pin in resolution.pins])
    return Why(
        name,
        inactive=found.inactive,
        absent=why_absent(name, found.inactive, guesses, evidence),
        guesses=tuple(guesses),
    )
