"""Which names are on several indexes, from the facts of an attempt: nothing is asked here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from resolvetui.index.strategy import Roles
from resolvetui.model.files import ProjectPage
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource, IndexStrategy, Query
from resolvetui.model.resolution import Pin
from resolvetui.model.sharing import Hashes, Listing, Part, SharedName, Sharing
from resolvetui.resolver.specifiers import parse_version
from resolvetui.session.attempts import Attempt
from resolvetui.session.facts import Facts

_NEWEST = 8
"""Versions of one index that are named."""


def sharing(attempt: Attempt) -> Sharing:
    """All names that the attempt came across."""
    facts = attempt.facts
    pins = {pin.name: pin for pin in attempt.resolution.pins} if attempt.resolution else {}
    names = [_name(facts, name, pins.get(name)) for name in sorted(facts.listings.names())]
    shared = [each for each in names if len(each.on) > 1]
    shared.sort(key=lambda each: (not each.risk, each.package))
    opened = [each for each in names if len(each.on) < 2 and each.open]
    return Sharing(tuple(shared), tuple(opened), len(names) - len(shared) - len(opened))


def _name(facts: Facts, name: PackageName, pin: Pin | None) -> SharedName:
    query, roles = facts.query, facts.listings.roles_of(name)
    pages = {
        source.name: facts.listings.page(name, source.name)
        for source in query.indexes
        if facts.listings.has_project(name, source.name)
    }
    listings = tuple(_listing(facts, name, source, roles, pin) for source in query.indexes)
    hashes, equal, differing, unknown = _compare(list(pages.values()))
    found = SharedName(
        name,
        listings,
        pin.version if pin else "",
        _why(query, name, pin, roles),
        hashes,
        equal,
        differing,
        unknown,
    )
    if len(found.on) < 2:
        return found
    risk = _risk(found, query.policies.index_strategy, roles, pages)
    return replace(found, risk=risk)


def _listing(
    facts: Facts, name: PackageName, source: IndexSource, roles: Roles, pin: Pin | None
) -> Listing:
    has_it = facts.listings.has_project(name, source.name)
    if not has_it:
        part: Part = "not-asked" if has_it is None else "missing"
        if has_it is None and source.explicit:
            part = "explicit"
        return Listing(source.name, part)
    page = facts.listings.page(name, source.name)
    versions = sorted((each.version for each in page.releases), key=parse_version, reverse=True)
    part = "used" if source in roles.used else "hidden"
    if pin is not None and pin.index == source.name:
        part = "chosen"
    return Listing(source.name, part, len(versions), tuple(versions[:_NEWEST]))


def _compare(pages: Sequence[ProjectPage]) -> tuple[Hashes, int, tuple[str, ...], int]:
    """The files of the same name on different indexes, by their hashes."""
    files: dict[str, list[Mapping[str, str]]] = {}
    for page in pages:
        for release in page.releases:
            for file in release.files:
                files.setdefault(file.filename, []).append(file.hashes)
    equal = unknown = 0
    differing = []
    for filename, known in files.items():
        if len(known) < 2:
            continue
        same = _same(known)
        if same is None:
            unknown += 1
        elif same:
            equal += 1
        else:
            differing.append(filename)
    verdict: Hashes = "equal" if equal else "apart"
    if differing or unknown:
        verdict = "differ" if differing else "unknown"
    return verdict, equal, tuple(sorted(differing)), unknown


def _same(known: Sequence[Mapping[str, str]]) -> bool | None:
    """Whether all hashes agree; None where some two files have no kind of hash in common."""
    first, *others = known
    compared = True
    for other in others:
        kinds = first.keys() & other.keys()
        if any(first[kind].lower() != other[kind].lower() for kind in kinds):
            return False
        compared = compared and bool(kinds)
    return True if compared else None


def _why(query: Query, name: PackageName, pin: Pin | None, roles: Roles) -> str:
    if name in query.pinned_indexes:
        return f"It is pinned to {query.pinned_indexes[name]}: no other index counts for it."
    if pin is not None and pin.kind != "file":
        return "It does not come from an index."
    strategy = query.policies.index_strategy
    if strategy is IndexStrategy.FIRST_INDEX:
        first = next((source.name for source in roles.used if source.kind == "simple"), None)
        if first is None:
            return "No index was needed."
        return f"{first} is the first index that lists it, and first-index hides the later ones."
    chosen = f"{pin.version} of {pin.index}" if pin else "none of them in this answer"
    if strategy is IndexStrategy.UNSAFE_FIRST_MATCH:
        return f"All indexes count, versions of earlier ones are preferred: {chosen}."
    return f"All indexes count, and the best version wins: {chosen}."


def _risk(
    found: SharedName,
    strategy: IndexStrategy,
    roles: Roles,
    pages: Mapping[IndexName, ProjectPage],
) -> str:
    if found.differing:
        return "Files of one name have different contents: rebuilt, or tampered with."
    used = [source.name for source in roles.used]
    if strategy is not IndexStrategy.FIRST_INDEX and len(used) > 1:
        return f"Whoever can upload to one of {', '.join(used)} can supply it."
    best = _highest(used, pages)
    for listing in found.listings:
        if listing.part == "hidden" and listing.newest:
            highest = listing.newest[0]
            if best and parse_version(highest) > parse_version(best):
                return (
                    f"{listing.index} has {highest}, higher than any on {', '.join(used)}: "
                    "unsafe-best-match would take it."
                )
    return ""


def _highest(names: Sequence[IndexName], pages: Mapping[IndexName, ProjectPage]) -> str:
    versions = [
        release.version for name in names if name in pages for release in pages[name].releases
    ]
    return max(versions, key=parse_version, default="")
