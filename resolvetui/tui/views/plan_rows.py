"""The plan as table rows and lines of totals. Pure."""

from __future__ import annotations

from collections import Counter

from resolvetui.install.plan import Action, ActionKind, Plan
from resolvetui.session.protocol import InstallProgress
from resolvetui.tui import signs, words
from resolvetui.tui.signs import Sign
from resolvetui.tui.spans import Role, Span, Spans
from resolvetui.tui.state import InstallPhase, SessionState
from resolvetui.tui.widgets.columns import Column, Row

COLUMNS = (
    Column("  package", 22, 0, most=30),
    Column("version", 16, 1, most=28),
    Column("from", 11, 2, most=16, drop=5),
    Column("file", 6, 3, drop=4),
    Column("size", 9, 4, right=True),
    Column("hash", 9, 5, drop=3),
    Column("state", 14, 6, most=20, drop=1),
)

_SIGNS: dict[ActionKind, Sign] = {
    ActionKind.INSTALL: signs.INSTALL,
    ActionKind.UPGRADE: signs.UPGRADE,
    ActionKind.DOWNGRADE: signs.DOWNGRADE,
    ActionKind.REPLACE: signs.REPLACE,
    ActionKind.REMOVE: signs.REMOVE,
    ActionKind.KEEP: signs.KEEP,
}


def plan_rows(state: SessionState) -> tuple[Row, ...]:
    """An action a row."""
    plan = state.plan
    return tuple(_row(action, state) for action in plan.actions) if plan else ()


def _row(action: Action, state: SessionState) -> Row:
    sign = _SIGNS[action.kind]
    quiet = action.kind is ActionKind.KEEP
    role: Role = "muted" if quiet else "strong" if action.requested else "text"
    name: Spans = ((f"{sign.glyph} ", sign.role), (action.name, role))
    file = action.file
    cells: tuple[Spans, ...] = (
        name,
        _version(action),
        ((action.index or "", "muted"),),
        ((words.file_kind(file) if file else "", "muted"),),
        ((words.size(file.size) if file else "", "text"),),
        _hash(action),
        _progress(action, state),
    )
    return Row(action.name, cells, data=action)


def _version(action: Action) -> Spans:
    old, new = action.old_version, action.new_version
    if old and new and old != new:
        role = _SIGNS[action.kind].role
        return ((f"{old} → ", "muted"), (new, role))
    return ((new or old, "muted" if action.kind is ActionKind.KEEP or not new else "text"),)


def _hash(action: Action) -> Spans:
    if action.file is None:
        return ()
    if not action.file.hashes:
        return ((f"{signs.YANKED.glyph} no hash", "warn"),)
    return ((f"{signs.YES.glyph} ", "ok"), (words.hash_kind(action.file), "muted"))


def _progress(action: Action, state: SessionState) -> Spans:
    if action.kind is ActionKind.KEEP:
        return (("keep", "muted"),)
    step = state.steps.get(action.name)
    if state.install is InstallPhase.DONE:
        word = "removed" if action.kind is ActionKind.REMOVE else "installed"
        return ((f"{signs.YES.glyph} {word}", "ok"),)
    if step is None:
        running = state.install is InstallPhase.RUNNING
        return (("· queued", "muted"),) if running else ((_SIGNS[action.kind].word, "muted"),)
    return step_spans(step)


def step_spans(step: InstallProgress) -> Spans:
    """A package's progress: how much of it is there while it is downloaded, else a word."""
    match step.state:
        case "queued":
            return (("· queued", "muted"),)
        case "building":
            return (("· building", "accent"),)
        case "downloading":
            part = step.done_bytes / step.total_bytes if step.total_bytes else 0.0
            return (*bar(part, 3), (f" {fraction(step.done_bytes, step.total_bytes)}", "text"))
        case "verified" | "unpacked":
            return ((f"{signs.YES.glyph} {step.state}", "info"),)
        case "installed" | "removed":  # checked once more before it counts as done
            return ((f"{signs.YES.glyph} placed", "ok"),)


def fraction(done: int, total: int) -> str:
    """`81/190 MiB`: both in the unit of the second; only the first where that is not known.

    >>> fraction(84_900_000, 199_650_000), fraction(1_200_000, 4_700_000), fraction(512, 0)
    ('81/190 MiB', '1.1/4.5 MiB', '512 B')
    """
    if not total:
        return words.size(done)
    number, _, unit = words.size(total).partition(" ")
    factor = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}[unit]
    digits = 1 if unit != "B" and total / factor < 10 else 0
    return f"{done / factor:.{digits}f}/{float(number):.{digits}f} {unit}"


def bar(part: float, cells: int) -> Spans:
    """`▰▰▰▱▱▱`."""
    full = round(min(max(part, 0.0), 1.0) * cells)
    return (("▰" * full, "ok"), ("▱" * (cells - full), "guide"))


_ORDER = (
    (ActionKind.INSTALL, "install"),
    (ActionKind.UPGRADE, "upgrade"),
    (ActionKind.DOWNGRADE, "downgrade"),
    (ActionKind.REPLACE, "replace"),
    (ActionKind.REMOVE, "remove"),
    (ActionKind.KEEP, "keep"),
)


def kinds(plan: Plan) -> str:
    """`11 install · 1 downgrade · 2 keep`."""
    counts = Counter(action.kind for action in plan.actions)
    return " · ".join(f"{counts[kind]} {word}" for kind, word in _ORDER if counts[kind])


def _download(plan: Plan) -> Spans:
    """What has to be fetched, as far as the indexes say how large it is."""
    unknown = sum(action.file is not None and action.file.size is None for action in plan.changes)
    known: Span = (words.size(plan.download_bytes), "strong")
    if not unknown:
        return (known, (" to download   ", "muted"))
    files: Span = (words.count(unknown, "file"), "strong")
    rest: Span = (" of unknown size to download   ", "muted")
    return (known, (" and ", "muted"), files, rest) if plan.download_bytes else (files, rest)


def totals(plan: Plan) -> Spans:
    """Bytes, hashes, source builds: one line."""
    files = [action.file for action in plan.changes if action.file]
    hashed = sum(bool(file.hashes) for file in files)
    builds = sum(words.file_kind(file) == "sdist" for file in files)
    return (
        *_download(plan),
        (f"{hashed}/{len(files)}", "ok-strong" if hashed == len(files) else "warn"),
        (" hashes known   ", "muted"),
        (str(builds), "warn" if builds else "ok-strong"),
        (" source build" if builds == 1 else " source builds", "muted"),
    )


_PLACED = ("installed", "removed")


def progress_line(state: SessionState, cells: int) -> Spans:
    """The total bar while an install runs: bytes of all files, packages, and how to stop it."""
    plan = state.plan
    if plan is None or not state.installing:
        return ()
    if state.install is InstallPhase.STOPPING:
        return (("stopping: everything is put back as it was …", "accent"),)
    total = plan.download_bytes or 1
    done = sum(_done_bytes(action, state) for action in plan.changes)
    part = min(done / total, 1.0) if plan.download_bytes else _share(state, plan)
    shown = f" {part:>4.0%}   {words.size(min(done, total))} of {words.size(plan.download_bytes)}"
    return (
        *bar(part, min(max(cells - 62, 8), 50)),
        (shown if plan.download_bytes else f" {part:>4.0%}", "text"),
        (f"   {_stage(state, plan)}", "text"),
        ("   c", "key"),
        (" rolls back", "muted"),
    )


def _stage(state: SessionState, plan: Plan) -> str:
    """How many packages have come how far: `7/12 verified`, then unpacked, then placed."""
    counts = Counter(step.state for step in state.steps.values())
    placed = counts["installed"] + counts["removed"]
    if placed:
        return f"{placed}/{len(plan.changes)} placed"
    files = sum(action.file is not None for action in plan.changes)
    if counts["unpacked"]:
        return f"{counts['unpacked']}/{files} unpacked"
    return f"{counts['verified']}/{files} verified"


def _done_bytes(action: Action, state: SessionState) -> int:
    step = state.steps.get(action.name)
    if step is None or step.state in ("queued", "building"):
        return 0
    if step.state == "downloading":
        return step.done_bytes
    return (action.file.size or 0) if action.file else 0


def _share(state: SessionState, plan: Plan) -> float:
    done = sum(step.state in _PLACED for step in state.steps.values())
    return done / max(len(plan.changes), 1)
