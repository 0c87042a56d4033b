"""Wide screens: Why beside the candidates, candidates below a conflict, all about a plan's row."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import Static

from resolvetui.session import protocol
from resolvetui.tui.screen import MainScreen
from resolvetui.tui.views.evidence import EvidencePane
from resolvetui.tui.widgets.stree import STree
from resolvetui.tui.widgets.vtable import VTable
from tests.tui.fake import FakeBackend, conflict_app, make_app
from tests.tui.test_app import WIDE, play, press, view

LARGE = (200, 50)


def test_why_is_a_third_pane_that_follows_the_tree() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        tree = screen.query_one("#why-tree", STree)
        assert len(tree.source) > 10
        await press(pilot, "j")
        assert [each.package for each in backend.of(protocol.AskWhy)] == ["torch", "filelock"]
        await press(pilot, "k", "w")
        assert tree.has_focus
        assert screen.explore.detail.look.tab == "Candidates"
        assert len(backend.of(protocol.AskWhy)) == 2
        await press(pilot, "escape")
        assert screen.query_one("#tree").has_focus

    play(steps, make_app(backend), size=LARGE)


def test_why_is_a_tab_where_there_is_less_room_and_nothing_is_asked_before() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        assert not backend.of(protocol.AskWhy)
        await press(pilot, "w")
        assert screen.explore.detail.look.tab == "Why"
        await pilot.resize_terminal(*LARGE)
        await pilot.pause()
        assert len(screen.query_one("#why-tree", STree).source) > 10

    play(steps, make_app(backend), size=WIDE)


def test_below_a_conflict_are_the_candidates_of_what_the_cursor_is_on() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        pane = screen.query_one(EvidencePane)
        assert pane.package == "torch"
        await press(pilot, "j")
        assert pane.package == "torchaudio"
        await press(pilot, "G")
        assert pane.package == "torch"
        assert len(screen.query_one("#evidence-table", VTable).source) == 29
        await press(pilot, "tab", "enter")
        assert view(screen) == "explore"
        assert screen.explore.detail.look.package == "torch"
        await press(pilot, "2", "tab", "escape")
        assert screen.query_one("#steps").has_focus

    play(steps, conflict_app(), size=LARGE)


def test_beside_the_plan_is_all_about_the_package_under_the_cursor() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        text = screen.query_one("#plan-about-text", Static)
        await press(pilot, "4", "slash", *"numpy", "enter")
        for said in ("1.26.4 → 1.26.3", "will be downgraded", "torchvision 0.18.0+cpu", "sha256"):
            assert said in str(text.visual)
        await press(pilot, "G")
        assert "will be removed" in str(text.visual)
        await press(pilot, "slash", *"torchvision", "enter")
        assert "you asked for it" in str(text.visual)
        assert "pillow!=8.3.*,>=5.3.0  10.2.0" in str(text.visual)

    play(steps, make_app(), size=LARGE)
