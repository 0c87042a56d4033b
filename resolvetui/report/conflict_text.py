"""An explanation as lines of text: cause, steps, verdicts of the candidates, ways out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from resolvetui.environment.target import Target
from resolvetui.explanation.advice import leads_to
from resolvetui.explanation.blame import tags_text
from resolvetui.explanation.reason_words import cell
from resolvetui.explanation.tag_words import platform_label
from resolvetui.explanation.wording import alone
from resolvetui.model.explanation import Explanation, Hint, PackageVerdicts, Step
from resolvetui.model.verdict import TAG_REASONS, Reason, VersionVerdict
from resolvetui.report.layout import Line, Span, columns, line, plain, wrapped

MOST_LINES = 25
_TAGS = TAG_REASONS - {Reason.PLATFORM_TOO_NEW}
_SAID_IN_WORDS = ("--instead=", "--without=", "--lift=")
"""Arguments that say what the words of a way out say; `-v` shows them."""
_MOST_STEPS = 9
_MOST_ROWS = 4
_MOST_TABLES = 2
_MOST_HINTS = 3


def conflict_text(
    explanation: Explanation,
    target: Target | None,
    *,
    width: int = 80,
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
    lines += step_lines(explanation.cause, explanation.steps, width, whole=whole)
    for package in _tables(explanation, whole=whole):
        lines += _table(package, target, width, ascii_only=ascii_only, whole=whole)
    if whole:
        lines += _hashes(explanation.steps, width)
    lines += _hints(explanation, width, whole=whole)
    if most_lines is not None and len(lines) > most_lines:
        rest = len(lines) - most_lines + 1
        lines = [*lines[: most_lines - 1], line(f"and {rest} more lines (-v shows them)", "muted")]
    return lines


# ---- steps


def step_lines(cause: str, steps: Sequence[Step], width: int, *, whole: bool) -> list[Line]:
    """The steps that the cause does not say already, with the numbers that others name."""
    told = {step.id for step in steps if _says(cause, step.without_aside)}
    lines = [
        part
        for step in steps
        if step.id in told and step.aside
        for part in wrapped(alone(step.aside_of, step.aside), width, indent="  ")
    ]
    shown = [step for step in steps if step.id not in told]
    cut = 0
    if not whole and len(shown) > _MOST_STEPS:
        cut = len(shown) - _MOST_STEPS + 1
        shown = [*shown[: _MOST_STEPS - 3], *shown[-2:]]
    references = _references(shown)
    numbers = _numbers(shown, references)
    for position, step in enumerate(shown):
        if cut and position == _MOST_STEPS - 3:
            lines.append(line(f"  and {cut} more steps (-v shows them)", "muted"))
        lines += _step(step, numbers, references[step.id], width)
    return lines


def _says(cause: str, text: str) -> bool:
    """Whether the cause holds a step's words already, to their end or to what follows."""
    cause, text = cause.casefold(), _CONSEQUENCE.sub("", text.rstrip(".")).casefold()
    asked = text.removeprefix("you ask for ")
    words = re.escape(text)
    if asked != text:  # several that you ask for stand in one list
        words = r"you ask for (?:[^ ;]+ )*" + re.escape(asked)
    return re.search(words + r"(?![\w\[<>=!~+-]|\.\w)", cause) is not None


_CONSEQUENCE = re.compile(r", so (?:it cannot|none can) be used$| applies$")

_ALL = "conclusion"
"""A conclusion builds on all before it, and needs no numbers to say so."""


def _references(shown: Sequence[Step]) -> dict[int, tuple[int, ...]]:
    """For each step the ids of those that it has to name: not what the cause says, nor the only
    one that it builds on where that stands right before it.
    """
    ids = {step.id for step in shown}
    found: dict[int, tuple[int, ...]] = {}
    before = 0
    for step in shown:
        uses = tuple(use for use in step.uses if use in ids)
        found[step.id] = () if step.kind == _ALL or uses == (before,) else uses
        before = step.id
    return found


def _numbers(shown: Sequence[Step], references: dict[int, tuple[int, ...]]) -> dict[int, int]:
    """Ids of the steps that a later one names, to what they are called: 1, 2, 3."""
    named = {use for uses in references.values() for use in uses}
    ordered = [step.id for step in shown if step.id in named]
    return {step: number for number, step in enumerate(ordered, 1)}


def _step(
    step: Step, numbers: dict[int, int], references: tuple[int, ...], width: int
) -> list[Line]:
    text = step.text
    if references:
        text = f"{text} ({', '.join(str(numbers[use]) for use in references)})"
    number = f"{numbers[step.id]}. " if step.id in numbers else ""
    pad = "   " if numbers and not number else ""
    hanging = "     " if numbers else "    "
    return wrapped(f"{number}{text}", width, indent=f"  {pad}", hanging=hanging)


# ---- candidates


def _tables(explanation: Explanation, *, whole: bool) -> list[PackageVerdicts]:
    """The packages whose files are what is wrong, where a table says more than the story; or all
    with such files where that is asked.
    """
    found = [
        package
        for package in explanation.candidates
        if any(verdict.hurdle is not None for verdict in package.versions[: package.in_range])
        or _has_only_skipped(package)
    ]
    if whole:
        return found
    blamed = {step.package for step in explanation.steps if step.kind == "unusable"}
    return [
        package
        for package in found
        if _has_only_skipped(package) or (package.package in blamed and _says_more(package))
    ][:_MOST_TABLES]


def _says_more(package: PackageVerdicts) -> bool:
    """Whether there is more than one verdict, or a file that is near."""
    return len(_groups(package)) > 1 or _is_near(package)


def _is_near(package: PackageVerdicts) -> bool:
    """Whether the nearest file misses in its tags or its Python, which a name tells best."""
    first = package.versions[0].hurdle if package.versions else None
    near = TAG_REASONS | {Reason.REQUIRES_PYTHON}
    return bool(package.nearest) and first is not None and first.reason in near


def _has_only_skipped(package: PackageVerdicts) -> bool:
    """Whether an index lists the project, but nothing of it can be read."""
    return bool(package.skipped) and not package.versions


def _table(
    package: PackageVerdicts,
    target: Target | None,
    width: int,
    *,
    ascii_only: bool,
    whole: bool,
) -> list[Line]:
    groups = _groups(package)
    lines: list[Line] = []
    if whole or len(groups) > 1:
        suffix = f" for {target.python_full} on {platform_label(target)}" if target else ""
        lines = wrapped(f"{package.asked}{suffix}:", width)
        kept = groups if whole or len(groups) <= _MOST_ROWS else groups[: _MOST_ROWS - 1]
        rows = [_row(group, target, ascii_only=ascii_only) for group in kept]
        lines += columns(rows, width=width)
        more = _more(package, sum(len(group) for group in groups[len(kept) :]))
        if more:
            lines.append(line(f"  and {more}", "muted"))
    if package.nearest and (whole or _is_near(package)):
        lines += wrapped(f"nearest: {package.nearest}", width, indent="  ")
    if package.skipped and (whole or _has_only_skipped(package)):
        first, hidden = package.skipped[0], len(package.skipped) - 1
        rest = f" and {hidden} more" if hidden else ""
        text = f"skipped: {first.filename} ({first.reason}){rest}"
        lines += wrapped(text, width, indent="  ")
    return lines


def _hashes(steps: Sequence[Step], width: int) -> list[Line]:
    """The hashes that files have and lines want, whole: sentences show their first digits."""
    kind = Reason.HASH_MISMATCH.value
    facts = [fact for step in steps for fact in step.facts if fact.kind == kind and fact.where]
    texts = dict.fromkeys(fact.text for fact in facts)
    return [each for text in texts for each in wrapped(text, width, indent="  ")]


def _more(package: PackageVerdicts, cut: int) -> str:
    """What the rows leave out: versions that were cut, and those that the explanation omits."""
    parts = [f"{cut} more version{'' if cut == 1 else 's'}"] if cut else []
    if package.omitted and package.in_range == len(package.versions):
        parts.append(f"{package.omitted} more, older or out of range")
    return ", ".join(parts)


def _groups(package: PackageVerdicts) -> list[list[VersionVerdict]]:
    """Versions in range, newest first; those with the same verdict together."""
    groups: list[list[VersionVerdict]] = []
    for verdict in package.versions[: package.in_range]:
        same = [group for group in groups if _alike(group[0], verdict)]
        if same:
            same[0].append(verdict)
        else:
            groups.append([verdict])
    return groups


def _alike(one: VersionVerdict, other: VersionVerdict) -> bool:
    return one.index == other.index and cell(one.hurdle) == cell(other.hurdle)


def _row(group: Sequence[VersionVerdict], target: Target | None, *, ascii_only: bool) -> list[Span]:
    newest = group[0]
    versions = newest.version
    if len(group) > 1:
        versions = f"{group[-1].version} to {versions} ({len(group)} versions)"
    files = sum(len(verdict.files) for verdict in group)
    return [
        ("strong", versions),
        ("plain", newest.index),
        _verdict(group, target, ascii_only=ascii_only),
        ("muted", f"{files} file{'' if files == 1 else 's'}" if files else ""),
    ]


def _verdict(group: Sequence[VersionVerdict], target: Target | None, *, ascii_only: bool) -> Span:
    hurdle = group[0].hurdle
    if hurdle is None:
        return "good", "o fits" if ascii_only else "○ fits"
    word = cell(hurdle, target=target, ascii_only=ascii_only)
    if hurdle.reason in _TAGS and any(file.tags for verdict in group for file in verdict.files):
        word = f"tag {tags_text(hurdle.reason, group, 3, short_for=target)}"
    if hurdle.reason is Reason.SHADOWED:
        return "muted", f"{'.' if ascii_only else '◌'} {word}"
    return "bad", f"{'x' if ascii_only else '✗'} {word}"


# ---- ways out


def _hints(explanation: Explanation, width: int, *, whole: bool) -> list[Line]:
    """What a resolve has confirmed, each with what it leads to; what only the user can do; and
    where nothing helps, what was tried.
    """
    hints = explanation.hints
    verified = [hint for hint in hints if hint.verified]
    complete = [hint for hint in verified if not hint.partial] or verified
    shown = verified if whole else complete[:_MOST_HINTS]
    advised = [hint for hint in hints if not hint.verified and not hint.tried]
    failed = [hint for hint in hints if hint.tried] if whole or not verified else []
    lines: list[Line] = []
    if shown:
        lines.append(line("Try (checked by a full resolve):", "strong"))
        lines += [part for hint in shown for part in _hint(hint, width, whole=whole)]
    if advised:
        lines.append(line("Or (not checked):" if shown else "Try (not checked):", "strong"))
        lines += [part for hint in advised for part in _hint(hint, width, whole=whole)]
    if failed:
        lines.append(line("Checked, and there is no solution either:", "strong"))
        lines += [part for hint in failed for part in _hint(hint, width, whole=whole)]
    if explanation.searched and not (shown or advised or failed):
        lines.append(line("No way out was found: nothing that was tried helps."))
    return lines


def _is_said_only_here(word: str) -> bool:
    return word.startswith("-") and not word.startswith(_SAID_IN_WORDS)


def _hint(hint: Hint, width: int, *, whole: bool) -> list[Line]:
    options = [word for word in hint.args if whole or _is_said_only_here(word)]
    said = set(options) <= set(re.split(r"[ :]+", hint.text))
    text = hint.text if said else f"{shlex.join(options)}   {hint.text}"
    more = leads_to(hint.outcome) if hint.outcome else hint.tried or hint.unchecked
    if more and hint.outcome and len(text) + len(more) + 4 <= width:
        text, more = f"{text}; {more}", ""
    lines = wrapped(text, width, indent="  ", hanging="      ")
    return lines + wrapped(more, width, indent="      ", hanging="      ") if more else lines
