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
    AddIndex,
    AddRequirement,
    AllowBreaking,
    AllowBuild,
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
    SetPlatform,
    SetPrerelease,
    SetPythonVersion,
    SetStrategy,
    UpgradeInstalled,
    UsePinnedIndex,
)
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement


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
        case AddIndex(index=added):
            known = any(index.url == added.url for index in query.indexes)
            found = query.indexes if known else (*query.indexes[:-1], added, *query.indexes[-1:])
            return replace(query, indexes=found)
        case AllowBreaking():
            return replace(query, policies=replace(query.policies, allow_breaking=True))
        case SetPlatform(name=name):
            return replace(query, target=replace(query.target, python_platform=name))
        case SetPythonVersion(version=version):
            return replace(query, target=replace(query.target, python_version=version))
        case SetStrategy() | SetPrerelease() | SetExcludeNewer():
            return replace(query, policies=_with_policy(query.policies, change))
        case AllowSdist() | AllowBuild() | AllowWheel():
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
    change: SetStrategy | SetPrerelease | SetExcludeNewer | AllowSdist | AllowBuild | AllowWheel,
) -> Policies:
    match change:
        case SetStrategy(strategy=strategy):
            return replace(policies, index_strategy=strategy)
        case SetPrerelease(policy=policy):
            return replace(policies, prerelease=policy)
        case SetExcludeNewer(moment=moment):
            return replace(policies, exclude_newer=moment)
        case AllowSdist(name=name):
            kept = tuple(item for item in policies.only_binary if item != name)
            allowed = replace(_with_build(policies, name), only_binary=kept)
            return replace(allowed, no_binary=(*policies.no_binary, name))
        case AllowBuild(name=name):
            return _with_build(policies, name)
        case AllowWheel(name=name):
            kept = tuple(item for item in policies.no_binary if item != name)
            return replace(policies, no_binary=kept, only_binary=(*policies.only_binary, name))
        case _:
            assert_never(change)


def _with_build(policies: Policies, name: PackageName) -> Policies:
    if name in policies.allow_build:
        return policies
    return replace(policies, allow_build=tuple(sorted((*policies.allow_build, name))))


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
    """Arguments to add to those of `query`, whatever stands there; each is one word.

    () where they would have to show the credentials of a URL.
    """
    after = apply(query, changes)
    names: dict[PackageName, None] = {}
    options: list[str] = []
    for change in changes:
        match change:
            case ReplaceRequirement(old=old, new=new):
                names |= dict.fromkeys((old.requirement.name, new.name))
            case AddRequirement(requirement=root) | DropRequirement(requirement=root):
                names[root.requirement.name] = None
            case PinVersion(name=name) | ExcludeVersion(name=name) | UpgradeInstalled(name=name):
                names[name] = None
            case _:
                options.append(_option(change))
    stated = [text for name in names for text in _stated(query, after, name)]
    return () if any("****@" in text for text in stated) else (*stated, *options)


def _stated(before: Query, after: Query, name: PackageName) -> list[str]:
    """What makes the one query ask of a package what the other does."""
    wanted = [root.requirement.text for root in after.requirements if root.requirement.name == name]
    if all(root.requirement.name != name for root in before.requirements):
        return wanted
    return [f"--instead={text}" for text in wanted] or [f"--without={name}"]


def _option(  # noqa: C901, PLR0912 - one line a kind of change
    change: DropConstraint
    | DropOverride
    | SetStrategy
    | UsePinnedIndex
    | AddIndex
    | SetPrerelease
    | AllowSdist
    | AllowBuild
    | AllowWheel
    | SetPythonVersion
    | SetPlatform
    | AllowBreaking
    | SetExcludeNewer,
) -> str:
    match change:
        case SetStrategy(strategy=strategy):
            return f"--index-strategy={strategy.value}"
        case UsePinnedIndex(name=name, index=index):
            return f"--pin-index={name}={index}"
        case AddIndex(index=added):
            return f"--index={added.name}={added.shown_url}"
        case SetPrerelease(policy=policy):
            return f"--prerelease={policy.value}"
        case AllowSdist(name=name):
            return f"--no-binary={name}"
        case AllowBuild(name=name):
            return f"--allow-build={name}"
        case AllowWheel(name=name):
            return f"--only-binary={name}"
        case SetPythonVersion(version=version):
            return f"--python-version={version}"
        case AllowBreaking():
            return "--allow-breaking"
        case SetPlatform(name=name):
            return f"--python-platform={name}"
        case SetExcludeNewer(moment=moment):
            return f"--exclude-newer={last_day(moment) if moment else 'none'}"
        case DropConstraint(constraint=root) | DropOverride(override=root):
            return f"--lift={root.requirement.text}"
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
