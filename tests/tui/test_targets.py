"""The Targets view and the target dialog: what each key does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Button, Input, Select, Static

from resolvetui.environment.platforms import describe
from resolvetui.model.query import IndexStrategy, Query, TargetRequest
from resolvetui.session import protocol
from resolvetui.session.target_messages import RunTarget
from resolvetui.tui.dialogs.target import TargetDialog
from resolvetui.tui.grid_targets import PLATFORMS, grid_around, grid_with
from resolvetui.tui.screen import MainScreen
from resolvetui.tui.spans import plain
from resolvetui.tui.state import Phase
from resolvetui.tui.views.target_cells import cell
from resolvetui.tui.widgets.choice import Choice
from resolvetui.tui.widgets.grid import CellGrid
from resolvetui.tui.widgets.head import TargetLine
from resolvetui.tui.widgets.index_list import IndexList
from tests.tui import targets, world
from tests.tui.fake import FakeBackend, conflict_app, make_app
from tests.tui.test_app import NARROW, play, press, top, until, view

HOME = (3, 0)
"""3.12 on the platform of the world's target."""


def said(screen: MainScreen, row: int, column: int) -> str:
    """What a cell says."""
    matrix = screen.state.matrix
    current = matrix.grid.place(screen.state.query.target)
    return plain(cell(matrix, (row, column), current)).strip()


def about(screen: MainScreen) -> str:
    return str(screen.query_one("#target-lines", Static).visual)


def toasts(screen: MainScreen) -> list[str]:
    return [note.message for note in screen.app._notifications]


def last(backend: FakeBackend) -> Query:
    found: Query = backend.of(protocol.Resolve)[-1].query
    return found


def held(request: Any) -> list[protocol.Message]:
    """A backend that never ends the third run."""
    return targets.answer(request) if request.id < 4 else []


# ---- the grid


def test_the_names_of_the_platforms_are_those_that_can_be_asked_for() -> None:
    for name, label, libc in PLATFORMS:
        found = describe(name)
        assert (found.label, found.libc) == (label, libc)


def test_the_target_of_the_query_is_a_place_of_the_grid() -> None:
    home = TargetRequest(python="/srv/app/.venv")
    grid = grid_around(home, world.TARGET)
    assert grid.place(home) == HOME
    assert grid.name(*HOME) == "3.12 on linux x86_64 glibc 2.36"
    assert grid.target(2, 2) == TargetRequest("/srv/app/.venv", "3.11", "aarch64-apple-darwin")
    assert [row.minor for row in grid.rows] == ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"]


def test_a_platform_and_a_python_that_nobody_thought_of_are_added() -> None:
    view = replace(world.TARGET, python="CPython 3.8.1", platform="linux riscv64")
    grid = grid_around(TargetRequest(), view)
    assert grid.place(TargetRequest()) == (0, 0)
    assert len(grid.columns) == len(PLATFORMS) + 1


def test_a_target_that_was_typed_gets_a_place_beside_the_others() -> None:
    home = TargetRequest()
    first = grid_around(home, world.TARGET)
    view = replace(world.TARGET, python="CPython 3.11.4", platform="macos arm64", libc="")
    grid = grid_with(first, TargetRequest("", "3.11.4", "macos"), view)
    assert grid.place(home) == (4, 0)
    assert grid.place(TargetRequest("", "3.11.4", "macos")) == (3, 2)
    assert [row.minor for row in grid.rows][2:5] == ["3.11", "3.11.4", "3.12"]
    assert len(grid.columns) == len(PLATFORMS)
    older = replace(world.TARGET, libc="glibc 2.17")
    more = grid_with(grid, TargetRequest("", "", "x86_64-manylinux_2_17"), older)
    assert more.name(4, 7) == "3.12 on linux x86_64 glibc 2.17"
    other = TargetRequest("/other")
    assert grid_with(more, other, world.TARGET).home == other


# ---- runs


def test_the_target_now_is_told_by_the_resolve_and_the_rest_by_r() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5")
        assert view(screen) == "targets"
        assert screen.query_one(CellGrid).cursor == HOME
        assert said(screen, *HOME) == "● ✓ 13"
        assert said(screen, 0, 0) == "· not run"
        await press(pilot, "r")
        assert len(backend.of(RunTarget)) == 41
        assert not screen.state.matrix.running
        assert said(screen, 0, 0) == "✗ python"
        assert said(screen, 5, 0) == "✗ abi"
        assert said(screen, 4, 3) == "✗ conflict"
        assert said(screen, 4, 4) == "? failed"
        assert said(screen, 4, 0) == "= same as 3.11"
        assert said(screen, 1, 5) == "✗ tag"
        assert len(backend.of(protocol.Resolve)) == 1

    play(steps, make_app(backend))


def test_the_cell_under_the_cursor_is_explained() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5", "r", "j", "j")
        assert "No wheel of numpy fits CPython 3.14" in about(screen)
        assert "nearest numpy-1.26.3-cp312-cp312" in about(screen)
        assert "--python-version 3.14" in about(screen)
        await press(pilot, "k", "right", "l", "l", "l")
        assert "HTTP 503" in about(screen)
        await press(pilot, "home", "k", "up", "up")
        assert "4 packages not as on the target now" in about(screen)
        assert "torch 2.2.2+cpu, not 2.3.0+cpu" in about(screen)

    play(steps)


def test_runs_are_one_after_the_other_and_esc_stops_them() -> None:
    backend = FakeBackend(RunTarget=held)

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5", "r")
        matrix = screen.state.matrix
        assert (len(matrix.asked), matrix.done) == (1, 1)
        assert len(backend.of(RunTarget)) == 2
        assert said(screen, 0, 1) == "◐ running"
        assert said(screen, 0, 2) == "· waits"
        await press(pilot, "escape")
        (cancel,) = backend.of(protocol.Cancel)
        assert cancel.id == backend.of(RunTarget)[-1].id
        backend.receive(targets.failure(cancel.id, "cancelled"))
        backend.receive(protocol.Done(cancel.id))
        await pilot.pause()
        assert not screen.state.matrix.running
        assert said(screen, 0, 1) == "· not run"
        assert said(screen, 0, 0) == "✗ python"

    play(steps, make_app(backend))


def test_what_is_cancelled_for_something_else_is_asked_again() -> None:
    backend = FakeBackend(RunTarget=held)

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5", "r")
        first = backend.of(RunTarget)[-1]
        backend.receive(targets.failure(first.id, "cancelled"))
        backend.receive(protocol.Done(first.id))
        await pilot.pause()
        assert backend.of(RunTarget)[-1].query == first.query
        assert screen.state.matrix.total == 41

    play(steps, make_app(backend))


def test_another_query_ends_the_run_and_undo_brings_the_answers_back() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5", "r", "a", *"rich", "enter")
        assert said(screen, 0, 0) == "· not run"
        await press(pilot, "u")
        assert said(screen, 0, 0) == "✗ python"

    play(steps, make_app(backend))


def test_a_query_that_changes_while_targets_run_cancels_the_one_in_work() -> None:
    backend = FakeBackend(RunTarget=held)

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5", "r", "a", *"rich", "enter")
        assert [each.id for each in backend.of(protocol.Cancel)] == [backend.of(RunTarget)[-1].id]
        assert not screen.state.matrix.running

    play(steps, make_app(backend))


def test_a_worker_that_is_lost_leaves_no_run() -> None:
    backend = FakeBackend(RunTarget=held)

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5", "r")
        backend.receive(targets.failure(0))
        await pilot.pause()
        assert not screen.state.matrix.running
        assert said(screen, 0, 1) == "? failed"

    play(steps, make_app(backend))


def test_an_end_elsewhere_is_news() -> None:
    backend = FakeBackend(RunTarget=lambda _request: [])

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5", "m", "m", "m", "m", "m", "space", "r", "1")
        screen.paint()
        assert "targets" not in screen._news
        for _ in range(6):
            asked = list(screen.state.matrix.asked)
            for request in asked:
                backend.receive(targets.of_target(request, TargetRequest("", "3.11", "")))
                backend.receive(protocol.Done(request))
        await until(pilot, lambda: "targets" in screen._news)
        await press(pilot, "5")
        assert "targets" not in screen._news

    play(steps, make_app(backend))


# ---- what is switched on


def test_space_switches_a_cell_and_m_rows_columns_all() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5", "k", "space")
        assert said(screen, 2, 0) == "□· off"
        assert len(screen.state.matrix.chosen()) == 41
        await press(pilot, "space")
        assert len(screen.state.matrix.chosen()) == 42
        counts = []
        for _ in range(4):
            await press(pilot, "m")
            counts.append(len(screen.state.matrix.chosen()))
        assert counts == [7, 6, 0, 42]
        await press(pilot, "m", "m", "m", "r")
        assert not backend.of(RunTarget)
        assert "No target is switched on: space or m switches them on." in toasts(screen)
        await press(pilot, "space", "r")
        (asked,) = backend.of(RunTarget)
        assert asked.query.target == TargetRequest("", "3.11", "")

    play(steps, make_app(backend))


# ---- making it the target


def test_enter_makes_it_the_target_and_u_takes_it_back() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5", "k", "l", "l", "enter")
        assert last(backend).target == TargetRequest("", "3.11", "aarch64-apple-darwin")
        assert said(screen, 2, 2).startswith("●")
        assert screen.state.matrix.grid.home == TargetRequest()
        assert view(screen) == "targets"
        await press(pilot, "enter")
        assert "3.11 on macos arm64 is the target already." in toasts(screen)
        await press(pilot, "u")
        assert last(backend).target == TargetRequest()

    play(steps, make_app(backend))


def test_c_opens_the_conflict_of_a_target() -> None:
    def resolve(request: Any) -> list[protocol.Message]:
        bad = request.query.target.python_version == "3.14"
        return world.unsolved(request.id) if bad else world.solved(request.id)

    backend = FakeBackend(Resolve=resolve)

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5", "j", "c")
        assert "3.13 on linux x86_64 glibc 2.36 was not run yet: r runs it." in toasts(screen)
        await press(pilot, "r", "c")
        assert any("has a solution" in text for text in toasts(screen))
        assert view(screen) == "targets"
        await press(pilot, "j", "c")
        assert view(screen) == "conflict"
        assert last(backend).target.python_version == "3.14"
        assert screen.state.phase is Phase.UNSATISFIABLE

    play(steps, make_app(backend))


def test_a_target_cannot_change_while_an_install_runs() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "i", "tab", "enter", "5", "k", "enter", "t")
        assert len(backend.of(protocol.Resolve)) == 1
        assert not isinstance(top(screen), TargetDialog)

    play(steps, make_app(backend))


def test_platforms_scroll_beside_the_pythons() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5", "end")
        grid = screen.query_one(CellGrid)
        assert grid.cursor == (3, 6)
        lines = ["".join(seg.text for seg in grid.render_line(y)) for y in range(3)]
        assert "musl 1.2" in lines[1]
        assert "←" in lines[0]
        assert "3.9" in lines[2]
        await press(pilot, "g")
        assert grid.cursor == (3, 0)

    play(steps, size=NARROW)


def test_a_click_moves_the_cursor_and_a_second_one_chooses() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5")
        await pilot.click(CellGrid, offset=(30, 4))
        await pilot.pause()
        assert screen.query_one(CellGrid).cursor == (2, 1)
        await pilot.click(CellGrid, offset=(30, 4))
        await pilot.pause()
        assert last(backend).target == TargetRequest("", "3.11", "aarch64-manylinux_2_28")

    play(steps, make_app(backend))


def test_y_copies_the_grid_and_the_cell() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5", "r", "j", "j", "y")
        text = screen.app.clipboard
        assert "3.9 on macos arm64: ✗ python" in text
        assert "nearest numpy" in text
        assert "$ resolvetui torch" in text
        assert "secret" not in text

    play(steps)


def test_without_requirements_or_target_the_view_says_so() -> None:
    async def empty(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5", "r", "m", "c", "enter", "space")
        assert view(screen) == "targets"
        assert any("a adds a requirement" in text for text in toasts(screen))

    async def failed(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5")
        count = len(backend.of(protocol.Resolve))
        await press(pilot, "r")
        assert len(backend.of(protocol.Resolve)) == count + 1

    play(empty, make_app(query=world.query()))
    backend = FakeBackend(Resolve=lambda r: [targets.failure(r.id), protocol.Done(r.id)])
    play(failed, make_app(backend))


def test_the_conflict_of_the_query_is_in_its_cell() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "5")
        assert said(screen, *HOME) == "● ✗ tag"
        assert "no torch 2.3.0 can be used" in about(screen)

    play(steps, conflict_app())


# ---- the dialog


@pytest.fixture(autouse=True)
def _no_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


def test_t_changes_all_in_one_step_and_u_takes_it_back() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "t")
        dialog = top(screen)
        dialog.query_one("#python_version", Input).value = "3.11"
        dialog.query_one("#python_platform", Select).value = "windows"
        dialog.query_one("#strategy", Choice).focus()
        await press(pilot, "right")
        dialog.query_one("#exclude_newer", Input).value = "2024-05-07"
        dialog.query_one("#no_binary", Input).focus()
        await press(pilot, *"numpy")
        assert "--python-version 3.11 --python-platform windows" in dialog._command
        assert "--index-strategy unsafe-first-match" in dialog._command
        assert "--exclude-newer 2024-05-07 --no-binary numpy --index" in dialog._command
        assert "secret" not in dialog._command
        await press(pilot, "enter")
        assert not isinstance(top(screen), TargetDialog)
        query = last(backend)
        assert query.target == TargetRequest("", "3.11", "windows")
        assert query.policies.index_strategy is IndexStrategy.UNSAFE_FIRST_MATCH
        assert query.policies.exclude_newer == "2024-05-08T00:00:00Z"
        assert query.policies.no_binary == ("numpy",)
        await press(pilot, "u")
        assert last(backend) == world.QUERY

    play(steps, make_app(backend))


def test_esc_and_cancel_leave_all_as_it_was() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "t", *"3.11", "escape")
        await press(pilot, "t")
        await pilot.click("#no")
        await pilot.pause()
        assert not isinstance(top(screen), TargetDialog)
        await press(pilot, "t", "enter")
        assert "Nothing was changed." in toasts(screen)
        assert len(backend.of(protocol.Resolve)) == 1

    play(steps, make_app(backend))


def test_what_cannot_be_used_is_said_below_and_nothing_is_lost() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "t")
        dialog = top(screen)
        dialog.query_one("#exclude_newer", Input).value = "yesterday"
        dialog.query_one("#python_version", Input).value = "2.7"
        await pilot.pause()
        for field, text in (("exclude_newer", "names no moment"), ("python_version", "2.7")):
            note = dialog.query_one(f"#note-{field}", Static)
            assert note.display
            assert text in str(note.visual)
        dialog.query_one("#yes", Button).press()
        await pilot.pause()
        assert top(screen) is dialog
        assert dialog.focused.id == "python_version"
        assert dialog.query_one("#exclude_newer", Input).value == "yesterday"
        dialog.query_one("#exclude_newer", Input).value = "7 days"
        dialog.query_one("#python_version", Input).value = "3.10"
        await pilot.pause()
        assert not dialog.query_one("#note-exclude_newer", Static).display
        await press(pilot, "enter")
        assert last(backend).target.python_version == "3.10"

    play(steps, make_app(backend))


def test_a_python_that_is_not_here_is_refused(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "t")
        dialog = top(screen)
        dialog.query_one("#python", Input).value = str(tmp_path / "nowhere")
        await press(pilot, "enter")
        assert top(screen) is dialog
        assert "There is no Python at" in str(dialog.query_one("#note-python", Static).visual)
        await press(pilot, "x")
        assert not dialog.query_one("#note-python", Static).display

    play(steps)


def test_a_python_that_is_here_is_picked_from_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python3.11"
    python.write_text("#!/bin/sh\n", encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "t")
        dialog = top(screen)
        dialog.query_one("#pythons", Select).value = str(python)
        await pilot.pause()
        assert dialog.query_one("#python", Input).value == str(python)
        await press(pilot, "enter")
        assert not isinstance(top(screen), TargetDialog)

    play(steps)


def test_indexes_are_moved_added_and_removed() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "t")
        dialog = top(screen)
        indexes = dialog.query_one(IndexList)
        indexes.focus()
        await press(pilot, "shift+down")
        assert [index.name for index in indexes.indexes] == ["mirror", "pytorch-cpu"]
        await press(pilot, "K")
        assert [index.name for index in indexes.indexes] == ["pytorch-cpu", "mirror"]
        add = dialog.query_one("#add_index", Input)
        add.focus()
        add.value = "pytorch-cpu=https://other.example/simple"
        await press(pilot, "enter")
        assert "called pytorch-cpu already" in str(dialog.query_one("#note-add_index").visual)
        add.value = "new=https://new.example/simple"
        await press(pilot, "enter")
        assert [index.name for index in indexes.indexes] == ["pytorch-cpu", "new", "mirror"]
        assert add.value == ""
        indexes.focus()
        await press(pilot, "J", "shift+up", "G", "x")
        await pilot.pause()
        assert "--index-url https://new.example/simple" in dialog._command
        assert "mirror" not in dialog._command
        await press(pilot, "enter")
        assert [index.name for index in last(backend).indexes] == ["pytorch-cpu", "new"]

    play(steps, make_app(backend))


def test_an_index_that_is_typed_and_not_added_is_not_lost() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "t")
        dialog = top(screen)
        dialog.query_one("#add_index", Input).value = "nowhere"
        dialog.query_one("#yes", Button).press()
        await pilot.pause()
        assert top(screen) is dialog
        assert "cannot be an index" in str(dialog.query_one("#note-add_index").visual)
        dialog.query_one("#add_index", Input).value = "new=https://new.example/simple"
        dialog.query_one("#yes", Button).press()
        await pilot.pause()
        assert "new" in [index.name for index in last(backend).indexes]

    play(steps, make_app(backend))


def test_the_command_can_be_copied() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "t")
        top(screen).query_one("#copy", Button).press()
        await pilot.pause()
        assert screen.app.clipboard.startswith("resolvetui torch torchvision torchaudio --index")
        assert isinstance(top(screen), TargetDialog)

    play(steps)


def test_a_click_on_the_target_line_opens_the_dialog() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await pilot.click(TargetLine, offset=(4, 0))
        await pilot.pause()
        assert isinstance(top(screen), TargetDialog)
        await pilot.press("escape")

    play(steps)


def test_a_click_chooses_a_word() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "t")
        choice = top(screen).query_one("#resolution", Choice)
        await pilot.click("#resolution", offset=(14, 0))
        await pilot.pause()
        assert choice.value == "lowest"
        choice.focus()
        await press(pilot, "left", "left", "space", "l")
        assert choice.value == "lowest-direct"

    play(steps)


def test_every_field_is_reached_by_tab_at_80_by_24() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "t")
        seen = []
        for _ in range(15):
            focused = top(screen).focused
            seen.append(str(focused.id))
            assert focused.region.bottom <= screen.size.height
            assert focused.region.height == 1 or focused.id == "indexes-list"
            await press(pilot, "tab")
        assert {"python", "python_platform", "indexes-list", "no_binary", "yes"} <= set(seen)

    play(steps, size=NARROW)
