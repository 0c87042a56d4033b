"""Every key of the one table does what the table says: a key without a case here fails.

Each case brings the app to where the key acts, presses it for real, and looks at what changed.
That a key which can do nothing says why is tried below, in the states where it cannot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest
from textual.command import DiscoveryHit
from textual.pilot import Pilot
from textual.widgets import Input

from resolvetui.session import protocol
from resolvetui.tui.app import ResolvetuiApp
from resolvetui.tui.commands import Commands
from resolvetui.tui.keys import TABLE, Key, first_key
from resolvetui.tui.message_log import MessageLog
from resolvetui.tui.screen import MainScreen
from resolvetui.tui.views.candidates import Candidates
from resolvetui.tui.views.trace import TraceView
from resolvetui.tui.views.whatif import WhatIfView
from resolvetui.tui.widgets.choice import Choice
from resolvetui.tui.widgets.grid import CellGrid
from resolvetui.tui.widgets.head import Requirements
from resolvetui.tui.widgets.index_list import IndexList
from resolvetui.tui.widgets.stree import STree
from tests.tui import attempts, world
from tests.tui.fake import FakeBackend, conflict_app, main, make_app
from tests.tui.test_guide import guided, line, ready
from tests.tui.test_targets import HOME

Part: TypeAlias = Callable[[MainScreen], Any]
"""Something on the screen, or of the state behind it."""
SIZE = (120, 40)


@dataclass(frozen=True)
class Case:
    """What one key is to change."""

    before: tuple[str, ...]
    """Keys that lead to where it acts; `@ID` focuses a widget."""
    part: Part
    after: Any
    """Its value afterwards; or a function of the values before and after."""
    app: Callable[[], ResolvetuiApp] = make_app
    first: Callable[[MainScreen], None] = lambda _screen: None
    """Done before any key."""


# ---- parts


def view(screen: MainScreen) -> str:
    return str(screen.view.id)


def top(screen: MainScreen) -> str:
    return type(screen.app.screen).__name__


def resolves(screen: MainScreen) -> list[Any]:
    return backend(screen).of(protocol.Resolve)


def backend(screen: MainScreen) -> FakeBackend:
    found = screen.bridge._backend
    assert isinstance(found, FakeBackend)
    return found


def asked(screen: MainScreen) -> list[str]:
    return [root.requirement.text for root in resolves(screen)[-1].query.requirements]


def copied(screen: MainScreen) -> str:
    return screen.app.clipboard


def shape(screen: MainScreen) -> Any:
    return screen.explore.detail.look.shape


def tab(screen: MainScreen) -> str:
    return screen.explore.detail.look.tab


def step(screen: MainScreen) -> int:
    return screen.query_one(TraceView).table.cursor


def rows(screen: MainScreen) -> int:
    return len(screen.query_one(Candidates).source)


def cell(screen: MainScreen) -> tuple[int, int]:
    return screen.query_one(CellGrid).cursor


def switched_on(screen: MainScreen) -> int:
    return -len(screen.state.matrix.off)


def current(screen: MainScreen) -> int:
    return screen.bridge.attempts.tree.current


def order(screen: MainScreen) -> list[str]:
    return [str(each.name) for each in screen.app.screen.query_one(IndexList).indexes]


def chosen(screen: MainScreen) -> str:
    return screen.app.screen.query_one("#resolution", Choice).value


def chip(screen: MainScreen) -> int:
    marked = [part.ground for part in screen.query_one(Requirements).left(80) if part.action]
    return marked.index("active")


def forms(screen: MainScreen) -> list[str]:
    tree = screen.query_one("#tree", STree)
    return ["".join(text for text, _ in node.spans) for node in tree.nodes()]


def typing(screen: MainScreen) -> bool:
    return isinstance(screen.focused, Input)


def in_steps(screen: MainScreen) -> Any:
    return screen.query_one("#steps", STree).cursor


def ended(screen: MainScreen) -> bool:
    return not screen.app.is_running or screen.app._exit


# ---- worlds


def tried() -> ResolvetuiApp:
    """Seven attempts, of which the sixth counts."""
    return make_app(FakeBackend(Resolve=attempts.answer))


def without_3_14() -> ResolvetuiApp:
    """What has a solution for each Python but 3.14."""

    def resolve(request: Any) -> list[protocol.Message]:
        is_new = request.query.target.python_version == "3.14"
        return world.unsolved(request.id) if is_new else world.solved(request.id)

    return make_app(FakeBackend(Resolve=resolve))


def some_attempts(screen: MainScreen) -> None:
    attempts.try_some(screen.bridge)


def grown(before: Any, after: Any) -> bool:
    return bool(after > before)


def shrunk(before: Any, after: Any) -> bool:
    return bool(after < before)


def other(before: Any, after: Any) -> bool:
    return bool(after != before)


def one_more(before: list[Any], after: list[Any]) -> bool:
    return len(after) == len(before) + 1


CHANGED = ("tab", "down", "down", "p")
"""Another version is pinned."""

CASES: dict[tuple[str, str], Case] = {
    ("everywhere", "view('explore')"): Case(("2",), view, "explore"),
    ("everywhere", "view('conflict')"): Case((), view, "conflict"),
    ("everywhere", "view('whatif')"): Case((), view, "whatif"),
    ("everywhere", "view('plan')"): Case((), view, "plan"),
    ("everywhere", "view('targets')"): Case((), view, "targets"),
    ("everywhere", "view('trace')"): Case((), view, "trace"),
    ("everywhere", "add_requirement"): Case((), top, "RequirementDialog"),
    ("everywhere", "resolve_again"): Case((), resolves, one_more),
    ("everywhere", "target"): Case((), top, "TargetDialog"),
    ("everywhere", "resolve_without_cache"): Case(
        (), lambda s: resolves(s)[-1].runtime.no_cache, True
    ),
    ("everywhere", "undo"): Case(CHANGED, current, 1),
    ("everywhere", "redo"): Case((*CHANGED, "u"), current, 2),
    ("everywhere", "why"): Case((), tab, "Why"),
    ("everywhere", "install"): Case((), top, "ConfirmDialog"),
    ("everywhere", "save_session"): Case((), top, "SaveDialog"),
    ("everywhere", "open_session"): Case((), top, "OpenDialog"),
    ("everywhere", "copy"): Case((), copied, lambda _, text: "torch" in text),
    ("everywhere", "indexes"): Case((), top, "IndexesDialog"),
    ("everywhere", "shared"): Case((), top, "SharedDialog"),
    ("everywhere", "messages"): Case((), top, "ListDialog"),
    ("everywhere", "find_next(1)"): Case(
        ("slash", *"torch", "enter"), in_steps, grown, conflict_app
    ),
    ("everywhere", "find_next(-1)"): Case(
        ("slash", *"torch", "enter", "n", "n"), in_steps, shrunk, conflict_app
    ),
    ("everywhere", "jump"): Case((), top, "JumpScreen"),
    ("everywhere", "guide_on"): Case((), top, "ChoiceDialog", guided),
    ("everywhere", "guide_over"): Case((), line, other, ready),
    ("everywhere", "guide_leave"): Case((), line, "", ready),
    ("everywhere", "toggle_maximized"): Case((), lambda s: s.maximized is not None, True),
    ("everywhere", "leave"): Case(("f",), lambda s: s.maximized is not None, False),
    ("everywhere", "help"): Case((), top, "HelpDialog"),
    ("everywhere", "quit_app"): Case((), ended, True),
    ("list", "cursor_up"): Case(("6", "end"), step, shrunk),
    ("list", "cursor_down"): Case(("6",), step, 1),
    ("list", "page_up"): Case(("6", "end"), step, lambda old, new: new < old - 3),
    ("list", "page_down"): Case(("6",), step, lambda _, new: new > 3),
    ("list", "first"): Case(("6", "end"), step, 0),
    ("list", "last"): Case(("6",), step, lambda _, new: new > 20),
    ("list", "choose"): Case(("tab", "right", "down"), top, "TextDialog"),
    ("list", "unfold"): Case(("tab",), rows, grown),
    ("list", "fold"): Case(("tab", "right"), rows, shrunk),
    ("list", "toggle_row"): Case(("tab",), rows, grown),
    ("tree", "toggle_all"): Case((), lambda s: len(s.query_one("#tree", STree).source), shrunk),
    ("requirements", "previous"): Case(("@Requirements", "right"), chip, 0),
    ("requirements", "next"): Case(("@Requirements",), chip, 1),
    ("requirements", "edit"): Case(("@Requirements",), top, "RequirementDialog"),
    ("requirements", "remove"): Case(("@Requirements",), asked, ["torchvision", "torchaudio"]),
    ("requirements", "switch"): Case(("@Requirements",), asked, ["torchvision", "torchaudio"]),
    ("explore", "tab(-1)"): Case((), tab, "Files"),
    ("explore", "tab(1)"): Case((), tab, "Tags"),
    ("explore", "filter"): Case((), typing, True),
    ("explore", "mark"): Case((), lambda s: shape(s).mark, other),
    ("explore", "sort"): Case((), lambda s: shape(s).sort, other),
    ("explore", "screen.write('solution')"): Case((), top, "SaveDialog"),
    ("explore", "form"): Case((), forms, other),
    ("conflict", "screen.find"): Case((), typing, True, conflict_app),
    ("conflict", "screen.write('conflict')"): Case((), top, "SaveDialog", conflict_app),
    ("plan", "screen.find"): Case(("4",), typing, True),
    ("plan", "screen.write('plan')"): Case(("4",), top, "SaveDialog"),
    ("plan", "stop"): Case(("4", "i", "tab", "enter"), top, "ConfirmDialog"),
    ("plan", "roll_back"): Case(("4",), top, "ConfirmDialog"),
    ("candidates", "pin"): Case(
        ("tab", "down", "down"), asked, lambda _, new: any("==" in each for each in new)
    ),
    ("candidates", "exclude"): Case(
        ("tab", "down"), asked, lambda _, new: any("!=" in each for each in new)
    ),
    ("grid", "cursor_up"): Case(("5",), cell, (HOME[0] - 1, HOME[1])),
    ("grid", "cursor_down"): Case(("5",), cell, (HOME[0] + 1, HOME[1])),
    ("grid", "cursor_left"): Case(("5", "right"), cell, HOME),
    ("grid", "cursor_right"): Case(("5",), cell, (HOME[0], HOME[1] + 1)),
    ("grid", "first"): Case(("5", "end"), cell, (HOME[0], 0)),
    ("grid", "last"): Case(("5",), lambda s: cell(s)[1], lambda _, new: new > 3),
    ("grid", "choose"): Case(
        ("5", "up", "right"), lambda s: resolves(s)[-1].query.target.python_version, other
    ),
    ("grid", "toggle_cell"): Case(("5", "up"), switched_on, other),
    ("targets", "mark"): Case(("5",), switched_on, other),
    ("targets", "conflict"): Case(("5", "r", "down", "down"), view, "conflict", without_3_14),
    ("choice", "previous"): Case(("t", "@#resolution", "right"), chosen, "highest"),
    ("choice", "next"): Case(("t", "@#resolution"), chosen, "lowest"),
    ("choice", "apply"): Case(("t", "@#resolution", "right"), resolves, one_more),
    ("indexes", "raise"): Case(("t", "@IndexList", "down"), order, ["mirror", "pytorch-cpu"]),
    ("indexes", "lower"): Case(("t", "@IndexList"), order, ["mirror", "pytorch-cpu"]),
    ("indexes", "remove"): Case(("t", "@IndexList"), order, ["mirror"]),
    ("trace", "step(1)"): Case(("6",), step, 1),
    ("trace", "step(-1)"): Case(("6", "down", "down"), step, 1),
    ("trace", "conflict(1)"): Case(("6",), step, lambda _, new: new > 1),
    ("trace", "conflict(-1)"): Case(("6", "end"), step, shrunk),
    ("trace", "filter"): Case(("6",), typing, True),
    ("trace", "save"): Case(("6",), top, "SaveDialog"),
    ("whatif", "compare"): Case(
        ("3",), lambda s: s.bridge.attempts.tree.base, other, tried, some_attempts
    ),
    ("whatif", "form"): Case(
        ("3",), lambda s: s.query_one(WhatIfView).shows_all, other, tried, some_attempts
    ),
    ("whatif", "drop"): Case(
        ("3",), lambda s: len(s.bridge.attempts.tree.nodes), shrunk, tried, some_attempts
    ),
    ("whatif", "screen.find"): Case(("3",), typing, True, tried, some_attempts),
    ("whatif", "screen.write('attempts')"): Case(("3",), top, "SaveDialog", tried, some_attempts),
}


def label(value: object) -> str:
    return f"{value.where} {value.action}" if isinstance(value, Key) else str(value)


@pytest.mark.parametrize(
    ("key", "name"), [(key, name) for key in TABLE for name in key.keys.split(",")], ids=label
)
def test_each_key_does_what_the_table_says(key: Key, name: str) -> None:
    async def press(screen: MainScreen) -> None:
        await Pilot(screen.app).press(name)

    asyncio.run(played(key, press))


@pytest.mark.parametrize("key", [key for key in TABLE if key.command], ids=label)
def test_each_command_of_the_palette_does_it_too(key: Key) -> None:
    async def choose(screen: MainScreen) -> None:
        hits = [hit async for hit in Commands(screen).discover()]
        (found,) = [hit for hit in hits if isinstance(hit, DiscoveryHit) and hit.text == key.help]
        await found.command()

    asyncio.run(played(key, choose))


async def played(key: Key, start: Callable[[MainScreen], Awaitable[None]]) -> None:
    """What a case says came to be."""
    case = CASES[key.where, key.action]
    app = case.app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        screen = main(app)
        case.first(screen)
        for each in case.before:
            if each.startswith("@"):
                app.screen.query_one(each[1:]).focus()
            else:
                await pilot.press(each)
            await pilot.pause()
        old = case.part(screen)
        await start(screen)
        await app.workers.wait_for_complete()
        await pilot.pause()
        new = case.part(screen)
        right = case.after(old, new) if callable(case.after) else new == case.after
        assert right, (old, new)
        assert callable(case.after) or old != new, "it was so before"


PLACES = {"explore": "1", "candidates": "1", "conflict": "2", "whatif": "3", "plan": "4"}
PLACES |= {"targets": "5", "trace": "6"}
MOVES = {"leave", "toggle_maximized"}
"""Where there is nowhere to go, or nothing to see at all, that is seen."""
SPOKEN = [key for key in TABLE if key.where in {"everywhere", *PLACES} and key.action not in MOVES]


def idle() -> ResolvetuiApp:
    """Without any requirement."""
    return make_app(query=world.query())


def failed() -> ResolvetuiApp:
    """Where the index does not answer."""
    return make_app(FakeBackend(Resolve=lambda request: attempts.failing(request.id)))


def messages_of(screen: MainScreen) -> MessageLog:
    app = screen.app
    assert isinstance(app, ResolvetuiApp)
    return app.messages


def impression(screen: MainScreen) -> tuple[object, ...]:
    """What a user could see change."""
    focused = screen.app.screen.focused
    messages = len(messages_of(screen))
    seen = (top(screen), view(screen), focused and focused.id, tab(screen), shape(screen))
    return *seen, forms(screen), messages, len(backend(screen).sent), ended(screen), copied(screen)


@pytest.mark.parametrize("app", [idle, failed])
@pytest.mark.parametrize("key", SPOKEN, ids=label)
def test_a_key_that_can_do_nothing_says_so(key: Key, app: Callable[[], ResolvetuiApp]) -> None:
    async def play() -> None:
        played = app()
        async with played.run_test(size=SIZE) as pilot:
            await pilot.pause()
            screen = main(played)
            if key.where in PLACES:
                await pilot.press(PLACES[key.where])
            if key.where == "candidates":
                screen.query_one(Candidates).focus()
            await pilot.pause()
            shows_that = key.action == f"view('{view(screen)}')"
            old = impression(screen)
            await pilot.press(first_key(key))
            await pilot.pause()
            assert shows_that or impression(screen) != old

    asyncio.run(play())


def test_no_case_is_of_a_key_that_is_gone() -> None:
    assert CASES.keys() == {(key.where, key.action) for key in TABLE}
