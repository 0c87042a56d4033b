"""What each key does in What-if, and what goes back and forth in the tree of attempts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from resolvetui.session import protocol
from resolvetui.tui.attempt_report import attempts_text
from resolvetui.tui.attempt_tree import AttemptTree
from resolvetui.tui.screen import MainScreen
from resolvetui.tui.views.explore import ExploreView
from resolvetui.tui.views.whatif import WhatIfView
from resolvetui.tui.widgets.head import Requirements
from tests.tui import attempts
from tests.tui.fake import FakeBackend, main, make_app

Steps = Callable[[Pilot[int], MainScreen], Awaitable[None]]


def backend(**answers: Any) -> FakeBackend:
    return FakeBackend(Resolve=attempts.answer, **answers)


def play(steps: Steps, over: FakeBackend | None = None, *, tried: bool = True) -> None:
    """`tried`: begin with seven attempts, of which the sixth counts, in What-if."""

    async def run() -> None:
        app = make_app(over or backend())
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            if tried:
                attempts.try_some(main(app).bridge)
                await press(pilot, "3")
            await steps(pilot, main(app))

    asyncio.run(run())


async def press(pilot: Pilot[int], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


def tree(screen: MainScreen) -> AttemptTree:
    return screen.bridge.attempts.tree


def view(screen: MainScreen) -> WhatIfView:
    return screen.query_one(WhatIfView)


def said(screen: MainScreen) -> str:
    return [note.message for note in screen.app._notifications][-1]


def texts(screen: MainScreen) -> list[str]:
    return [root.requirement.text for root in screen.bridge.query.requirements]


def test_the_cursor_is_on_the_attempt_that_counts() -> None:
    async def steps(_pilot: Pilot[int], screen: MainScreen) -> None:
        assert view(screen).number == tree(screen).current == 6
        assert len(tree(screen).nodes) == 7

    play(steps)


def test_enter_makes_an_attempt_count() -> None:
    over = backend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "G", "enter")
        assert tree(screen).current == 1
        assert "now #1" in said(screen)
        sent = over.of(protocol.Resolve)[-1]
        assert sent.kept, "the answer that the worker has will do"
        await press(pilot, "enter")
        assert "counts already" in said(screen)

    play(steps, over)


def test_left_and_right_walk_along_the_branch() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "h")
        assert view(screen).number == 1
        await press(pilot, "h")
        assert said(screen) == "This is the first attempt."
        await press(pilot, "l")
        assert view(screen).number == 6
        await press(pilot, "l")
        assert view(screen).number == 7
        await press(pilot, "l")
        assert said(screen) == "Nothing was changed here yet."
        assert tree(screen).current == 6, "nothing counts by being looked at"

    play(steps)


@pytest.mark.parametrize("key", ["d", "space"])
def test_all_are_compared_with_one_and_then_with_their_parents_again(key: str) -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, key)
        assert tree(screen).base == 6
        assert said(screen) == "compared with #6"
        await press(pilot, key)
        assert tree(screen).base == 0

    play(steps)


def test_m_lists_what_is_the_same_too() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        if view(screen).shows_all:  # there is room for it
            await press(pilot, "m")
        few = len(view(screen).differing.source)
        await press(pilot, "m")
        assert len(view(screen).differing.source) > few
        await press(pilot, "m")
        assert len(view(screen).differing.source) == few

    play(steps)


@pytest.mark.parametrize(("size", "all_"), [((80, 24), False), ((120, 40), True)])
def test_what_is_the_same_fills_a_large_screen(size: tuple[int, int], *, all_: bool) -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert view(screen).shows_all is all_

    play(steps)


@pytest.mark.parametrize("key", ["delete", "backspace"])
def test_a_dropped_branch_is_brought_back_by_undo(key: str) -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        before = tree(screen)
        await press(pilot, key)
        assert set(tree(screen).nodes) == {1, 2, 3, 4, 5}
        assert tree(screen).current == 1
        assert "dropped #6 and 1 that came of it; now #1" in said(screen)
        await press(pilot, "u")
        assert tree(screen).nodes.keys() == before.nodes.keys()
        assert tree(screen).current == 6
        assert said(screen) == "#6 is there again"

    play(steps)


def test_the_first_attempt_cannot_be_dropped() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "G", "delete")
        assert "stays" in said(screen)
        assert len(tree(screen).nodes) == 7

    play(steps)


def test_undo_and_redo_are_steps_in_the_tree() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "u")
        assert tree(screen).current == 1
        await press(pilot, "ctrl+r")
        assert tree(screen).current == 6
        await press(pilot, "ctrl+r")
        assert tree(screen).current == 7
        await press(pilot, "ctrl+r")
        assert said(screen) == "Nothing to redo."
        assert len(tree(screen).nodes) == 7, "nothing is lost"

    play(steps)


def test_a_change_after_undo_is_another_branch() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "enter", "p", "u")  # torch's candidates
        await press(pilot, "x")
        assert tree(screen).children(1) == (2, 3)
        await press(pilot, "3")
        assert view(screen).number == 3

    play(steps, tried=False)


def test_space_switches_a_requirement_off_and_on_again() -> None:
    over = backend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        screen.query_one(Requirements).focus()
        await press(pilot, "l", "space")
        assert texts(screen) == ["torch", "torchaudio"]
        assert screen.bridge.state.shown.chips[1] == ("torchvision", False)
        assert "off" in said(screen)
        assert tree(screen).now.change == "torchvision off"
        await press(pilot, "space")
        assert texts(screen) == ["torch", "torchvision", "torchaudio"]
        assert tree(screen).current == 1, "back is a step back, not another attempt"

    play(steps, over, tried=False)


def test_what_is_off_can_be_removed_and_edited() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        screen.query_one(Requirements).focus()
        await press(pilot, "l", "space", "e")
        screen.app.screen.query_one(Input).value = "rich"
        await press(pilot, "enter")
        assert texts(screen) == ["torch", "rich", "torchaudio"]
        await press(pilot, "u")
        await press(pilot, "delete")
        assert [text for text, _ in screen.bridge.state.shown.chips] == ["torch", "torchaudio"]

    play(steps, tried=False)


def test_from_the_packages_to_their_candidates_and_back() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "G", "k", "tab")  # the pinned torch against the first
        if not view(screen).differing.has_focus:
            await press(pilot, "tab")
        assert view(screen).package
        await press(pilot, "h")
        assert view(screen).attempts.has_focus
        view(screen).differing.focus()
        await pilot.pause()
        package = view(screen).package
        await press(pilot, "enter")
        assert screen.query_one(ExploreView).detail.look.package == package
        assert not view(screen).display

    play(steps)


def test_what_is_copied_is_the_difference() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "y")
        copied = screen.app.clipboard
        assert copied.startswith("#1 -> #6  torchvision off: ")
        assert "  - torchvision " in copied
        assert "=" in copied.splitlines()[-1]

    play(steps)


def test_all_attempts_are_written_to_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "o", "enter")
        expected.append(attempts_text(tree(screen)))

    expected: list[str] = []
    play(steps)
    (file,) = tmp_path.iterdir()
    assert [file.read_text()] == expected
    assert "* #6  torchvision off" in expected[0]


def test_an_attempt_that_is_left_while_it_runs_is_told_as_given_up() -> None:
    def slow(request: protocol.Resolve) -> list[protocol.Message]:
        return attempts.answer(request) if request.id == 1 else attempts.answer(request)[:2]

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "enter", "x", "u")
        answer = tree(screen).nodes[2].answer
        assert answer is not None
        assert answer.outcome == "cancelled"
        await press(pilot, "3")
        assert view(screen).number == 1

    play(steps, FakeBackend(Resolve=slow), tried=False)


def test_the_mouse_goes_where_the_keys_go() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        table = view(screen).attempts
        await pilot.click(table, offset=(4, len(table.source) - 1 + 1))
        await pilot.pause()
        assert view(screen).number == 1

    play(steps)


def test_one_attempt_alone_says_how_to_make_another() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "3", "d")
        assert "only one attempt" in said(screen)

    play(steps, tried=False)
