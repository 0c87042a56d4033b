"""Between screen and backend: request numbers, debouncing, the state.

The screen calls it with what the user wants and is told when the state changed; whether that is
painted now or at the next tick is the screen's business.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from msgspec.structs import replace

from resolvetui.model.names import PackageName
from resolvetui.model.query import Query, TargetRequest
from resolvetui.session import protocol
from resolvetui.session.check_messages import CheckEnvironment
from resolvetui.session.protocol import Message
from resolvetui.session.runtime import Runtime
from resolvetui.tui import state as states
from resolvetui.tui.attempt_link import AttemptLink
from resolvetui.tui.backend import Backend
from resolvetui.tui.changes import Off
from resolvetui.tui.check_book import CheckBook
from resolvetui.tui.merging import RESULTS, merge
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.target_link import TargetLink
from resolvetui.tui.trace_link import TraceLink


class Changed(Protocol):
    """Told after each change of the state."""

    def __call__(self, *, now: bool) -> None:
        """`now`: paint at once, do not wait for the next tick."""
        ...


WRITING_S = 5.0
"""How long the end of the app waits for a file that is being written."""
DEBOUNCE_S = 0.25
"""How long a new query waits when one is running, in case another follows."""


class Bridge:
    """The session as the screen sees it."""

    def __init__(
        self,
        backend: Backend,
        query: Query,
        runtime: Runtime,
        changed: Changed,
        *,
        debounce_s: float = DEBOUNCE_S,
    ) -> None:
        self._backend = backend
        self._runtime = runtime
        self._changed = changed
        self._debounce_s = debounce_s
        self._last_id = 0
        self._timer: asyncio.TimerHandle | None = None
        self._folder = ""
        self.made: tuple[str, TargetRequest] | None = None
        """The environment that was asked for last: its folder, and what it is made with."""
        self._plan_next = False
        self.state: SessionState = states.first_state(query)
        self.trace = TraceLink(self)
        self.targets = TargetLink(self, runtime)
        self.attempts = AttemptLink(self)
        backend.start(self._receive)

    # ---- queries

    @property
    def query(self) -> Query:
        """The query that counts now; it may not have been sent yet."""
        return self.state.attempts.now.query

    def change(self, query: Query, off: tuple[Off, ...] | None = None, *, by: str = "") -> None:
        """A new query, as a new attempt below the one that counts (`AttemptLink.change`)."""
        self.attempts.change(query, off, by=by)

    def resolve(self, *, no_cache: bool = False, kept: bool = False) -> None:
        """Resolve the query. A resolve that runs is cancelled, and the new one waits a moment.

        `kept`: the answer that the worker has of the same query will do.
        """
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        running = self.state.phase is Phase.RESOLVING
        if running and self.state.resolve_id:
            self._backend.send(protocol.Cancel(self.state.resolve_id))
        elif self.state.fixing:
            self._backend.send(protocol.Cancel(self.state.fixes_id))
        elif self.state.whys.asked:
            self._backend.send(protocol.Cancel(max(self.state.whys.asked)))
        elif self.state.matrix.is_stale(self.query):
            self._backend.send(protocol.Cancel(max(self.state.matrix.asked)))
        runtime = replace(self._runtime, no_cache=True) if no_cache else self._runtime
        self.state = states.begin_resolve(self.state, 0, self.query)
        self._changed(now=False)
        if running and self._debounce_s:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._debounce_s, self._send_resolve, runtime, kept)
        else:
            self._send_resolve(runtime, kept)

    def _send_resolve(self, runtime: Runtime, kept: bool) -> None:  # noqa: FBT001
        self._timer = None
        request = self._next()
        self.state = states.begin_resolve(self.state, request, self.query)
        self._backend.send(protocol.Resolve(request, self.query, runtime, kept))

    # ---- questions

    def want_candidates(self, package: str) -> None:
        """Ask for the candidate table, unless it is here or on its way."""
        state = self.state
        if not state.answered:
            return
        if state.table_resolves.get(package) != state.resolve_id:
            self._ask(package, "")

    def want_files(self, package: str, version: str) -> None:
        """Ask for the files of a version, unless they are here or on their way."""
        state = self.state
        key = (package, version)
        if not state.answered or not version:
            return
        known = key in state.files or key in state.load_failures
        if not known and key not in state.asked.values():
            self._ask(package, version)

    def _ask(self, package: str, version: str) -> None:
        request = self._next()
        self.state = states.begin_question(self.state, request, package, version)
        name = PackageName(package)
        if version:
            self._backend.send(protocol.ListFiles(request, name, version))
        else:
            self._backend.send(protocol.ListCandidates(request, name))
        self._changed(now=False)

    def want_why(self, package: str) -> None:
        """Ask why a package is as it is, unless the answer is here or on its way."""
        state = self.state
        if state.phase is Phase.SOLVED and state.whys.wants(package):
            request = self._next()
            self.state = replace(state, whys=state.whys.begun(request, package))
            self._backend.send(protocol.AskWhy(request, PackageName(package)))
            self._changed(now=False)

    def want_shared(self, *, ask: bool = False) -> None:
        """Ask which names several indexes have; `ask`: hidden indexes are asked about them."""
        state = self.state
        if state.answered and not state.sharing_id and (ask or state.sharing is None):
            request = self._next()
            self.state = replace(state, sharing_id=request)
            self._backend.send(protocol.ListShared(request, ask))
            self._changed(now=False)

    # ---- fixes

    def want_fixes(self) -> None:
        """Have ways out tried, unless they are; needs a conflict."""
        state = self.state
        searched = state.explanation is not None and state.explanation.searched
        if state.phase is Phase.UNSATISFIABLE and not state.fixes_id and not searched:
            request = self._next()
            self.state = states.begin_fixes(state, request)
            self._backend.send(protocol.FindFixes(request))
            self._changed(now=False)

    # ---- install

    def want_plan(self) -> None:
        """Ask for the plan, unless it is here or on its way; needs a solution."""
        state = self.state
        if state.phase is Phase.SOLVED and not state.plan_id:
            self.plan_again()

    def plan_again(self) -> None:
        """Ask for the plan anew."""
        request = self._next()
        self.state = states.begin_plan(self.state, request)
        self._backend.send(protocol.MakePlan(request))
        self._changed(now=False)

    def install(self) -> None:
        """Carry out the plan. Only ever called after the user confirmed it."""
        request = self._next()
        self.state = states.begin_install(self.state, request)
        self._backend.send(protocol.Install(request))
        self._changed(now=True)

    def want_check(self) -> None:
        """Have what is installed in the environment of the query looked at; reads only."""
        if not self.state.check.running:
            request = self._next()
            self.state = replace(self.state, check=CheckBook(request))
            target = self.query.target
            self._backend.send(CheckEnvironment(request, target, self._runtime))
            self._changed(now=False)

    def roll_back(self) -> None:
        """Undo the last install; resolve anew after it. Only ever called after a confirmation."""
        request = self._next()
        self.state = states.begin_install(self.state, request)
        self._backend.send(protocol.RollBack(request, self.query.target, self._runtime))
        self._changed(now=True)

    def stop_install(self) -> None:
        """Ask the worker to stop and roll back."""
        if self.state.installing:
            self._backend.send(protocol.Cancel(self.state.install_id))
            self.state = states.begin_stop(self.state)
            self._changed(now=True)

    def make_environment(self, folder: str, python: str = "") -> None:
        """Make a virtual environment; when it is there, resolve and plan for it.

        `python`: what to make it with; "" for the Python of the last resolve.
        """
        request = self._next()
        self._folder = folder
        self.made = (folder, TargetRequest(python=python) if python else self.query.target)
        self.state = states.begin_environment(self.state, request)
        self._backend.send(protocol.MakeEnvironment(request, folder, python))
        self._changed(now=True)

    def _use_environment(self) -> None:
        """The new environment becomes the target, of this query and of all other attempts."""
        attempts = self.state.attempts.retargeted(TargetRequest(python=self._folder))
        self.state = replace(self.state, attempts=attempts)
        self._plan_next = True
        self.resolve()

    # ---- messages

    def _receive(self, message: Message) -> None:
        made_environment = isinstance(message, protocol.Done) and (
            message.id == self.state.environment_id != 0
        )
        self.state = merge(self.state, message)
        if isinstance(message, protocol.Done):
            self.targets.go_on()
        if made_environment and self.state.plan_failure is None:
            self._use_environment()
        if isinstance(message, protocol.RolledBack):
            self._plan_next = True
            self.resolve()
        if self._plan_next and isinstance(message, protocol.Resolved):
            self._plan_next = False
            self.want_plan()
        self._changed(now=isinstance(message, RESULTS))

    def _next(self) -> int:
        self._last_id += 1
        return self._last_id

    def next_id(self) -> int:
        """The number of a request that is about to be sent."""
        return self._next()

    def send(self, request: protocol.Request) -> None:
        """Send a request; the state knows of it already."""
        self._backend.send(request)

    def tell_changed(self, *, now: bool = False) -> None:
        """The state was changed from outside; `now`: by a key, which is answered at once."""
        self._changed(now=now)

    async def close(self) -> None:
        """End the backend."""
        if self._timer is not None:
            self._timer.cancel()
        for _ in range(int(WRITING_S / 0.02)):
            if not self.state.trace.asks("save"):
                break
            await asyncio.sleep(0.02)  # a file is being written
        await self._backend.close()
