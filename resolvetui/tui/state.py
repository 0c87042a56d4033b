"""What the screen knows: one immutable value, replaced as a whole by `merge(state, message)`.

Pure. Everything from outside is made safe here, where messages enter; the query that is sent
back to the worker is kept raw beside the one that is shown.
"""

from __future__ import annotations

import enum
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.install.plan import Plan
from resolvetui.model.explanation import Explanation
from resolvetui.model.names import PackageName
from resolvetui.model.query import IndexSource, Query
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.model.sharing import Sharing
from resolvetui.session import protocol, trace_messages
from resolvetui.session.protocol import Message
from resolvetui.tui.safe import made_safe
from resolvetui.tui.trace_book import TraceBook
from resolvetui.tui.whys import Whys


class Phase(enum.StrEnum):
    """Where the resolve stands."""

    IDLE = "idle"
    RESOLVING = "resolving"
    SOLVED = "solved"
    UNSATISFIABLE = "unsatisfiable"
    FAILED = "failed"


class InstallPhase(enum.StrEnum):
    """Where the install stands."""

    NONE = "none"
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"
    FAILED = "failed"


class ShownQuery(Struct, frozen=True):
    """The query as the head of the screen shows it: safe texts, no credentials."""

    requirements: tuple[str, ...]
    names: tuple[str, ...]
    indexes: tuple[str, ...]
    strategy: str
    prerelease: str


class SessionState(Struct, frozen=True):
    """Everything the views show."""

    query: Query
    """As it was sent: raw."""
    shown: ShownQuery
    phase: Phase = Phase.IDLE
    resolve_id: int = 0
    target: protocol.TargetView | None = None
    progress: protocol.Progress | None = None
    decided: tuple[tuple[PackageName, str], ...] = ()
    indexes: tuple[protocol.IndexState, ...] = ()
    warnings: tuple[protocol.Warned, ...] = ()
    resolution: Resolution | None = None
    explanation: Explanation | None = None
    elapsed_s: float = 0.0
    failure: protocol.Failed | None = None
    tables: dict[str, protocol.CandidateTable] = {}
    table_resolves: dict[str, int] = {}
    """Package to the resolve that its table was asked after: others are out of date."""
    files: dict[tuple[str, str], protocol.Files] = {}
    asked: dict[int, tuple[str, str]] = {}
    """Open questions: request to (package, version); version "" asks for the candidate table."""
    load_failures: dict[tuple[str, str], protocol.Failed] = {}
    whys: Whys = Whys()
    trace: TraceBook = TraceBook()
    sharing: Sharing | None = None
    """Names on several indexes; None until it was asked for."""
    sharing_id: int = 0
    """The open question for it, or 0."""
    fixes_id: int = 0
    """The request that tries ways out, of this resolve; 0 while nobody asked."""
    trying: str = ""
    """The way out that is tried now, "" when the search is over or did not begin."""
    plan_id: int = 0
    plan: Plan | None = None
    plan_failure: protocol.Failed | None = None
    environment_id: int = 0
    """The request that makes an environment, or 0."""
    install_id: int = 0
    install: InstallPhase = InstallPhase.NONE
    steps: dict[str, protocol.InstallProgress] = {}
    installed: protocol.Installed | None = None
    install_failure: protocol.Failed | None = None
    rolled_back: protocol.RolledBack | None = None
    """How the last rollback ended; it is followed by a resolve."""

    @property
    def pins(self) -> dict[str, Pin]:
        """The solution by name; empty without one."""
        return {pin.name: pin for pin in self.resolution.pins} if self.resolution else {}

    @property
    def answered(self) -> bool:
        """Whether the worker has an answer, so that it can be asked about candidates."""
        return self.phase in (Phase.SOLVED, Phase.UNSATISFIABLE)

    @property
    def busy(self) -> bool:
        """Whether a resolve, or an install, runs."""
        return self.phase is Phase.RESOLVING or self.installing

    @property
    def fixing(self) -> bool:
        """Whether ways out are being tried."""
        return bool(self.trying)

    @property
    def installing(self) -> bool:
        """Whether an install runs (or is being rolled back)."""
        return self.install in (InstallPhase.RUNNING, InstallPhase.STOPPING)

    @property
    def planning(self) -> bool:
        """Whether the plan is on its way."""
        return bool(self.plan_id) and self.plan is None and self.plan_failure is None


def first_state(query: Query) -> SessionState:
    """The state before anything was asked."""
    return SessionState(query=query, shown=shown_query(query))


def shown_query(query: Query) -> ShownQuery:
    """The parts of a query that the head shows."""
    return made_safe(
        ShownQuery(
            requirements=tuple(root.requirement.text for root in query.requirements),
            names=tuple(root.requirement.name for root in query.requirements),
            indexes=tuple(index_label(index) for index in query.indexes),
            strategy=str(query.policies.index_strategy),
            prerelease=str(query.policies.prerelease),
        )
    )


def index_label(index: IndexSource) -> str:
    """An index's name; its URL without credentials when it has none."""
    return index.name or index.shown_url


# ---- what the user starts


def begin_resolve(state: SessionState, request: int, query: Query) -> SessionState:
    """A resolve was sent: what the one before it found is no longer true."""
    return SessionState(
        query=query,
        shown=shown_query(query),
        phase=Phase.RESOLVING,
        resolve_id=request,
        target=state.target,
        indexes=state.indexes,
        tables=state.tables,
        table_resolves=state.table_resolves,
        files=state.files if _same_verdicts(state.query, query) else {},
        rolled_back=state.rolled_back,
        trace=state.trace.emptied(),
    )


def _same_verdicts(one: Query, other: Query) -> bool:
    """Whether a file that fits in one query fits in the other."""
    return (one.target, one.indexes, one.policies, one.constraints) == (
        other.target,
        other.indexes,
        other.policies,
        other.constraints,
    )


def begin_question(state: SessionState, request: int, package: str, version: str) -> SessionState:
    """A candidate table (version "") or the files of a version were asked for."""
    failures = {key: why for key, why in state.load_failures.items() if key != (package, version)}
    resolves = state.table_resolves
    if not version:
        resolves = {**resolves, package: state.resolve_id}
    return replace(
        state,
        asked={**state.asked, request: (package, version)},
        table_resolves=resolves,
        load_failures=failures,
    )


def begin_fixes(state: SessionState, request: int) -> SessionState:
    """Ways out are to be tried."""
    return replace(state, fixes_id=request, trying="…")


def begin_plan(state: SessionState, request: int) -> SessionState:
    """A plan was asked for."""
    return replace(
        state,
        plan_id=request,
        plan=None,
        plan_failure=None,
        install=InstallPhase.NONE,
        steps={},
        installed=None,
        install_failure=None,
    )


def begin_environment(state: SessionState, request: int) -> SessionState:
    """A new environment was asked for."""
    return replace(state, environment_id=request, plan_failure=None)


def begin_install(state: SessionState, request: int) -> SessionState:
    """The confirmed plan was sent off."""
    return replace(
        state,
        install_id=request,
        install=InstallPhase.RUNNING,
        steps={},
        installed=None,
        install_failure=None,
    )


def begin_stop(state: SessionState) -> SessionState:
    """The user asked to stop the install."""
    return replace(state, install=InstallPhase.STOPPING)


# ---- what the worker reports


def merge(state: SessionState, message: Message) -> SessionState:
    """The state after a message; messages of requests that were given up change nothing."""
    message = made_safe(message)
    match message:
        case protocol.Failed():
            return _merge_failed(state, message)
        case protocol.Done():
            return _merge_done(state, message.id)
        case protocol.CandidateTable() | protocol.Files():
            return _merge_answer(state, message)
        case protocol.WhyTold():
            return replace(state, whys=state.whys.told(message))
        case (
            trace_messages.TracePage()
            | trace_messages.TraceFound()
            | trace_messages.TraceState()
            | trace_messages.Saved()
        ):
            return replace(state, trace=state.trace.told(message))
        case protocol.SharedNames(id=number):
            known = number == state.sharing_id
            return replace(state, sharing=message.sharing) if known else state
        case protocol.Fixes():
            return _merge_fixes(state, message)
        case protocol.PlanReady() | protocol.InstallProgress() | protocol.Installed():
            return _merge_install(state, message)
        case protocol.RolledBack():
            return replace(state, install=InstallPhase.NONE, rolled_back=message)
        case protocol.TargetKnown():
            known = message.id in (state.resolve_id, state.environment_id)
            return replace(state, target=message.target) if known else state
        case _:
            return _merge_resolve(state, message) if message.id == state.resolve_id else state


def _merge_resolve(
    state: SessionState,
    message: protocol.Progress
    | protocol.Decided
    | protocol.Indexes
    | protocol.Warned
    | protocol.Resolved
    | protocol.Unsatisfiable,
) -> SessionState:
    match message:
        case protocol.Progress():
            return replace(state, progress=message, elapsed_s=message.elapsed_s)
        case protocol.Decided():
            return replace(state, decided=message.packages)
        case protocol.Indexes():
            return replace(state, indexes=message.indexes)
        case protocol.Warned():
            return replace(state, warnings=(*state.warnings, message))
        case protocol.Resolved():
            return replace(
                state,
                phase=Phase.SOLVED,
                resolution=message.resolution,
                elapsed_s=message.elapsed_s,
            )
        case protocol.Unsatisfiable():
            return replace(
                state,
                phase=Phase.UNSATISFIABLE,
                explanation=message.explanation,
                elapsed_s=message.elapsed_s,
            )
        case never:
            assert_never(never)


def _merge_fixes(state: SessionState, message: protocol.Fixes) -> SessionState:
    if message.id != state.fixes_id or state.explanation is None:
        return state
    explanation = replace(state.explanation, hints=message.hints)
    return replace(state, explanation=explanation, trying=message.trying)


def _merge_answer(
    state: SessionState, message: protocol.CandidateTable | protocol.Files
) -> SessionState:
    """An answer is kept under what was asked, so that it is not asked again."""
    question = state.asked.get(message.id)
    if question is None:
        return state
    if isinstance(message, protocol.CandidateTable):
        return replace(state, tables={**state.tables, question[0]: message})
    return replace(state, files={**state.files, question: message})


def _merge_install(
    state: SessionState,
    message: protocol.PlanReady | protocol.InstallProgress | protocol.Installed,
) -> SessionState:
    match message:
        case protocol.PlanReady():
            return replace(state, plan=message.plan) if message.id == state.plan_id else state
        case protocol.InstallProgress():
            if message.id != state.install_id:
                return state
            return replace(state, steps={**state.steps, message.package: message})
        case protocol.Installed():
            if message.id != state.install_id:
                return state
            return replace(state, install=InstallPhase.DONE, installed=message)
        case never:
            assert_never(never)


def _merge_failed(state: SessionState, failed: protocol.Failed) -> SessionState:
    """A failure belongs to the request that it names."""
    if failed.id == 0:
        return _merge_lost(state, failed)
    if failed.id in state.asked:
        question = state.asked[failed.id]
        return replace(state, load_failures={**state.load_failures, question: failed})
    if failed.id in state.whys.asked:
        return replace(state, whys=state.whys.failing(failed))
    if failed.id in state.trace.asked:
        return replace(state, trace=state.trace.failing(failed))
    if failed.id == state.install_id:
        return replace(state, install=InstallPhase.FAILED, install_failure=failed)
    if failed.id == state.fixes_id:
        return replace(state, trying="")
    if failed.id in (state.plan_id, state.environment_id):
        return replace(state, plan_failure=failed)
    if failed.id == state.resolve_id:
        return replace(state, phase=Phase.FAILED, failure=failed)
    return state


def _merge_lost(state: SessionState, failed: protocol.Failed) -> SessionState:
    """The worker is gone: all that ran has failed, and no answer will come."""
    lost = dict.fromkeys(state.asked.values(), failed)
    failures = {**state.load_failures, **lost}
    whys = state.whys.failing(failed).done(0)
    trace = state.trace.failing(failed).done(0)
    state = replace(
        state,
        load_failures=failures,
        asked={},
        whys=whys,
        trace=trace,
        trying="",
        sharing_id=0,
    )
    if state.installing:
        state = replace(state, install=InstallPhase.FAILED, install_failure=failed)
    if state.planning or state.environment_id:
        state = replace(state, plan_failure=failed, environment_id=0)
    if state.phase is Phase.RESOLVING:
        state = replace(state, phase=Phase.FAILED, failure=failed)
    return state


def _merge_done(state: SessionState, request: int) -> SessionState:
    if request in state.asked:
        asked = {key: value for key, value in state.asked.items() if key != request}
        return replace(state, asked=asked)
    if request in state.whys.asked:
        return replace(state, whys=state.whys.done(request))
    if request in state.trace.asked:
        return replace(state, trace=state.trace.done(request))
    if request == state.resolve_id and state.phase is Phase.RESOLVING:
        return replace(state, phase=Phase.IDLE)
    if request == state.fixes_id:
        return replace(state, trying="")
    if request == state.sharing_id:
        return replace(state, sharing_id=0)
    if request == state.install_id and state.installing:
        return replace(state, install=InstallPhase.FAILED)
    if request == state.environment_id:
        return replace(state, environment_id=0)
    return state


RESULTS = (
    protocol.TargetKnown,
    protocol.Resolved,
    protocol.Unsatisfiable,
    protocol.CandidateTable,
    protocol.Files,
    protocol.WhyTold,
    protocol.SharedNames,
    protocol.PlanReady,
    protocol.Installed,
    protocol.RolledBack,
    protocol.Failed,
    protocol.Done,
    trace_messages.TracePage,
    trace_messages.TraceFound,
    trace_messages.TraceState,
    trace_messages.Saved,
)
"""Messages that are painted at once; all others wait for the next tick."""
