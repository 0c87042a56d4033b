"""Why a package of a resolution is there, at its version: data that text, JSON and TUI all show."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from resolvetui.model.explanation import Step
from resolvetui.model.names import IndexName, PackageName

AskerKind = Literal["requirement", "constraint", "override", "dependency"]


class Asker(Struct, frozen=True):
    """A requirement on the package that counts here. A constraint forbids, and asks for nothing."""

    kind: AskerKind
    requirement: str
    """Without its marker: `torch==2.3.0`."""
    text: str
    """All of it in words: `torchvision 0.18.0 requires torch==2.3.0`."""
    origin: str = ""
    """Where the user states it: `requirements.txt:3`, `argument 2`; "" for a dependency."""
    path: tuple[tuple[PackageName, str], ...] = ()
    """For a dependency (package, version) from one that the user asks for down to the one that
    states it: the shortest way."""


class Inactive(Struct, frozen=True):
    """A requirement that does not count here, because its marker is false."""

    stated_by: str
    """`click 8.1.7`; or where the user states it, as for `Asker.origin`."""
    by_user: bool
    requirement: str
    """Without its marker."""
    package: PackageName
    """The package that it is about."""
    marker: str
    value: str
    """What makes the marker false: `sys_platform is 'linux'`."""
    of_extra: bool = False
    """Whether that is an extra that nobody asks for."""


class Moved(Struct, frozen=True):
    """A package that would be at another version."""

    name: PackageName
    old: str
    """The version of the resolution; "" where it is not part of it."""
    new: str
    """"" where it would not be needed."""


NotNewerKind = Literal[
    "unusable",  # no file of the version may be used
    "policy",  # a choice of the user's, such as that of the lowest version
    "stated",  # a requirement, constraint or override of the user's does not take it
    "held-back",  # a package of the resolution does not take it
    "no-solution",  # asked for as well, there is no solution: `steps` prove it
    "possible",  # there is one, with `moved`
    "unknown",  # nobody could tell: the network, or more work, would be needed
]


class NotNewer(Struct, frozen=True):
    """Why a newer version was not chosen."""

    version: str
    kind: NotNewerKind
    text: str
    """A clause that begins with the version: `2.0 is held back by your b<2`."""
    proof: str = ""
    """What a search with this version came to, where `text` says less: a sentence, or ""."""
    steps: tuple[Step, ...] = ()
    """The proof that there is no solution with it; () where that was not looked for."""
    moved: tuple[Moved, ...] = ()
    """What would change with it where it is possible, but for the package itself."""


class Elsewhere(Struct, frozen=True):
    """What another index has of the package."""

    index: IndexName
    version: str
    """The newest version with a file for the target; "" where it has none."""
    filename: str
    is_asked: bool
    """Whether the index strategy takes it into account."""
    in_range: bool
    """Whether everything that counts here takes `version`."""
    text: str
    """A clause: `pypi would give 2.4.0 if it were asked`."""


class Stage(Struct, frozen=True):
    """How many versions are left after one more thing that rules some out."""

    count: int
    label: str
    """`versions`, `for this Python`, `for this platform`, …"""


class Why(Struct, frozen=True):
    """Why one package is as it is in a resolution, or why it is not there."""

    package: PackageName
    version: str = ""
    """The chosen version; "" where the package is not part of the resolution."""
    index: IndexName | None = None
    asked_by: tuple[Asker, ...] = ()
    """The user's own first, then packages by name."""
    inactive: tuple[Inactive, ...] = ()
    """Requirements on the package."""
    own_inactive: tuple[Inactive, ...] = ()
    """Requirements of the package on others."""
    not_newer: tuple[NotNewer, ...] = ()
    """For the newest version that is listed, then for the newest that could be used, where these
    are two; () where it is the newest."""
    source: str = ""
    """A clause that says where it comes from, and by which rule."""
    elsewhere: tuple[Elsewhere, ...] = ()
    """Other indexes that list it, in order of preference."""
    funnel: tuple[Stage, ...] = ()
    """From all versions to those that could be used; () where no index is asked."""
    label: str = ""
    """What the local label of the version means (PEP 440), as a clause; or ""."""
    absent: str = ""
    """Why it is not part of the resolution, as a sentence; else ""."""
    guesses: tuple[PackageName, ...] = ()
    """Packages of the resolution that may have been meant instead."""
