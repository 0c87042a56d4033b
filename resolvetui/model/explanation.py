"""Why there is no solution, as data that text, JSON and TUI all show."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from resolvetui.model.files import SkippedFile
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import Change
from resolvetui.model.verdict import VersionVerdict

StepKind = Literal[
    "requirement",  # the user asks for it
    "constraint",  # a constraint forbids versions
    "override",  # an override decides what is asked for
    "dependency",  # a package requires another
    "unusable",  # versions that may not be used, with reasons
    "not-found",  # no index has it
    "conclusion",  # follows from earlier steps
]


class Fact(Struct, frozen=True):
    """One piece of evidence behind a step: a leaf that the user can look at."""

    kind: str
    """A `Reason` value, or `requirement`, `constraint`, `override`, `dependency`."""
    text: str
    package: PackageName | None = None
    version: str = ""
    index: IndexName | None = None
    where: str = ""
    """`file:line` for a requirement of the user."""


class Step(Struct, frozen=True):
    """One sentence of the story."""

    id: int
    """1-based."""
    text: str
    """A full sentence without its number."""
    kind: StepKind
    uses: tuple[int, ...] = ()
    """Ids of the earlier steps that it follows from."""
    facts: tuple[Fact, ...] = ()
    package: PackageName | None = None
    """The package whose candidates this step is about, for a link to them."""
    aside: str = ""
    """What `text` says in parentheses at its end: versions that it is not about."""
    aside_of: PackageName | None = None
    """The package of the aside."""

    @property
    def without_aside(self) -> str:
        """`text` without the full stop and the parentheses before it."""
        return self.text.removesuffix(".").removesuffix(f" ({self.aside})")


class ChangedPackage(Struct, frozen=True):
    """A package that a way out brings, moves or takes away."""

    name: PackageName
    old: str
    """The installed version, or "" where it is not installed."""
    new: str
    """The version that it would have."""


class FixOutcome(Struct, frozen=True):
    """What a complete resolve with a way out came to."""

    changed: tuple[ChangedPackage, ...]
    """All that would not be as it is installed; the packages of the conflict first."""
    packages: int
    """How many packages the solution has."""
    download_bytes: int | None = None
    """Sum of the files of `changed`; None where an index does not say a size."""
    trust: str = ""
    """What the way out costs in safety, as a clause; or ""."""
    caution: str = ""
    """What one should know of the versions, such as that one is years old; or ""."""


class Hint(Struct, frozen=True):
    """A way out that the evidence suggests, or that a resolve has confirmed."""

    text: str
    kind: str
    args: tuple[str, ...] = ()
    """Command-line arguments that apply it, or () when it has none."""
    verified: bool = False
    """True only after a complete resolve with it succeeded."""
    changes: tuple[Change, ...] = ()
    """What it changes of the query; () where that cannot be tried."""
    outcome: FixOutcome | None = None
    """What it leads to; set where it is verified."""
    tried: str = ""
    """Why there is no solution with it either, as a sentence, where it was tried; else ""."""
    partial: bool = False
    """Whether it gives up something that was asked for: a part of it, or the machine."""
    unchecked: str = ""
    """Why nobody tried it, where that is not for want of time; else ""."""


class PackageVerdicts(Struct, frozen=True):
    """The candidates of one package of the conflict: those that the story is about."""

    package: PackageName
    asked: str
    """The requirement text that they were looked at for, such as `torch==2.3.0`."""
    indexes: tuple[IndexName, ...]
    """The indexes that list it, in order of preference."""
    versions: tuple[VersionVerdict, ...]
    """Newest first; those in the asked range first. May be cut: `omitted` says by how many."""
    omitted: int = 0
    nearest: str = ""
    """The file that fails in the fewest parts and what would make it fit, as a sentence; or ""."""
    in_range: int = 0
    """How many of `versions`, counted from the start, meet what is asked."""
    skipped: tuple[SkippedFile, ...] = ()
    """Links of its pages that are no files of it: legacy versions, names that cannot be read."""


class Explanation(Struct, frozen=True):
    """The cause in one sentence, then the steps, then the evidence."""

    cause: str
    steps: tuple[Step, ...]
    candidates: tuple[PackageVerdicts, ...] = ()
    hints: tuple[Hint, ...] = ()
    searched: bool = False
    """Whether `hints` are what a search for fixes ended with; else proposals of the facts."""
