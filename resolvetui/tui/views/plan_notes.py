"""What a plan has to say beside its rows, and how its install ended. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from resolvetui.install.plan import Plan
from resolvetui.session import protocol
from resolvetui.tui import signs, words
from resolvetui.tui.spans import Role, Span, Spans
from resolvetui.tui.state import SessionState

REPORT_LINES = 3
"""Lines of the report that are shown: the table says the same of each package."""


def notes(state: SessionState, most: int = 0) -> list[Spans]:
    """How the install ended; before it, what stands against the plan and what needs a look.

    `most`: lines of the report that there is room for, if that is more than a few.
    """
    lines: list[Spans] = []
    if state.install_failure is not None:
        lines += _failure(state.install_failure)
    if state.installed is not None:
        return [*lines, *_installed(state.installed, max(most, REPORT_LINES))]
    if state.plan is not None and state.install_failure is None:
        lines += [*obstacles(state.plan), *looks(state.plan), *_unseen(state.plan)]
    return lines


def _failure(failed: protocol.Failed) -> list[Spans]:
    if failed.kind == "cancelled":
        lines: list[Spans] = [(("✓ ", "ok"), ("rolled back, nothing changed", "strong"))]
    else:
        lines = [(("✗ ", "bad"), (failed.what, "strong"))]
    lines += [((f"  {line}", "text"),) for line in failed.why.split("\n") if line.strip()]
    if failed.what_to_do:
        lines.append(((f"  {failed.what_to_do}", "accent"),))
    return lines


def _installed(done: protocol.Installed, most: int) -> Iterator[Spans]:
    time = words.seconds(done.elapsed_s)
    yield (("✓ ", "ok"), (f"installed in {time}", "strong"), ("   y copies the report", "muted"))
    for text in done.warnings:
        yield _line(signs.YANKED.glyph, "warn", text)
    for line in done.lines[:most]:
        yield ((f"  {line}", "muted"),)
    if len(done.lines) > most:
        more = words.count(len(done.lines) - most, "more line")
        yield ((f"  … {more}", "muted"),)


def obstacles(plan: Plan) -> Iterator[Spans]:
    """Why the plan cannot be carried out."""
    for each in plan.blocked:
        yield _line("✗", "bad", f"{each.name} {each.version} cannot be replaced: {each.why}")
        yield ((f"  {each.what_to_do}", "accent"),)
    for file in plan.conflicts:
        owner = file.owner or "no package"
        text = f"{file.name} {file.version} brings {file.path}, which belongs to {owner}"
        yield _line("✗", "bad", text)


def looks(plan: Plan) -> Iterator[Spans]:
    """What can be carried out and should be seen first."""
    for item in plan.breaks:
        found = f"would find {item.found}" if item.found else "would be missing"
        breaks: list[Span] = [("✗ ", "bad"), (f"{item.name} {item.version}", "strong")]
        yield (
            *breaks,
            (" requires ", "muted"),
            (item.requires, "accent"),
            (f", which {found}", "muted"),
        )
    for text in plan.warnings:
        yield _line(signs.YANKED.glyph, "warn", text)
    for each in plan.startup:
        text = f"{each.name} {each.version} brings {each.file}, which Python runs at every start"
        yield _line(signs.YANKED.glyph, "warn", text)
    for action in plan.changes:
        if action.hides:
            text = f"{action.name} {action.old_version} of the base stays, hidden by the new one"
            yield _line(signs.YANKED.glyph, "warn", text)
    for lost in plan.lost_commands:
        text = f"the command {lost.command} of {lost.name} {lost.version} goes"
        yield _line(signs.REMOVE.glyph, "warn", text)


def _unseen(plan: Plan) -> Iterator[Spans]:
    if plan.unseen:
        who = words.count(len(plan.unseen), "package")
        text = f"what {who} would overwrite is known after the download"
        yield _line(signs.ABSENT.glyph, "muted", text, body="muted")


def _line(glyph: str, role: Role, text: str, *, body: Role = "text") -> Spans:
    return ((f"{glyph} ", role), (text, body))
