"""A query as a command line of this program: the counterpart of `merge.py`. Pure.

Every option of the query is written out, wherever it came from, so that the line means the same
in another folder. What has no option is left out: that an index is only for pinned packages, and
the name of the default index.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from resolvetui.inputs.changes import last_day
from resolvetui.model.query import BuildPolicy, IndexSource, Policies, Query
from resolvetui.model.requirement import OriginKind, RootRequirement

_BUILTIN = "default"
"""Origin of the index that nobody named."""
_PLAIN = Policies()


def shown_command(query: Query, *, isolated: bool = False) -> str:
    """The command, quoted for a POSIX shell, without any credentials."""
    return shlex.join(("resolvetui", *arguments_of(query, isolated=isolated)))


def arguments_of(query: Query, *, isolated: bool = False) -> tuple[str, ...]:
    """The words after the program's name. Credentials in URLs are masked.

    `isolated`: without pip's and uv's configuration, which would bring back what is not wanted.
    """
    words = [*_requirements(query.requirements), *_limits(query, isolated=isolated)]
    if isolated:
        words.append("--no-config")
    words += (*_target(query), *_policies(query.policies), *_indexes(query.indexes))
    for package, index in query.pinned_indexes.items():
        words += ("--pin-index", f"{package}={index}")
    return tuple(words)


def _requirements(stated: Sequence[RootRequirement]) -> Iterator[str]:
    """Each by its text; files whose hashes count by their names, since no argument has a hash."""
    files = dict.fromkeys(root.origin.file for root in stated if root.hashes and root.origin.file)
    for root in stated:
        if root.origin.file not in files:
            yield root.requirement.text
    for file in files:
        yield from ("-r", file)


def _limits(query: Query, *, isolated: bool) -> Iterator[str]:
    """Constraints and overrides stand in files; those of a configuration come by themselves."""
    kinds = {OriginKind.CONSTRAINT, *([OriginKind.CONFIGURATION] if isolated else [])}
    for file in _files(query.constraints, kinds):
        yield from ("-c", file)
    for file in _files(query.build_constraints, kinds):
        yield from ("--build-constraint", file)
    for file in _files(query.overrides, {OriginKind.OVERRIDE}):
        yield from ("--override", file)


def _files(stated: Sequence[RootRequirement], kinds: set[OriginKind]) -> list[str]:
    found = (root.origin.file for root in stated if root.origin.kind in kinds)
    return list(dict.fromkeys(file for file in found if file))


def _indexes(indexes: Sequence[IndexSource]) -> Iterator[str]:
    simple = [index for index in indexes if index.kind == "simple"]
    for index in indexes:
        if index.kind == "flat":
            yield from ("--find-links", index.shown_url)
        elif index is not simple[-1]:
            yield from ("--index", f"{index.name}={index.shown_url}")
        elif index.origin != _BUILTIN:
            yield from ("--index-url", index.shown_url)
    if not simple:
        yield "--no-index"


def _policies(policies: Policies) -> Iterator[str]:
    if policies.index_strategy != _PLAIN.index_strategy:
        yield from ("--index-strategy", policies.index_strategy.value)
    if policies.prerelease != _PLAIN.prerelease:
        yield from ("--prerelease", policies.prerelease.value)
    if policies.resolution != _PLAIN.resolution:
        yield from ("--resolution", policies.resolution.value)
    if policies.exclude_newer:
        yield from ("--exclude-newer", last_day(policies.exclude_newer))
    yield from _formats(policies)
    if policies.build is not BuildPolicy.ASK:
        yield from ("--build", policies.build.value)
    for name in policies.allow_build:
        if name not in policies.no_binary:  # to name it there is to consent
            yield from ("--allow-build", name)
    for option, is_on in (
        ("--no-deps", policies.no_deps),
        ("--upgrade", policies.upgrade),
        ("--reinstall", policies.reinstall),
        ("--allow-breaking", policies.allow_breaking),
        ("--require-hashes", policies.require_hashes),
    ):
        if is_on:
            yield option


def _formats(policies: Policies) -> Iterator[str]:
    """`:all:` takes back what was said before it, so it comes first."""
    stated = [("--only-binary", policies.only_binary), ("--no-binary", policies.no_binary)]
    for option, names in sorted(stated, key=lambda each: ":all:" not in each[1]):
        if names:
            yield from (option, ",".join(names))


def _target(query: Query) -> Iterator[str]:
    for option, value in (
        ("--python", query.target.python),
        ("--python-version", query.target.python_version),
        ("--python-platform", query.target.python_platform),
    ):
        if value:
            yield from (option, value)
