"""Messages between the worker process and a front end: one JSON object a line, both ways.

The worker answers every request with any number of messages that carry the request's `id`, the
last of which is `Done`. `Failed` before `Done` says that it went wrong. Messages are values of
the model; nothing in them is markup, and text from outside is raw (the front end makes it safe).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from resolvetui.install.plan import Plan
from resolvetui.model.explanation import Explanation, Hint
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import Query, TargetRequest
from resolvetui.model.resolution import Resolution
from resolvetui.model.sharing import Sharing
from resolvetui.model.verdict import FileVerdict, VersionVerdict
from resolvetui.model.why import Why
from resolvetui.session.check_messages import CheckEnvironment, EnvironmentChecked
from resolvetui.session.runtime import Runtime
from resolvetui.session.target_messages import RunTarget, TargetTold
from resolvetui.session.trace_messages import TraceMessage, TraceRequest

# ---- requests, front end to worker


class Resolve(Struct, frozen=True, tag="resolve"):
    """Resolve this query; the facts of earlier queries are used again."""

    id: int
    query: Query
    runtime: Runtime
    kept: bool = False
    """Whether the answer that is kept of an equal query will do: it is told again."""


class ListCandidates(Struct, frozen=True, tag="candidates"):
    """The candidate table of one package of the last resolve."""

    id: int
    package: PackageName


class ListFiles(Struct, frozen=True, tag="files"):
    """The files of one version, on every index that has it."""

    id: int
    package: PackageName
    version: str


class AskWhy(Struct, frozen=True, tag="ask-why"):
    """Why a package is as it is in the last resolve's resolution, or is not there."""

    id: int
    package: PackageName


class ListShared(Struct, frozen=True, tag="shared"):
    """The names of the last resolve that several indexes have; answered by `SharedNames`."""

    id: int
    ask: bool = False
    """Whether the indexes that the strategy hides are asked first. They then learn the names."""


class FindFixes(Struct, frozen=True, tag="find-fixes"):
    """Try the ways out of the last resolve, which had no solution; takes some seconds at most."""

    id: int


class MakePlan(Struct, frozen=True, tag="plan"):
    """What an install of the last resolution would do; changes nothing."""

    id: int


class Install(Struct, frozen=True, tag="install"):
    """Carry out the last plan. Sent only after the user confirmed it."""

    id: int


class RollBack(Struct, frozen=True, tag="roll-back"):
    """Undo the last install into the environment of this target; of an undone one, install again.

    Sent only after the user confirmed it. Answered by `RolledBack`.
    """

    id: int
    target: TargetRequest
    runtime: Runtime


class MakeEnvironment(Struct, frozen=True, tag="make-environment"):
    """Create a virtual environment in this folder."""

    id: int
    folder: str
    python: str = ""
    """What to make it with, as for `--python`; "" for the Python of the last target."""


class Cancel(Struct, frozen=True, tag="cancel"):
    """Stop what request `id` is doing; an install stops unless its files are being moved."""

    id: int


Question: TypeAlias = ListCandidates | ListFiles | AskWhy | ListShared
MainRequest: TypeAlias = (
    Resolve
    | Question
    | FindFixes
    | MakePlan
    | Install
    | RollBack
    | MakeEnvironment
    | CheckEnvironment
    | RunTarget
    | Cancel
)
Request: TypeAlias = MainRequest | TraceRequest


# ---- messages, worker to front end


class TargetView(Struct, frozen=True):
    """The target as the head of the screen shows it."""

    python: str
    """`CPython 3.12.1`."""
    platform: str
    """`linux x86_64`."""
    libc: str
    environment: str
    """Prefix of the environment, or "" while there is none to install into."""
    is_virtual: bool
    tags: tuple[str, ...]
    """Supported tags, best first."""
    markers: dict[str, str] = {}
    """The marker environment (PEP 508)."""


class TargetKnown(Struct, frozen=True, tag="target"):
    """The interpreter answered."""

    id: int
    target: TargetView


class Progress(Struct, frozen=True, tag="progress"):
    """Totals since the resolve began; at most 20 a second."""

    id: int
    packages: int
    """Packages decided at this moment."""
    fetched: int
    """Answers from the network."""
    cached: int
    """Answers from the cache."""
    bytes: int
    decisions: int
    conflicts: int
    elapsed_s: float
    doing: str = ""
    """A few words on what is waited for, or ""."""


class Decided(Struct, frozen=True, tag="decided"):
    """The packages of the partial solution so far, in order of decision (replaces the last one)."""

    id: int
    packages: tuple[tuple[PackageName, str], ...]
    """Name and version; version "" while only its name is known."""


class IndexState(Struct, frozen=True):
    """How one index has answered so far."""

    name: IndexName
    shown_url: str
    projects: int
    """Projects that it listed."""
    missing: int
    """Projects that it does not have."""
    latency_ms: float | None
    """Median of its answers, None before the first."""
    failure: str = ""
    """`HTTP 503`, or ""."""
    cached: int = 0
    """Projects whose answer needed no network."""


class Indexes(Struct, frozen=True, tag="indexes"):
    """The state of every index, in order of preference (replaces the last one)."""

    id: int
    indexes: tuple[IndexState, ...]


class Warned(Struct, frozen=True, tag="warning"):
    """Something the user should know that changes no outcome."""

    id: int
    kind: str
    text: str


class Resolved(Struct, frozen=True, tag="resolved"):
    """There is a solution."""

    id: int
    resolution: Resolution
    elapsed_s: float


class Unsatisfiable(Struct, frozen=True, tag="unsatisfiable"):
    """There is none, and why."""

    id: int
    explanation: Explanation
    elapsed_s: float


class Fixes(Struct, frozen=True, tag="fixes"):
    """The ways out as known now, best first (replaces the last one)."""

    id: int
    hints: tuple[Hint, ...]
    trying: str
    """What is tried next, in words; "" when the search is over."""


class CandidateTable(Struct, frozen=True, tag="candidate-table"):
    """All versions of a package on all indexes, newest first."""

    id: int
    package: PackageName
    chosen: str
    """The chosen version, or ""."""
    chosen_index: IndexName | None
    indexes: tuple[IndexName, ...]
    """Columns, in order of preference."""
    versions: tuple[tuple[str, str, tuple[VersionVerdict | None, ...]], ...]
    """(version, upload date or "", one verdict a column or None where it is not listed); the
    verdicts are without files: ask with `ListFiles`."""


class Files(Struct, frozen=True, tag="file-table"):
    """The files of one version with all their hurdles, best first."""

    id: int
    package: PackageName
    version: str
    files: tuple[FileVerdict, ...]


class WhyTold(Struct, frozen=True, tag="why"):
    """Why a package is as it is; a fuller answer may follow, and replaces this one."""

    id: int
    why: Why


class SharedNames(Struct, frozen=True, tag="shared-names"):
    """The names that several indexes have."""

    id: int
    sharing: Sharing


class PlanReady(Struct, frozen=True, tag="plan-ready"):
    """What an install would do."""

    id: int
    plan: Plan


class InstallProgress(Struct, frozen=True, tag="install-progress"):
    """One package moved on."""

    id: int
    package: PackageName
    state: Literal[
        "queued", "building", "downloading", "verified", "unpacked", "installed", "removed"
    ]
    done_bytes: int = 0
    total_bytes: int = 0


class Installed(Struct, frozen=True, tag="installed"):
    """The environment is as planned."""

    id: int
    lines: tuple[str, ...]
    """What was done, a line a package."""
    elapsed_s: float
    warnings: tuple[str, ...] = ()
    """What is wrong with the environment now, a sentence each."""


class RolledBack(Struct, frozen=True, tag="rolled-back"):
    """The environment is as it was before its last install; any plan made before is void."""

    id: int
    lines: tuple[str, ...]
    """What was done, a line a package."""


class Failed(Struct, frozen=True, tag="failed"):
    """An error (`resolvetui.errors`), in its parts."""

    id: int
    kind: str
    what: str
    why: str
    what_to_do: str
    culprit: str | None


class Done(Struct, frozen=True, tag="done"):
    """Nothing more comes for this request."""

    id: int


Message: TypeAlias = (
    TargetKnown
    | Progress
    | Decided
    | Indexes
    | Warned
    | Resolved
    | Unsatisfiable
    | Fixes
    | CandidateTable
    | Files
    | WhyTold
    | SharedNames
    | PlanReady
    | InstallProgress
    | Installed
    | RolledBack
    | Failed
    | Done
    | EnvironmentChecked
    | TargetTold
    | TraceMessage
)

encode = msgspec.json.Encoder().encode
decode_request = msgspec.json.Decoder(Request).decode
decode_message = msgspec.json.Decoder(Message).decode
