"""Session files in the running app: opened on top, left by the same key, and why a file is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from resolvetui.session import protocol
from resolvetui.session.attempts import Session
from resolvetui.session.recording import record
from resolvetui.session.recording_file import write_recording
from resolvetui.tui.app import ResolvetuiApp
from resolvetui.tui.backend import WorkerBackend
from resolvetui.tui.dialogs.open import OpenDialog
from resolvetui.tui.screen import MainScreen
from resolvetui.tui.state import Phase
from tests.session.support import query, runtime
from tests.support.index import World
from tests.tui.fake import FakeBackend, make_app
from tests.tui.test_app import play, press, until
from tests.tui.test_targets import toasts


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A session whose index is gone by now."""
    world = World()
    world.serve("a", "1.0", needs=["b"])
    world.serve("b", "1.0")
    with world.running() as indexes, Session(runtime()) as session:
        attempt = session.resolve(query("a", urls=[indexes.url("main")]))
    path = tmp_path / "run.json"
    write_recording(record(attempt, (("input", "mind this"),)), path, "")
    return path


def note(screen: MainScreen) -> str:
    return str(screen.app.screen.query_one("#open-note", Static).render())


async def type_in(pilot: Pilot[int], text: str) -> None:
    """In the place of what the dialog proposes."""
    dialog = pilot.app.screen
    assert isinstance(dialog, OpenDialog)
    dialog.query_one("#open-path").value = text  # type: ignore[attr-defined]
    await press(pilot, "enter")
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def test_a_session_is_opened_and_left_and_the_first_one_stays(recorded: Path) -> None:
    first, second = FakeBackend(), FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        asked = len(first.sent)
        await press(pilot, "O")
        await type_in(pilot, str(recorded))
        opened = pilot.app.screen
        assert isinstance(opened, MainScreen)
        assert opened is not screen
        assert (opened.title or "").startswith("resolvetui replay 2")
        (sent,) = second.of(protocol.Resolve)
        assert [root.text for root in sent.query.requirements] == ["a"]
        assert (sent.runtime.replay, sent.runtime.offline) == (str(recorded), True)
        assert toasts(screen)[-1].endswith("O goes back to where you were.")
        assert len(screen.app.messages) == 2  # type: ignore[attr-defined]
        await press(pilot, "2", "1", "O")
        assert pilot.app.screen is screen
        assert second.closed
        assert not first.closed
        assert len(first.sent) == asked

    play(steps, make_app(first, another=lambda: second))


def test_a_real_worker_answers_from_the_file_alone(recorded: Path) -> None:
    async def steps(pilot: Pilot[int], _screen: MainScreen) -> None:
        await press(pilot, "O")
        await type_in(pilot, str(recorded))
        opened = pilot.app.screen
        assert isinstance(opened, MainScreen)
        await until(pilot, lambda: opened.state.phase is Phase.SOLVED)
        assert {name: pin.version for name, pin in opened.state.pins.items()} == {
            "a": "1.0",
            "b": "1.0",
        }

    play(steps, make_app(another=WorkerBackend))


def test_a_file_that_is_no_session_says_so_and_another_may_be_named(
    recorded: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"schema": 1}\n', encoding="utf-8")

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "O")
        await type_in(pilot, str(tmp_path / "no-file"))
        assert "There is no file" in note(screen)
        await type_in(pilot, str(other))
        assert note(screen).startswith("✗ ")
        await press(pilot, "end", "x")
        assert "wrote; no index is asked" in note(screen)
        await type_in(pilot, str(recorded))
        assert isinstance(pilot.app.screen, MainScreen)
        await press(pilot, "O", "O", "escape")
        assert pilot.app.screen is screen

    play(steps, make_app(another=FakeBackend))


def test_what_was_saved_is_proposed() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "S")
        await press(pilot, "backspace", "backspace", "backspace", "enter")
        await press(pilot, "O")
        assert screen.app.screen.query_one("#open-path").value == "session.json"  # type: ignore[attr-defined]

    play(steps, make_app())


def test_nothing_is_opened_while_an_install_runs() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        screen.bridge.want_plan()
        screen.bridge.install()
        await press(pilot, "O")
        assert pilot.app.screen is screen
        assert toasts(screen)[-1] == "An install is running; esc stops it."

    play(steps, make_app())


def test_all_workers_end_with_the_app(recorded: Path) -> None:
    first, second = FakeBackend(), FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "O")
        await type_in(pilot, str(recorded))
        assert len(screen.app.screen_stack) == 2

    app: ResolvetuiApp = make_app(first, another=lambda: second)
    play(steps, app)
    assert first.closed
    assert second.closed
