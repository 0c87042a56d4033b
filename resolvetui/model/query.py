"""A query: everything that decides the answer, apart from the facts of the indexes."""

from __future__ import annotations

import enum
from typing import Literal, TypeAlias

from msgspec import Struct

from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.requirement import Origin, Requirement, RootRequirement
from resolvetui.model.shown import shown_url


class IndexStrategy(enum.StrEnum):
    """What a project that several indexes know is taken from."""

    FIRST_INDEX = "first-index"
    """The first index that knows the name hides the later ones."""
    UNSAFE_FIRST_MATCH = "unsafe-first-match"
    """All are asked; a version of an earlier index is preferred to any of a later one."""
    UNSAFE_BEST_MATCH = "unsafe-best-match"
    """All are asked; the best version wins, the earlier index among equals."""


class PrereleasePolicy(enum.StrEnum):
    """Which pre-releases (PEP 440) may be chosen."""

    DISALLOW = "disallow"
    ALLOW = "allow"
    IF_NECESSARY = "if-necessary"
    """Where no other version of the package is left in range; or one asks for it by name."""
    EXPLICIT = "explicit"
    """Only for packages that a requirement of the user names with a pre-release."""


class ResolutionMode(enum.StrEnum):
    """Which of several possible versions is tried first."""

    HIGHEST = "highest"
    LOWEST = "lowest"
    LOWEST_DIRECT = "lowest-direct"


class BuildPolicy(enum.StrEnum):
    """Whether code of source distributions may run, where no package is named."""

    ASK = "ask"
    """Only after a yes; where nobody is asked, the same as `DENY`."""
    ALLOW = "allow"
    DENY = "deny"


class IndexSource(Struct, frozen=True):
    """One place that lists files."""

    name: IndexName
    url: str
    """With credentials if the user gave any: never show it, show `shown_url`."""
    kind: Literal["simple", "flat"] = "simple"
    """`simple`: PEP 503/691, one page a project. `flat`: a find-links page or folder."""
    origin: str = ""
    """Which option, variable or file named it: for `--show`-like output and messages."""
    explicit: bool = False
    """Asked only about packages that are pinned to it (uv: `explicit = true`)."""

    @property
    def shown_url(self) -> str:
        """The URL with any credentials masked."""
        return shown_url(self.url)


class Policies(Struct, frozen=True):
    """The user's choices that hold for every package."""

    index_strategy: IndexStrategy = IndexStrategy.FIRST_INDEX
    prerelease: PrereleasePolicy = PrereleasePolicy.IF_NECESSARY
    resolution: ResolutionMode = ResolutionMode.HIGHEST
    only_binary: tuple[str, ...] = ()
    """Canonical names, or `:all:`: sdists of these are not used."""
    no_binary: tuple[str, ...] = ()
    """Canonical names, or `:all:`: wheels of these are not used."""
    build: BuildPolicy = BuildPolicy.ASK
    allow_build: tuple[str, ...] = ()
    """Canonical names whose source distributions may be built whatever `build` says: building one
    runs its code."""
    exclude_newer: str = ""
    """Files uploaded at or after this moment are not used; ISO 8601 in UTC as
    `2024-05-08T00:00:00Z`, or "" for no limit. Files without an upload time count as newer."""
    no_deps: bool = False
    """Only what the user names; no requirement of a package is followed."""
    upgrade: bool = False
    """Installed versions are candidates like any other, not preferred."""
    reinstall: bool = False
    """Installed versions do not count, and everything is installed anew."""
    allow_breaking: bool = False
    """Installed packages that are not part of the answer need not keep what they require."""
    require_hashes: bool = False
    """Every package to install must have a hash that the user states, and an exact version."""

    def may_build(self, name: PackageName) -> bool:
        """Whether the user consented to run the code of this package's source distributions."""
        return self.build is BuildPolicy.ALLOW or name in self.allow_build


class TargetRequest(Struct, frozen=True):
    """Which Python and platform the answer is for, as the user said it."""

    python: str = ""
    """Path, version (`3.12`) or "" for the default: active environment, ./.venv, this Python."""
    python_version: str = ""
    """`X.Y` (taken as X.Y.0) or `X.Y.Z` of a Python that need not be here; "" = `python`'s own."""
    python_platform: str = ""
    """A platform name such as `aarch64-manylinux_2_28`; "" = `python`'s own."""

    @property
    def is_environment(self) -> bool:
        """Whether the target is an environment that can be read and installed into."""
        return not self.python_version and not self.python_platform


class TargetDemand(Struct, frozen=True):
    """What a file says of the targets that it is for; any other is refused."""

    origin: Origin
    python: str = ""
    """Specifier set of Python's full version, or "" for any."""
    environments: tuple[str, ...] = ()
    """Markers, one of which must hold; () for any environment."""


class Query(Struct, frozen=True):
    """One question to the resolver. Same query and same facts: same answer, byte for byte."""

    requirements: tuple[RootRequirement, ...]
    constraints: tuple[RootRequirement, ...] = ()
    overrides: tuple[RootRequirement, ...] = ()
    indexes: tuple[IndexSource, ...] = ()
    """In order of preference, find-links first."""
    pinned_indexes: dict[PackageName, IndexName] = {}
    """Packages that are taken from one index only."""
    policies: Policies = Policies()
    target: TargetRequest = TargetRequest()
    build_constraints: tuple[RootRequirement, ...] = ()
    """Constraints on what builds need; of what is resolved itself they say nothing."""
    demands: tuple[TargetDemand, ...] = ()

    @property
    def minds_hashes(self) -> bool:
        """Whether any line demands a hash, or all have to."""
        stated = (*self.requirements, *self.constraints, *self.overrides)
        return self.policies.require_hashes or any(root.hashes for root in stated)


class AddRequirement(Struct, frozen=True, tag="add"):
    """Ask for one more."""

    requirement: RootRequirement


class ReplaceRequirement(Struct, frozen=True, tag="replace"):
    """Ask for something else in the place of one requirement."""

    old: RootRequirement
    new: Requirement


class DropRequirement(Struct, frozen=True, tag="drop"):
    """Ask for one less."""

    requirement: RootRequirement


class DropConstraint(Struct, frozen=True, tag="drop-constraint"):
    """Do without one constraint."""

    constraint: RootRequirement


class DropOverride(Struct, frozen=True, tag="drop-override"):
    """Do without one override."""

    override: RootRequirement


class PinVersion(Struct, frozen=True, tag="pin"):
    """Ask for exactly this version; an earlier pin of the package goes."""

    name: PackageName
    version: str


class ExcludeVersion(Struct, frozen=True, tag="exclude"):
    """Do without this version."""

    name: PackageName
    version: str


class UpgradeInstalled(Struct, frozen=True, tag="upgrade-installed"):
    """Let an installed package change with the rest: it is asked for by name."""

    name: PackageName


class AllowBreaking(Struct, frozen=True, tag="allow-breaking"):
    """Installed packages that stay need not keep what they require."""


class SetStrategy(Struct, frozen=True, tag="strategy"):
    """Another index strategy."""

    strategy: IndexStrategy


class UsePinnedIndex(Struct, frozen=True, tag="pin-index"):
    """Take one package from one index alone."""

    name: PackageName
    index: IndexName


class AddIndex(Struct, frozen=True, tag="add-index"):
    """Ask one index more, before the last one, which is the default."""

    index: IndexSource


class SetPrerelease(Struct, frozen=True, tag="prerelease"):
    """Another policy for pre-releases."""

    policy: PrereleasePolicy


class AllowSdist(Struct, frozen=True, tag="allow-sdist"):
    """Use the source distributions of one package, and build them: that runs their code."""

    name: PackageName


class AllowBuild(Struct, frozen=True, tag="allow-build"):
    """Build the source distributions of one package: to take it is to consent to run their code."""

    name: PackageName


class AllowWheel(Struct, frozen=True, tag="allow-wheel"):
    """Use the wheels of one package again."""

    name: PackageName


class SetPythonVersion(Struct, frozen=True, tag="python-version"):
    """Resolve for another Python."""

    version: str
    """As in `TargetRequest.python_version`."""


class SetPlatform(Struct, frozen=True, tag="python-platform"):
    """Resolve for another platform."""

    name: str
    """As in `TargetRequest.python_platform`."""


class SetExcludeNewer(Struct, frozen=True, tag="exclude-newer"):
    """Another cut-off date."""

    moment: str
    """As in `Policies.exclude_newer`."""


Change: TypeAlias = (
    AddRequirement
    | ReplaceRequirement
    | DropRequirement
    | DropConstraint
    | DropOverride
    | PinVersion
    | ExcludeVersion
    | UpgradeInstalled
    | AllowBreaking
    | SetStrategy
    | UsePinnedIndex
    | AddIndex
    | SetPrerelease
    | AllowSdist
    | AllowBuild
    | AllowWheel
    | SetPythonVersion
    | SetPlatform
    | SetExcludeNewer
)
"""One step from a query to another; `inputs/changes.py` takes it."""
