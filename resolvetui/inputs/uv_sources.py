"""[tool.uv.sources]: packages that come from one index, file, folder or repository.

Follows uv's reference, "Dependency sources". Only entries that hold on every target can be used:
the target is not known yet, so those with a marker are left out, and said so where they matter.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from typing import Any

from msgspec import Struct, structs

from resolvetui.errors import MissingFileError, UsageError
from resolvetui.inputs.paths import file_url, is_file, path_of, scheme_of
from resolvetui.inputs.settings import InputWarning, Setting, redact
from resolvetui.inputs.toml_file import TomlFile
from resolvetui.model.names import PackageName, extra_name, package_name
from resolvetui.model.requirement import RootRequirement

_INDEX_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
_WAY_OUT = "Name its folder by -e, or go without [tool.uv] by --no-config."
_FILES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz")


class _Source(Struct):
    index: str = ""
    url: str = ""
    path: str = ""
    git: str = ""
    rev: str = ""
    tag: str = ""
    branch: str = ""
    subdirectory: str = ""
    editable: bool = False
    workspace: Any = None
    marker: str = ""
    extra: str = ""
    group: str = ""

    @property
    def kind(self) -> str:
        """The key that says where the package comes from."""
        kinds = ("index", "url", "path", "git", "workspace")
        return next((kind for kind in kinds if getattr(self, kind)), "")


class _Table(Struct):
    sources: dict[str, _Source | list[_Source]] = {}


class Place(Struct, frozen=True):
    """Where a package comes from."""

    url: str
    """As a requirement has it: a wheel, an archive, `git+…`, a folder's `file:`."""
    editable: bool = False


class Unusable(Struct, frozen=True):
    """A source that cannot be used; it matters only if the package is asked for."""

    origin: str
    why: str
    stops: bool
    """An error, because the package could only come from elsewhere; else a warning."""


class Sources(Struct, frozen=True):
    """What the sources of one file come to."""

    pins: tuple[Setting, ...] = ()
    """As `pin-index` settings."""
    places: dict[PackageName, Place] = {}
    unusable: dict[PackageName, Unusable] = {}


def sources_of(file: TomlFile, extras: frozenset[str], groups: frozenset[str]) -> Sources:
    """The sources in [tool.uv.sources]; those for an extra or a group only if it is asked for."""
    pins: list[Setting] = []
    places: dict[PackageName, Place] = {}
    unusable: dict[PackageName, Unusable] = {}
    for key, entry in file.typed(_Table, "tool", "uv").sources.items():
        name, origin = package_name(key), f"{file.name} [tool.uv.sources] {key}"
        entries = entry if isinstance(entry, list) else [entry]
        active = [source for source in entries if _is_active(source, extras, groups)]
        plain = [source for source in active if not source.marker]
        # One for what was asked for by name before one for all.
        plain.sort(key=lambda source: not (source.extra or source.group))
        if not plain:
            if active:
                why = "it holds for some targets only (marker)"
                unusable[name] = Unusable(origin, why, stops=False)
        elif plain[0].kind == "index":
            pins.append(_pin(file, key, plain[0].index, origin))
        elif place := _place(file, key, plain[0]):
            places[name] = place
        else:
            unusable[name] = Unusable(origin, _why_not(plain[0]), stops=True)
    return Sources(tuple(pins), places, unusable)


def _is_active(source: _Source, extras: frozenset[str], groups: frozenset[str]) -> bool:
    has_extra = not source.extra or extra_name(source.extra) in extras
    return has_extra and (not source.group or package_name(source.group) in groups)


def _pin(file: TomlFile, key: str, index: str, origin: str) -> Setting:
    if not _INDEX_NAME.fullmatch(index):
        raise file.wrong(f"tool.uv.sources.{key}", f"{index!r} is no name of an index.")
    return Setting("pin-index", f"{package_name(key)}={index}", origin)


def _place(file: TomlFile, key: str, source: _Source) -> Place | None:
    """Where a source leads, or None for a kind that is not known here."""
    fragment = f"#subdirectory={source.subdirectory}" if source.subdirectory else ""
    match source.kind:
        case "git":
            return Place(f"git+{_repository(file, key, source)}{fragment}")
        case "url":
            if scheme_of(source.url) not in {"http", "https", "file"}:
                return None
            # A fragment of its own may hold hashes.
            joint = "&" if "#" in source.url and fragment else ""
            return Place(source.url + (joint + fragment[1:] if joint else fragment))
        case "path":
            url = file_url(source.path, file.folder)
            is_file = source.path.lower().endswith(_FILES)
            if is_file or not source.subdirectory:
                return Place(url + fragment, editable=source.editable and not is_file)
            return Place(f"{url}/{source.subdirectory}", editable=source.editable)
        case _:
            return None


def _repository(file: TomlFile, key: str, source: _Source) -> str:
    """URL and revision. Raises UsageError where several are named."""
    revisions = [each for each in (source.rev, source.tag, source.branch) if each]
    if len(revisions) > 1:
        why = "It names more than one of rev, tag and branch."
        raise file.wrong(f"tool.uv.sources.{key}", why, "Leave one.")
    return "@".join((source.git.removeprefix("git+"), *revisions))


def _why_not(source: _Source) -> str:
    if source.kind == "url":
        return f"{redact(source.url)} is no URL that can be fetched"
    return f"it is of the kind '{source.kind}'" if source.kind else "it names no place"


class Directed(Struct, frozen=True):
    """Requirements with the sources of their packages."""

    requirements: tuple[RootRequirement, ...]
    constraints: tuple[RootRequirement, ...]
    """What requirements say about versions whose package now comes from one place."""
    warnings: tuple[InputWarning, ...]


def directed(
    requirements: Iterable[RootRequirement], sources: Sources, pinned: Collection[PackageName]
) -> Directed:
    """Requirements that name no URL of their own get that of their package's source.

    `pinned`: packages for which an index was chosen, which counts more. Raises UsageError for a
    package whose source cannot be used, MissingFileError for a local wheel that is not there.
    """
    found: list[RootRequirement] = []
    constraints: list[RootRequirement] = []
    warnings: dict[InputWarning, None] = {}
    for root in requirements:
        stated = root.requirement
        is_decided = stated.url or stated.name in pinned
        unusable = None if is_decided else sources.unusable.get(stated.name)
        if unusable:
            warnings[_unusable(stated.name, unusable)] = None
        place = None if is_decided else sources.places.get(stated.name)
        if not place:
            found.append(root)
            continue
        _check_path(place.url, stated.name)
        if stated.specifier:
            constraints.append(root)
        led = structs.replace(stated, url=place.url, specifier="")
        found.append(structs.replace(root, requirement=led, editable=place.editable))
    return Directed(tuple(found), tuple(constraints), tuple(warnings))


def _unusable(name: PackageName, source: Unusable) -> InputWarning:
    if source.stops:
        raise UsageError(
            f"The source of {name} in {source.origin} cannot be used: {source.why}.",
            what_to_do=_WAY_OUT,
            culprit=source.origin,
        )
    text = f"{source.origin} is not used: {source.why}. --pin-index {name}=INDEX decides."
    return InputWarning("source-not-used", text)


def _check_path(url: str, name: PackageName) -> None:
    path = path_of(url) if scheme_of(url) == "file" else ""
    if path and not is_file(path) and not os.path.isdir(path):  # noqa: PTH112 - pathlib costs 4 ms
        raise MissingFileError(
            f"There is nothing at {path}.",
            why=f"It is the source of {name} in [tool.uv.sources].",
            culprit=path,
        )
