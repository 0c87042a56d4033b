"""Proposals in words: what the user could change. `hints.py` and `dropping.py` decide which.

Text from outside goes in raw, as in `wording.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from resolvetui.environment.target import Target
from resolvetui.explanation import wording
from resolvetui.model.files import WheelFile
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.requirement import OriginKind, Requirement, RootRequirement
from resolvetui.model.verdict import FileVerdict

GO_ONLINE = "run without --offline once, so that the cache learns of it"
YANKED_IF_PINNED = "a yanked version is taken where it is pinned exactly"


def replace(root: RootRequirement, instead: str, reason: str) -> str:
    """Another requirement in the place of what the user stated."""
    old = wording.short_requirement(root.requirement)
    where = root.origin.where
    text = f"change {old} in {where} to {instead}" if where else f"{instead} instead of {old}"
    return f"{text}: {reason}" if reason else text


def has_file(verdict: FileVerdict, target: Target) -> str:
    """`it has a wheel for Linux aarch64`."""
    kind = "wheel" if isinstance(verdict.file, WheelFile) else "source distribution"
    return f"it has a {kind} for {wording.python_label(target)} on {wording.platform_label(target)}"


def drop(root: RootRequirement, kept: Sequence[str] = (), then: str = "") -> str:
    """`drop >=2 from b`; `kept` is what else is asked of b, `then` what that leads to."""
    asked = root.requirement
    bare = wording.short_requirement(Requirement(asked.name, asked.extras))
    text = f"drop {asked.specifier} from {bare}{wording.place(root.origin)}"
    if kept:
        text = f"{text} and keep {wording.join(kept)}"
    return f"{text}: {then}" if then else text


def suits(requirement: Requirement, depender: str) -> str:
    """`numpy<1.27 would suit numba 0.59.0`."""
    return f"{wording.short_requirement(requirement)} would suit {depender}"


def newest_usable(version: str) -> str:
    """What there is instead of a version that is not."""
    return f"the newest that can be used is {version}"


def lift_constraint(root: RootRequirement) -> str:
    """`lift the constraint torch<2 (constraints.txt:4)`."""
    if root.origin.kind is OriginKind.INSTALLED:
        return f"let {root.origin.file} change too: ask for it by name"
    return f"lift the {wording.constraint_words(root)}"


def ask_all_indexes(name: PackageName, indexes: Sequence[IndexName]) -> str:
    """All indexes compete; said with what that risks."""
    risk = "every index is then trusted for every package"
    return f"take {name} from {wording.join(indexes)} too ({risk})"


def use_python(name: PackageName, python: str) -> str:
    """`use Python 3.12, which torch has files for`."""
    return f"use Python {python}, which {name} has files for"


def allow_prereleases(name: PackageName, version: str) -> str:
    """`allow pre-releases, such as a 2.0rc1`."""
    return f"allow pre-releases, such as {name} {version}"


def pin_yanked(name: PackageName, version: str) -> str:
    """A yanked version that only a dependency asks for."""
    return f"pin {name} {version} as well: {YANKED_IF_PINNED}"


def allow_sdist(name: PackageName) -> str:
    """A source distribution would do, and runs code."""
    return f"allow the source distribution of {name} (building it runs its code)"


def allow_wheels(name: PackageName) -> str:
    """--no-binary stands in the way."""
    return f"lift --no-binary for {name}"


def later_cut_off(name: PackageName, version: str) -> str:
    """--exclude-newer stands in the way."""
    return f"set a later --exclude-newer, so that {name} {version} counts"


def bring_back(name: PackageName, version: str) -> str:
    """The user excluded it."""
    return f"stop excluding {name} {version}"
