"""What each key does, over a backend that answers at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Button, ContentSwitcher, Input, Static

from resolvetui.model.explanation import Fact, Step
from resolvetui.model.names import PackageName
from resolvetui.model.query import Query
from resolvetui.model.requirement import Requirement
from resolvetui.model.resolution import Resolution
from resolvetui.model.why import Moved, NotNewer
from resolvetui.session import protocol
from resolvetui.tui.dialogs.confirm import ConfirmDialog
from resolvetui.tui.dialogs.environment import EnvironmentDialog
from resolvetui.tui.dialogs.help import HelpDialog
from resolvetui.tui.dialogs.text import TextDialog
from resolvetui.tui.keys import TABLE
from resolvetui.tui.screen import MainScreen
from resolvetui.tui.state import Phase
from resolvetui.tui.views import story
from resolvetui.tui.views.candidates import Candidates
from resolvetui.tui.views.conflict import ConflictView
from resolvetui.tui.views.plan import PlanView
from resolvetui.tui.views.trace import TraceView
from resolvetui.tui.widgets.choice import Choice
from resolvetui.tui.widgets.index_list import IndexList
from resolvetui.tui.widgets.stree import STree
from resolvetui.tui.widgets.vtable import VTable
from tests.tui import world
from tests.tui.fake import FakeBackend, conflict_app, main, make_app

WIDE, NARROW = (120, 40), (80, 24)


def play(
    steps: Callable[[Pilot[int], MainScreen], Awaitable[None]],
    app: Any = None,
    size: tuple[int, int] = WIDE,
) -> None:
    async def run() -> None:
        played = app or make_app()
        async with played.run_test(size=size) as pilot:
            await pilot.pause()
            await steps(pilot, main(played))

    asyncio.run(run())


async def press(pilot: Pilot[int], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    """Let the app work until something holds; an assertion error when it never does."""
    for _ in range(200):
        if holds():
            return
        await pilot.pause()
    raise AssertionError("it never came to hold")


def top(screen: MainScreen) -> Any:
    return screen.app.screen


def view(screen: MainScreen) -> str:
    return str(screen.view.id)


def last_query(backend: FakeBackend) -> list[str]:
    query: Query = backend.of(protocol.Resolve)[-1].query
    return [root.requirement.text for root in query.requirements]


def test_a_solution_opens_explore_with_its_first_package() -> None:
    async def steps(_pilot: Pilot[int], screen: MainScreen) -> None:
        assert view(screen) == "explore"
        assert screen.explore.detail.look.package == "torch"
        assert screen.query_one(Candidates).key_at_cursor == "2.3.0+cpu"

    play(steps)


def test_no_solution_opens_the_conflict_by_itself() -> None:
    async def steps(_pilot: Pilot[int], screen: MainScreen) -> None:
        assert view(screen) == "conflict"

    play(steps, conflict_app())


def test_each_package_is_expanded_once() -> None:
    async def steps(_pilot: Pilot[int], screen: MainScreen) -> None:
        texts = [
            "".join(t for t, _ in node.spans) for node in screen.query_one("#tree", STree).nodes()
        ]
        assert texts.count("● torch 2.3.0+cpu") == 1
        assert texts.count("↑ torch 2.3.0+cpu") == 2

    play(steps)


def test_enter_on_a_repeat_goes_to_where_the_package_is() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        tree = screen.query_one("#tree", STree)
        assert tree.reveal("torchaudio/torch")
        await press(pilot, "enter")
        assert tree.key_at_cursor == "torch"

    play(steps)


def test_the_detail_follows_the_cursor_of_the_tree() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "j")
        assert screen.explore.detail.look.package == "filelock"

    play(steps)


def test_a_version_opens_to_its_files_and_a_file_to_all_about_it() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "enter", "enter")
        assert [request.version for request in backend.of(protocol.ListFiles)] == ["2.3.0+cpu"]
        await press(pilot, "j", "enter")
        assert isinstance(screen.app.screen, TextDialog)
        await press(pilot, "escape", "h")
        assert top(screen) is screen

    play(steps, make_app(backend))


def test_narrow_screens_take_turns() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        sides = screen.query_one("#solution"), screen.query_one("#detail")
        assert [side.display for side in sides] == [True, False]
        await press(pilot, "enter")
        assert [side.display for side in sides] == [False, True]
        await press(pilot, "escape")
        assert [side.display for side in sides] == [True, False]

    play(steps, size=NARROW)


def test_filter_marks_and_order_change_the_rows() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        table = screen.query_one(Candidates)
        everything = len(table.source)
        await press(pilot, "slash", *"fits", "enter")
        assert len(table.source) == 3
        await press(pilot, "escape", "m")
        assert len(table.source) == 3
        await press(pilot, "m")
        assert len(table.source) == everything - 3
        await press(pilot, "escape", "s", "g")
        assert table.key_at_cursor == "1.11.0"

    play(steps)


def test_tabs_go_round_and_show_something() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "enter")
        for _ in range(5):
            await press(pilot, "right_square_bracket")
            shown = screen.explore.detail.query_one(ContentSwitcher).visible_content
            assert len(shown.source) > 0  # type: ignore[union-attr]
            assert shown.has_focus  # type: ignore[union-attr]
        assert screen.explore.detail.look.tab == "Candidates"

    play(steps)


@pytest.mark.parametrize(("key", "text"), [("p", "torch==2.3.0+cpu"), ("x", "torch!=2.3.0+cpu")])
def test_pin_and_exclude_ask_anew_and_undo_takes_it_back(key: str, text: str) -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], _screen: MainScreen) -> None:
        await press(pilot, "enter", key)
        assert last_query(backend) == ["torch", "torchvision", "torchaudio", text]
        await press(pilot, "u")
        assert last_query(backend) == ["torch", "torchvision", "torchaudio"]
        await press(pilot, "ctrl+r")
        assert last_query(backend)[-1] == text

    play(steps, make_app(backend))


def test_undo_without_a_change_says_so() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "u")
        assert [note.message for note in screen.app._notifications] == ["Nothing to undo."]

    play(steps)


def test_a_requirement_is_added_after_its_errors_are_gone() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "a", *"rich=", "enter")
        assert top(screen) is not screen
        await press(pilot, *"=13", "enter")
        assert last_query(backend)[-1] == "rich==13"
        await press(pilot, "a", *"numpy pandas", "enter")
        assert last_query(backend)[-2:] == ["numpy", "pandas"]

    play(steps, make_app(backend))


def test_chips_are_chosen_edited_and_removed() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        screen.query_one("Requirements").focus()
        await press(pilot, "right", "delete")
        assert last_query(backend) == ["torch", "torchaudio"]
        await press(pilot, "e", *"==2.3", "enter")
        assert (
            last_query(backend) == ["torch", "torchaudio==2.3"] or last_query(backend)[1] == "==2.3"
        )

    play(steps, make_app(backend))


def test_a_new_query_cancels_the_one_that_runs() -> None:
    backend = FakeBackend(Resolve=lambda _request: [])

    async def steps(pilot: Pilot[int], _screen: MainScreen) -> None:
        await press(pilot, "r")
        assert [type(request).__name__ for request in backend.sent] == [
            "Resolve",
            "Cancel",
            "Resolve",
        ]
        assert backend.of(protocol.Cancel)[0].id == backend.of(protocol.Resolve)[0].id

    play(steps, make_app(backend))


def test_without_cache_only_where_asked() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], _screen: MainScreen) -> None:
        await press(pilot, "r", "R")
        assert [request.runtime.no_cache for request in backend.of(protocol.Resolve)] == [
            False,
            False,
            True,
        ]

    play(steps, make_app(backend))


def test_enter_in_the_conflict_leads_to_the_candidates() -> None:
    backend = FakeBackend(Resolve=lambda request: world.unsolved(request.id))

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        tree = screen.query_one("#steps", STree)
        assert tree.reveal(("torch", "candidates"))
        await press(pilot, "enter")
        assert view(screen) == "explore"
        assert screen.explore.detail.look.package == "torch"
        assert backend.of(protocol.ListCandidates)[-1].package == "torch"
        assert len(screen.query_one(Candidates).source) > 5

    play(steps, make_app(backend, world.CONFLICT_QUERY))


def test_copying_a_way_out_and_the_whole_story() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "y")
        assert screen.app.clipboard.startswith("torchaudio==2.3.0+cu121 needs torch==2.3.0")
        screen.query_one("#hints", STree).focus()
        await press(pilot, "G", "y")
        assert screen.app.clipboard == "--index-strategy unsafe-best-match"

    play(steps, conflict_app())


def fixable() -> FakeBackend:
    """No solution as long as the constraint is there."""
    return FakeBackend(
        Resolve=lambda request: (
            world.unsolved(request.id) if request.query.constraints else world.solved(request.id)
        )
    )


def test_ways_out_are_tried_once_the_conflict_is_seen() -> None:
    backend = fixable()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        assert len(backend.of(protocol.FindFixes)) == 1
        await press(pilot, "1", "2")
        assert len(backend.of(protocol.FindFixes)) == 1
        rows = [node for node in screen.query_one("#hints", STree).nodes() if node.children]
        signs = ["".join(text for text, _ in node.spans)[0] for node in rows]
        assert signs == ["✓", "✓", "✗"]
        preview = str(screen.query_one("#preview", Static).content)
        assert "- constraint torch!=2.3.0+cu121  constraints.txt:4" in preview
        assert "torchaudio  2.2.2 → 2.3.0+cu121" in preview

    play(steps, make_app(backend, world.CONFLICT_QUERY))


def test_trying_a_fix_and_undoing_it_leads_back_to_the_same_conflict() -> None:
    backend = fixable()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        before = screen.state
        screen.query_one("#hints", STree).focus()
        await press(pilot, "enter")
        assert (screen.state.phase, view(screen)) == (Phase.SOLVED, "explore")
        assert screen.state.query.constraints == ()
        await press(pilot, "u")
        after = screen.state
        assert view(screen) == "conflict"
        assert (after.query, after.phase, after.explanation) == (
            before.query,
            before.phase,
            before.explanation,
        )

    play(steps, make_app(backend, world.CONFLICT_QUERY))


def test_the_cursor_stays_with_the_best_fix_until_somebody_moves_it() -> None:
    backend = FakeBackend(
        Resolve=lambda request: world.unsolved(request.id),
        FindFixes=lambda request: world.fixed(request.id)[:1],
    )

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        tree = screen.query_one("#hints", STree)
        (asked,) = backend.of(protocol.FindFixes)
        last = protocol.Fixes(asked.id, world.fixes()[::-1], "")
        backend.receive(last)
        screen.paint_if_new()
        await pilot.pause()
        assert tree.cursor == 0
        tree.focus()
        await press(pilot, "j")
        chosen = tree.key_at_cursor
        backend.receive(protocol.Fixes(asked.id, world.fixes()[1:], ""))
        screen.paint_if_new()
        await pilot.pause()
        assert tree.key_at_cursor == chosen

    play(steps, make_app(backend, world.CONFLICT_QUERY))


def test_a_new_query_ends_the_search_for_fixes() -> None:
    backend = FakeBackend(
        Resolve=lambda request: world.unsolved(request.id),
        FindFixes=lambda request: world.fixed(request.id)[:1],
    )

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        hints = screen.query_one("#hints", STree)
        assert any(node.key == "trying" for node in hints.nodes())
        (asked,) = backend.of(protocol.FindFixes)
        await press(pilot, "r")
        assert backend.of(protocol.Cancel)[-1].id == asked.id
        late = protocol.Fixes(asked.id, (), "")
        backend.receive(late)
        await pilot.pause()
        assert screen.state.explanation is not None
        assert screen.state.explanation.hints

    play(steps, make_app(backend, world.CONFLICT_QUERY))


def test_why_shows_the_path() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "j", "w")
        texts = lines(screen.query_one("#text", STree))
        assert any("torch 2.3.0+cpu requires filelock" in text for text in texts)

    play(steps)


def test_why_is_asked_once_and_only_where_it_is_looked_at() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        assert not backend.of(protocol.AskWhy)
        await press(pilot, "w", "escape", "w")
        assert [asked.package for asked in backend.of(protocol.AskWhy)] == ["torch"]
        texts = lines(screen.query_one("#text", STree))
        assert "2.3.1+cpu is held back by torchaudio's requirement torch==2.3.0" in texts
        assert "(1) You ask for torchaudio." in texts
        await press(pilot, "r")
        assert [asked.package for asked in backend.of(protocol.AskWhy)] == ["torch", "torch"]

    play(steps, make_app(backend))


def test_a_fuller_why_replaces_the_first_and_a_late_one_does_not() -> None:
    backend = FakeBackend(AskWhy=lambda _request: [])

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        tree = screen.query_one("#text", STree)
        await press(pilot, "w")
        await until(
            pilot, lambda: "asking the solver" in "".join(text for text, _ in tree._empty[0])
        )
        (asked,) = backend.of(protocol.AskWhy)
        full = world.why("torch")
        backend.receive(protocol.WhyTold(asked.id, replace(full, not_newer=())))
        await until(pilot, lambda: "Who asks for it" in lines(tree))
        assert "Why not newer" not in lines(tree)
        backend.receive(protocol.WhyTold(asked.id, full))
        await until(pilot, lambda: "Why not newer" in lines(tree))
        await press(pilot, "r")
        await until(pilot, lambda: bool(backend.of(protocol.Cancel)))
        assert backend.of(protocol.Cancel)[-1].id == asked.id
        backend.receive(protocol.WhyTold(asked.id, full))
        await pilot.pause()
        assert not screen.state.whys.known

    play(steps, make_app(backend))


def test_a_why_that_fails_says_so() -> None:
    backend = FakeBackend(
        AskWhy=lambda request: [
            protocol.Failed(request.id, "internal", "It broke.", "", "", None),
            protocol.Done(request.id),
        ]
    )

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "w")
        assert "It broke." in "".join(
            text for line in screen.query_one("#text", STree)._empty for text, _ in line
        )
        assert screen.state.phase is Phase.SOLVED

    play(steps, make_app(backend))


def test_all_changes_of_a_possible_version_can_be_opened() -> None:
    moved = tuple(Moved(PackageName(f"p{number}"), "2", "1") for number in range(4))
    newer = NotNewer("3.0", "possible", "3.0 would fit with p0 1 instead of 2 …", moved=moved)
    why = replace(world.why("torch"), not_newer=(newer,))
    backend = FakeBackend(AskWhy=lambda request: [protocol.WhyTold(request.id, why)])

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "w")
        assert "p3 1 instead of 2" in lines(screen.query_one("#text", STree))

    play(steps, make_app(backend))


def test_requires_says_which_value_made_a_marker_false() -> None:
    pins = world.resolution().pins
    mkl = Requirement(PackageName("mkl"), (), "<=2021.4.0", 'platform_system == "Windows"')
    changed = tuple(
        replace(pin, inapplicable=(mkl,)) if pin.name == "torch" else pin for pin in pins
    )

    def resolve(request: protocol.Resolve) -> list[protocol.Message]:
        return [
            protocol.Resolved(request.id, Resolution(changed), 0.1),
            protocol.Done(request.id),
        ]

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "enter", "right_square_bracket", "right_square_bracket")
        table = screen.query_one("#facts", VTable)
        row = table._source.row(len(table._source) - 1)
        told = "".join(text for cell in row.cells for text, _ in cell)
        assert told.endswith("""false: platform_system is 'Linux'; platform_system == "Windows\"""")

    play(steps, make_app(FakeBackend(Resolve=resolve)))


def lines(tree: STree) -> list[str]:
    return ["".join(text for text, _ in node.spans) for node in tree.nodes()]


def test_install_sends_nothing_before_it_was_confirmed() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "i")
        dialog = screen.app.screen
        assert isinstance(dialog, ConfirmDialog)
        assert dialog.query_one("#no", Button).has_focus
        await press(pilot, "enter")
        assert not backend.of(protocol.Install)
        await press(pilot, "i", "tab", "enter")
        assert len(backend.of(protocol.Install)) == 1

    play(steps, make_app(backend))


def test_an_install_shows_progress_can_be_stopped_and_keeps_quit_away() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "i", "tab", "enter")
        number = backend.of(protocol.Install)[0].id
        size = 100
        backend.receive(
            protocol.InstallProgress(number, PackageName("torch"), "downloading", 50, size)
        )
        screen.paint()
        await press(pilot, "q")
        assert screen.app.is_running
        await press(pilot, "escape", "tab", "enter")
        assert backend.of(protocol.Cancel)[-1].id == number
        backend.receive(
            protocol.Failed(number, "cancelled", "Stopped.", "All is as it was.", "", None)
        )
        backend.receive(protocol.Done(number))
        await pilot.pause()
        assert screen.state.install == "failed"

    play(steps, make_app(backend))


def test_an_install_that_ends_well_reports_its_lines() -> None:
    def install(request: protocol.Install) -> list[protocol.Message]:
        return [
            protocol.Installed(request.id, ("torch 2.3.0+cpu installed",), 3.0),
            protocol.Done(request.id),
        ]

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "i", "tab", "enter", "y")
        assert screen.state.install == "done"
        assert screen.app.clipboard == "torch 2.3.0+cpu installed"

    play(steps, make_app(FakeBackend(Install=install)))


def test_the_last_install_is_undone_after_a_question_and_resolved_anew() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "4", "U")
        dialog = screen.app.screen
        assert isinstance(dialog, ConfirmDialog)
        await press(pilot, "enter")
        assert not backend.of(protocol.RollBack)
        await press(pilot, "U", "tab", "enter")
        (request,) = backend.of(protocol.RollBack)
        assert request.target == screen.bridge.query.target
        assert len(backend.of(protocol.Resolve)) == 2
        assert screen.state.plan is not None
        assert not screen.state.installing
        assert screen.state.rolled_back is not None

    play(steps, make_app(backend))


def test_a_rollback_that_is_refused_is_told_in_the_plan_view() -> None:
    def refuse(request: protocol.RollBack) -> list[protocol.Message]:
        told = ("install", "There is nothing to roll back.", "", "", None)
        return [protocol.Failed(request.id, *told), protocol.Done(request.id)]

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "4", "U", "tab", "enter")
        assert screen.state.install_failure is not None
        assert "nothing to roll back" in str(screen.query_one("#notes-text", Static).render())

    play(steps, make_app(FakeBackend(RollBack=refuse)))


def test_without_a_virtual_environment_one_is_offered_made_and_planned_for() -> None:
    bare = protocol.TargetView(
        "CPython 3.12.3", "linux x86_64", "", "/usr", is_virtual=False, tags=()
    )

    def resolve(request: protocol.Resolve) -> list[protocol.Message]:
        rest = world.solved(request.id)[1:]
        made = request.query.target.python == ".venv"
        return [protocol.TargetKnown(request.id, world.TARGET if made else bare), *rest]

    backend = FakeBackend(Resolve=resolve)

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "i")
        assert isinstance(screen.app.screen, EnvironmentDialog)
        await press(pilot, "tab", "enter")
        assert backend.of(protocol.MakeEnvironment)[0].folder == ".venv"
        await pilot.pause()
        assert isinstance(screen.app.screen, ConfirmDialog)
        assert not backend.of(protocol.Install)

    play(steps, make_app(backend))


def test_a_refused_environment_offers_another_but_not_to_go_on() -> None:
    def refuse(request: protocol.MakePlan) -> list[protocol.Message]:
        why = "This environment is externally managed."
        return [
            protocol.Failed(request.id, "environment", why, "", "", None),
            protocol.Done(request.id),
        ]

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "i")
        assert isinstance(screen.app.screen, EnvironmentDialog)
        assert not screen.app.screen.query("#anyway")

    play(steps, make_app(FakeBackend(MakePlan=refuse)))


def test_a_failure_is_shown_with_what_why_and_what_to_do() -> None:
    def fail(request: protocol.Resolve) -> list[protocol.Message]:
        failed = protocol.Failed(
            request.id,
            "index",
            "index.example does not answer.",
            "HTTP 503\n3 attempts",
            "Try later.",
            None,
        )
        return [failed, protocol.Done(request.id)]

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        shown = lines(screen.query_one("#text", STree))
        assert shown[0] == "✗ index.example does not answer."
        assert {"HTTP 503", "3 attempts", "Try later."} <= set(shown)

    play(steps, make_app(FakeBackend(Resolve=fail)))


def test_help_is_made_from_the_keys_of_the_place() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "question_mark")
        assert isinstance(screen.app.screen, HelpDialog)
        await press(pilot, "escape")
        assert top(screen) is screen

    play(steps)


def test_every_action_of_the_key_table_exists() -> None:
    async def steps(_pilot: Pilot[int], screen: MainScreen) -> None:
        owners = {
            "everywhere": screen,
            "explore": screen.explore,
            "candidates": screen.query_one(Candidates),
            "list": screen.query_one(Candidates),
            "tree": screen.query_one("#tree"),
            "requirements": screen.query_one("Requirements"),
            "conflict": screen.query_one(ConflictView),
            "plan": screen.query_one(PlanView),
            "trace": screen.query_one(TraceView),
            "grid": screen.query_one("CellGrid"),
            "targets": screen.query_one("#targets"),
            "whatif": screen.query_one("#whatif"),
            "choice": Choice(["a"], "a"),
            "indexes": IndexList(()),
        }
        for key in TABLE:
            place, _, name = key.action.split("(")[0].rpartition(".")
            owner = screen if place == "screen" else owners[key.where]
            assert hasattr(owner, f"action_{name}"), key.action

    play(steps)


def test_the_palette_runs_actions_and_goes_to_packages() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "ctrl+p", *"go to numpy")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause(0.3)
        await press(pilot, "down", "enter")
        await pilot.pause()
        assert screen.explore.detail.look.package == "numpy"

    play(steps)


def test_without_requirements_nothing_is_asked() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        assert not backend.sent
        await press(pilot, "r", "4", "2", "i", "w", "y", "1")
        assert view(screen) == "explore"

    play(steps, make_app(backend, world.query()))


def test_warnings_about_the_inputs_are_told_at_the_start() -> None:
    async def steps(_: Pilot[int], screen: MainScreen) -> None:
        (note,) = screen.app._notifications
        assert note.severity == "warning"
        assert note.message.splitlines() == [
            *(f"[b]{n}\\x1b" for n in range(5)),
            "and 2 more: M shows all",
        ]

    play(steps, make_app(warnings=[f"[b]{number}\x1b" for number in range(7)]))


def test_a_tiny_terminal_says_so_in_one_line() -> None:
    async def steps(_pilot: Pilot[int], screen: MainScreen) -> None:
        assert screen.query_one("#too-small").display
        assert not screen.query_one("#views").display

    play(steps, size=(59, 15))


def test_the_app_closes_its_backend() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], _screen: MainScreen) -> None:
        await press(pilot, "q")

    play(steps, make_app(backend))
    assert backend.closed


def test_no_view_is_wider_than_the_screen() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        for key in "123":
            await press(pilot, key)
            assert screen.virtual_size.width <= screen.size.width
            assert not screen.show_horizontal_scrollbar

    play(steps, size=NARROW)


def test_input_of_the_filter_is_left_with_escape() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "slash", "z", "escape")
        assert not screen.query_one("#filter", Input).has_focus
        assert screen.explore.detail.look.shape.filter == ""

    play(steps)


def test_files_that_cannot_be_had_are_asked_for_once() -> None:
    def fail(request: protocol.ListFiles) -> list[protocol.Message]:
        return [
            protocol.Failed(request.id, "index", "No answer.", "", "", None),
            protocol.Done(request.id),
        ]

    backend = FakeBackend(ListFiles=fail)

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "enter", "enter")
        for _ in range(3):
            screen.paint()
            await pilot.pause()
        assert len(backend.of(protocol.ListFiles)) == 1

    play(steps, make_app(backend))


@pytest.mark.parametrize("keys", ["enter", "slash"])
def test_something_has_the_focus_at_any_size(keys: str) -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, keys)
        for size in (NARROW, WIDE, NARROW):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            await pilot.pause()
            assert screen.focused is not None

    play(steps)


def test_moving_in_the_tree_asks_for_the_package_under_the_cursor() -> None:
    """With the debounce of a real run, where the question is born in the parent's timer."""

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await until(pilot, lambda: len(screen.bridge.state.tables) == 1)
        screen.query_one("#tree").focus()
        await press(pilot, "down")
        await until(pilot, lambda: len(screen.bridge.state.tables) == 2)

    play(steps, make_app(waits=True))


def test_paging_in_the_palette_before_it_is_drawn_ends_nothing() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await pilot.press("ctrl+p", "pageup", "pagedown")
        await press(pilot, "pageup", "escape")
        assert top(screen) is screen

    play(steps)


def test_y_copies_the_sentence_that_the_tree_only_refers_to() -> None:
    explanation = world.explanation()
    fact = Fact("not-found", "torch 2.3.0 is not there")
    step = Step(9, explanation.cause, "conclusion", facts=(fact,))
    explanation = replace(explanation, steps=(step,))
    (root, *_) = story.story_nodes(explanation)
    (said,) = root.children
    assert "As the first line says" in "".join(text for text, _ in said.spans)
    assert story.copied(explanation, said) == f"(9) {explanation.cause}"
    assert explanation.cause in story.copied(explanation, root)
