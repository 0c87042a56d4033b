"""The foot of the screen: what runs and its counters, and the keys of the focused place."""

from __future__ import annotations

from resolvetui.tui import keys, signs, words
from resolvetui.tui.spans import Span, Spans, width
from resolvetui.tui.state import InstallPhase, Phase, SessionState
from resolvetui.tui.widgets.line import Part, SpanLine


class StatusLine(SpanLine):
    """Spinner and counters while something runs; afterwards the totals stay."""

    DEFAULT_CSS = "StatusLine { background: $panel; }"

    def __init__(self) -> None:
        super().__init__()
        self._spans: Spans = ()

    def show(self, state: SessionState, frame: int) -> None:
        """Another state, or the next frame of the spinner."""
        spans = status(state, signs.SPINNER[frame % len(signs.SPINNER)])
        if spans != self._spans:
            self._spans = spans
            self.refresh()

    def left(self, cells: int) -> list[Part]:
        """The line in parts that fit whole."""
        parts: list[Part] = []
        used = 0
        for group in _groups(self._spans):
            used += width(group)
            if parts and used > cells:
                break
            parts.append(Part(group))
        return parts


def _groups(spans: Spans) -> list[Spans]:
    """Spans cut before each one that begins with two spaces."""
    groups: list[list[Span]] = [[]]
    for span in spans:
        if span[0].startswith("  "):
            groups.append([])
        groups[-1].append(span)
    return [tuple(group) for group in groups]


def status(state: SessionState, spinner: str) -> Spans:
    """The status line's text."""
    if state.install is not InstallPhase.NONE:
        return _install(state, spinner)
    if state.planning:
        return (
            (f" {spinner} ", "accent"),
            ("planning", "accent"),
            ("  reading the environment", "muted"),
        )
    if state.matrix.running and state.phase is not Phase.RESOLVING:
        return _targets(state, spinner)
    return (*_phase(state, spinner), *_counters(state))


def _targets(state: SessionState, spinner: str) -> Spans:
    return (
        (f" {spinner} ", "accent"),
        ("running targets", "accent"),
        (f"  {state.matrix.done}", "strong"),
        (f" of {state.matrix.total}", "muted"),
        ("  5", "key"),
        (" shows them", "muted"),
    )


def _phase(state: SessionState, spinner: str) -> Spans:
    match state.phase:
        case Phase.IDLE:
            return ((" ready", "muted"),)
        case Phase.RESOLVING:
            return ((f" {spinner} ", "accent"), ("resolving", "accent"))
        case Phase.SOLVED:
            return ((" ✓ ", "ok"), ("resolved", "text"))
        case Phase.UNSATISFIABLE:
            tried: Spans = ((f"  {spinner} ", "accent"), ("trying ways out", "muted"))
            return ((" ✗ ", "bad"), ("no solution", "text"), *(tried if state.fixing else ()))
        case Phase.FAILED:
            return ((" ✗ ", "bad"), ("failed", "text"), ("  r", "key"), (" tries again", "muted"))


def _counters(state: SessionState) -> Spans:
    progress = state.progress
    if progress is None:
        return ()
    spans: list[Span] = []
    for number, noun in (
        (progress.fetched, "fetched"),
        (progress.cached, "cached"),
        (progress.decisions, "decisions"),
        (progress.conflicts, "conflicts"),
    ):
        spans += [(f"  {number}", "strong"), (f" {noun}", "muted")]
    if progress.bytes:
        spans.append((f"  {words.size(progress.bytes)}", "muted"))
    if state.phase is Phase.RESOLVING and progress.doing:
        spans.append((f"  {progress.doing}", "muted"))
    if state.warnings:
        spans.append((f"  ! {words.count(len(state.warnings), 'warning')}", "warn"))
        spans += [("  M", "key"), (" reads", "muted")]
    return tuple(spans)


def _install(state: SessionState, spinner: str) -> Spans:
    done = sum(step.state in ("installed", "removed") for step in state.steps.values())
    total = len(state.plan.changes) if state.plan else len(state.steps)
    match state.install:
        case InstallPhase.RUNNING:
            return (
                (f" {spinner} ", "accent"),
                ("installing", "accent"),
                (f"  {done}", "strong"),
                (f" of {total} placed", "muted"),
                ("  esc", "key"),
                (" stop and roll back", "muted"),
            )
        case InstallPhase.STOPPING:
            return ((f" {spinner} ", "accent"), ("rolling back", "accent"))
        case InstallPhase.DONE:
            elapsed = state.installed.elapsed_s if state.installed else 0.0
            return (
                (" ✓ ", "ok"),
                ("installed", "text"),
                (f"  {words.count(total, 'change')}", "strong"),
                (f" in {words.seconds(elapsed)}", "muted"),
            )
        case _ if state.install_failure and state.install_failure.kind == "cancelled":
            return ((" ✓ ", "ok"), ("rolled back", "text"), ("  nothing was changed", "muted"))
        case _:
            return ((" ✗ ", "bad"), ("not installed", "text"), ("  nothing was changed", "muted"))


class KeyLine(SpanLine):
    """The keys of the focused place, nearest first, as many as fit; then help and palette."""

    def __init__(self) -> None:
        super().__init__()
        self._chain: tuple[keys.Context, ...] = ()

    def show(self, chain: tuple[keys.Context, ...]) -> None:
        """The contexts from the focused widget outwards."""
        if chain != self._chain:
            self._chain = chain
            self.refresh()

    def left(self, cells: int) -> list[Part]:
        """Whole entries only."""
        room = cells - sum(width(part.spans) for part in self.right(cells))
        parts: list[Part] = []
        used = 0
        for key in keys.footer(self._chain):
            part = _key_part(key)
            if used + width(part.spans) > room:
                break
            used += width(part.spans)
            parts.append(part)
        return parts

    def right(self, cells: int) -> list[Part]:  # noqa: ARG002 - the same at any width
        """Help and palette are always there."""
        return [
            Part(((" ?", "key"), (" Help", "muted")), "app.simulate_key('question_mark')"),
            Part(((" │", "guide"), (" ^p", "key"), (" palette ", "muted")), "app.command_palette"),
        ]


def _key_part(key: keys.Key) -> Part:
    shown = "⏎" if key.keys.startswith("enter") else key.shown.split(" ")[0]
    spans: Spans = ((f" {shown}", "key"), (f" {key.label} ", "muted"))
    return Part(spans, f"app.simulate_key('{keys.first_key(key)}')")
