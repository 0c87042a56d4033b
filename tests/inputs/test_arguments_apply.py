"""Arguments of changes, added to the command, ask exactly what the changed query asks."""

from __future__ import annotations

import random
from pathlib import Path

from msgspec.structs import replace

from resolvetui.cli.arguments import parse_arguments
from resolvetui.inputs.changes import apply, arguments, asked
from resolvetui.inputs.merge import build_query
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import (
    AddRequirement,
    AllowBuild,
    AllowSdist,
    AllowWheel,
    Change,
    DropConstraint,
    DropOverride,
    DropRequirement,
    ExcludeVersion,
    IndexStrategy,
    PinVersion,
    PrereleasePolicy,
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
from resolvetui.model.requirement import Requirement, RootRequirement

SPECIFIERS = ("", "==1.0", ">=1.0", "<2.0,>=1.0", "!=1.5", "~=1.4", "==1.0+cpu")
NAMES = [PackageName(name) for name in ("a", "b", "c", "d")]
INDEXES = ["--index=one=https://one.example/simple", "--index=two=https://two.example/simple"]


def query_of(folder: Path, words: list[str]) -> Query:
    return build_query(parse_arguments(["--no-config", *INDEXES, *words]), {}, str(folder)).query


def a_command(rng: random.Random, folder: Path) -> list[str]:
    """Requirements as arguments and in a file, constraints, overrides and policies."""

    def some(least: int, specifiers: tuple[str, ...] = SPECIFIERS) -> list[str]:
        count = rng.randint(least, 3)
        return [f"{rng.choice(NAMES)}{rng.choice(specifiers)}" for _ in range(count)]

    for name, specifiers in (("r", SPECIFIERS), ("c", SPECIFIERS[1:]), ("o", SPECIFIERS[1:])):
        lines = [f"{line}\n" for line in some(0, specifiers)]
        (folder / f"{name}.txt").write_text("".join(lines))
    options = ("--no-binary=a", "--only-binary=b", "--only-binary=:all:", "--no-binary=:all:")
    policies = rng.sample((*options, "--prerelease=allow", "--exclude-newer=2024-01-01"), 2)
    return [*some(1), "-r", "r.txt", "-c", "c.txt", "--override", "o.txt", *policies]


def a_change(rng: random.Random, query: Query) -> Change | None:
    name = rng.choice(NAMES)
    new = Requirement(name, (), rng.choice(SPECIFIERS))
    roots: list[RootRequirement] = list(query.requirements)
    old = rng.choice(roots)
    choices: list[Change] = [
        ReplaceRequirement(old, replace(old.requirement, specifier=rng.choice(SPECIFIERS))),
        ReplaceRequirement(old, new),
        DropRequirement(old),
        AddRequirement(asked(name, rng.choice(SPECIFIERS))),
        PinVersion(name, "1.2"),
        ExcludeVersion(name, "1.2"),
        UpgradeInstalled(name),
        SetStrategy(rng.choice(list(IndexStrategy))),
        SetPrerelease(rng.choice(list(PrereleasePolicy))),
        SetExcludeNewer(rng.choice(("", "2024-05-08T00:00:00Z", "2024-05-08T12:00:00Z"))),
        SetPythonVersion("3.11"),
        SetPlatform("aarch64-manylinux_2_28"),
        UsePinnedIndex(name, IndexName(rng.choice(("one", "two")))),
        AllowSdist(name),
        AllowWheel(name),
        AllowBuild(name),
        *map(DropConstraint, query.constraints),
        *map(DropOverride, query.overrides),
    ]
    return rng.choice(choices)


def meaning(query: Query) -> tuple[object, ...]:
    """All that decides the answer, but for where it was stated and what stands there twice."""

    def stated(roots: tuple[RootRequirement, ...]) -> list[tuple[str, list[str]]]:
        names = dict.fromkeys(root.requirement.name for root in roots)
        return [
            (name, sorted({r.requirement.text for r in roots if r.requirement.name == name}))
            for name in names
        ]

    policies = query.policies
    return (
        sorted(stated(query.requirements)),
        sorted(stated(query.constraints)),
        sorted(stated(query.overrides)),
        query.pinned_indexes,
        query.target,
        replace(policies, only_binary=(), no_binary=(), allow_build=()),
        [_formats(policies.only_binary, policies.no_binary, name) for name in NAMES],
        # Whether wheels alone may be used is what counts for consent then.
        [policies.may_build(name) for name in NAMES if name not in policies.only_binary],
    )


def _formats(
    only_binary: tuple[str, ...], no_binary: tuple[str, ...], name: str
) -> tuple[bool, bool]:
    wheels = not {":all:", name} & set(no_binary) or name in only_binary
    return wheels, not {":all:", name} & set(only_binary) or name in no_binary


def test_arguments_do_what_the_changes_do(tmp_path: Path) -> None:
    rng = random.Random(20261125)
    compared = 0
    while compared < 400:
        words = a_command(rng, tmp_path)
        query = query_of(tmp_path, words)
        limits = [root.requirement for root in (*query.constraints, *query.overrides)]
        if len(set(limits)) < len(limits):
            continue  # one that is stated twice is lifted twice
        changes = [change for _ in range(rng.randint(1, 2)) if (change := a_change(rng, query))]
        changed = apply(query, changes)
        if not changed.requirements or _meet(changes):
            continue
        more = arguments(query, changes)
        assert meaning(query_of(tmp_path, [*words, *more])) == meaning(changed), (words, more)
        compared += 1


def _meet(changes: list[Change]) -> bool:
    """Whether two changes are of the same thing, which nobody proposes."""
    about = [
        getattr(change, "name", None)
        or getattr(getattr(change, "old", None), "requirement", Requirement(NAMES[0])).name
        for change in changes
    ]
    return len(changes) == 2 and (type(changes[0]) is type(changes[1]) or about[0] == about[1])
