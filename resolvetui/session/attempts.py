"""A session: one user's attempts, each a query with its outcome, over shared facts.

`Query → Outcome` is a pure function of the query and the facts; the session only holds what the
attempts share: cache, index pages, metadata.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from msgspec import Struct, field

from resolvetui import __version__
from resolvetui.environment.installed import InstalledDistribution
from resolvetui.environment.target import Target
from resolvetui.errors import IndexFailure
from resolvetui.index.client import Refresh
from resolvetui.metadata.built import BuiltStore
from resolvetui.model.explanation import Explanation
from resolvetui.model.names import PackageName, package_name
from resolvetui.model.query import Query, TargetRequest
from resolvetui.model.resolution import Resolution
from resolvetui.net.auth import Credentials, keyring_credentials
from resolvetui.net.cache import Cache, default_cache_folder
from resolvetui.resolver import Refutation, Solution, Solver
from resolvetui.resolver.events import Observer
from resolvetui.resolver.outcome import Counts, Outcome
from resolvetui.session.assembly import assemble
from resolvetui.session.direct import SourceReader, prepared_sources
from resolvetui.session.driver import Driver
from resolvetui.session.evidence import SessionEvidence
from resolvetui.session.facts import Facts
from resolvetui.session.notes import noting, unknown_extras
from resolvetui.session.problem import involved_packages, problem_of
from resolvetui.session.runtime import Runtime
from resolvetui.session.sources import LiveSources, PageSource, Sources
from resolvetui.session.standing import remarks

if TYPE_CHECKING:
    from resolvetui.install.store import UnpackedWheels
    from resolvetui.net.transport import Transport


class Statistics(Struct, frozen=True):
    """What a resolve cost."""

    elapsed_s: float
    solve_s: float
    """Time from the first to the last step of the search, waiting for answers included."""
    http_requests: int
    http_bytes: int
    cache_hits: int
    counts: Counts


class Attempt(Struct, frozen=True):
    """One query with its outcome."""

    query: Query
    target: Target
    facts: Facts
    outcome: Outcome
    resolution: Resolution | None
    explanation: Explanation | None
    warnings: tuple[tuple[str, str], ...]
    """(kind, text)."""
    statistics: Statistics

    @property
    def evidence(self) -> SessionEvidence:
        """The verdicts of every candidate that was looked at."""
        return SessionEvidence(self.facts)


class _Traffic(Struct):
    requests: int = 0
    received_bytes: int = 0
    transports: list[Transport] = field(default_factory=list)

    @property
    def totals(self) -> tuple[int, int]:
        return (
            sum(transport.requests for transport in self.transports),
            sum(transport.received_bytes for transport in self.transports),
        )


class Session:
    """Holds what attempts share. Use as a context manager: closing writes the cache.

    `sources`: where facts come from; by default the indexes and this machine.
    """

    can_build: ClassVar[bool] = True
    """Whether source distributions are here to be built at all."""

    def __init__(
        self, runtime: Runtime, sources: Sources | None = None, *, within: Session | None = None
    ) -> None:
        """`within`: the session whose cache and traffic it shares, and which closes them."""
        self.runtime = runtime
        folder = None if runtime.no_cache else _cache_folder(runtime)
        self.cache: Cache = within.cache if within else _cache(runtime, folder)
        self.traffic: _Traffic = within.traffic if within else _Traffic()
        self.built: BuiltStore = within.built if within else BuiltStore(self.cache)
        self.building: tuple[str, ...] = ()
        """The builds that this session resolves for, outermost first: `a 1.0`."""
        self._sources = sources or LiveSources(
            self.cache, folder, offline=runtime.offline, refresh=refreshed(runtime)
        )
        self._targets: dict[TargetRequest, Target] = {}
        self._facts: Facts | None = None
        self.references: SourceReader | None = None
        """What direct references led to, where there were any."""
        self.solver: Solver | None = None
        """What the last attempt searched with; None where it did not come to that."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.references is not None:
            self.references.close()
        self.cache.flush()
        self.cache.close()

    def target(self, request: TargetRequest) -> Target:
        """The target of a query; asked once a session."""
        known = self._targets.get(request)
        if known is None:
            known = self._targets[request] = self._sources.target(request)
        return known

    @property
    def client(self) -> PageSource:
        """What is asked about projects."""
        return self._sources.client

    @property
    def facts(self) -> Facts | None:
        """What the last attempt found out, also when it failed; None before the first."""
        return self._facts

    @property
    def cached_answers(self) -> int:
        """Answers of the attempt in work that came without the network."""
        return self._facts.cached if self._facts is not None else 0

    @cached_property
    def unpacked_wheels(self) -> UnpackedWheels | None:
        """Where wheels are kept unpacked; None without a cache."""
        from resolvetui.install.store import UnpackedWheels

        folder = self.cache.folder
        return UnpackedWheels(folder / "unpacked-1") if folder else None

    def forget_target(self) -> None:
        """Ask the interpreter again: an environment was made or changed."""
        self._targets.clear()

    def open_transport(self, query: Query) -> Transport:
        """A transport with the credentials of the query's indexes."""
        from resolvetui.net.transport import Transport, TransportOptions

        runtime = self.runtime
        transport = Transport(
            TransportOptions(
                timeout_s=runtime.timeout_s,
                retries=runtime.retries,
                certificates=runtime.certificates,
                client_certificate=runtime.client_certificate,
                proxy=runtime.proxy,
                trusted_hosts=runtime.trusted_hosts,
            ),
            Credentials(_urls(query), ask=keyring_credentials if runtime.keyring else None),
            f"resolvetui/{__version__}",
        )
        self.traffic.transports.append(transport)
        return transport

    def resolve(
        self,
        query: Query,
        on_step: Callable[[str], None] | None = None,
        observe: Observer = None,
    ) -> Attempt:
        """Resolve one query. Raises `ResolvetuiError` for everything but "no solution"."""
        begun = time.perf_counter()
        self.solver = None
        facts, notices = self.facts_for(query, None, on_step or _ignore)
        self._facts, target = facts, facts.target
        if query.minds_hashes:
            from resolvetui.session.hash_checks import check_answer, check_stated

            check_stated(facts)
        notes: dict[str, None] = {}
        solver = self.solver = Solver(problem_of(facts), noting(notes, observe))
        solve_begun = time.perf_counter()
        build = partial(self._build, facts) if self.can_build else None
        open_transport = partial(self.open_transport, query)
        try:
            outcome = Driver(solver, facts, open_transport, on_step, build).run()
            solve_s = time.perf_counter() - solve_begun
            warnings = [("index", text) for text in facts.listings.refusals.judge()]
        except IndexFailure as error:
            self._diagnose(error, query)
            raise
        warnings += [("environment", text) for text in notices]
        resolution = explanation = None
        match outcome:
            case Solution():
                resolution = assemble(outcome, facts)
                if query.minds_hashes:
                    warnings += [("hashes", text) for text in check_answer(facts, resolution)]
                warnings += [("project", text) for text in remarks(facts, resolution)]
                warnings += [("extra", text) for text in unknown_extras(notes, outcome, facts)]
            case Refutation():
                explanation = self._explain(outcome, facts)
        if self.cache.warning:
            warnings.append(("cache", self.cache.warning))
        self.cache.flush()
        requests, received = self.traffic.totals
        statistics = Statistics(
            time.perf_counter() - begun, solve_s, requests, received, facts.cached, outcome.counts
        )
        return Attempt(
            query, target, facts, outcome, resolution, explanation, tuple(warnings), statistics
        )

    def resolve_aside(
        self, query: Query, on_step: Callable[[str], None], observe: Observer
    ) -> Attempt:
        """Like `resolve`, and `facts` stay those of the attempt before: that one still counts."""
        kept = self._facts
        try:
            return self.resolve(query, on_step, observe)
        finally:
            self._facts = kept

    def go_back(self, attempt: Attempt) -> None:
        """An earlier attempt of this session is the one that counts again."""
        self._facts, self.solver = attempt.facts, None

    def _diagnose(self, error: IndexFailure, query: Query) -> None:
        """Say what the other indexes hold, and what can be done."""
        from resolvetui.session.diagnosis import diagnose  # for errors only

        def ask(job: Callable[[Transport], Coroutine[Any, Any, None]]) -> None:
            if not self.runtime.offline:
                self._go_online(query, job)

        diagnose(error, query, self.client, ask, offline=self.runtime.offline)

    def facts_for(
        self,
        query: Query,
        like: Facts | None = None,
        on_step: Callable[[str], None] = lambda _: None,
    ) -> tuple[Facts, Sequence[str]]:
        """The facts of a query as far as known, and warnings about its environment.

        `like`: those of a query over the same indexes, whose environment is not read again. They
        are for tries, which run no code and make no use of what earlier builds left in the cache.
        """
        target = self.target(query.target)
        if query.demands:
            from resolvetui.session.target_demands import check_demands  # few queries have any

            check_demands(query, target)
        if like is not None and like.query.target == query.target:
            installed: Sequence[InstalledDistribution] = tuple(like.installed.values())
            notices: Sequence[str] = ()
        else:
            installed, notices = self._sources.installed(target, query)
        sources = self._sources
        built = self.built if like is None else None
        prepared = prepared_sources(self, query, target, on_step)
        facts = Facts(
            query,
            target,
            installed,
            self.cache,
            sources.client,
            sources.metadata,
            like,
            built,
            prepared=prepared,
        )
        return facts, notices

    def _build(
        self, facts: Facts, name: PackageName, version: str, on_step: Callable[[str], None]
    ) -> None:
        from resolvetui.session.building import build_metadata  # most runs build nothing

        build_metadata(self, facts, name, version, on_step)

    def _explain(self, refutation: Refutation, facts: Facts) -> Explanation:
        from resolvetui.explanation.story import explain  # a run with a solution needs none of it

        self.ask_shadowed(facts, involved_packages(refutation))
        self._ask_similar(facts, refutation)
        self._ask_roots(facts, refutation)
        return explain(refutation, SessionEvidence(facts))

    def _ask_similar(self, facts: Facts, refutation: Refutation) -> None:
        """Ask the indexes about names like those that none of them has, for "did you mean"."""
        from resolvetui.explanation.names import did_you_mean
        from resolvetui.explanation.well_known import well_known_names

        similar = [
            guess
            for name in involved_packages(refutation)
            if name in refutation.domains and not refutation.domains[name].versions
            for guess in did_you_mean(name, well_known_names())
        ]
        unknown = [name for name in similar if not facts.listings.guess_now(name)]
        if not unknown or self.runtime.offline:
            return
        self._go_online(
            facts.query, lambda transport: facts.listings.fetch_guesses(unknown, transport)
        )

    def _ask_roots(self, facts: Facts, refutation: Refutation) -> None:
        """Look whether indexes that have nothing are indexes, where a package is missing."""
        client = self.client
        missing = any(not domain.versions for domain in refutation.domains.values())
        sources = facts.listings.without_projects() if missing else []
        unknown = [source for source in sources if client.is_index_now(source) is None]
        if not unknown or self.runtime.offline:
            return

        async def look(transport: Transport) -> None:
            for source in unknown:
                await client.fetch_is_index(source, transport)

        self._go_online(facts.query, look)

    def _go_online(
        self, query: Query, ask: Callable[[Transport], Coroutine[Any, Any, None]]
    ) -> None:
        """Ask the network something that decides nothing: no answer is no error."""
        import asyncio

        async def run() -> None:
            async with self.open_transport(query) as transport:
                await ask(transport)

        try:
            asyncio.run(run())
        except IndexFailure:
            return

    def ask_shadowed(self, facts: Facts, names: Sequence[PackageName]) -> None:
        """Look at the indexes that first-index hides, to say what they would have given.

        They decide nothing, so one that does not answer is just not mentioned.
        """
        missing = facts.listings.shadowed_unknown(names)
        if missing and not self.runtime.offline:
            self._go_online(
                facts.query, lambda transport: facts.listings.fetch_shadowed(missing, transport)
            )


def _urls(query: Query) -> Iterator[str]:
    """Every URL that the user gave: its credentials are for its origin."""
    yield from (source.url for source in query.indexes)
    for stated in (*query.requirements, *query.overrides):
        if stated.requirement.url:
            yield stated.requirement.url


def _ignore(_: str) -> None:
    """Nobody wants to know what is being waited for."""


def _cache(runtime: Runtime, folder: Path | None) -> Cache:
    return Cache(folder, limit_bytes=runtime.cache_limit_mib << 20)


def refreshed(runtime: Runtime) -> Refresh:
    """Which projects the indexes are asked about again."""
    return runtime.refresh or frozenset(map(package_name, runtime.refresh_packages))


def _cache_folder(runtime: Runtime) -> Path:
    return Path(runtime.cache_dir) if runtime.cache_dir else default_cache_folder()
