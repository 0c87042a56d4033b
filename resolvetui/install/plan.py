"""From what is installed and what was resolved to ordered actions, and what they would break.

Pure: what an environment holds is read by `environment.installed`, what the wheels of a plan
bring is looked at in `contents`, and `transaction` carries a plan out. A package that nobody asks
for is kept; only one that is replaced goes.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from msgspec import Struct
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from resolvetui.environment.installed import InstalledDistribution
from resolvetui.environment.target import Target
from resolvetui.errors import EnvironmentRefused
from resolvetui.model.files import DistributionFile, SdistFile, SourceTree
from resolvetui.model.hashes import HashDemand
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.requirement import Requirement
from resolvetui.model.resolution import Pin, Resolution

_NAMED = 3
"""Packages that a warning names before it counts."""
_SOURCES = "Source distributions, whose code runs when they are built"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_STRONG_HASHES = frozenset({"sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s"})


class ActionKind(enum.StrEnum):
    """What happens to one package."""

    INSTALL = "install"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    REPLACE = "replace"
    """Same public version, other build, local version or source."""
    REMOVE = "remove"
    KEEP = "keep"


class Action(Struct, frozen=True):
    """One row of the plan."""

    kind: ActionKind
    name: PackageName
    old_version: str
    """"" when it is not installed."""
    new_version: str
    """"" when it is removed."""
    file: DistributionFile | None
    """What is downloaded, or None for `keep` and `remove`."""
    index: IndexName | None
    requested: bool
    """Whether the user asked for it by name."""
    demands: tuple[HashDemand, ...] = ()
    """What the user's lines want of the hashes of `file`."""
    reference: DistributionFile | None = None
    """What a direct reference led to, also when `file` is the wheel that was built of it."""
    hides: str = ""
    """Metadata folder of the old version where the environment only sees that one: it stays, and
    is hidden by the new."""


class Breakage(Struct, frozen=True):
    """An installed package that would no longer have what it requires."""

    name: PackageName
    version: str
    requires: str
    """Its requirement that would not be met."""
    found: str
    """The version that it would find, or "" when the package would be gone."""


class FileConflict(Struct, frozen=True):
    """A file that a wheel brings and that must not be overwritten."""

    name: PackageName
    version: str
    """Who brings it."""
    path: str
    """Its final path."""
    owner: str
    """`two 1.0` (installed, or a wheel of the same plan), `a symbolic link`; "" for nobody."""


class StartupFile(Struct, frozen=True):
    """A file that a wheel brings and that Python runs whenever it starts."""

    name: PackageName
    version: str
    file: str
    """`x.pth`, `sitecustomize.py`."""


class Blocked(Struct, frozen=True):
    """An installed package that cannot be replaced: without a list of its files, or not here."""

    name: PackageName
    version: str
    why: str
    """A sentence."""
    what_to_do: str


class LostCommand(Struct, frozen=True):
    """A command of a replaced package that nothing brings again."""

    name: PackageName
    version: str
    command: str


class Plan(Struct, frozen=True):
    """Everything an install would do, before anything is done."""

    environment: str
    """Prefix of the environment that would change; "" while there is none yet."""
    actions: tuple[Action, ...]
    """Sorted: removals last, else by name; `keep` included."""
    breaks: tuple[Breakage, ...]
    download_bytes: int
    """Sum of the known sizes of all files to fetch that the cache does not hold."""
    warnings: tuple[str, ...] = ()
    """What needs a look: plain http, no hash known, no virtual environment."""
    conflicts: tuple[FileConflict, ...] = ()
    """Why it cannot be carried out, as far as the wheels are here (`contents.look_inside`)."""
    blocked: tuple[Blocked, ...] = ()
    """Further reasons why it cannot."""
    startup: tuple[StartupFile, ...] = ()
    lost_commands: tuple[LostCommand, ...] = ()
    unseen: tuple[PackageName, ...] = ()
    """Packages whose wheel is not here yet: what it brings is only known after the download."""

    @property
    def changes(self) -> tuple[Action, ...]:
        """The actions that change something."""
        return tuple(action for action in self.actions if action.kind is not ActionKind.KEEP)


def make_plan(
    target: Target,
    installed: Sequence[InstalledDistribution],
    resolution: Resolution,
    *,
    cached: Callable[[DistributionFile], bool],
    requirements_of: Callable[[InstalledDistribution], tuple[Requirement, ...]],
    applies: Callable[[str], bool],
    reinstall: bool = False,
) -> Plan:
    """What an install of `resolution` would do to the environment behind `target`.

    `cached` says whether a file needs no download; `requirements_of` and `applies` (a marker,
    without extra) judge what the packages outside the resolution need. With `reinstall` every
    pin that has a file is installed anew. Raises EnvironmentRefused without an environment.
    """
    if target.environment is None:
        raise EnvironmentRefused(
            "This target is only described: there is no environment to install into.",
            what_to_do="Name an interpreter or an environment with --python.",
        )
    present = {dist.name: dist for dist in installed}
    actions = tuple(_action(pin, present.get(pin.name), reinstall) for pin in resolution.pins)
    actions = tuple(sorted(actions, key=lambda action: action.name))
    pinned = {pin.name for pin in resolution.pins}
    outside = [dist for dist in installed if dist.name not in pinned]
    changing = {a.name: a for a in actions if a.kind is not ActionKind.KEEP}
    return Plan(
        environment=target.environment.prefix,
        actions=actions,
        breaks=tuple(_breakages(outside, changing, requirements_of, applies)),
        download_bytes=sum(_bytes_to_fetch(a.file, cached) for a in actions if a.file),
        warnings=tuple(_warnings(target, actions)),
        unseen=tuple(action.name for action in actions if action.file is not None),
    )


def _action(pin: Pin, old: InstalledDistribution | None, reinstall: bool) -> Action:  # noqa: FBT001
    kind = _kind(pin, old, reinstall)
    keeps = kind is ActionKind.KEEP
    return Action(
        kind=kind,
        name=pin.name,
        old_version=old.version if old else "",
        new_version=old.version if keeps and old else pin.version,
        file=None if keeps else pin.file,
        index=None if keeps else pin.index,
        requested=pin.requested or bool(old and old.requested),
        demands=() if keeps else pin.demands,
        reference=pin.file if pin.kind == "url" and not keeps else None,
        hides=old.path if old and old.external and not keeps else "",
    )


def _kind(pin: Pin, old: InstalledDistribution | None, reinstall: bool) -> ActionKind:  # noqa: FBT001
    """KEEP where the wanted version is there already, unless its source is asked for anew."""
    if pin.file is None:
        return ActionKind.KEEP
    if old is None:
        return ActionKind.INSTALL
    try:
        was, becomes = Version(old.version), Version(pin.version)
    except InvalidVersion:  # installed long ago, by rules that no longer hold
        return ActionKind.REPLACE
    if was == becomes:
        return ActionKind.REPLACE if reinstall or _is_other_source(pin, old) else ActionKind.KEEP
    if Version(was.public) == Version(becomes.public):
        return ActionKind.REPLACE
    return ActionKind.UPGRADE if was < becomes else ActionKind.DOWNGRADE


def _is_other_source(pin: Pin, old: InstalledDistribution) -> bool:
    """Whether a direct reference leads elsewhere than to what is installed."""
    if pin.kind != "url" or pin.file is None:
        return False
    if isinstance(pin.file, SourceTree) and not (pin.file.commit or pin.file.hashes):
        # Nothing says whether files of a folder were changed since, and nothing need to where the
        # environment uses them as they are.
        in_place = pin.file.editable and old.editable
        return old.direct_url != pin.file.url or not in_place
    return old.direct_url != pin.file.url or old.editable


def _breakages(
    outside: Sequence[InstalledDistribution],
    changing: Mapping[PackageName, Action],
    requirements_of: Callable[[InstalledDistribution], tuple[Requirement, ...]],
    applies: Callable[[str], bool],
) -> Iterator[Breakage]:
    """What holds now and would not afterwards; a requirement that is unmet already is not ours."""
    for dist in sorted(outside, key=lambda dist: dist.name):
        for requirement in requirements_of(dist):
            action = changing.get(requirement.name)
            if action is None or not action.old_version or not applies(requirement.marker):
                continue
            if _holds(requirement, action.old_version) and not _holds(
                requirement, action.new_version
            ):
                yield Breakage(dist.name, dist.version, requirement.text, action.new_version)


def _holds(requirement: Requirement, version: str) -> bool:
    """Whether a version meets a requirement; one that cannot be read is not judged."""
    try:
        return SpecifierSet(requirement.specifier).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True


def _bytes_to_fetch(file: DistributionFile, cached: Callable[[DistributionFile], bool]) -> int:
    if file.url.startswith("file:") or cached(file):
        return 0
    return file.size or 0


def _warnings(target: Target, actions: Sequence[Action]) -> Iterator[str]:
    """What needs a look; what many packages share is one line."""
    if target.environment and target.externally_managed is not None:
        yield (
            f"{target.environment.prefix} is managed by its distributor (PEP 668), so an install "
            "is refused; --venv makes an environment for it."
        )
    elif target.environment and not target.environment.is_virtual:
        yield f"{target.environment.prefix} is no virtual environment."
    subjects: dict[str, list[str]] = {}
    for action in actions:
        if action.file is not None:
            for text in _file_warnings(action.file):
                subjects.setdefault(text, []).append(f"{action.name} {action.new_version}")
    for text, names in subjects.items():
        most = len(names) if text == _SOURCES else _NAMED  # a yes to builds is for what is named
        more = f" and {len(names) - most} more" if len(names) > most else ""
        yield f"{text}: {', '.join(names[:most])}{more}."


def _file_warnings(file: DistributionFile) -> Iterator[str]:
    address = urlsplit(file.url)
    if address.scheme == "http" and address.hostname not in _LOOPBACK:
        yield "Plain http, where anybody on the way can change files"
    if address.scheme != "file" and not _STRONG_HASHES & file.hashes.keys():
        known = ", ".join(sorted(file.hashes))
        yield f"{f'Only {known}' if known else 'No hash'} to check the download by"
    if isinstance(file, SdistFile):
        yield _SOURCES
