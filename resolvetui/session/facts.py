"""The facts of a session: what the indexes list, what metadata says, what is installed.

Facts are asked for twice: `…_now` answers from memory, the cache and local files, without any
network; `fetch_…` goes there. The answer of a query depends on nothing else, and not on which of
the two gave a fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec import structs

from resolvetui.environment.installed import InstalledDistribution, requirements_of
from resolvetui.environment.markers import MarkerEvaluator
from resolvetui.environment.target import Target
from resolvetui.errors import HashMismatch, IndexFailure, MetadataError
from resolvetui.index.judging import Judge
from resolvetui.metadata.built import BuiltStore, build_key
from resolvetui.metadata.core_metadata import CoreMetadata
from resolvetui.metadata.unusable import UnusableMetadata
from resolvetui.model.files import DistributionFile, SdistFile, SourceTree
from resolvetui.model.hashes import HashDemand, demands_of
from resolvetui.model.names import ExtraName, IndexName, PackageName
from resolvetui.model.query import Query
from resolvetui.model.requirement import Requirement, RootRequirement
from resolvetui.model.verdict import Reason
from resolvetui.net.cache import Cache
from resolvetui.resolver import Dependencies, Unreadable
from resolvetui.session.consent import why_not_built
from resolvetui.session.listings import Listings
from resolvetui.session.sources import CoreSource, PageSource

if TYPE_CHECKING:
    from resolvetui.net.transport import Transport
    from resolvetui.session.direct import Prepared


class _EveryExtra(Mapping[ExtraName, tuple[Requirement, ...]]):
    """Every extra is there and adds nothing: with `--no-deps` nobody looks."""

    def __getitem__(self, extra: ExtraName) -> tuple[Requirement, ...]:
        return ()

    def __iter__(self) -> Iterator[ExtraName]:
        return iter(())

    def __len__(self) -> int:
        return 0


_NO_DEPENDENCIES = Dependencies((), _EveryExtra())


class Facts:
    """What is known about the packages of one query on one target."""

    def __init__(
        self,
        query: Query,
        target: Target,
        installed: Sequence[InstalledDistribution],
        cache: Cache,
        client: PageSource,
        metadata: CoreSource,
        like: Facts | None = None,
        built: BuiltStore | None = None,
        *,
        prepared: Mapping[PackageName, Prepared] = {},
    ) -> None:
        """`like`: those of another query over the same indexes, to begin with what they know.
        `built`: what builds gave; without it, every build that is needed is one to be run.
        `prepared`: the sources that direct references lead to.
        """
        self.query = query
        self.target = target
        self._build_key = build_key(target, query)
        self.judge = Judge(target, query.policies.exclude_newer)
        self.markers = MarkerEvaluator(target)
        self.installed = {item.name: item for item in installed}
        stated = self.applicable((*query.requirements, *query.overrides))
        references = {
            item.requirement.name: item.requirement for item in stated if item.requirement.url
        }
        self.listings = Listings(
            query,
            target.key,
            self.judge,
            self.installed,
            cache,
            client,
            references,
            self._demands((*stated, *self.applicable(query.constraints))),
            trees={name: each.tree for name, each in prepared.items()},
        )
        self._prepared = prepared
        self.further: list[Facts] = []
        """Those of other queries that were asked on behalf of this one, such as fixes."""
        self._metadata = metadata
        self._built = built
        self._awaiting: set[tuple[PackageName, str]] = set()
        self._cached = 0
        self._dependencies: dict[tuple[PackageName, str], Dependencies | Unreadable] = {}
        self._core: dict[tuple[PackageName, str], CoreMetadata] = {}
        self._requirements: dict[Requirement, Requirement] = {}
        if like is not None:
            self._take_over(like)

    @staticmethod
    def _demands(
        stated: Sequence[RootRequirement],
    ) -> dict[PackageName, tuple[HashDemand, ...]]:
        names = dict.fromkeys(item.requirement.name for item in stated if item.hashes)
        return {
            name: demands_of(item for item in stated if item.requirement.name == name)
            for name in names
        }

    def _take_over(self, like: Facts) -> None:
        same = self.listings.take_over(like.listings)
        if self.query.policies.no_deps != like.query.policies.no_deps:
            return
        self._core = {key: core for key, core in like._core.items() if key[0] in same}
        self._dependencies = {
            key: found
            for key, found in like._dependencies.items()
            if key[0] in same and (key[0] not in self.installed or self.installed == like.installed)
        }

    def prepared(self) -> Iterator[tuple[RootRequirement, Prepared]]:
        """The requirements that lead to sources, and what those are."""
        for root in self.applicable((*self.query.requirements, *self.query.overrides)):
            if root.requirement.url and root.requirement.name in self._prepared:
                yield root, self._prepared[root.requirement.name]

    @property
    def cached(self) -> int:
        """Answers that came without the network."""
        return self._cached + self.listings.cached

    def dependencies_now(self, name: PackageName, version: str) -> Dependencies | Unreadable | None:
        """What a version requires here, or None when its metadata has to be fetched."""
        no_deps = self.query.policies.no_deps
        if no_deps and (self._built is None or not self._built.failed):
            return _NO_DEPENDENCIES
        known = self._dependencies.get((name, version))
        if known is None and no_deps:
            known = self._without_dependencies(name, version)
        elif known is None:
            known = self._read_dependencies(name, version)
            if known is not None:
                self._dependencies[name, version] = known
        return known

    def _read_dependencies(
        self, name: PackageName, version: str
    ) -> Dependencies | Unreadable | None:
        file, _ = self.listings.file_of(name, version)
        if file is None:
            installed = self.installed[name]
            return self._applicable(requirements_of(installed), installed.provides_extra)
        core = self._core.get((name, version))
        if core is None:
            try:
                core = self._known(name, file)
                self._check_build(file)
            except MetadataError as error:
                found = self._core_of_build(name, version, file, error)
                if isinstance(found, Unreadable):
                    return found
                core = found
            if core is None:
                return None
            self._cached += 1
        return self._from_core(name, version, core)

    def _known(self, name: PackageName, file: DistributionFile) -> CoreMetadata | None:
        """What needs no network. Raises `MetadataError`."""
        if isinstance(file, SourceTree):
            return self._prepared[name].core
        return self._metadata.cached(file)

    def known_metadata(self) -> Iterator[tuple[DistributionFile, CoreMetadata | Unreadable]]:
        """What was read of files of indexes, or why it was of no use; by package and version."""
        for (name, version), found in sorted(self._dependencies.items(), key=itemgetter(0)):
            file, _ = self.listings.file_of(name, version)
            core = self._core.get((name, version))
            if file is not None and core is not None:
                yield file, core
            elif file is not None and isinstance(found, Unreadable):
                yield file, found

    def unreadable(self, name: PackageName, version: str) -> Unreadable | None:
        """Why the metadata of a version was of no use, if it was."""
        known = self._dependencies.get((name, version))
        return known if isinstance(known, Unreadable) else None

    def successor(self, name: PackageName) -> PackageName | None:
        """The project that the newest version whose metadata was of no use sends its users to."""
        for version in reversed(self.listings.candidates(name).domain.versions):
            known = self.unreadable(name, version)
            if known is not None:
                return known.successor
        return None

    async def fetch_dependencies(
        self, name: PackageName, version: str, transport: Transport
    ) -> None:
        """Fetch until `dependencies_now` can answer."""
        if self.dependencies_now(name, version) is not None:
            return
        file, index = self.listings.file_of(name, version)
        assert file is not None
        try:
            core = await self._metadata.fetch(file, transport)
        except MetadataError as error:
            found = self._core_of_build(name, version, file, error)
        except HashMismatch as error:
            self._explain_mismatch(error, name, file, index)
            raise
        except IndexFailure as error:
            error.details = structs.replace(error.details, index=index or "", project=name)
            raise
        else:
            found = core
        if found is not None:
            self._learn(name, version, found)

    # -- builds

    def awaits_build(self, name: PackageName, version: str) -> bool:
        """Whether only a build, which the user allowed, can tell what a version requires."""
        return (name, version) in self._awaiting

    def learn_build(
        self, name: PackageName, version: str, found: CoreMetadata | UnusableMetadata
    ) -> None:
        """What a build that was waited for has come to."""
        self._awaiting.discard((name, version))
        core = found if isinstance(found, CoreMetadata) else _unreadable(found)
        self._learn(name, version, core)

    def core_of(self, name: PackageName, version: str) -> CoreMetadata | None:
        """The metadata that was read of a version."""
        return self._core.get((name, version))

    def _learn(self, name: PackageName, version: str, found: CoreMetadata | Unreadable) -> None:
        known = found if isinstance(found, Unreadable) else self._from_core(name, version, found)
        self._dependencies[name, version] = known

    def _core_of_build(
        self, name: PackageName, version: str, file: DistributionFile, error: MetadataError
    ) -> CoreMetadata | Unreadable | None:
        """What is known of a file beyond its own metadata; None where it has to be built first."""
        if (
            not isinstance(error, UnusableMetadata)
            or error.reason is not Reason.SDIST_NOT_BUILDABLE
            or not isinstance(file, SdistFile)
        ):
            return _unreadable(error)
        refusal = why_not_built(self.query, self.target, name)
        if refusal:
            return Unreadable(Reason.SDIST_NOT_BUILDABLE, refusal, error.successor)
        try:
            core = self._built.metadata(file, self._build_key) if self._built else None
        except UnusableMetadata as failed:
            return _unreadable(failed)
        if core is None:
            self._awaiting.add((name, version))
        return core

    def _without_dependencies(self, name: PackageName, version: str) -> Dependencies | Unreadable:
        file, _ = self.listings.file_of(name, version)
        try:
            if file is not None:
                self._check_build(file)
        except UnusableMetadata as failed:
            return _unreadable(failed)
        return _NO_DEPENDENCIES

    def _check_build(self, file: DistributionFile) -> None:
        """Raise where a build failed, also of a file whose metadata needs none."""
        if self._built is not None and isinstance(file, SdistFile):
            self._built.check(file, self._build_key)

    def _explain_mismatch(
        self,
        error: HashMismatch,
        name: PackageName,
        file: DistributionFile,
        index: IndexName | None,
    ) -> None:
        from resolvetui.explanation import hash_words  # for errors only

        error.details = structs.replace(error.details, index=index or "", project=name)
        if index is None:
            error.what = hash_words.not_wanted(file.filename, self.listings.demands(name))
        else:
            error.what = hash_words.not_promised(file.filename, index)

    def _from_core(
        self, name: PackageName, version: str, core: CoreMetadata
    ) -> Dependencies | Unreadable:
        core = self._core[name, version] = self._shared(core)
        if not self.judge.python_fits(core.requires_python):
            # Some indexes do not repeat Requires-Python on their pages.
            return Unreadable(Reason.REQUIRES_PYTHON, core.requires_python)
        return self._applicable(core.requires, core.provides_extra)

    def _shared(self, core: CoreMetadata) -> CoreMetadata:
        """The same metadata with requirements that were seen before as the same objects.

        The versions of a project repeat each other's lines: with thousands of versions that is
        most of a search's memory.
        """
        seen = self._requirements
        return structs.replace(
            core, requires=tuple(seen.setdefault(item, item) for item in core.requires)
        )

    def _applicable(
        self, requires: Sequence[Requirement], extras: Sequence[ExtraName]
    ) -> Dependencies:
        """The requirements whose markers hold; what an extra adds is what holds only with it."""
        base = tuple(item for item in requires if self.markers.applies(item.marker))
        added = [item for item in requires if "extra" in item.marker and item not in base]
        return Dependencies(
            base,
            {
                extra: tuple(item for item in added if self.markers.applies(item.marker, extra))
                for extra in extras
            },
        )

    def requirements(
        self, name: PackageName, version: str
    ) -> tuple[Dependencies, tuple[Requirement, ...]]:
        """What applies on the target, and what never does there."""
        if self.query.policies.no_deps:
            return _NO_DEPENDENCIES, ()
        found = self._dependencies[name, version]
        assert isinstance(found, Dependencies)
        core = self._core.get((name, version))
        requires = core.requires if core else requirements_of(self.installed[name])
        rest = [item for item in requires if "extra" not in item.marker and item not in found.base]
        return found, tuple(rest)

    def stated(self, name: PackageName, version: str) -> tuple[Requirement, ...]:
        """All that the metadata of a chosen version requires, whether it counts here or not."""
        core = self._core.get((name, version))
        if self.query.policies.no_deps:
            return ()
        return core.requires if core else tuple(requirements_of(self.installed[name]))

    def applicable(self, stated: Sequence[RootRequirement]) -> tuple[RootRequirement, ...]:
        """Those whose markers hold on the target."""
        return tuple(item for item in stated if self.markers.applies(item.requirement.marker))


def _unreadable(error: MetadataError) -> Unreadable:
    reason = error.reason if isinstance(error, UnusableMetadata) else Reason.INVALID_METADATA
    return Unreadable(reason, error.why or error.what)
