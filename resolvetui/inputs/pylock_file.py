"""Lock files (PEP 751) as input: exact versions, their hashes, and where the files are.

packaging's reader decides what is legal. The lock is an index of its own to those packages that
it locks (`index/pylock_page.py` reads its files), so that they come from where it says and from
nowhere else; repositories, folders and archives become direct references.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from packaging.pylock import (
    Package,
    PackageArchive,
    PackageVcs,
    Pylock,
    PylockUnsupportedVersionError,
    PylockValidationError,
)
from packaging.utils import parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from resolvetui.errors import MissingFileError, UsageError
from resolvetui.inputs.paths import absolute, file_url
from resolvetui.inputs.project_model import Projects
from resolvetui.inputs.pylock_markers import settled
from resolvetui.inputs.pyproject import unknown
from resolvetui.inputs.settings import IndexSetting, InputWarning, Setting, redact
from resolvetui.inputs.toml_file import TomlFile, read_toml, wrong_file
from resolvetui.model.hashes import DIGEST_LENGTHS
from resolvetui.model.names import extra_name, package_name
from resolvetui.model.query import TargetDemand
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

logging.getLogger("packaging.pylock").addHandler(logging.NullHandler())  # what it says is said here


_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*packages[ \t]*\]\]", re.MULTILINE)


class Chosen(Struct, frozen=True):
    """Of the extras and groups of locks: those that options name."""

    extras: tuple[Setting, ...] = ()
    groups: tuple[Setting, ...] = ()
    """() for the lock's own choice."""


def read_lock(setting: Setting, cwd: str, chosen: Chosen, name: str) -> Projects:
    """What a lock asks for. `name`: of the index that it becomes.

    Raises UsageError (MissingFileError) for what is no lock, and for what cannot be used of one:
    another version of the format, a repository that is not git's, hashes that prove nothing.
    """
    try:
        file = read_toml(setting.value, cwd)
    except MissingFileError as error:
        error.why = error.why or f"{setting.origin} reads it."
        raise
    lock = _parsed(file)
    reader = _Reader(file, lock, _extras(file, lock, chosen), _groups(file, lock, chosen))
    requirements = tuple(reader.requirements())
    url = file_url(setting.value, cwd)
    listed = [root.requirement.name for root in requirements if not root.requirement.url]
    settings: list[Setting] = []
    if listed:
        settings.append(IndexSetting("find-links", url, file.name, called=name, explicit=True))
        settings += [
            Setting("pin-index", f"{each}={name}", file.name) for each in dict.fromkeys(listed)
        ]
    return Projects(
        requirements=requirements,
        settings=tuple(settings),
        warnings=tuple(_warnings(file, lock)),
        demands=tuple(_demands(file, lock)),
    )


def _parsed(file: TomlFile) -> Pylock:
    try:
        return Pylock.from_dict(file.tables)
    except PylockUnsupportedVersionError as error:
        raise wrong_file(
            file.name,
            "a lock of a version that is known here",
            f"Its lock-version is {file.tables.get('lock-version')}; 1.0 is known.",
            "Write it anew in that version.",
        ) from error
    except (PylockValidationError, RecursionError) as error:
        context = error.context if isinstance(error, PylockValidationError) else ""
        message = error.message if isinstance(error, PylockValidationError) else "it is too deep"
        why = f"{context}: {message}." if context else f"{message}."
        raise wrong_file(
            file.name, "a lock (PEP 751)", why, "Write it anew with the tool that made it."
        ) from error


def _warnings(file: TomlFile, lock: Pylock) -> Iterator[InputWarning]:
    if lock.lock_version > Version("1.0"):
        text = (
            f"{file.name} has the lock-version {lock.lock_version}; what is newer in it than in "
            "1.0 is not known here."
        )
        yield InputWarning("lock-version", text)


def _demands(file: TomlFile, lock: Pylock) -> Iterator[TargetDemand]:
    python = str(lock.requires_python) if lock.requires_python else ""
    environments = tuple(str(marker) for marker in lock.environments or ())
    if python or environments:
        yield TargetDemand(Origin(OriginKind.FILE, file.name), python, environments)


def _extras(file: TomlFile, lock: Pylock, chosen: Chosen) -> frozenset[str]:
    known = {str(name) for name in lock.extras or ()}
    for setting in chosen.extras:
        if extra_name(setting.value) not in known:
            raise unknown(setting.origin, "extra", setting.value, known, file.name)
    return frozenset(extra_name(setting.value) for setting in chosen.extras)


def _groups(file: TomlFile, lock: Pylock, chosen: Chosen) -> frozenset[str]:
    default = tuple(lock.default_groups or ())
    known = {name: extra_name(name) for name in (*(lock.dependency_groups or ()), *default)}
    for setting in chosen.groups:
        if extra_name(setting.value) not in known.values():
            raise unknown(setting.origin, "group", setting.value, known, file.name)
    if not chosen.groups:
        return frozenset(default)
    asked = {extra_name(setting.value) for setting in chosen.groups}
    return frozenset(name for name, canonical in known.items() if canonical in asked)


class _Reader:
    """The packages of one lock."""

    def __init__(
        self, file: TomlFile, lock: Pylock, extras: Collection[str], groups: Collection[str]
    ) -> None:
        self._file = file
        self._lock = lock
        self._extras = extras
        self._groups = groups
        self._lines = [
            file.text.count("\n", 0, found.start()) + 1
            for found in re.finditer(
                r"^[ \t]*\[\[[ \t]*packages[ \t]*\]\]", file.text, re.MULTILINE
            )
        ]

    def requirements(self) -> Iterator[RootRequirement]:
        """One for each package that can be wanted."""
        for number, package in enumerate(self._lock.packages):
            marker = settled(package.marker, self._extras, self._groups) if package.marker else ""
            if marker is None:
                continue
            known = number < len(self._lines) and len(self._lines) == len(self._lock.packages)
            line = self._lines[number] if known else 0
            yield self._stated(package, marker, Origin(OriginKind.FILE, self._file.name, line))

    def _stated(self, package: Package, marker: str, origin: Origin) -> RootRequirement:
        name = package_name(package.name)
        if package.is_direct:
            url = self._url(package, origin)
            requirement = Requirement(name, marker=marker, url=url)
            is_editable = bool(package.directory and package.directory.editable)
            return RootRequirement(requirement, origin, requirement.text, editable=is_editable)
        requirement = Requirement(name, specifier=f"=={_version(package)}", marker=marker)
        hashes = self._hashes(package, origin)
        return RootRequirement(requirement, origin, requirement.text, hashes)

    def _hashes(self, package: Package, origin: Origin) -> tuple[str, ...]:
        files = (*(package.wheels or ()), *((package.sdist,) if package.sdist else ()))
        found: list[str] = []
        for file in files:
            strong = [
                f"{algorithm.lower()}:{digest.lower()}"
                for algorithm, digest in file.hashes.items()
                if len(digest) == DIGEST_LENGTHS.get(algorithm.lower())
            ]
            if not strong:
                raise self._unusable(
                    package.name,
                    origin,
                    f"{file.filename} has no hash that can be checked, only "
                    f"{', '.join(file.hashes)}",
                )
            found += strong
        return tuple(dict.fromkeys(found))

    def _url(self, package: Package, origin: Origin) -> str:
        if package.vcs:
            return self._git(package.name, package.vcs, origin)
        if package.archive:
            return self._archive(package.name, package.archive, origin)
        assert package.directory is not None
        parts = (package.directory.path, package.directory.subdirectory or "")
        return self._local("/".join(filter(None, parts)))

    def _git(self, name: NormalizedName, vcs: PackageVcs, origin: Origin) -> str:
        if vcs.type != "git":
            why = f"it comes from {vcs.type}, and of version control only git is known here"
            raise self._unusable(name, origin, why)
        place = vcs.url or self._local(vcs.path or "")
        fragment = f"#subdirectory={vcs.subdirectory}" if vcs.subdirectory else ""
        return f"git+{place}@{vcs.commit_id}{fragment}"

    def _archive(self, name: NormalizedName, archive: PackageArchive, origin: Origin) -> str:
        parts = [
            f"{algorithm.lower()}={digest.lower()}"
            for algorithm, digest in archive.hashes.items()
            if len(digest) == DIGEST_LENGTHS.get(algorithm.lower())
        ]
        if not parts:
            why = f"its archive has no hash that can be checked, only {', '.join(archive.hashes)}"
            raise self._unusable(name, origin, why)
        if archive.subdirectory:
            parts.append(f"subdirectory={archive.subdirectory}")
        place = archive.url or self._local(archive.path or "")
        return f"{place.partition('#')[0]}#{'&'.join(parts)}"

    def _local(self, path: str) -> str:
        """Paths in a lock are relative to it."""
        return Path(absolute(path, self._file.folder)).as_uri()

    def _unusable(self, name: str, origin: Origin, why: str) -> UsageError:
        return UsageError(
            f"{name} in {origin.where} cannot be used: {redact(why)}.",
            what_to_do="Lock it from an index or from git, or resolve it without the lock.",
            culprit=origin.where,
        )


def _version(package: Package) -> Version:
    """As stated, or as its files say."""
    if package.version:
        return package.version
    if package.wheels:
        return parse_wheel_filename(package.wheels[0].filename)[1]
    assert package.sdist is not None
    return parse_sdist_filename(package.sdist.filename)[1]
