"""Incompatibilities, and why each of them holds.

A clause is a set of terms that must not all hold at once (PubGrub: "incompatibility"). A term is
a package and a mask of its domain: it holds when the chosen bit of that package is in the mask.
`{a: versions 1 and 2, b: everything but >=3}` says "a 1 and a 2 depend on b>=3". (Dart's
solver document, "Incompatibility" and "Term".)
"""

from __future__ import annotations

from typing import NewType, TypeAlias

from msgspec import Struct, field

from resolvetui.model.names import ExtraName, PackageName
from resolvetui.model.requirement import Requirement, RootRequirement
from resolvetui.resolver.domain import Exclusion

PackageKey = NewType("PackageKey", str)
"""What has one bit chosen: `torch`, or `torch[opt]` for a package with an extra (a proxy with the
same domain as its base), or `ROOT`."""

ROOT = PackageKey("")
"""The query itself: a domain with the bits "absent" and "asked"."""

ASKED = 2
"""The mask of the root's only version."""


def proxy_key(name: PackageName, extra: ExtraName) -> PackageKey:
    """The key of a package with one extra."""
    return PackageKey(f"{name}[{extra}]")


def base_name(key: PackageKey) -> PackageName:
    """The package that a key is about, without its extra."""
    return PackageName(key.partition("[")[0])


def extra_of(key: PackageKey) -> ExtraName | None:
    """The extra of a proxy's key, or None."""
    extra = key.partition("[")[2]
    return ExtraName(extra[:-1]) if extra else None


class Root(Struct, frozen=True):
    """The query must be answered: {ROOT: absent}."""


class Asked(Struct, frozen=True):
    """The user requires it: {ROOT: asked, package: all that the requirement does not allow}."""

    requirement: RootRequirement
    override: RootRequirement | None = None
    """Set where an override replaced the specifier of `requirement`."""


class Constrained(Struct, frozen=True):
    """A constraint forbids versions of a package, if it is installed at all:
    {package: what the constraint does not allow, without absence}.
    """

    requirement: RootRequirement


class Depends(Struct):
    """Versions of one package require another:
    {depender: those versions, dependee: all that the requirement does not allow}.
    """

    requirements: dict[Requirement, int] = field(default_factory=dict)
    """Each requirement as stated, to the mask of the dependers that state it. More than one when
    different texts allow the same versions."""
    override: RootRequirement | None = None


class ExtraOf(Struct, frozen=True):
    """`torch[opt]` and `torch` are the same version: {proxy: mask, base: the rest}."""


class Unusable(Struct, frozen=True):
    """Versions may not be used: {package: mask}."""

    exclusion: Exclusion


class Learned(Struct, frozen=True):
    """Follows from other clauses by resolution (Dart's solver document, "Conflict Resolution")."""

    parents: tuple[Clause, ...]
    """The conflict, then the causes it was resolved with, in order."""


Cause: TypeAlias = Root | Asked | Constrained | Depends | ExtraOf | Unusable | Learned


class Clause(Struct, eq=False):
    """Terms that must not hold together."""

    id: int
    """In order of creation, from 0."""
    terms: dict[PackageKey, int]
    """Never empty but in the clause that ends a failed search. Grows only by OR of the first
    term of a `Depends` clause, which makes the clause stronger."""
    cause: Cause
