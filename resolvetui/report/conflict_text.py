"""An explanation as lines of text: cause, steps, verdicts of the candidates, ways out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from resolvetui.environment.target import Target
from resolvetui.explanation.blame import tags_text
from resolvetui.explanation.reason_words import cell
from resolvetui.explanation.tag_words import platform_label
from resolvetui.model.explanation import Explanation, Hint, PackageVerdicts, Step
from resolvetui.model.verdict import TAG_REASONS, Reason, VersionVerdict
from resolvetui.report.layout import Line, Span, columns, line, plain, wrapped

MOST_LINES = 25
_TAGS = TAG_REASONS - {Reason.PLATFORM_TOO_NEW}
_MOST_STEPS = 9
_MOST_ROWS = 4
_MOST_TABLES = 2
_MOST_HINTS = 4


def conflict_text(
    explanation: Explanation,
    target: Target | None,
    *,
    width: int = 100,
    most_lines: int | None = MOST_LINES,
    ascii_only: bool = False,
) -> str:
    """All of it as plain text; not more than `most_lines` lines, or all where that is None."""
    return plain(
        conflict_lines(
            explanation, target, width=width, most_lines=most_lines, ascii_only=ascii_only
        )
    )


def conflict_lines(
    explanation: Explanation,
    target: Target | None,
    *,
    width: int,
    most_lines: int | None = MOST_LINES,
    ascii_only: bool = False,
) -> list[Line]:
    """The cause first; what does not fit is counted, never dropped in silence."""
    whole = most_lines is None
    lines = wrapped(explanation.cause, width, role="strong")
    lines += _steps(explanation, width, whole=whole)
    for package in _tables(explanation, whole=whole):
        lines += _table(package, target, width, ascii_only=ascii_only, whole=whole)
    lines += _hints(explanation.hints, width, whole=whole)
    if most_lines is not None and len(lines) > most_lines:
        rest = len(lines) - most_lines + 1
        lines = [*lines[: most_lines - 1], line(f"and {rest} more lines (-v shows them)", "muted")]
    return lines


# ---- steps


def _steps(explanation: Explanation, width: int, *, whole: bool) -> list[Line]:
    numbered = _numbered(explanation.steps)
    shown = [
        step
        for step in explanation.steps
        if step.id in numbered or not _says(explanation.cause, step.text)
    ]
    cut = 0
    if not whole and len(shown) > _MOST_STEPS:
        cut = len(shown) - _MOST_STEPS + 1
        shown = [*shown[: _MOST_STEPS - 3], *shown[-2:]]
    lines: list[Line] = []
    for position, step in enumerate(shown):
        if cut and position == _MOST_STEPS - 3:
            lines.append(line(f"  and {cut} more steps (-v shows them)", "muted"))
        lines += _step(step, numbered, width)
    return lines


def _says(cause: str, text: str) -> bool:
    """Whether the cause holds a step's words already, to their end."""
    cause, text = cause.casefold(), text.rstrip(".").casefold()
    asked = text.removeprefix("you ask for ")
    words = re.escape(text)
    if asked != text:  # several that you ask for stand in one list
        words = r"you ask for (?:[^ ;]+ )*" + re.escape(asked)
    return re.search(words + r"(?![\w\[<>=!~+-]|\.\w)", cause) is not None


def _numbered(steps: Sequence[Step]) -> set[int]:
    """The steps that a later one refers to by number: those that it does not follow at once."""
    return {use for step in steps if not _follows(step) for use in step.uses}


_ALL = "conclusion"
"""A conclusion builds on all before it, and needs no numbers to say so."""


def _follows(step: Step) -> bool:
    return step.kind == _ALL or all(use == step.id - 1 for use in step.uses)


def _step(step: Step, numbered: set[int], width: int) -> list[Line]:
    text = step.text
    if not _follows(step):
        text = f"{text} ({', '.join(map(str, step.uses))})"
    number = f"{step.id}. " if step.id in numbered else ""
    pad = "   " if numbered and not number else ""
    return wrapped(f"{number}{text}", width, indent=f"  {pad}", hanging="     ")


# ---- candidates


def _tables(explanation: Explanation, *, whole: bool) -> list[PackageVerdicts]:
    """The packages whose files are what is wrong."""
    found = [
        package
        for package in explanation.candidates
        if any(verdict.hurdle is not None for verdict in package.versions[: package.in_range])
    ]
    return found if whole else found[:_MOST_TABLES]


def _table(
    package: PackageVerdicts,
    target: Target | None,
    width: int,
    *,
    ascii_only: bool,
    whole: bool,
) -> list[Line]:
    suffix = f" for {target.python_full} on {platform_label(target)}" if target else ""
    lines = wrapped(f"{package.asked}{suffix}:", width)
    rows = _rows(package, ascii_only=ascii_only)
    cut = 0
    if not whole and len(rows) > _MOST_ROWS:
        cut = len(rows) - _MOST_ROWS + 1
        rows = rows[: _MOST_ROWS - 1]
    lines += columns(rows)
    if cut:
        lines.append(line(f"  and {cut} more", "muted"))
    if package.nearest:
        lines += wrapped(f"nearest: {package.nearest}", width, indent="  ")
    return lines


def _rows(package: PackageVerdicts, *, ascii_only: bool) -> list[list[Span]]:
    """Versions in range, newest first; neighbours with the same verdict on one row."""
    groups: list[list[VersionVerdict]] = []
    for verdict in package.versions[: package.in_range]:
        same = [group for group in groups if _alike(group[0], verdict)]
        if same:
            same[0].append(verdict)
        else:
            groups.append([verdict])
    return [_row(group, ascii_only=ascii_only) for group in groups]


def _alike(one: VersionVerdict, other: VersionVerdict) -> bool:
    return one.index == other.index and cell(one.hurdle) == cell(other.hurdle)


def _row(group: Sequence[VersionVerdict], *, ascii_only: bool) -> list[Span]:
    newest = group[0]
    versions = newest.version
    if len(group) > 1:
        versions = f"{group[-1].version} to {versions} ({len(group)} versions)"
    files = sum(len(verdict.files) for verdict in group)
    return [
        ("strong", versions),
        ("plain", newest.index),
        _verdict(newest, ascii_only=ascii_only),
        ("muted", f"{files} file{'' if files == 1 else 's'}" if files else ""),
    ]


def _verdict(verdict: VersionVerdict, *, ascii_only: bool) -> Span:
    if verdict.hurdle is None:
        return "good", "o fits" if ascii_only else "○ fits"
    word = cell(verdict.hurdle, ascii_only=ascii_only)
    if verdict.hurdle.reason in _TAGS and any(file.tags for file in verdict.files):
        word = f"tag {tags_text(verdict.hurdle.reason, [verdict], 3)}"
    if verdict.hurdle.reason is Reason.SHADOWED:
        return "muted", f"{'.' if ascii_only else '◌'} {word}"
    return "bad", f"{'x' if ascii_only else '✗'} {word}"


# ---- ways out


def _hints(hints: Sequence[Hint], width: int, *, whole: bool) -> list[Line]:
    shown = hints if whole else hints[:_MOST_HINTS]
    lines = [line("Try:", "strong")] if shown else []
    for hint in shown:
        command = shlex.join(hint.args)
        starts = hint.text.startswith(f"{command} ")
        text = f"{command}   {hint.text}" if command and not starts else hint.text
        if hint.verified:
            text = f"{text} (checked)"
        lines += wrapped(text, width, indent="  ", hanging="      ")
    return lines
