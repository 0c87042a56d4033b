"""Everything that decides the answer beside the requirements: target, indexes, policies, date.

What is typed is read by what reads the command line (`inputs/edits.py`); at the bottom stands the
command that would ask the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, Select, Static

from resolvetui.environment.finding import found_pythons
from resolvetui.environment.platforms import platform_names
from resolvetui.errors import ResolvetuiError
from resolvetui.inputs.as_command import shown_command
from resolvetui.inputs.edits import Edits, Errors, added_index, check_python, edited, edits_of
from resolvetui.model.query import IndexStrategy, PrereleasePolicy, Query, ResolutionMode
from resolvetui.session.protocol import TargetView
from resolvetui.tui.dialogs.dialog import Dialog
from resolvetui.tui.later import when_drawn
from resolvetui.tui.safe import safe
from resolvetui.tui.spans import Spans, clip, paragraphs, wrap
from resolvetui.tui.widgets.choice import Choice
from resolvetui.tui.widgets.index_list import IndexList

_MOST_PYTHONS = 40
_SHORT, _COMMAND_LINES, _MORE_LINES = 36, 3, 6
"""On a screen of fewer lines than the first figure the command has the second, else the third."""
_OWN = "its own"


class TargetDialog(Dialog[Query]):
    """Answers with the changed query, or None."""

    TITLE_TEXT = "Target, indexes, policies"
    FOOT_TEXT = "enter applies · tab next · esc leaves all as it was"

    def __init__(self, query: Query, target: TargetView | None) -> None:
        super().__init__()
        self._query = query
        self._target = target
        self._form = edits_of(query)
        self._found = query
        """As the form says now."""
        self._command = ""

    # ---- the form

    def contents(self) -> ComposeResult:
        """The fields, the command, the buttons."""
        form, target = self._form, self._target
        known = target.python if target else ""
        with VerticalScroll(id="fields", can_focus=False):
            yield from _field("python", "Python", self._python(form))
            yield from _field(
                "python_version",
                "as version",
                _input("python_version", form.python_version, f"its own{_of(known)}, or X.Y"),
            )
            yield from _field("python_platform", "on platform", self._platforms(form))
            yield from _field("indexes", "Indexes", IndexList(form.indexes, id="indexes-list"))
            yield from _field(
                "add_index",
                "add",
                _input("add_index", "", "NAME=URL, enter adds; shift+↑↓ moves, x removes"),
            )
            yield from _field(
                "strategy", "Strategy", Choice([*IndexStrategy], form.strategy, id="strategy")
            )
            yield from _field(
                "prerelease",
                "Prereleases",
                Choice([*PrereleasePolicy], form.prerelease, id="prerelease"),
            )
            yield from _field(
                "resolution",
                "Resolution",
                Choice([*ResolutionMode], form.resolution, id="resolution"),
            )
            yield from _field(
                "exclude_newer",
                "Not newer than",
                _input("exclude_newer", form.exclude_newer, "2024-05-07, or 7 days; empty: all"),
            )
            yield from _field(
                "only_binary",
                "Only wheels of",
                _input("only_binary", form.only_binary, "names, or :all:"),
            )
            yield from _field(
                "no_binary",
                "No wheels of",
                _input("no_binary", form.no_binary, "names: their code is then built and run"),
            )
        yield Static(id="command")
        with Horizontal(id="buttons"):
            yield Button(Content("Copy the command"), id="copy", compact=True)
            yield Button(Content("Cancel"), id="no", compact=True)
            yield Button(Content("Apply"), id="yes", compact=True)

    def _python(self, form: Edits) -> Widget:
        """A text, and what is found here beside it."""
        found = found_pythons(os.environ, Path.cwd())[:_MOST_PYTHONS]
        options = [(Content(safe(str(path), 200)), str(path)) for path in found]
        return Horizontal(
            _input("python", form.python, "path or X.Y; empty: .venv"),
            Select(options, prompt="found here", id="pythons", compact=True, disabled=not options),
            classes="both",
        )

    def _platforms(self, form: Edits) -> Widget:
        chosen = form.python_platform
        own = f"{_OWN}{_of(self._target.platform if self._target and not chosen else '')}"
        names = dict.fromkeys(("", *([chosen] if chosen else []), *platform_names()))
        options = [(Content(safe(name, 100) if name else own), name) for name in names]
        return Select(options, value=chosen, allow_blank=False, id="python_platform", compact=True)

    def on_mount(self) -> None:
        """The first field."""
        self.query_one("#python", Input).focus()
        self._read()

    # ---- what it says now

    def _edits(self) -> Edits:
        def text(field: str) -> str:
            return self.query_one(f"#{field}", Input).value

        def word(field: str) -> str:
            return self.query_one(f"#{field}", Choice).value

        return Edits(
            python=text("python"),
            python_version=text("python_version"),
            python_platform=str(self.query_one("#python_platform", Select).value),
            indexes=self.query_one(IndexList).indexes,
            strategy=IndexStrategy(word("strategy")),
            prerelease=PrereleasePolicy(word("prerelease")),
            resolution=ResolutionMode(word("resolution")),
            exclude_newer=text("exclude_newer"),
            only_binary=text("only_binary"),
            no_binary=text("no_binary"),
        )

    def _read(self) -> Errors:
        """Read the form; show its errors and its command."""
        self._found, errors = edited(self._query, self._edits())
        for field in _READ:
            self._note(field, errors.get(field))
        before = {index.url for index in self._query.indexes if not index.origin.startswith("-")}
        isolated = bool(before - {index.url for index in self._found.indexes})
        command = safe(shown_command(self._found, isolated=isolated), 2000)
        if command != self._command:
            self._command = command
            self._show_command()
        return errors

    def _show_command(self) -> None:
        """As much of the command as there is room for."""
        cells = self.query_one("#command").size.width
        lines = wrap((("$ ", "muted"), (self._command, "info")), cells or 80)
        if len(lines) > self._lines:
            lines = lines[: self._lines]
            lines[-1] = (*clip(lines[-1], (cells or 80) - 2), (" …", "muted"))
        self.query_one("#command", Static).update(paragraphs(lines))

    @property
    def _lines(self) -> int:
        return _COMMAND_LINES if self.size.height < _SHORT else _MORE_LINES

    def on_resize(self) -> None:
        """Command and buttons are always in sight; the fields scroll."""
        self.query_one("#fields").styles.max_height = max(self.size.height - self._lines - 5, 3)
        when_drawn(self, self._show_command)

    def _note(self, field: str, error: ResolvetuiError | None) -> None:
        note = self.query_one(f"#note-{field}", Static)
        note.display = error is not None
        if error is not None:
            note.update(paragraphs(_lines(error)))

    @on(Input.Changed)
    @on(Select.Changed, "#python_platform")
    @on(Choice.Changed)
    @on(IndexList.Changed)
    def _changed(self, event: Input.Changed | Select.Changed | Choice.Changed) -> None:
        if isinstance(event, Input.Changed) and event.input.id in ("python", "add_index"):
            self._note(event.input.id, None)
        if self.is_mounted:
            self._read()

    @on(Select.Changed, "#pythons")
    def _picked(self, event: Select.Changed) -> None:
        if isinstance(event.value, str):
            self.query_one("#python", Input).value = event.value

    # ---- the end

    @on(Input.Submitted, "#add_index")
    def _add_index(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            self._apply()
            return
        indexes = self.query_one(IndexList)
        try:
            index = added_index(indexes.indexes, event.value)
        except ResolvetuiError as error:
            self._note("add_index", error)
            return
        event.input.value = ""
        indexes.add(index)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.input.id != "add_index":
            self._apply()

    @on(Choice.Applied)
    @on(IndexList.Chosen)
    def _entered(self) -> None:
        self._apply()

    @on(Button.Pressed)
    def _answered(self, event: Button.Pressed) -> None:
        if event.button.id == "yes":
            self._apply()
        elif event.button.id == "copy":
            self.app.copy_to_clipboard(self._command)
            self.notify("the command is copied", markup=False, timeout=4)
        else:
            self.answer(None)

    def _apply(self) -> None:
        """Answer, unless something cannot be used: then go there."""
        errors = self._read()
        waiting = self.query_one("#add_index", Input)
        if waiting.value.strip():
            waiting.focus()  # typed, and not added yet
            self._add_index(Input.Submitted(waiting, waiting.value))
            if waiting.value:
                return
            errors = self._read()
        if not errors:
            try:
                check_python(self._found.target.python)
            except ResolvetuiError as error:
                errors = {"python": error}
                self._note("python", error)
        first = next((field for field in _FIELDS if field in errors), None)
        if first is not None:
            self.query_one(f"#{'indexes-list' if first == 'indexes' else first}").focus()
            return
        self.answer(self._found)


_FIELDS = (
    "python",
    "python_version",
    "python_platform",
    "indexes",
    "exclude_newer",
    "only_binary",
    "no_binary",
)
_READ = _FIELDS[1:]
"""Fields that are checked while they are typed."""


def _field(field: str, title: str, widget: Widget) -> Iterable[Widget]:
    label = Static(paragraphs([((title, "muted"),)]), classes="field-label")
    yield Vertical(
        Horizontal(label, widget, classes="field-line"),
        Static(id=f"note-{field}", classes="field-note"),
        classes="field",
    )


def _input(field: str, value: str, hint: str) -> Input:
    shown = safe(value, 10_000)  # what a file says may hold anything; it is refused as it is shown
    return Input(shown, id=field, compact=True, placeholder=hint, select_on_focus=False)


def _of(text: str) -> str:
    return f": {safe(text, 60)}" if text else ""


def _lines(error: ResolvetuiError) -> list[Spans]:
    """What is wrong, why, and the way out."""
    lines: list[Spans] = [(("✗ ", "bad"), (safe(error.what, 400), "text"))]
    if error.why:
        lines.append(((safe(error.why, 400), "muted"),))
    if error.what_to_do:
        lines.append(((safe(error.what_to_do, 400), "accent"),))
    return lines
