"""What indexes say of the projects of an answer, beside their files: status and other places.

An index marks a project as archived, deprecated or quarantined (PEP 792), and says where else it is
the same project (PEP 708). The first is told of every package of an answer; the second where a name
counts on several indexes, or where the index that was chosen says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from resolvetui.index.assessment import Assessment
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.session.facts import Facts


def remarks(facts: Facts, resolution: Resolution) -> list[str]:
    """A warning for each thing that the user should know of the chosen projects."""
    texts: list[str] = []
    apart: dict[tuple[IndexName, ...], list[PackageName]] = {}
    for pin in resolution.pins:
        assessed = facts.listings.assessed(pin.name)
        texts += _statuses(pin, assessed)
        texts += _places(pin, assessed)
        hosts = _apart(facts, pin.name, assessed)
        if hosts:
            apart.setdefault(hosts, []).append(pin.name)
    if apart:
        from resolvetui.explanation import standing_words

        texts += [standing_words.apart(names, hosts) for hosts, names in apart.items()]
    return texts


def _statuses(pin: Pin, assessed: Mapping[IndexName, Assessment]) -> list[str]:
    told = {index: each for index, each in assessed.items() if each.status}
    if pin.index:
        told = {index: each for index, each in told.items() if index == pin.index}
    if not told:
        return []
    from resolvetui.explanation import standing_words

    return [
        standing_words.status(pin.name, index, each.status, each.status_reason)
        for index, each in told.items()
    ]


def _places(pin: Pin, assessed: Mapping[IndexName, Assessment]) -> list[str]:
    chosen = assessed.get(pin.index) if pin.index else None
    if chosen is None or pin.index is None or not (chosen.tracks or chosen.alternates):
        return []
    from resolvetui.explanation import standing_words

    return [standing_words.places(pin.name, pin.index, chosen.tracks, chosen.alternates)]


def _apart(
    facts: Facts, name: PackageName, assessed: Mapping[IndexName, Assessment]
) -> tuple[IndexName, ...]:
    """The indexes that a package is taken from, where nothing says that it is one project.

    PEP 708: one that tracks another is the same project, and so are two that both name each other
    as alternate locations. Find-links sources were chosen file by file and have no pages.
    """
    urls = {
        source.name: f"{source.shown_url.rstrip('/')}/{name}"
        for source in facts.query.indexes
        if source.kind == "simple" and source.name in assessed
    }
    joined: list[set[IndexName]] = []
    for index in urls:
        mine = {index}
        mine |= {each for each in urls if each != index and _are_one(assessed, urls, index, each)}
        others = [group for group in joined if not group & mine]
        joined = [*others, mine.union(*(group for group in joined if group & mine))]
    return tuple(urls) if len(joined) > 1 else ()


def _are_one(
    assessed: Mapping[IndexName, Assessment],
    urls: Mapping[IndexName, str],
    one: IndexName,
    other: IndexName,
) -> bool:
    def names(places: Sequence[str], index: IndexName) -> bool:
        return urls[index] in {place.rstrip("/") for place in places}

    follows = names(assessed[one].tracks, other) or names(assessed[other].tracks, one)
    agree = names(assessed[one].alternates, other) and names(assessed[other].alternates, one)
    return follows or agree
