"""Everything that can be clicked: views, chips, tabs, rows, the foot line, buttons, the wheel."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Button

from resolvetui.session import protocol
from resolvetui.tui.dialogs.confirm import ConfirmDialog
from resolvetui.tui.dialogs.help import HelpDialog
from resolvetui.tui.screen import MainScreen
from resolvetui.tui.spans import plain
from resolvetui.tui.views.candidates import Candidates
from resolvetui.tui.views.detail_lines import FilterLine, TabLine
from resolvetui.tui.widgets.head import Requirements, TopLine
from resolvetui.tui.widgets.line import SpanLine
from resolvetui.tui.widgets.status import KeyLine
from tests.tui.fake import FakeBackend, make_app
from tests.tui.test_app import NARROW, WIDE, play, top, view


async def click(pilot: Pilot[int], line: SpanLine, text: str) -> None:
    """Click the part of a line that says this."""
    at = next(x for x, part in line.placed() if text in plain(part.spans))
    await pilot.click(line, offset=(at + 1, 0))
    await pilot.pause()


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_the_top_line_opens_the_views(size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        for name in ("Plan", "Conflict", "Explore"):
            await click(pilot, screen.query_one(TopLine), name)
            assert view(screen) == name.lower()

    play(steps, size=size)


def test_a_chip_gets_the_focus() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await click(pilot, screen.query_one(Requirements), "torchvision")
        assert isinstance(screen.focused, Requirements)
        assert screen.focused._at == 1

    play(steps)


def test_a_click_moves_the_cursor_and_one_more_opens_the_row() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        table = screen.query_one(Candidates)
        before = len(table.source)
        await pilot.click(table, offset=(5, 4))
        await pilot.pause()
        assert table.cursor == 3
        assert len(table.source) == before
        await pilot.click(table, offset=(5, 4))
        await pilot.pause()
        assert len(table.source) > before
        await pilot.click("#tree", offset=(8, 1))
        await pilot.pause()
        assert screen.explore.detail.look.package == "filelock"

    play(steps)


def test_tabs_and_the_filter_are_clicked() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await click(pilot, screen.query_one(TabLine), "Files")
        assert screen.explore.detail.look.tab == "Files"
        await click(pilot, screen.query_one(FilterLine), "filter")
        assert screen.focused is screen.query_one("#filter")

    play(steps)


def test_the_foot_line_is_as_good_as_its_keys() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await click(pilot, screen.query_one(KeyLine), "Help")
        assert isinstance(top(screen), HelpDialog)

    play(steps)


@pytest.mark.parametrize(("button", "installs"), [("#no", 0), ("#yes", 1)])
def test_buttons_of_a_dialog_answer(button: str, installs: int) -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await click(pilot, screen.query_one(KeyLine), "Install")
        assert isinstance(top(screen), ConfirmDialog)
        await pilot.click(top(screen).query_one(button, Button))
        await pilot.pause()
        assert top(screen) is screen
        assert len(backend.of(protocol.Install)) == installs

    play(steps, make_app(backend))
