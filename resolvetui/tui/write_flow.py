"""From the key `o` to a file: what can be written, where to, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from resolvetui.tui import exports
from resolvetui.tui.attempt_report import attempts_text
from resolvetui.tui.safe import safe
from resolvetui.tui.spans import Spans
from resolvetui.tui.state import SessionState

if TYPE_CHECKING:
    from resolvetui.tui.tool_screen import ToolScreen


class Kind(Struct, frozen=True):
    """One thing that can be written."""

    title: str
    path: str
    """The file that is offered."""
    note: str
    text: Callable[[SessionState, str], str]
    """The text for a state and a file suffix."""
    missing: str
    """What is said where there is none."""


_REQUIREMENTS = "one requirement a line, with =="
_KINDS = {
    "solution": Kind(
        "Write the solution",
        "requirements.txt",
        f"{_REQUIREMENTS}; a name that ends in .json gets the report as JSON",
        lambda state, suffix: exports.solution_text(state, as_json=suffix == ".json"),
        "There is no solution to write.",
    ),
    "conflict": Kind(
        "Write the explanation",
        "conflict.txt",
        "text; a name that ends in .json gets the report as JSON",
        lambda state, suffix: exports.conflict_text(state, as_json=suffix == ".json"),
        "There is no conflict to write about.",
    ),
    "plan": Kind(
        "Write the plan",
        "requirements.txt",
        f"{_REQUIREMENTS} and the hash of its file, for this target",
        lambda state, _suffix: exports.hashed_requirements(state),
        "There is no plan to write.",
    ),
    "attempts": Kind(
        "Write all attempts",
        "attempts.txt",
        "what was changed, how it ended, and what each has that its parent has not",
        lambda state, _suffix: attempts_text(state.attempts),
        "Nothing was tried yet.",
    ),
}


class WriteFlow:
    """Asks for a path, writes, tells."""

    def __init__(self, screen: ToolScreen) -> None:
        self._screen = screen

    def begin(self, what: str) -> None:
        """Open the dialog, or say why there is nothing to write."""
        from resolvetui.tui.dialogs.save import SaveDialog

        kind, state = _KINDS[what], self._screen.state
        if not _has(state, what):
            self._screen.say(kind.missing, warn=True)
            return

        def answered(answer: tuple[str, bool] | None) -> None:
            if answer is not None:
                self._write(kind, state, *answer)

        note: Spans = ((kind.note, "muted"),)
        self._screen.app.push_screen(SaveDialog(kind.title, kind.path, [note]), answered)

    def _write(self, kind: Kind, state: SessionState, path: str, over: bool) -> None:  # noqa: FBT001
        text = kind.text(state, Path(path).suffix.lower())
        failure = write_text(path, text, over=over)
        shown = safe(path, 200)
        if failure:
            self._screen.say(f"{shown} was not written: {failure}.", warn=True)
        else:
            self._screen.say(f"wrote {shown}, {text.count(chr(10))} lines")


def _has(state: SessionState, what: str) -> bool:
    if what == "attempts":
        return any(node.answer is not None for node in state.attempts)
    if what == "conflict":
        return state.explanation is not None and state.target is not None
    return state.resolution is not None and state.target is not None


def write_text(path: str, text: str, *, over: bool) -> str:
    """Write a file in UTF-8; why it failed, or "". Without `over` nothing is ever replaced."""
    try:
        with Path(path).expanduser().open("w" if over else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return "it is there already"
    except OSError as error:
        return safe(error.strerror or str(error), 200)
    return ""
