"""What the indexes list: pages, assessments, and the candidates made of them.

Asked for twice: `…_now` answers from memory, the cache and local files, without any network and
without loading what the network needs; `fetch_…` goes to the indexes. A listing is the same
whichever way it came, and whenever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace
from packaging.specifiers import Specifier, SpecifierSet

from resolvetui.environment.installed import InstalledDistribution
from resolvetui.index.assessment import (
    Assessment,
    assess,
    decode_assessment,
    encode_assessment,
)
from resolvetui.index.candidates import Candidates, Wishes, merge
from resolvetui.index.client import Failed, Found, Missing, PageReply, Refused
from resolvetui.index.judging import FormatPolicy, Judge
from resolvetui.index.strategy import Roles, left_out_by_pin, roles, sources_for
from resolvetui.model.files import DistributionFile, ProjectPage, Release, SourceTree
from resolvetui.model.hashes import HashDemand
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource, Query
from resolvetui.model.requirement import Requirement
from resolvetui.model.verdict import Reason
from resolvetui.net.cache import Cache
from resolvetui.resolver import Domain, Exclusion
from resolvetui.session.direct import direct_file
from resolvetui.session.refusals import Refusals
from resolvetui.session.sources import PageSource

if TYPE_CHECKING:
    from resolvetui.net.transport import Transport

_ASSESSMENTS = "assessment"


class Listings:
    """The candidates of every package that one query on one target comes across."""

    def __init__(
        self,
        query: Query,
        target_key: str,
        judge: Judge,
        installed: Mapping[PackageName, InstalledDistribution],
        cache: Cache,
        client: PageSource,
        references: Mapping[PackageName, Requirement],
        demands: Mapping[PackageName, tuple[HashDemand, ...]],
        *,
        trees: Mapping[PackageName, SourceTree] = {},
    ) -> None:
        """`references`: the direct references; `demands`: the hashes that lines want; `trees`:
        the sources that references lead to.
        """
        self.query = query
        self.judge = judge
        self.refusals = Refusals(query.indexes, cache)
        self.cached = 0
        """Answers that came without the network."""
        self._target_key = target_key
        self._installed = installed
        self._cache = cache
        self._client = client
        self._replies: dict[PackageName, dict[str, PageReply]] = {}
        self._pages: dict[tuple[PackageName, IndexName], ProjectPage] = {}
        self._assessed: dict[tuple[PackageName, IndexName], Assessment] = {}
        self._candidates: dict[PackageName, Candidates] = {}
        self._files: dict[
            tuple[PackageName, str], tuple[DistributionFile | None, IndexName | None]
        ] = {}
        self._guesses: dict[PackageName, dict[str, PageReply]] = {}
        self._references = references
        self._demands = demands
        self._direct: dict[PackageName, DistributionFile] = {
            name: trees.get(name) or direct_file(stated) for name, stated in references.items()
        }

    def take_over(self, other: Listings) -> set[PackageName]:
        """Begin with what another query over the same indexes found out.

        Returns the packages whose candidates are the same here.
        """
        by_name = {source.name: source for source in self.query.indexes}
        for name, replies in other._replies.items():
            self._replies.setdefault(name, {})
            for index, reply in replies.items():
                self._note(name, by_name[IndexName(index)], reply)
        self._guesses = dict(other._guesses)
        self._pages = dict(other._pages)
        same = {name for name in other._candidates if self._is_same(name, other)}
        self._candidates = {name: other._candidates[name] for name in same}
        self._files = {key: found for key, found in other._files.items() if key[0] in same}
        return same

    def _is_same(self, name: PackageName, other: Listings) -> bool:
        return self._decisive(name) == other._decisive(name)

    def _decisive(self, name: PackageName) -> tuple[object, ...]:
        """All that the candidates of a package depend on, beside what the indexes say."""
        policies = self.query.policies
        return (
            self._target_key,
            self.judge.exclude_newer,
            policies.index_strategy,
            policies.prerelease,
            FormatPolicy.of(policies, name),
            policies.may_build(name),
            sources_for(name, self.query),
            self._wishes(name),
            self._direct.get(name),
            self.demands(name),
        )

    def listing_now(self, name: PackageName) -> Domain | None:
        """The domain of a package, or None when the network has to be asked."""
        known = self._candidates.get(name)
        if known is not None:
            return known.domain
        if name in self._direct:
            return self._keep(name, self._direct_candidates(name))
        while (part := self._roles(name)).undecided:
            for source in part.undecided:
                reply = self._client.cached(source, name)
                if reply is None:
                    return None
                self.cached += 1
                self._note(name, source, reply)
        return self._keep(name, self._merge(name, part.used))

    async def fetch_listing(self, name: PackageName, transport: Transport) -> None:
        """Ask the indexes until `listing_now` can answer; those of one step at the same time."""
        import asyncio

        while self.listing_now(name) is None:
            sources = self._roles(name).undecided
            replies = await asyncio.gather(
                *(self._client.fetch(source, name, transport) for source in sources)
            )
            for source, reply in zip(sources, replies, strict=True):
                self._note(name, source, reply)

    def _roles(self, name: PackageName) -> Roles:
        known = self._replies.setdefault(name, {})
        has_project = {index: isinstance(reply, Found) for index, reply in known.items()}
        sources = sources_for(name, self.query)
        found = roles(sources, has_project, self.query.policies.index_strategy)
        left_out = left_out_by_pin(name, self.query)
        return replace(found, shadowed=(*found.shadowed, *left_out)) if left_out else found

    def _note(self, name: PackageName, source: IndexSource, reply: PageReply) -> None:
        match reply:
            case Failed(error=error):
                raise error
            case Refused():
                self.refusals.note(source, name, reply)
            case Found():
                self.refusals.served(source)
            case Missing():
                pass
        self._replies[name][source.name] = reply

    def _merge(self, name: PackageName, used: Sequence[IndexSource]) -> Candidates:
        pages = [(source.name, self._assessment(name, source.name)) for source in used]
        missing = [
            Exclusion(Reason.NOT_FOUND, 0, IndexName(index))
            for index, reply in self._replies[name].items()
            if not isinstance(reply, Found)
        ]
        # A quarantined project may have no file left to be refused (PEP 792).
        missing += [
            Exclusion(Reason.QUARANTINED, 0, index, assessed.status_reason)
            for index, assessed in pages
            if assessed.status == "quarantined"
        ]
        return merge(name, pages, self.query.policies, self._wishes(name), missing)

    def assessed(self, name: PackageName) -> dict[IndexName, Assessment]:
        """What each index whose files count for a package says of it, in order of preference."""
        if name in self._direct or name not in self._replies:
            return {}
        return {each.name: self._assessment(name, each.name) for each in self._roles(name).used}

    def _assessment(self, name: PackageName, index: IndexName) -> Assessment:
        known = self._assessed.get((name, index))
        if known is None:
            known = self._assessed[name, index] = self._assess(name, index)
        return known

    def _assess(self, name: PackageName, index: IndexName) -> Assessment:
        reply = self._replies[name][index]
        assert isinstance(reply, Found)
        demands = self.demands(name)
        parts = [reply.key, reply.validator, self._target_key, self.judge.exclude_newer]
        parts += ["|".join(sorted(demand.hashes)) for demand in demands]
        key = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        row = self._cache.row(_ASSESSMENTS, key)
        if row is not None:
            return decode_assessment(row)
        assessment = assess(self.page(name, index), self.judge, demands)
        self._cache.put_row(_ASSESSMENTS, key, encode_assessment(assessment))
        return assessment

    def _wishes(self, name: PackageName) -> Wishes:
        mine = [
            SpecifierSet(item.requirement.specifier)
            for item in (*self.query.requirements, *self.query.constraints, *self.query.overrides)
            if item.requirement.name == name
        ]
        clauses = [clause for specifier in mine for clause in specifier]
        installed = self._installed.get(name)
        return Wishes(
            tuple(str(clause) for clause in clauses if _pins(clause)),
            any(clause.prereleases for clause in clauses),
            installed.version if installed else "",
        )

    def _keep(self, name: PackageName, candidates: Candidates) -> Domain:
        self._candidates[name] = candidates
        return candidates.domain

    def _direct_candidates(self, name: PackageName) -> Candidates:
        file, url = self._direct[name], self._references[name].url
        verdict = self.judge.file(file, IndexName(""), FormatPolicy(), (), self.demands(name))
        exclusions = tuple(
            Exclusion(hurdle.reason, 2, None, hurdle.detail) for hurdle in verdict.hurdles[:1]
        )
        return Candidates(Domain(name, (file.version,), exclusions, url=url), ())

    # -- indexes that decide nothing

    def shadowed_unknown(
        self, names: Sequence[PackageName]
    ) -> list[tuple[PackageName, IndexSource]]:
        """The hidden indexes that were not asked about these packages."""
        missing = []
        for name in names:
            if name not in self._replies:
                continue
            for source in self._roles(name).shadowed:
                if source.name in self._replies[name]:
                    continue
                reply = self._client.cached(source, name)
                if isinstance(reply, Found | Missing):
                    self._replies[name][source.name] = reply
                else:
                    missing.append((name, source))
        return missing

    async def fetch_shadowed(
        self, missing: Sequence[tuple[PackageName, IndexSource]], transport: Transport
    ) -> None:
        """Ask hidden indexes; an answer that is none leaves them unknown."""
        import asyncio

        replies = await asyncio.gather(
            *(self._client.fetch(source, name, transport) for name, source in missing)
        )
        for (name, source), reply in zip(missing, replies, strict=True):
            if isinstance(reply, Found | Missing):
                self._replies[name][source.name] = reply

    def guess_now(self, name: PackageName) -> bool:
        """Whether it is known without the network if any index has a project of this name."""
        replies = [
            self._guessed(name, source, self._client.cached(source, name))
            for source in self.query.indexes
        ]
        return name in self.guesses() or all(isinstance(reply, Missing) for reply in replies)

    async def fetch_guesses(self, names: Sequence[PackageName], transport: Transport) -> None:
        """Ask every index about these names, which nobody requires."""
        import asyncio

        pairs = [(name, source) for name in names for source in self.query.indexes]
        replies = await asyncio.gather(
            *(self._client.fetch(source, name, transport) for name, source in pairs)
        )
        for (name, source), reply in zip(pairs, replies, strict=True):
            self._guessed(name, source, reply)

    def _guessed(
        self, name: PackageName, source: IndexSource, reply: PageReply | None
    ) -> PageReply | None:
        if reply is not None and not isinstance(reply, Failed):
            self._guesses.setdefault(name, {})[source.name] = reply
        return reply

    def without_projects(self) -> list[IndexSource]:
        """The indexes that were asked, have none of it, and never listed anything here."""
        found: dict[IndexName, set[bool]] = {}
        for _, index, reply in self.replies():
            found.setdefault(index, set()).add(isinstance(reply, Missing))
        serving = self.refusals.serving()
        return [
            source
            for source in self.query.indexes
            if source.kind == "simple"
            and found.get(source.name) == {True}
            and source.name not in serving
        ]

    def doubtful(self) -> tuple[IndexName, ...]:
        """Those of them whose URL is known to be that of no index."""
        sources = self.without_projects()
        return tuple(each.name for each in sources if self._client.is_index_now(each) is False)

    def guesses(self) -> set[PackageName]:
        """Names that nobody requires and an index has."""
        return {
            name
            for name, replies in self._guesses.items()
            if any(isinstance(reply, Found) for reply in replies.values())
        }

    def replies(self) -> Iterator[tuple[PackageName, IndexName, PageReply]]:
        """Every answer about a project so far, those about hidden indexes and guesses included."""
        for name in {**self._replies, **self._guesses}:
            known = {**self._guesses.get(name, {}), **self._replies.get(name, {})}
            for source in self.query.indexes:
                if source.name in known:
                    yield name, source.name, known[source.name]

    def flat_names(self) -> set[PackageName]:
        """The projects of sources that list everything they have."""
        return set(self._client.flat_names())

    # -- pages and files

    def page(self, name: PackageName, index: IndexName) -> ProjectPage:
        """What an index that was asked says of a project; an empty page when it lacks it."""
        page = self._pages.get((name, index))
        if page is None:
            reply = self._replies.get(name, {}).get(index)
            page = reply.load() if isinstance(reply, Found) else ProjectPage(name, index, "", ())
            self._pages[name, index] = page
        return page

    def roles_of(self, name: PackageName) -> Roles:
        """The part of each index for a package, from what was asked so far."""
        return self._roles(name)

    def has_project(self, name: PackageName, index: IndexName) -> bool | None:
        """Whether an index lists a project; None when it was not asked."""
        reply = self._replies.get(name, {}).get(index)
        return None if reply is None else isinstance(reply, Found)

    def candidates(self, name: PackageName) -> Candidates:
        """The candidates of a package whose listing is known."""
        return self._candidates[name]

    def names(self) -> tuple[PackageName, ...]:
        """The packages whose listings are known, in the order in which they were asked for."""
        return tuple(self._candidates)

    def file_of(
        self, name: PackageName, version: str
    ) -> tuple[DistributionFile | None, IndexName | None]:
        """The file that stands for a version, and its index; (None, None) for an installed one."""
        known = self._files.get((name, version))
        if known is None:
            known = self._files[name, version] = self._choose_file(name, version)
        return known

    def _choose_file(
        self, name: PackageName, version: str
    ) -> tuple[DistributionFile | None, IndexName | None]:
        if name in self._direct:
            return self._direct[name], None
        installed = self._installed.get(name)
        if installed is not None and installed.version == version:
            return None, None
        candidates = self._candidates[name]
        index = candidates.index_of(candidates.domain.bit(version))
        if index is None:
            return None, None
        release = self.release(name, index, version)
        assert release is not None
        formats, demands = FormatPolicy.of(self.query.policies, name), self.demands(name)
        file = self.judge.best_file(release, formats, demands, yanked=False)
        return file or self.judge.best_file(release, formats, demands, yanked=True), index

    def is_pinned(self, name: PackageName) -> bool:
        """Whether a line of the user states the exact version of a package."""
        return bool(self._wishes(name).exact)

    def demands(self, name: PackageName) -> tuple[HashDemand, ...]:
        """The hashes that the user's lines want the file of a package to have."""
        return self._demands.get(name, ())

    def release(self, name: PackageName, index: IndexName, version: str) -> Release | None:
        """One version on one index, or None when it is not listed there."""
        for release in self.page(name, index).releases:
            if release.version == version:
                return release
        return None


def _pins(clause: Specifier) -> bool:
    return clause.operator == "===" or (
        clause.operator == "==" and not clause.version.endswith(".*")
    )
