"""A few words build a world: packages on loopback indexes, for tests that need real HTTP.

    world = World()
    world.serve("torch", "2.3.0+cpu", wheels=["cp311-cp311-linux_x86_64"], index="cpu")
    with world.running() as indexes:
        indexes.url("cpu")  # http://127.0.0.1:PORT/cpu/simple

Everything is on index `main` unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from resolvetui.demo.catalogue import Index, IndexHabits, Release
from resolvetui.demo.server import LoopbackIndexes

PURE = "py3-none-any"


class World:
    """Packages on indexes."""

    def __init__(self) -> None:
        self.indexes: dict[str, Index] = {}

    def index(self, name: str = "main", **habits: Any) -> Index:
        """The index of that name, made when new; `habits` are fields of `IndexHabits`."""
        index = self.indexes.setdefault(name, Index(name))
        index.habits = replace(index.habits, **habits)
        return index

    def serve(
        self,
        name: str,
        version: str,
        *,
        wheels: Sequence[str] | None = None,
        needs: Sequence[str] = (),
        index: str = "main",
        sdist: bool = False,
        extras: Mapping[str, Sequence[str]] | None = None,
        requires_python: str | None = None,
        yanked: str | None = None,
        upload_time: str | None = None,
        entry_points: Mapping[str, Mapping[str, str]] | None = None,
        modules: Mapping[str, str | bytes] | None = None,
        dynamic: Sequence[str] = (),
        build_requires: Sequence[str] = (),
        backend: str = "",
        summary: str = "",
    ) -> None:
        """List one version. Without `wheels` it has a pure one, or none if it has an sdist."""
        if wheels is None:
            wheels = () if sdist else (PURE,)
        release = Release(
            name=name,
            version=version,
            wheels=tuple(wheels),
            sdist=sdist,
            needs=tuple(needs),
            extras=extras or {},
            requires_python=requires_python,
            yanked=yanked,
            upload_time=upload_time,
            entry_points=entry_points or {},
            modules=modules,
            dynamic=tuple(dynamic),
            build_requires=tuple(build_requires),
            backend=backend,
            summary=summary,
        )
        self.index(index).add(release)

    def running(self) -> LoopbackIndexes:
        """The server, to be used in a `with` block."""
        return LoopbackIndexes(self.indexes.values())

    def write_files(self, folder: Path, index: str = "main") -> Path:
        """All files of an index as a local folder, for find-links."""
        folder.mkdir(parents=True, exist_ok=True)
        for served in self.index(index).files.values():
            (folder / served.filename).write_bytes(served.content)
        return folder


__all__ = ["PURE", "IndexHabits", "World"]


def disagreeing() -> World:
    """`a` 2 wants a `b` that is not there, `a` 1 any: a resolve of `a` has one conflict."""
    world = World()
    world.serve("a", "2", needs=["b>=2"])
    world.serve("a", "1", needs=["b"])
    world.serve("b", "1")
    return world
