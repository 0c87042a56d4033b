"""Drives the solver: answers its needs from the facts, and fetches ahead.

A run that the cache can answer never enters asyncio. The first need that only the network can
meet moves the same search, as it is, into an event loop; from there the metadata of versions that
will probably be asked for next is fetched beside.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import TYPE_CHECKING, Any

from resolvetui.errors import Cancelled, OfflineError
from resolvetui.model.names import PackageName
from resolvetui.resolver import NeedListings, NeedMetadata, Outcome, Solver
from resolvetui.resolver.requests import Reply, Request
from resolvetui.session.facts import Facts

if TYPE_CHECKING:
    import asyncio
    from contextlib import AbstractAsyncContextManager

    from resolvetui.net.transport import Transport

    OpenTransport = Callable[[], AbstractAsyncContextManager[Transport]]

Build = Callable[[PackageName, str, Callable[[str], None]], None]
"""Builds one version; is handed what to call while it waits."""

MAX_AHEAD = 100
"""Fetches ahead that may be under way; the transport limits the connections."""


class Driver:
    """One search over one set of facts.

    `on_step` is told what is being waited for ("" while computing); it may raise `Cancelled`.
    `build` runs a build and tells the facts; a search without it raises `NeedsBuild` where it
    needs one.
    """

    def __init__(
        self,
        solver: Solver,
        facts: Facts,
        open_transport: OpenTransport,
        on_step: Callable[[str], None] | None = None,
        build: Build | None = None,
    ) -> None:
        self._solver = solver
        self._facts = facts
        self._open_transport = open_transport
        self._on_step = on_step
        self._build = build
        self._search = solver.run()
        self._request: Request | None = None
        self._outcome: Outcome | None = None
        self._tasks: dict[Hashable, asyncio.Task[None]] = {}

    def run(self, patience_s: float | None = None) -> Outcome:
        """The outcome; raises what the facts and `on_step` raise (`ResolvetuiError`).

        With `patience_s` the network may take no longer; then it raises `TimeoutError`.
        """
        while self.run_from_memory() is None:
            if self.awaited_build is not None:
                # Outside of the event loop: what it requires is resolved in a loop of its own.
                self._run_build(*self.awaited_build)
                continue
            import asyncio

            asyncio.run(asyncio.wait_for(self._online(), patience_s))
        assert self._outcome is not None
        return self._outcome

    def run_from_memory(self) -> Outcome | None:
        """The outcome as far as no network is needed for it; None where it is."""
        if self._request is None and self._outcome is None:
            try:
                self._request = next(self._search)
            except StopIteration as stop:  # nothing is required
                self._outcome = stop.value
        self._advance()
        return self._outcome

    @property
    def awaited_build(self) -> tuple[PackageName, str] | None:
        """The version that has to be built before the search can go on."""
        match self._request:
            case NeedMetadata(name, version) if self._facts.awaits_build(name, version):
                return name, version
            case _:
                return None

    def _run_build(self, name: PackageName, version: str) -> None:
        if self._build is None:
            raise NeedsBuild(
                f"{name} {version} would have to be built to learn what it requires.",
                what_to_do="Ask without --replay.",
                culprit=f"{name} {version}",
            )
        self._build(name, version, self._say)

    def _advance(self) -> None:
        """Answer from what is known, until the search ends or needs the network."""
        while self._request is not None:
            reply = self._answer_now(self._request)
            if reply is None:
                return
            try:
                self._request = self._search.send(reply)
            except StopIteration as stop:
                self._request, self._outcome = None, stop.value
            self._say("")

    def _answer_now(self, request: Request) -> Reply | None:
        match request:
            case NeedListings(names):
                domains = {name: self._facts.listings.listing_now(name) for name in names}
                known = {name: domain for name, domain in domains.items() if domain is not None}
                return known if len(known) == len(names) else None
            case NeedMetadata(name, version):
                return self._facts.dependencies_now(name, version)

    async def _online(self) -> None:
        """The rest of the search, with the network."""
        async with self._open_transport() as transport:
            try:
                while self._request is not None and self.awaited_build is None:
                    self._fetch_ahead(transport)
                    await self._fetch(self._request, transport)
                    self._advance()
            finally:
                await self._drop_tasks()

    async def _fetch(self, request: Request, transport: Transport) -> None:
        import asyncio

        facts = self._facts
        match request:
            case NeedListings(names):
                self._say(f"listing {', '.join(names[:3])}")
                jobs = [
                    self._task(
                        ("listing", name), partial(facts.listings.fetch_listing, name, transport)
                    )
                    for name in names
                ]
            case NeedMetadata(name, version):
                self._say(f"reading {name} {version}")
                jobs = [self._metadata_task(name, version, transport)]
        await asyncio.gather(*jobs)

    def _fetch_ahead(self, transport: Transport) -> None:
        """Begin with what the solver will probably want; a failure counts only if it does."""
        wishes, self._solver.hints = self._solver.hints, []
        for name, version in wishes[:MAX_AHEAD]:
            self._metadata_task(name, version, transport)

    def _metadata_task(
        self, name: PackageName, version: str, transport: Transport
    ) -> asyncio.Task[None]:
        return self._task(
            ("metadata", name, version),
            partial(self._facts.fetch_dependencies, name, version, transport),
        )

    def _task(
        self, key: Hashable, start: Callable[[], Coroutine[Any, Any, None]]
    ) -> asyncio.Task[None]:
        """The one task of this key, begun at its first mention."""
        import asyncio

        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.ensure_future(start())
        return task

    async def _drop_tasks(self) -> None:
        import asyncio

        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()

    def _say(self, doing: str) -> None:
        if self._on_step is not None:
            self._on_step(doing)


class NeedsBuild(OfflineError):  # noqa: N818 - says what happened
    """Only a build can tell, and this search runs none."""


class CancelFlag:
    """Set by whoever wants a run to stop; checked by the run between its steps."""

    def __init__(self) -> None:
        self._set = False

    def set(self) -> None:
        """Ask the run to stop."""
        self._set = True

    def __bool__(self) -> bool:
        return self._set

    def check(self) -> None:
        """Raise `Cancelled` once the flag is set."""
        if self._set:
            raise Cancelled("Stopped.", why="Nothing was changed.")
