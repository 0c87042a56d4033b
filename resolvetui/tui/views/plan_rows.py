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

REPORT_LINES = 3
"""Lines of the report that are shown: the table says the same of each package."""

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


def step_spans(step: InstallProgress, cells: int = 8) -> Spans:
    """A package's progress: a bar while it is downloaded, else a word."""
    match step.state:
        case "queued":
            return (("· queued", "muted"),)
        case "building":
            return (("· building", "accent"),)
        case "downloading":
            part = step.done_bytes / step.total_bytes if step.total_bytes else 0.0
            return (*bar(part, cells), (f" {part:>4.0%}", "text"))
        case "verified" | "unpacked":
            return ((f"{signs.YES.glyph} {step.state}", "info"),)
        case "installed" | "removed":
            return ((f"{signs.YES.glyph} {step.state}", "ok"),)


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


def notes(state: SessionState) -> list[Spans]:
    """What needs a look: warnings, what would break; how the install ended."""
    plan = state.plan
    lines: list[Spans] = []
    if state.install_failure is not None:
        failed = state.install_failure
        lines.append((("✗ ", "bad"), (failed.what, "strong")))
        lines += [((f"  {line}", "text"),) for line in failed.why.split("\n") if line.strip()]
        if failed.what_to_do:
            lines.append(((f"  {failed.what_to_do}", "accent"),))
    if state.installed is not None:
        time = words.seconds(state.installed.elapsed_s)
        lines.append(
            (("✓ ", "ok"), (f"installed in {time}", "strong"), ("   y copies the report", "muted"))
        )
        report = state.installed.lines
        lines += [((f"  {line}", "muted"),) for line in report[:REPORT_LINES]]
        if len(report) > REPORT_LINES:
            lines.append(
                ((f"  … {words.count(len(report) - REPORT_LINES, 'more line')}", "muted"),)
            )
    elif plan is not None and state.install_failure is None:
        lines += [((f"{signs.YANKED.glyph} ", "warn"), (text, "text")) for text in plan.warnings]
        for item in plan.breaks:
            found = f"would find {item.found}" if item.found else "would be missing"
            breaks: list[Span] = [("✗ ", "bad"), (f"{item.name} {item.version}", "strong")]
            lines.append(
                (
                    *breaks,
                    (" requires ", "muted"),
                    (item.requires, "accent"),
                    (f", which {found}", "muted"),
                )
            )
    return lines


def progress_line(state: SessionState, cells: int) -> Spans:
    """The total bar while an install runs: bytes of all files."""
    plan = state.plan
    if plan is None or not state.installing:
        return ()
    total = plan.download_bytes or 1
    done = sum(_done_bytes(action, state) for action in plan.changes)
    part = min(done / total, 1.0) if plan.download_bytes else _share(state, plan)
    shown = f" {part:>4.0%}   {words.size(min(done, total))} of {words.size(plan.download_bytes)}"
    return (*bar(part, min(max(cells - 40, 10), 50)), (shown, "text"))


def _done_bytes(action: Action, state: SessionState) -> int:
    step = state.steps.get(action.name)
    if step is None or step.state in ("queued", "building"):
        return 0
    if step.state == "downloading":
        return step.done_bytes
    return (action.file.size or 0) if action.file else 0


def _share(state: SessionState, plan: Plan) -> float:
    done = sum(step.state in ("installed", "removed") for step in state.steps.values())
    return done / max(len(plan.changes), 1)
