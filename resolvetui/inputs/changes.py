"""One query into another, and the arguments that do the same on a command line. Pure.

A what-if, a fix and a key of the app are all a `Change` (`model/query.py`). It is the counterpart
of `merge.py`: that makes a query of arguments, this finds the arguments for a changed query.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import assert_never

from msgspec.structs import replace

from resolvetui.model.names import PackageName
from resolvetui.model.query import (
    AddRequirement,
    AllowSdist,
    AllowWheel,
    Change,
    DropConstraint,
    DropOverride,
    DropRequirement,
    ExcludeVersion,
    PinVersion,
    Policies,
    Query,
    ReplaceRequirement,
    SetExcludeNewer,
    SetPrerelease,
    SetPythonVersion,
    SetStrategy,
    UpgradeInstalled,
    UsePinnedIndex,
)
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement

EDITABLE = (OriginKind.ARGUMENT, OriginKind.PROMPT)
"""Where the user said something that arguments can take the place of."""

_ALL = ":all:"


def apply(query: Query, changes: Iterable[Change]) -> Query:
    """The changed query. A change of something that is not there changes nothing."""
    for change in changes:
        query = _apply(query, change)
    return query


def _apply(query: Query, change: Change) -> Query:
    match change:
        case DropConstraint(constraint=gone):
            return replace(query, constraints=_without(query.constraints, gone))
        case DropOverride(override=gone):
            return replace(query, overrides=_without(query.overrides, gone))
        case UsePinnedIndex(name=name, index=index):
            return replace(query, pinned_indexes={**query.pinned_indexes, name: index})
        case SetPythonVersion(version=version):
            return replace(query, target=replace(query.target, python_version=version))
        case SetStrategy() | SetPrerelease() | SetExcludeNewer() | AllowSdist() | AllowWheel():
            return replace(query, policies=_with_policy(query.policies, change))
        case _:
            return replace(query, requirements=_requirements(query.requirements, change))


def _requirements(
    stated: tuple[RootRequirement, ...],
    change: AddRequirement
    | ReplaceRequirement
    | DropRequirement
    | PinVersion
    | ExcludeVersion
    | UpgradeInstalled,
) -> tuple[RootRequirement, ...]:
    match change:
        case AddRequirement(requirement=added):
            return (*stated, added)
        case ReplaceRequirement(old=old):
            new = replaced(change)
            return tuple(new if root == old else root for root in stated)
        case DropRequirement(requirement=gone):
            return _without(stated, gone)
        case PinVersion(name=name, version=version):
            pinned = [root for root in stated if _pins(root.requirement, name)]
            hashes = dict.fromkeys(each for root in pinned for each in root.hashes)
            pin = replace(asked(name, f"=={version}"), hashes=tuple(hashes))
            return (*(root for root in stated if root not in pinned), pin)
        case ExcludeVersion(name=name, version=version):
            return (*stated, asked(name, f"!={version}"))
        case UpgradeInstalled(name=name):
            return (*stated, asked(name))
        case _:
            assert_never(change)


def _with_policy(
    policies: Policies,
    change: SetStrategy | SetPrerelease | SetExcludeNewer | AllowSdist | AllowWheel,
) -> Policies:
    match change:
        case SetStrategy(strategy=strategy):
            return replace(policies, index_strategy=strategy)
        case SetPrerelease(policy=policy):
            return replace(policies, prerelease=policy)
        case SetExcludeNewer(moment=moment):
            return replace(policies, exclude_newer=moment)
        case AllowSdist(name=name):
            return replace(policies, no_binary=(*policies.no_binary, name))
        case AllowWheel(name=name):
            kept = tuple(item for item in policies.no_binary if item not in (name, _ALL))
            return replace(policies, no_binary=kept)
        case _:
            assert_never(change)


def replaced(change: ReplaceRequirement) -> RootRequirement:
    """What stands in the place of the old requirement, at the same origin."""
    return RootRequirement(change.new, change.old.origin, change.new.text, change.old.hashes)


def asked(name: PackageName, specifier: str = "") -> RootRequirement:
    """A requirement that was asked for while the program ran."""
    requirement = Requirement(name, specifier=specifier)
    return RootRequirement(requirement, Origin(OriginKind.PROMPT), requirement.text)


def _without(
    stated: tuple[RootRequirement, ...], gone: RootRequirement
) -> tuple[RootRequirement, ...]:
    return tuple(root for root in stated if root != gone)


def _pins(requirement: Requirement, name: PackageName) -> bool:
    specifier = requirement.specifier
    exact = specifier.startswith("==") and "," not in specifier and "*" not in specifier
    return exact and requirement.name == name


# ---- the same as arguments


def arguments(query: Query, changes: Sequence[Change]) -> tuple[str, ...]:
    """Arguments to add to those of `query`; () where not all of it can be said with arguments.

    A requirement among them takes the place of all that the arguments said of its package. What
    stands in a file is changed there.
    """
    after = apply(query, changes)
    options: list[str] = []
    names: dict[PackageName, None] = {}
    for change in changes:
        match change:
            case ReplaceRequirement(old=root) | DropRequirement(requirement=root):
                if root.origin.kind not in EDITABLE:
                    return ()
                names[_name_after(change)] = None
            case AddRequirement(requirement=root):
                names[root.requirement.name] = None
            case PinVersion(name=name) | ExcludeVersion(name=name) | UpgradeInstalled(name=name):
                names[name] = None
            case _:
                part = _option(change)
                if not part:
                    return ()
                options += part
    stated = [_stated(after, name) for name in names]
    if not all(stated):
        return ()
    return (*(text for texts in stated for text in texts), *options)


def _name_after(change: ReplaceRequirement | DropRequirement) -> PackageName:
    if isinstance(change, ReplaceRequirement):
        return change.new.name
    return change.requirement.requirement.name


def _stated(query: Query, name: PackageName) -> list[str]:
    """All that arguments say of a package."""
    return [
        root.requirement.text
        for root in query.requirements
        if root.requirement.name == name and root.origin.kind in EDITABLE
    ]


def _option(
    change: DropConstraint
    | DropOverride
    | SetStrategy
    | UsePinnedIndex
    | SetPrerelease
    | AllowSdist
    | AllowWheel
    | SetPythonVersion
    | SetExcludeNewer,
) -> tuple[str, ...]:
    """() for what only the taking away of an option, or of a line of a file, can do."""
    match change:
        case SetStrategy(strategy=strategy):
            return ("--index-strategy", strategy.value)
        case UsePinnedIndex(name=name, index=index):
            return ("--pin-index", f"{name}={index}")
        case SetPrerelease(policy=policy):
            return ("--prerelease", policy.value)
        case AllowSdist(name=name):
            return ("--no-binary", name)
        case SetPythonVersion(version=version):
            return ("--python-version", version)
        case SetExcludeNewer(moment=moment):
            return ("--exclude-newer", last_day(moment)) if moment else ()
        case DropConstraint() | DropOverride() | AllowWheel():
            return ()
        case _:
            assert_never(change)


def last_day(moment: str) -> str:
    """A cut-off as one would type it: midnight is the day before, which then counts whole.

    >>> last_day("2024-05-08T00:00:00Z"), last_day("2024-05-08T12:00:00Z")
    ('2024-05-07', '2024-05-08T12:00:00Z')
    """
    day, _, time = moment.partition("T")
    if time != "00:00:00Z":
        return moment
    return (dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat()
