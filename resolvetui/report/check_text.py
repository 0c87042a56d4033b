"""A checked environment for people: what does not hold, package by package, and what to do."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from resolvetui.explanation.tag_words import platform_label
from resolvetui.explanation.wording import sentence
from resolvetui.install.checking import Checked, Problem, by_package
from resolvetui.install.repairs import Repair
from resolvetui.report.layout import Line, colored, line, plain, wrapped

_FILES = frozenset({"file-missing", "file-changed"})
_SHOWN = 3
"""Files of a package that are named before they are counted."""
UNCHECKED = "not checked: whether an index has it is found out by that command"


def render_check(
    checked: Checked,
    repairs: Sequence[Repair],
    *,
    color: bool = False,
    width: int = 80,
    verbose: bool = False,
) -> str:
    """The check as text without a final line end."""
    lines = check_lines(checked, repairs, width, verbose=verbose)
    return colored(lines) if color else plain(lines)


def check_lines(
    checked: Checked, repairs: Sequence[Repair], width: int, *, verbose: bool = False
) -> list[Line]:
    """The packages with problems, then a line that sums up."""
    lines: list[Line] = []
    for package, problems in by_package(checked.problems).items():
        own = [repair for repair in repairs if repair.package == package]
        if package:
            lines += [line(_title(package, problems), "strong")]
            lines += _sentences(problems, width, verbose=verbose)
            lines += [each for repair in own for each in _repair(repair, width)]
        else:
            for problem, repair in zip(problems, own, strict=True):
                lines += wrapped(sentence(problem.text), width, role="bad")
                lines += _repair(repair, width)
        lines.append(line(""))
    lines += wrapped(_summary(checked), width, role="strong")
    if checked.unowned:
        lines += wrapped("Nobody's files in the package folders:", width, role="muted")
        lines += [line(f"  {path}", "muted") for path in checked.unowned]
    return lines


def _title(package: str, problems: Sequence[Problem]) -> str:
    return f"{package} {problems[0].version or '(not installed)'}"


def _sentences(problems: Sequence[Problem], width: int, *, verbose: bool) -> list[Line]:
    files = [problem for problem in problems if problem.kind in _FILES]
    shown = files if verbose else files[:_SHOWN]
    lines: list[Line] = []
    for problem in problems:
        if problem not in files or problem in shown:
            lines += wrapped(sentence(problem.text), width, indent="  ", role="bad")
    if len(files) > len(shown):
        rest = f"{len(files) - len(shown)} more files are like that; -v names them."
        lines += wrapped(rest, width, indent="  ", role="bad")
    return lines


def _repair(repair: Repair, width: int) -> Iterator[Line]:
    if repair.advice:
        yield from wrapped(f"to do: {repair.advice}", width, indent="  ")
    if repair.args:
        yield from command_lines(("resolvetui", *repair.args), width)
        yield from wrapped(f"({UNCHECKED})", width, indent="    ", role="muted")


def command_lines(words: Sequence[str], width: int) -> Iterator[Line]:
    """A command that can be copied into a shell, over several lines where it is long."""
    text = "   "
    for word in map(shlex.quote, words):
        if len(text) + len(word) + 3 > width and text.strip():
            yield line(f"{text} \\")
            text = "     "
        text += f" {word}"
    yield line(text)


def _summary(checked: Checked) -> str:
    own = sum(not dist.external for dist in checked.installed)
    packages = f"{own} package{'' if own == 1 else 's'}"
    target = checked.target
    assert target.environment is not None
    where = (
        f"{target.environment.prefix}: {packages} for {target.python_full} on "
        f"{platform_label(target)}, {checked.files:,} files compared"
    )
    count = len(checked.problems)
    if not count:
        return f"{where}; no problems."
    return f"{where}; {count} problem{'' if count == 1 else 's'}."
