"""What the screen knows: one immutable value, replaced as a whole.

Pure. What the user starts changes it here, what the worker reports in `merging.py`. The query
that is sent back to the worker is kept raw beside the one that is shown.
"""

from __future__ import annotations

import enum

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.install.plan import Plan
from resolvetui.model.explanation import Explanation
from resolvetui.model.names import PackageName
from resolvetui.model.query import IndexSource, Query
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.model.sharing import Sharing
from resolvetui.session import protocol
from resolvetui.tui.attempt_tree import AttemptTree, first_tree
from resolvetui.tui.attempt_words import first_words
from resolvetui.tui.changes import Stated
from resolvetui.tui.check_book import CheckBook
from resolvetui.tui.matrix import Matrix
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
    chips: tuple[tuple[str, bool], ...]
    """Requirements with those that are switched off, in order, and whether each is on."""
    indexes: tuple[str, ...]
    strategy: str
    prerelease: str


class SessionState(Struct, frozen=True):
    """Everything the views show."""

    query: Query
    """As it was sent: raw."""
    shown: ShownQuery
    attempts: AttemptTree
    """Every query of this run with its outcome."""
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
    matrix: Matrix = Matrix()
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
    check: CheckBook = CheckBook()

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
    attempts = first_tree(query, first_words(query))
    return SessionState(query=query, shown=shown_query(Stated(query)), attempts=attempts)


def shown_query(stated: Stated) -> ShownQuery:
    """The parts of a query that the head shows."""
    query = stated.query
    return made_safe(
        ShownQuery(
            requirements=tuple(root.requirement.text for root in query.requirements),
            names=tuple(root.requirement.name for root in query.requirements),
            chips=tuple((root.requirement.text, is_on) for root, is_on in stated.chips),
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
        shown=shown_query(Stated(query, state.attempts.now.off)),
        attempts=state.attempts,
        phase=Phase.RESOLVING,
        resolve_id=request,
        target=state.target,
        indexes=state.indexes,
        tables=state.tables,
        table_resolves=state.table_resolves,
        files=state.files if _same_verdicts(state.query, query) else {},
        rolled_back=state.rolled_back,
        trace=state.trace.emptied(),
        matrix=state.matrix.about(query),
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
        check=CheckBook(),
    )


def begin_stop(state: SessionState) -> SessionState:
    """The user asked to stop the install."""
    return replace(state, install=InstallPhase.STOPPING)
