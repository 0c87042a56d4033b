"""`--explain`: the answer in a few lines below the prompt, where it stays when the app has gone.

The same worker, state and trees as in the app, without its frame. Not on Windows, where Textual
has no such mode.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.filter import LineFilter

from resolvetui.model.query import Query
from resolvetui.session.runtime import Runtime
from resolvetui.tui import signs, themes, words
from resolvetui.tui.backend import Backend, WorkerBackend
from resolvetui.tui.bridge import Bridge
from resolvetui.tui.endings import end_on_signals
from resolvetui.tui.plain_terminal import AsciiFilter, is_plain_terminal
from resolvetui.tui.spans import Spans
from resolvetui.tui.state import Phase, SessionState
from resolvetui.tui.views import fixes, solution, story
from resolvetui.tui.views.problem import problem_nodes
from resolvetui.tui.widgets.head import verdict
from resolvetui.tui.widgets.line import Part, SpanLine
from resolvetui.tui.widgets.stree import Node, STree
from resolvetui.tui.widgets.vtable import RowSource, VTable

MOST_LINES = 20
"""Of the terminal, the two lines around the tree included."""
TICK_S = 0.1
_EXIT_CODES = {Phase.SOLVED: 0, Phase.UNSATISFIABLE: 1}


class HeadLine(SpanLine):
    """What was asked for, and how it ends."""

    DEFAULT_CSS = "HeadLine { background: $panel; }"

    def __init__(self) -> None:
        super().__init__()
        self._left: Spans = ()
        self._right: Spans = ()

    def show(self, state: SessionState, spinner: str) -> None:
        """Another state."""
        asked = " ".join(state.shown.requirements)
        self._left = ((" resolvetui ", "title"), (asked, "strong"))
        running: Spans = ((f"{spinner} ", "accent"),) if state.busy else ()
        self._right = (*running, *verdict(state)[0], (" ", "text"))
        self.refresh()

    def left(self, cells: int) -> list[Part]:  # noqa: ARG002 - cut by the line
        """The requirements."""
        return [Part(self._left)]

    def right(self, cells: int) -> list[Part]:  # noqa: ARG002
        """The verdict."""
        return [Part(self._right)]


class FootLine(SpanLine):
    """The keys."""

    DEFAULT_CSS = "FootLine { background: $panel; }"

    def left(self, cells: int) -> list[Part]:  # noqa: ARG002
        """Those that do something here."""
        keys = (("↑↓", "move"), ("←→", "fold"), ("y", "copy"), ("q", "leave"))
        return [Part(((f" {key}", "key"), (f" {word} ", "muted"))) for key, word in keys]


class AnswerTree(STree):
    """As high as what is open in it, up to the most."""

    def set_rows(self, source: RowSource, *, notice: tuple[Spans, ...] = ()) -> None:
        """Other rows, as when a node is opened."""
        most = min(MOST_LINES, shutil.get_terminal_size().lines - 1) - 2
        self.styles.height = max(min(len(source), most), 1)
        super().set_rows(source, notice=notice)


class ExplainApp(App[int]):
    """A head line, a tree, a foot line. Its exit code is that of the command."""

    ENABLE_COMMAND_PALETTE = False
    CSS = f"""
    Screen {{ background: $background; }}
    Screen:inline {{ height: auto; max-height: {MOST_LINES}; border: none; }}
    VTable {{ background: $surface; scrollbar-background: $surface; scrollbar-color: $frame; scrollbar-size-vertical: 1; }}
    """  # noqa: E501 - a line of CSS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,ctrl+c", "leave", "Leave", show=False),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(
        self, backend: Backend, query: Query, runtime: Runtime, *, ascii_only: bool, theme: str
    ) -> None:
        super().__init__()
        self._filter = AsciiFilter(enabled=ascii_only)
        self.bridge = Bridge(backend, query, runtime, self._changed)
        self._frame = 0
        self._dirty = True
        self._shown: tuple[object, ...] = ()
        for ours in themes.THEMES:
            self.register_theme(ours)
        self.theme = theme if theme in self.available_themes else themes.DARK.name

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and ours for `--ascii`."""
        filters = super().get_line_filters()
        return [*filters, self._filter] if self._filter.enabled else filters

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our variables for themes that lack them."""
        return themes.defaults(self.current_theme)

    def compose(self) -> ComposeResult:
        """The three parts."""
        yield HeadLine()
        yield AnswerTree(id="answer", wraps=True)
        yield FootLine()

    def on_mount(self) -> None:
        """Ask at once."""
        end_on_signals(self)
        self.query_one(STree).focus()
        self.set_interval(TICK_S, self._tick)
        self.bridge.resolve()
        self._paint()

    def _changed(self, *, now: bool) -> None:
        self._dirty = True
        if now and self.is_running:
            self.call_later(self._paint)

    def _tick(self) -> None:
        state = self.bridge.state
        if state.busy or state.fixing:
            self._frame += 1
            self._dirty = True
        self._paint()

    def _paint(self) -> None:
        if not self._dirty or not self.screen.is_mounted:
            return
        self._dirty = False
        self.bridge.want_fixes()
        state = self.bridge.state
        spinner = signs.SPINNER[self._frame % len(signs.SPINNER)]
        self.query_one(HeadLine).show(state, spinner)
        turning = spinner if state.fixing else ""
        shown = (state.phase, state.explanation, state.failure, state.resolution, turning)
        if shown != self._shown:
            self._shown = shown
            tree = self.query_one(AnswerTree)
            tree.set_nodes(answer(state, spinner), notice=((("resolving …", "muted"),),))

    @on(VTable.Chosen)
    def _chosen(self) -> None:
        self.query_one(STree).action_toggle_row()

    def action_copy(self) -> None:
        """The report, or the solution as requirements."""
        state = self.bridge.state
        if state.explanation is not None:
            self.copy_to_clipboard(story.report(state.explanation))
        elif state.resolution is not None:
            pins = state.resolution.pins
            self.copy_to_clipboard("\n".join(f"{pin.name}=={pin.version}" for pin in pins))

    def action_leave(self) -> None:
        """The exit code says how it ended."""
        phase = self.bridge.state.phase
        self.exit(return_code=130 if phase is Phase.RESOLVING else _EXIT_CODES.get(phase, 2))

    async def on_unmount(self) -> None:
        """No worker outlives the app."""
        await self.bridge.close()


def answer(state: SessionState, spinner: str) -> list[Node]:
    """The conflict and the ways out of it, or the solution in short, or what went wrong."""
    if state.failure is not None:
        return problem_nodes(state.failure)
    if state.explanation is not None:
        ways = fixes.fix_nodes(state.explanation.hints, state.trying, spinner)
        label: Spans = (("Ways out", "title"),)
        told, *candidates = story.story_nodes(state.explanation)
        # In so few lines what helps must not stand below dozens of versions.
        return [told, Node("ways", label, children=ways), *candidates]
    if state.resolution is not None:
        return _solution(state)
    return []


def _solution(state: SessionState) -> list[Node]:
    """What was asked for with its version; what that brings, folded."""
    nodes = solution.nodes(state, "tree")
    for root in nodes:
        below = sum(1 for node in root.walk()) - 1
        root.open = False
        if below:
            note = f"  and {words.count(below, 'package')} below"
            root.spans = (*root.spans, (note, "muted"))
    return nodes


def explain(
    query: Query,
    runtime: Runtime,
    *,
    backend: Backend | None = None,
    ascii_only: bool = False,
    no_color: bool = False,
    theme: str = "",
) -> int:
    """Show the answer below the prompt until the user leaves; the exit code of the command."""
    if no_color:
        os.environ["NO_COLOR"] = "1"
    app = ExplainApp(
        backend or WorkerBackend(),
        query,
        runtime,
        ascii_only=ascii_only or is_plain_terminal(),
        theme=theme,
    )
    app.run(inline=True, inline_no_clear=True, mouse=False)
    return app.return_code or 0
