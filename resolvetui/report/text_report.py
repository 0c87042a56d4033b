"""A report for people: one line a package, or why there is none, or what went wrong.

Plain text needs neither Rich nor colour to be understood.
"""

from __future__ import annotations

from resolvetui.explanation.tag_words import platform_label
from resolvetui.model.files import SdistFile
from resolvetui.model.visible import visible_line
from resolvetui.report.conflict_text import MOST_LINES, conflict_lines
from resolvetui.report.layout import Line, Span, colored, columns, line, plain, wrapped
from resolvetui.report.model import Report, ReportedError, ReportedPackage
from resolvetui.report.plan_text import byte_count, plan_lines
from resolvetui.report.why_text import why_lines


def render_text(
    report: Report,
    *,
    color: bool = False,
    width: int = 80,
    ascii: bool = False,  # noqa: A002 - named after the option
    verbose: int = 0,
) -> str:
    """The report as text without a final line end."""
    lines = _lines(report, width, ascii_only=ascii, verbose=bool(verbose))
    return colored(lines) if color else plain(lines)


def _lines(report: Report, width: int, *, ascii_only: bool, verbose: bool) -> list[Line]:
    if report.error is not None:
        return _error(report.error, width)
    if report.explanation is not None:
        return conflict_lines(
            report.explanation,
            report.target,
            width=width,
            most_lines=None if verbose else MOST_LINES,
            ascii_only=ascii_only,
        )
    return _resolved(report, width, verbose=verbose)


# ---- resolved


def _resolved(report: Report, width: int, *, verbose: bool) -> list[Line]:
    rows = [_package(package, verbose=verbose) for package in report.packages]
    lines = columns(rows, width=width, indent="")
    lines += wrapped(_summary(report), width, role="strong")
    if report.plan is not None:
        lines += plan_lines(report.plan, width)
    for why in (*(package.why for package in report.packages), *report.absent):
        if why is not None and not why.guesses:  # a name typed wrong is a warning
            lines += why_lines(why, width)
    return lines


def _package(package: ReportedPackage, *, verbose: bool) -> list[Span]:
    pin = package.pin
    marker = f" ; {package.marker}" if package.marker else ""
    source = pin.index or {"url": "direct reference", "installed": "installed"}.get(pin.kind, "")
    row: list[Span] = [
        ("strong" if pin.requested else "plain", f"{pin.name}=={pin.version}{marker}"),
        ("muted", source),
        *_file_note(package),
    ]
    if package.why_not_newer and (verbose or pin.requested):
        row.append(("warn", package.why_not_newer))
    return row


def _file_note(package: ReportedPackage) -> list[Span]:
    file = package.pin.file
    if file is None:
        return [("muted", "kept")]
    note = "sdist, to be built" if isinstance(file, SdistFile) else "wheel"
    if file.size is not None:
        note = f"{note} {byte_count(file.size)}"
    if file.yanked is not None:
        reason = f": {file.yanked}" if file.yanked else ""
        return [("warn", f"{note}, yanked{reason}")]
    return [("warn" if isinstance(file, SdistFile) else "muted", note)]


def _summary(report: Report) -> str:
    count = len(report.packages)
    text = f"{count} package{'' if count == 1 else 's'}"
    if report.target is not None:
        text += f" for {report.target.python_full} on {platform_label(report.target)}"
    if report.statistics.elapsed_s:
        text += f" in {report.statistics.elapsed_s:.2f} s"
    return text


# ---- errors


def _error(error: ReportedError, width: int) -> list[Line]:
    lines = wrapped(f"error: {error.what}", width, role="bad")
    if error.text:
        lines += [line(f"  {error.text}"), line(f"  {caret(error.text, error.column)}", "bad")]
    if error.why:
        lines += [each for part in error.why.splitlines() for each in _indented(part, width)]
    if error.what_to_do:
        lines += [
            each
            for part in f"to do: {error.what_to_do}".splitlines()
            for each in _indented(part, width)
        ]
    return lines


def _indented(text: str, width: int) -> list[Line]:
    return wrapped(text, width, indent="  ")


def caret(text: str, column: int) -> str:
    """A `^` under the place where a requirement fails.

    >>> caret("a>=1+x", 4)
    '    ^'
    """
    return " " * len(visible_line(text[:column])) + "^"
