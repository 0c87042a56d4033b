"""The demo's world: `world.toml` as indexes, and the query that the demo starts with.

Owns the compact notation of that file; serving is left to `server`. The indexes are made anew at
each call, so that nothing is shared between two demos of one process.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files

from msgspec import Struct, convert, field

from resolvetui.demo.catalogue import PLAIN_HTML, Index, Release
from resolvetui.demo.server import LoopbackIndexes
from resolvetui.model.names import IndexName
from resolvetui.model.query import IndexSource

DEMO_REQUIREMENTS = ("torch", "torchvision", "torchaudio")
"""What the demo asks for first."""

DEMO_UPLOAD_TIME = "2024-06-03T12:00:00Z"
"""The day of the mirror's files (the PyTorch index states none)."""

LINKS_WITH_HASHES = replace(PLAIN_HTML, hashes=True)
"""The PyTorch index in spring 2024: hashes since the autumn before, metadata files not yet."""

_RANGE = re.compile(r"cp3(\d+)\.\.cp3(\d+)")


class _Project(Struct, frozen=True, forbid_unknown_fields=True):
    releases: tuple[str, ...]
    """`VERSION: FILES; FILES | NEEDS, NEEDS`."""
    requires_python: str | None = None
    extras: Mapping[str, Sequence[str]] = field(default_factory=dict)
    yanked: Mapping[str, str] = field(default_factory=dict)
    """Version to reason."""


class _Index(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    projects: Mapping[str, _Project]
    plain_html: bool = False


class _World(Struct, frozen=True, forbid_unknown_fields=True):
    platforms: Mapping[str, tuple[str, ...]]
    """Group to platform tags."""
    index: tuple[_Index, ...]
    """In order of preference."""


def demo_indexes() -> LoopbackIndexes:
    """The demo's indexes, to be served in a `with` block."""
    text = files("resolvetui.demo").joinpath("world.toml").read_text(encoding="utf-8")
    world = convert(tomllib.loads(text), _World)
    return LoopbackIndexes(_index(world, described) for described in world.index)


def demo_sources(indexes: LoopbackIndexes) -> tuple[IndexSource, ...]:
    """The running indexes as a query names them, in order of preference."""
    return tuple(
        IndexSource(name=IndexName(name), url=indexes.url(name), origin="--demo")
        for name in indexes.indexes
    )


def _index(world: _World, described: _Index) -> Index:
    index = Index(described.name, LINKS_WITH_HASHES if described.plain_html else None)
    for name, project in described.projects.items():
        for line in project.releases:
            index.add(_release(world, name, project, line))
    return index


def _release(world: _World, name: str, project: _Project, line: str) -> Release:
    """A release from its line.

    >>> from resolvetui.demo.world import _Project, _World, _release
    >>> world = _World(platforms={"win": ("win_amd64",)}, index=())
    >>> _release(world, "a", _Project(releases=()), "1.0: cp38..cp39 @win | b, c").wheels
    ('cp38-cp38-win_amd64', 'cp39-cp39-win_amd64')
    """
    version, _, rest = line.partition(":")
    file_part, _, needs = rest.partition("|")
    notations = [notation.strip() for notation in file_part.split(";")]
    return Release(
        name=name,
        version=version.strip(),
        wheels=tuple(tags for notation in notations for tags in _tags(world, notation)),
        sdist="sdist" in notations,
        needs=tuple(need for need in _comma_list(needs) if need),
        extras=project.extras,
        requires_python=project.requires_python,
        yanked=project.yanked.get(version.strip()),
        upload_time=DEMO_UPLOAD_TIME,
    )


def _comma_list(text: str) -> Iterator[str]:
    """Split at `, `: the commas inside a specifier have no space after them."""
    return (part.strip() for part in text.split(", "))


def _tags(world: _World, notation: str) -> Iterator[str]:
    """The tag triples that a notation stands for; none for `sdist`."""
    if notation == "sdist":
        return
    pythons, _, group = notation.partition(" @")
    if not group:
        yield notation
        return
    for python in _pythons(pythons):
        for platform in world.platforms[group]:
            yield f"{python}-{platform}"


def _pythons(text: str) -> Iterator[str]:
    """The interpreter and ABI parts: `cp38..cp39` gives `cp38-cp38` and `cp39-cp39`."""
    if match := _RANGE.fullmatch(text):
        first, last = (int(minor) for minor in match.groups())
        yield from (f"cp3{minor}-cp3{minor}" for minor in range(first, last + 1))
    else:
        yield text
