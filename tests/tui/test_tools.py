"""What the screen offers beside its views: lists, jumps, find, files, the copy menu."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Input, Static

from resolvetui.session import protocol
from resolvetui.tui.dialogs.choose import ChooseDialog
from resolvetui.tui.dialogs.indexes import IndexesDialog
from resolvetui.tui.dialogs.jump import JumpScreen
from resolvetui.tui.dialogs.listing import ListDialog
from resolvetui.tui.dialogs.save import SaveDialog
from resolvetui.tui.dialogs.shared import SharedDialog
from resolvetui.tui.merging import merge
from resolvetui.tui.message_log import MessageLog
from resolvetui.tui.screen import MainScreen
from resolvetui.tui.spans import plain
from resolvetui.tui.state import first_state
from resolvetui.tui.views.candidates import Candidates
from resolvetui.tui.views.index_lines import dialog_lines, pane_lines
from resolvetui.tui.widgets.stree import STree
from resolvetui.tui.widgets.vtable import VTable
from tests.tui import world
from tests.tui.fake import FakeBackend, conflict_app, make_app
from tests.tui.test_app import NARROW, play, press, top


def texts(screen: MainScreen) -> str:
    """What the static texts of the dialog on top say."""
    return "\n".join(str(each.visual) for each in top(screen).query(Static).results(Static))


def toasts(screen: MainScreen) -> list[str]:
    return [note.message for note in screen.app._notifications]


# ---- indexes


def test_the_index_pane_has_order_answers_latency_cache_and_failures() -> None:
    state = merge(replace(first_state(world.QUERY), resolve_id=1), world.indexes(1))
    lines = [plain(line).rstrip() for line in pane_lines(state, 60)]
    assert lines == [
        "indexes   I more",
        "1 pytorch-cpu  ✓ 13 pkg  41 ms  9 cached",
        "2 mirror       ✗ HTTP 503",
        "r asks again",
    ]
    short = [plain(line) for line in pane_lines(state, 32)]
    assert max(map(len, short)) <= 32
    assert "41 ms" in short[1]


def test_before_a_resolve_every_index_is_not_asked() -> None:
    lines = "\n".join(plain(line) for line in dialog_lines(first_state(world.QUERY), 60))
    assert lines.count("· not asked") == 2
    assert "secret" not in lines
    assert "The first index that knows a name hides the later ones for it." in lines


@pytest.mark.parametrize(("key", "no_cache"), [("r", False), ("R", True)])
def test_the_dialog_of_indexes_asks_again(key: str, no_cache: bool) -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "I")
        assert isinstance(top(screen), IndexesDialog)
        assert "https://user:****@index.example/whl/cpu" in texts(screen)
        await press(pilot, key)
        assert top(screen) is screen
        assert [each.runtime.no_cache for each in backend.of(protocol.Resolve)] == [False, no_cache]

    play(steps, make_app(backend), size=NARROW)


def test_the_dialog_of_indexes_follows_what_happens() -> None:
    backend = FakeBackend(Resolve=lambda request: world.solved(request.id)[:1])

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "I")
        assert "not asked" in texts(screen)
        backend.receive(world.indexes(screen.state.resolve_id))
        screen.paint()
        assert "HTTP 503" in texts(screen)
        assert "What was found is incomplete." in texts(screen)

    play(steps, make_app(backend))


# ---- names on several indexes


def test_names_on_several_indexes_say_what_was_not_asked_until_it_is() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "D")
        assert isinstance(top(screen), SharedDialog)
        assert "1 name on several indexes · 12 not asked everywhere" in texts(screen)
        assert "unsafe-best-match would take it" in texts(screen)
        await press(pilot, "j")
        assert "mirror       not asked" in texts(screen)
        await press(pilot, "a")
        assert [each.ask for each in backend.of(protocol.ListShared)] == [False, True]
        assert "13 names on several indexes" in texts(screen)
        await press(pilot, "g")
        assert "other contents: filelock-3.13.1-py3-none-any.whl" in texts(screen)
        await press(pilot, "enter")
        assert top(screen) is screen
        assert screen.explore.detail.look.package == "filelock"

    play(steps, make_app(backend))


def test_names_on_several_indexes_before_there_is_an_answer() -> None:
    backend = FakeBackend(Resolve=lambda _request: [])

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "D")
        assert not backend.of(protocol.ListShared)
        assert len(top(screen).query_one("#shared", VTable).source) == 0

    play(steps, make_app(backend))


# ---- messages


@pytest.mark.parametrize(("size", "most"), [((80, 24), 1), ((120, 40), 3)])
def test_on_a_short_screen_one_toast_stands_for_those_before(
    size: tuple[int, int], most: int
) -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await pilot.resize_terminal(*size)
        for text in ("one", "two", "three"):
            screen.app.notify(text)
            await pilot.pause()
        assert toasts(screen)[-most:] == ["one", "two", "three"][-most:]
        assert len(toasts(screen)) == most
        screen.app.notify("careful", severity="warning")
        await pilot.pause()
        screen.app.notify("four")
        await pilot.pause()
        assert toasts(screen)[-2:] == ["careful", "four"]  # a warning is not hidden

    play(steps)


def test_toasts_and_warnings_are_kept_with_their_time_and_can_be_copied() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "M")
        assert not list(top(screen).query_one(STree).nodes())
        await press(pilot, "escape", "u")
        text = "torch 2.3.0 could not be built; the output is in log."
        screen.bridge._receive(protocol.Warned(screen.state.resolve_id, "build", text))
        screen.paint()
        await press(pilot, "M")
        assert isinstance(top(screen), ListDialog)
        told = [plain(node.spans) for node in top(screen).query_one(STree).nodes()]
        assert told == ["14:03:09  · Nothing to undo.", f"14:03:09  ! {text}"]
        await press(pilot, "y")
        assert screen.app.clipboard == f"14:03:09  ! {text}"

    play(steps)


def test_warnings_of_the_inputs_are_in_the_list_one_by_one() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        assert toasts(screen)[0].endswith("and 2 more: M shows all")
        await press(pilot, "M")
        assert len(list(top(screen).query_one(STree).nodes())) == 7
        assert not toasts(screen)

    play(steps, make_app(warnings=[f"warning {number}" for number in range(7)]))


def test_the_same_warning_of_two_resolves_is_told_once() -> None:
    log = MessageLog(lambda: "1")
    log.warn_once(["a", "b"])
    log.warn_once(["b", "c"])
    assert len(log) == 3


# ---- jumps


def test_a_letter_jumps_to_a_pane_and_any_other_key_leaves() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "semicolon")
        assert isinstance(top(screen), JumpScreen)
        assert "a Requirements" in texts(screen)
        await press(pilot, "d")
        assert top(screen) is screen
        assert isinstance(screen.focused, Candidates)
        await press(pilot, "semicolon", "x")
        assert isinstance(screen.focused, Candidates)
        await press(pilot, "semicolon")
        await pilot.click("#jump-s")
        assert screen.focused is screen.query_one("#tree")

    play(steps)


# ---- find


def test_find_goes_through_a_conflict_also_where_it_is_closed() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        tree = screen.query_one("#steps", STree)
        await press(pilot, "slash", *"aarch64", "enter")
        assert tree.has_focus
        first = tree.key_at_cursor
        seen = [first]
        for _ in range(20):
            await press(pilot, "n")
            assert "aarch64" in plain(tree.node.spans)  # type: ignore[union-attr]
            if tree.key_at_cursor == first:
                break
            seen.append(tree.key_at_cursor)
        assert len(seen) > 2
        await press(pilot, "N")
        assert tree.key_at_cursor == seen[-1]

    play(steps, conflict_app())


def test_escape_leaves_find_where_it_began() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "4")
        table = screen.query_one("#actions", VTable)
        await press(pilot, "slash", *"sympy")
        assert table.key_at_cursor == "sympy"
        await press(pilot, "escape")
        assert table.has_focus
        assert table.cursor == 0
        await press(pilot, "n")
        assert table.key_at_cursor == "sympy"
        await press(pilot, "slash", *"no such", "enter", "n")
        assert toasts(screen)[-1] == "not found: no such"

    play(steps)


def test_n_goes_over_what_a_filter_left_without_the_files() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        table = screen.query_one(Candidates)
        await press(pilot, "n")
        assert toasts(screen)[-1] == "Nothing to look for: / takes a text."
        await press(pilot, "slash", *"fits", "enter", "g", "enter")
        assert len(table.source) == 8
        seen = []
        for key in ("n", "N", "N"):
            await press(pilot, key)
            seen.append(table.key_at_cursor)
        assert seen == ["2.2.2+cpu", "2.3.0+cpu", "2.2.1+cpu"]

    play(steps)


# ---- files


async def write(pilot: Pilot[int], screen: MainScreen, path: Path, *, times: int = 1) -> None:
    await press(pilot, "o")
    assert isinstance(top(screen), SaveDialog)
    top(screen).query_one(Input).value = str(path)
    await press(pilot, *["enter"] * times)


def test_o_writes_the_solution_as_requirements_or_as_json(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await write(pilot, screen, tmp_path / "r.txt")
        lines = (tmp_path / "r.txt").read_text().splitlines()
        assert lines[:4] == [
            "# for CPython 3.12.3 on linux x86_64",
            "--extra-index-url https://user:****@index.example/whl/cpu",
            "--index-url https://mirror.example/simple",
            "filelock==3.13.1",
        ]
        assert len(lines) == 16
        await write(pilot, screen, tmp_path / "r.json")
        report = json.loads((tmp_path / "r.json").read_text())
        assert report["status"] == "resolved"
        assert report["target"]["python"] == "3.12.3"

    play(steps)


def test_o_writes_the_explanation_as_text_or_as_json(tmp_path: Path) -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await write(pilot, screen, tmp_path / "c.txt")
        assert "torchaudio==2.3.0+cu121" in (tmp_path / "c.txt").read_text()
        await write(pilot, screen, tmp_path / "c.json")
        report = json.loads((tmp_path / "c.json").read_text())
        assert report["status"] == "unsatisfiable"

    play(steps, conflict_app())


def test_o_writes_the_plan_with_hashes_and_asks_before_it_replaces_a_file(tmp_path: Path) -> None:
    path = tmp_path / "p.txt"

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        path.write_text("mine")
        await press(pilot, "4")
        await write(pilot, screen, path)
        assert isinstance(top(screen), SaveDialog)
        assert path.read_text() == "mine"
        await press(pilot, "enter")
        assert "    --hash=sha256:" in path.read_text()
        assert "secret" not in path.read_text()
        assert toasts(screen)[-1] == f"wrote {path}, 29 lines"

    play(steps)


def test_a_file_that_cannot_be_written_is_said_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "late.txt"

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "o")
        top(screen).query_one(Input).value = str(path)
        screen.app.call_later(path.write_text, "somebody was quicker")
        await pilot.pause()
        top(screen).answer((str(path), False))
        await pilot.pause()
        assert path.read_text() == "somebody was quicker"
        assert toasts(screen)[-1] == f"{path} was not written: it is there already."

    play(steps)


def test_o_without_anything_to_write_says_so() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "o", "2", "o", "4", "o")
        assert toasts(screen) == [
            "There is no solution to write.",
            "There is no conflict to write about.",
            "There is no plan to write.",
        ]

    play(steps, make_app(query=world.query()))


# ---- copies


def test_y_in_the_plan_offers_pip_uv_and_requirements() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "4", "y")
        assert isinstance(top(screen), ChooseDialog)
        await press(pilot, "j")
        assert "uv pip install" in texts(screen)
        await press(pilot, "enter")
        assert screen.app.clipboard.startswith("uv pip install --extra-index-url")
        await press(pilot, "y", "G", "enter")
        assert screen.app.clipboard.count("--hash=sha256:") == 13

    play(steps)


def test_an_answer_that_comes_before_its_dialog_is_drawn_is_shown() -> None:
    backend = FakeBackend(ListShared=lambda _request: [])

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        screen.action_shared()
        (sent,) = backend.of(protocol.ListShared)
        backend.receive(protocol.SharedNames(sent.id, world.sharing(ask=False)))
        backend.receive(protocol.Done(sent.id))
        screen.paint()
        await pilot.pause()
        assert "1 name on several indexes" in texts(screen)

    play(steps, make_app(backend))
