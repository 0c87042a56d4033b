"""Reports and errors on stdout and stderr, in the format that was asked for."""

from __future__ import annotations

import os
import shutil
import sys

from resolvetui.errors import ResolvetuiError
from resolvetui.inputs.interface import Interface
from resolvetui.report.model import Report, error_report


def show(report: Report, interface: Interface) -> None:
    """Print a report: JSON as one object, text for people."""
    if interface.format == "json":
        from resolvetui.report.json_report import render_json

        sys.stdout.buffer.write(render_json(report) + b"\n")
        sys.stdout.buffer.flush()
        return
    is_data = report.status != "error" and interface.format == "text"
    stream = sys.stdout if is_data else sys.stderr
    stream.write(_text(report, interface, color=wants_color(interface, stream.isatty())))
    stream.flush()


def _text(report: Report, interface: Interface, *, color: bool) -> str:
    from resolvetui.report.text_report import render_text

    width = shutil.get_terminal_size((80, 24)).columns
    ascii_only = interface.ascii or not _is_unicode()
    text = render_text(
        report, color=color, width=width, ascii=ascii_only, verbose=interface.verbose
    )
    return text if text.endswith("\n") else text + "\n"


def _is_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") in ("utf8", "utf16", "utf32")


def wants_color(interface: Interface, is_terminal: bool) -> bool:  # noqa: FBT001
    """Colour on terminals, unless NO_COLOR is set (no-color.org) or the user says otherwise."""
    if interface.color != "auto":
        return interface.color == "always"
    return is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show_error(error: ResolvetuiError, interface: Interface) -> None:
    """Print an error in the format that was asked for; JSON does not keep it from people."""
    report = error_report(error)
    if interface.format == "json":
        sys.stderr.write(_text(report, interface, color=False))
    show(report, interface)
