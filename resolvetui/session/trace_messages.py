"""Messages about the trace of a resolve, and about files that the app writes.

Part of `protocol.py`'s two unions. A trace is asked for in pages: it may have 100,000 steps.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

StepKind: TypeAlias = Literal[
    "required",
    "listed",
    "tries",
    "unreadable",
    "no such extra",
    "decided",
    "derived",
    "passed over",
    "conflict",
    "learned",
    "jumped back",
    "put off",
    "waited",
    "done",
]
"""What a step is, as the screen calls it."""


class TraceStep(Struct, frozen=True):
    """One step of a search, in words."""

    number: int
    """From 1, those that were not kept counted."""
    level: int
    """Decision level."""
    kind: StepKind
    subject: str
    """What it is about: `torch 2.3.0+cpu`, or ""."""
    text: str
    """The rest of the sentence: why, or what; may be ""."""
    ms: float
    """Since the resolve began."""
    before: int | None = None
    """Candidates of the package before the step, where it changes them."""
    after: int | None = None
    """Candidates that are left."""
    package: str = ""
    """Its package, without extra, or ""."""


# ---- requests


class ListTrace(Struct, frozen=True, tag="trace"):
    """Steps of the trace of a resolve that pass a filter, from a position on."""

    id: int
    resolve: int
    """The request whose trace is meant."""
    filter: str
    """Terms separated by spaces, all of which must hold; "" for all steps."""
    first: int
    count: int


class SeekTrace(Struct, frozen=True, tag="trace-seek"):
    """The next conflict among the steps that pass a filter, before or after a position."""

    id: int
    resolve: int
    filter: str
    position: int
    back: bool


class AskTraceState(Struct, frozen=True, tag="trace-state"):
    """The partial solution after the step at a position among those that pass a filter."""

    id: int
    resolve: int
    filter: str
    position: int


class SaveTrace(Struct, frozen=True, tag="trace-save"):
    """Write the whole trace to a file: JSON lines where its name says so, else text."""

    id: int
    resolve: int
    path: str
    replace: bool
    """Whether a file that is there may be written over."""


class SaveSession(Struct, frozen=True, tag="save-session"):
    """Write a recording of the last resolve, also of one that failed."""

    id: int
    path: str
    replace: bool
    """Whether an older recording may be written over; nothing else ever is."""
    warnings: tuple[tuple[str, str], ...] = ()
    """(kind, text) of those about the inputs."""


# ---- messages


class TracePage(Struct, frozen=True, tag="trace-page"):
    """The steps at these positions, and figures of the whole."""

    id: int
    filter: str
    first: int
    steps: tuple[TraceStep, ...]
    total: int
    """Steps that pass the filter."""
    kept: int
    """Steps that were kept in all."""
    dropped: int
    """Steps that were not kept, all of them after `dropped_after`."""
    dropped_after: int
    conflicts: int
    """Conflicts among all that were kept."""


class TraceFound(Struct, frozen=True, tag="trace-found"):
    """Where the conflict is, or None."""

    id: int
    position: int | None


class Waiting(Struct, frozen=True):
    """A package that is needed and not decided."""

    package: str
    left: int
    """Candidates that are left."""
    total: int


class TraceState(Struct, frozen=True, tag="trace-after"):
    """Where the search stands after a step."""

    id: int
    position: int
    step: TraceStep
    level: int
    decided: tuple[tuple[int, str, str], ...]
    """(level, package, version), in order of decision."""
    undone: tuple[tuple[int, str, str], ...]
    """The same of what this step took back."""
    waiting: tuple[Waiting, ...]
    """In the order in which they came up."""
    optional: int
    """Known packages that may yet turn out not to be needed."""
    conflict: str
    """What clashes, where this step belongs to a conflict; else ""."""
    learned: str
    """The incompatibility learned last, or ""."""
    learned_at: int
    """The number of the step that learned it; 0 for none."""


class Saved(Struct, frozen=True, tag="saved"):
    """A file was written."""

    id: int
    path: str
    what: str
    """`trace of 38 steps`, `session`."""


TraceRequest: TypeAlias = ListTrace | SeekTrace | AskTraceState | SaveTrace | SaveSession
TraceMessage: TypeAlias = TracePage | TraceFound | TraceState | Saved
