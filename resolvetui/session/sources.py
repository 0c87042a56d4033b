"""Where the facts of a session come from: indexes, metadata, and the environment itself.

`LiveSources` asks the real ones; `replaying.py` has those of a recording. What the facts mean is
the business of `facts.py` and `listings.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from resolvetui.environment.installed import InstalledDistribution, read_installed
from resolvetui.environment.leftovers import has_leftovers
from resolvetui.environment.target import Target
from resolvetui.index.client import IndexClient, IndexStatistics, PageReply, Refresh
from resolvetui.index.seams import Fetcher, Getter
from resolvetui.metadata.core_metadata import CoreMetadata
from resolvetui.metadata.source import MetadataSource
from resolvetui.model.files import DistributionFile
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource, Query, TargetRequest
from resolvetui.net.cache import Cache
from resolvetui.session.targeting import find_target, is_borrowed


class PageSource(Protocol):
    """What indexes say of projects; `index.client.IndexClient` is the real one."""

    @property
    def statistics(self) -> Mapping[IndexName, IndexStatistics]:
        """How each index has answered so far."""

    def cached(self, source: IndexSource, project: PackageName) -> PageReply | None:
        """The answer that needs no network, or None when the index has to be asked."""

    async def fetch(
        self, source: IndexSource, project: PackageName, transport: Getter
    ) -> PageReply:
        """The answer of the index, asked now."""

    def flat_names(self) -> set[PackageName]:
        """The projects of sources that list everything they have."""

    def is_index_now(self, source: IndexSource) -> bool | None:
        """Whether the URL is that of an index; None while nobody looked."""

    async def fetch_is_index(self, source: IndexSource, transport: Getter) -> None:
        """Look, so that `is_index_now` knows."""


class CoreSource(Protocol):
    """Core metadata of files; `metadata.source.MetadataSource` is the real one."""

    def cached(self, file: DistributionFile) -> CoreMetadata | None:
        """What needs no network, or None. Raises `UnusableMetadata`."""

    async def fetch(self, file: DistributionFile, transport: Fetcher) -> CoreMetadata:
        """The metadata, from the network if need be. Raises `UnusableMetadata`."""


class Sources(Protocol):
    """All that a session asks about the world."""

    @property
    def client(self) -> PageSource:
        """The indexes."""

    @property
    def metadata(self) -> CoreSource:
        """The metadata of their files."""

    def target(self, request: TargetRequest) -> Target:
        """The target of a query; raises `TargetError` where there is none."""

    def installed(
        self, target: Target, query: Query
    ) -> tuple[Sequence[InstalledDistribution], Sequence[str]]:
        """The installed packages that take part, and warnings about the environment."""


class LiveSources:
    """The indexes over `cache` and network, and the environments of this machine.

    `folder` is the cache's, for what is known of interpreters; None keeps nothing.
    """

    def __init__(
        self,
        cache: Cache,
        folder: Path | None,
        *,
        offline: bool,
        refresh: Refresh = False,
    ) -> None:
        self.client = IndexClient(cache, offline=offline, refresh=refresh)
        self.metadata = MetadataSource(cache, offline=offline, refresh=refresh is True)
        self._folder = folder

    def target(self, request: TargetRequest) -> Target:
        """The target of a query, from an interpreter if it means one."""
        return find_target(request, self._folder)

    def installed(
        self, target: Target, query: Query
    ) -> tuple[Sequence[InstalledDistribution], Sequence[str]]:
        """Installed packages take part only where the target is an environment of the user's."""
        repaired = _repair(target, query)
        is_environment = query.target.is_environment and not is_borrowed(query.target)
        if not is_environment or query.policies.reinstall:
            return (), repaired
        found, damaged = read_installed(target)
        return found, (*repaired, *damaged)


def _repair(target: Target, query: Query) -> Sequence[str]:
    """Finish what a killed install left, before its environment is read; what was done."""
    if target.environment is None or is_borrowed(query.target):
        return ()
    if not has_leftovers(target.environment.prefix):
        return ()
    from resolvetui.install.recovery import repair

    done = repair(target)
    return (done,) if done else ()
