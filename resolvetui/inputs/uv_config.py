"""uv's configuration of a project: [tool.uv] of pyproject.toml, and uv.toml.

Follows uv's reference, "Settings", and its guide to indexes. Where both files are there, uv.toml
counts and [tool.uv] only for its sources, as in uv. Keys that nothing here honours are left out.
What [tool.uv.sources] come to is `uv_sources.py`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from resolvetui.inputs.options import OPTIONS, checked
from resolvetui.inputs.paths import absolute, scheme_of
from resolvetui.inputs.requirement_line import parse_root_requirement
from resolvetui.inputs.settings import IndexSetting, InputWarning, Setting
from resolvetui.inputs.toml_file import TomlFile
from resolvetui.inputs.uv_sources import Sources, sources_of
from resolvetui.model.requirement import Origin, OriginKind, RootRequirement

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


class _Index(Struct):
    url: str
    name: str = ""
    default: bool = False
    explicit: bool = False
    format: Literal["simple", "flat"] = "simple"


class _Places(Struct, rename="kebab"):
    """What counts whenever resolvetui runs in the folder."""

    index: list[_Index] = []
    index_url: str = ""
    extra_index_url: list[str] = []
    find_links: list[str] = []
    constraint_dependencies: list[str] = []
    build_constraint_dependencies: list[str] = []
    override_dependencies: list[str] = []


class _All(_Places, rename="kebab"):
    """What counts besides when the project itself is asked for."""

    no_index: bool = False
    index_strategy: str = ""
    prerelease: str = ""
    resolution: str = ""
    exclude_newer: Any = ""
    """A text, or a date of TOML's."""
    no_build: bool = False
    no_build_package: list[str] = []
    no_binary: bool = False
    no_binary_package: list[str] = []


class UvConfiguration(Struct, frozen=True):
    """What a project's configuration for uv says."""

    settings: tuple[Setting, ...] = ()
    constraints: tuple[RootRequirement, ...] = ()
    build_constraints: tuple[RootRequirement, ...] = ()
    overrides: tuple[RootRequirement, ...] = ()
    sources: Sources = Sources()
    warnings: tuple[InputWarning, ...] = ()


def uv_configuration(
    pyproject: TomlFile | None,
    uv_toml: TomlFile | None,
    *,
    whole: bool,
    extras: frozenset[str] = frozenset(),
    groups: frozenset[str] = frozenset(),
) -> UvConfiguration:
    """The configuration that stands in the two files of a folder, each of which may be missing.

    `whole`: policies too, not only indexes, sources, constraints and overrides. `extras` and
    `groups` (canonical) decide between sources. Raises UsageError with file and key.
    """
    settings: list[Setting] = []
    warnings: list[InputWarning] = []
    sources = Sources()
    if pyproject:
        sources = sources_of(pyproject, extras, groups)
        if uv_toml:
            settings += _indexes_of_sources(pyproject, uv_toml, sources)
            warnings += _ignored(pyproject, uv_toml)
    file, above = (uv_toml, ()) if uv_toml else (pyproject, ("tool", "uv"))
    if not file:
        return UvConfiguration(sources=sources, settings=tuple(settings))
    table = file.typed(_All if whole else _Places, *above)
    reader = _Reader(file, above)
    settings += reader.places(table)
    if isinstance(table, _All):
        settings += reader.policies(table)
    return UvConfiguration(
        settings=(*settings, *sources.pins),
        constraints=reader.requirements("constraint-dependencies", table.constraint_dependencies),
        build_constraints=reader.requirements(
            "build-constraint-dependencies", table.build_constraint_dependencies
        ),
        overrides=reader.requirements("override-dependencies", table.override_dependencies),
        sources=sources,
        warnings=tuple(warnings),
    )


class _Reader:
    """One file's values as settings, with the file and key that they stand at."""

    def __init__(self, file: TomlFile, above: tuple[str, ...]) -> None:
        self._file = file
        self._above = above
        self._shown = f"{file.name} [{'.'.join(above)}]" if above else file.name

    def places(self, table: _Places) -> Iterator[Setting]:
        """In order of preference; the default last (`default = true` wins over `index-url`)."""
        for number, index in enumerate(table.index):
            if not index.default:
                yield self.index(index, number)
        for url in table.extra_index_url:
            yield self._place("extra-index-url", "extra-index-url", url)
        for place in table.find_links:
            yield self._place("find-links", "find-links", place)
        if table.index_url:
            yield self._place("index-url", "index-url", table.index_url)
        for number, index in reversed(list(enumerate(table.index))):
            if index.default:  # the first of them counts; what comes last wins
                yield self.index(index, number)

    def index(self, index: _Index, number: int) -> IndexSetting:
        """One entry of `index`."""
        if index.name and not _NAME.fullmatch(index.name):
            raise self._file.wrong(
                self._key(f"index[{number}].name"), f"{index.name!r} is no name of an index."
            )
        if index.explicit and not index.name:
            why = "An explicit index needs a name: nothing can be pinned to it without."
            raise self._file.wrong(self._key(f"index[{number}]"), why)
        name = "index-url" if index.default else "index"
        if index.format == "flat":
            if index.default:
                why = "A flat index cannot be the default."
                way_out = "Leave out `default`; --no-index leaves out the default index."
                raise self._file.wrong(self._key(f"index[{number}]"), why, way_out)
            name = "find-links"
        return self._place(name, "index", index.url, index.name, explicit=index.explicit)

    def policies(self, table: _All) -> Iterator[Setting]:
        """What the user chose for every package."""
        newest = table.exclude_newer
        if isinstance(newest, dt.date):  # a datetime is one too
            newest = newest.isoformat()
        elif not isinstance(newest, str):
            raise self._file.wrong(self._key("exclude-newer"), "It must be a text or a date.")
        texts = {
            "no-index": "true" if table.no_index else "",
            "index-strategy": table.index_strategy,
            "prerelease": table.prerelease,
            "resolution": table.resolution,
            "exclude-newer": newest,
        }
        for key, text in texts.items():
            if text:
                yield checked(OPTIONS[key], text, self._origin(key))
        # `:all:` first: pip's rules, which hold for these settings, let it take back names.
        if table.no_build:
            yield Setting("only-binary", ":all:", self._origin("no-build"))
        if table.no_binary:
            yield Setting("no-binary", ":all:", self._origin("no-binary"))
        for name in table.no_build_package:
            yield Setting("only-binary", name, self._origin("no-build-package"))
        for name in table.no_binary_package:
            yield Setting("no-binary", name, self._origin("no-binary-package"))

    def requirements(self, key: str, texts: list[str]) -> tuple[RootRequirement, ...]:
        """Constraints or overrides; each knows its line."""
        constrains = key != "override-dependencies"
        kind = OriginKind.CONSTRAINT if constrains else OriginKind.OVERRIDE
        return tuple(
            parse_root_requirement(
                text,
                Origin(kind, self._file.name, self._file.line_of(text, rf"{key}\s*=")),
                self._file.folder,
            )
            for text in texts
        )

    def _place(
        self, name: str, key: str, place: str, called: str = "", *, explicit: bool = False
    ) -> IndexSetting:
        """Relative paths start where the file lies."""
        url = place if scheme_of(place) else absolute(place, self._file.folder)
        checked(OPTIONS[name], place, self._origin(key))
        return IndexSetting(name, url, self._origin(key), called=called, explicit=explicit)

    def _key(self, key: str) -> str:
        return ".".join((*self._above, key))

    def _origin(self, key: str) -> str:
        return f"{self._shown} {key}"


def _indexes_of_sources(
    pyproject: TomlFile, uv_toml: TomlFile, sources: Sources
) -> Iterator[IndexSetting]:
    """Beside uv.toml only the indexes that sources name count, and for these alone."""
    here = {index.name for index in uv_toml.typed(_Places).index}
    wanted = {pin.value.partition("=")[2] for pin in sources.pins} - here
    reader = _Reader(pyproject, ("tool", "uv"))
    for number, index in enumerate(pyproject.typed(_Places, "tool", "uv").index):
        if index.name in wanted:
            narrowed = msgspec.structs.replace(index, default=False, explicit=True)
            yield reader.index(narrowed, number)


def _ignored(pyproject: TomlFile, uv_toml: TomlFile) -> Iterator[InputWarning]:
    known = {field.encode_name for field in msgspec.structs.fields(_All)}
    ignored = sorted(known & set(pyproject.table("tool", "uv")))
    if ignored:
        text = f"{uv_toml.name} replaces {', '.join(ignored)} of {pyproject.name} [tool.uv]."
        yield InputWarning("configuration-replaced", text)
