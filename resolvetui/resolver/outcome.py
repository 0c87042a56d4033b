"""What the solver returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from resolvetui.model.names import ExtraName, PackageName
from resolvetui.resolver.clause import Clause
from resolvetui.resolver.domain import Domain


class Counts(Struct, frozen=True):
    """How much work the search was."""

    decisions: int
    conflicts: int
    """Full conflict analyses."""
    rejected: int
    """Versions passed over because a dependency of theirs cannot hold."""
    versions_tried: int
    """Versions whose metadata was read."""


class Solution(Struct, frozen=True):
    """Every needed package with its version."""

    versions: Mapping[PackageName, str]
    """In order of decision."""
    extras: Mapping[PackageName, tuple[ExtraName, ...]]
    """Requested extras, sorted; only packages that have any."""
    counts: Counts


class Refutation(Struct, frozen=True):
    """The proof that there is no solution: a derivation of the clause without terms."""

    clause: Clause
    """The last one. Follow `Learned.parents` down to the external clauses (all other causes)."""
    domains: Mapping[PackageName, Domain]
    """Of every package that the search looked at."""
    counts: Counts


Outcome: TypeAlias = Solution | Refutation
