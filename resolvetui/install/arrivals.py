"""What several packages bring, folder by folder: where two of them meet.

Most folders have one bringer, and then nothing needs to be known of the files in it; that is what
makes this quick for ten thousand files. Used before anything is unpacked (`contents`) and once
more when all is staged (`moves`).
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from resolvetui.model.names import PackageName


class ComingFolder(Protocol):
    """The files that one package brings directly into one folder."""

    @property
    def package(self) -> PackageName:
        """Who brings them."""

    @property
    def destination(self) -> str:
        """The final folder, real and absolute."""

    @property
    def names(self) -> Sequence[str]:
        """The files, without their folder."""


FolderT = TypeVar("FolderT", bound=ComingFolder)


class Arrivals(Generic[FolderT]):
    """All that comes, by destination. Names are compared as this system does (`normcase`)."""

    def __init__(self, folders: Iterable[FolderT]) -> None:
        self._into: defaultdict[str, list[FolderT]] = defaultdict(list)
        self._below: defaultdict[str, set[PackageName]] = defaultdict(set)
        for folder in folders:
            self._add(folder)

    def is_alone(self, folder: str, package: PackageName) -> bool:
        """Whether nobody but `package` has files below a folder."""
        return self._below[os.path.normcase(folder)] == {package}

    def into(self, folder: str) -> Sequence[FolderT]:
        """Who brings files directly into a folder, in the order they were given."""
        return self._into.get(os.path.normcase(folder), ())

    def all(self) -> Iterator[FolderT]:
        """Every folder, by destination."""
        for _, folders in sorted(self._into.items()):
            yield from folders

    def meetings(self) -> Iterator[tuple[str, FolderT, FolderT]]:
        """Every file that comes more than once: its name, who was first, who is another."""
        for folders in self._into.values():
            if len(folders) > 1:
                first: dict[str, FolderT] = {}
                for folder in folders:
                    for name in folder.names:
                        other = first.setdefault(os.path.normcase(name), folder)
                        if other is not folder:
                            yield name, other, folder

    def files_for_folders(self) -> Iterator[tuple[str, FolderT, PackageName]]:
        """Every file that is a folder for another: its name, who brings it, whose folder."""
        for path, packages in sorted(self._below.items()):
            parent, name = os.path.split(path)
            for folder in self._into.get(parent, ()):
                for found in _named(name, folder.names):
                    others = packages - {folder.package}
                    yield found, folder, min(others, default=folder.package)

    def _add(self, folder: FolderT) -> None:
        key = os.path.normcase(folder.destination)
        self._into[key].append(folder)
        while folder.package not in self._below[key]:
            self._below[key].add(folder.package)
            key = os.path.dirname(key)  # noqa: PTH120 - many calls, pathlib is slower


def _named(name: str, names: Collection[str]) -> Iterator[str]:
    """Those of `names` that this system takes for `name`, which is normalised."""
    if os.sep == "/":
        if name in names:
            yield name
        return
    yield from (each for each in names if os.path.normcase(each) == name)
