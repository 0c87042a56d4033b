"""The Plan view: what it says before, while and after an install, and what `y` copies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot
from textual.widgets import Static

from resolvetui.install.plan import (
    Action,
    ActionKind,
    Blocked,
    FileConflict,
    LostCommand,
    Plan,
    StartupFile,
)
from resolvetui.model.files import WheelFile
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource
from resolvetui.session import protocol
from resolvetui.session.protocol import InstallProgress
from resolvetui.tui.dialogs.confirm import ConfirmDialog
from resolvetui.tui.pip_command import pip_command
from resolvetui.tui.screen import MainScreen
from resolvetui.tui.spans import plain
from resolvetui.tui.views.plan_rows import fraction, step_spans
from tests.tui import world
from tests.tui.fake import FakeBackend, make_app
from tests.tui.test_app import play, press

TORCH = PackageName("torch")
CONFLICT = FileConflict(TORCH, "2.3.0+cpu", "/srv/app/.venv/lib/x.py", "other 1.0")
RICH = replace(
    world.plan(),
    startup=(StartupFile(TORCH, "2.3.0+cpu", "torch.pth"),),
    lost_commands=(LostCommand(PackageName("numpy"), "1.26.4", "f2py"),),
    unseen=(TORCH,),
)


def planning(plan: Plan, **answers: Callable[[Any], list[protocol.Message]]) -> FakeBackend:
    return FakeBackend(
        MakePlan=lambda r: [protocol.PlanReady(r.id, plan), protocol.Done(r.id)], **answers
    )


def notes(screen: MainScreen) -> str:
    return str(screen.query_one("#notes-text", Static).visual)


def totals(screen: MainScreen) -> str:
    return str(screen.query_one("#totals", Static).visual)


def test_what_needs_a_look_is_in_the_view_and_in_the_dialog() -> None:
    expected = (
        "torch 2.3.0+cpu brings torch.pth, which Python runs at every start",
        "the command f2py of numpy 1.26.4 goes",
        "scipy 1.13.0 requires numpy>=1.26.4, which would find 1.26.3",
    )

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "4")
        for text in expected:
            assert text in notes(screen)
        assert "what 1 package would overwrite is known after the download" in notes(screen)
        await press(pilot, "i")
        dialog = screen.app.screen
        shown = str(dialog.query_one("#dialog-text Static", Static).visual)
        for text in expected:
            assert text in shown

    play(steps, make_app(planning(RICH)))


def test_a_plan_that_cannot_be_carried_out_says_why_and_is_made_anew() -> None:
    why = Blocked(PackageName("numpy"), "1.26.4", "It is editable.", "Use --venv.")
    plan = replace(world.plan(), conflicts=(CONFLICT,), blocked=(why,))
    backend = planning(plan)

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "4")
        assert "brings /srv/app/.venv/lib/x.py, which belongs to other 1.0" in notes(screen)
        assert "numpy 1.26.4 cannot be replaced: It is editable." in notes(screen)
        before = len(backend.of(protocol.MakePlan))
        await press(pilot, "i")
        assert not isinstance(screen.app.screen, ConfirmDialog)
        assert len(backend.of(protocol.MakePlan)) == before + 1
        assert not backend.of(protocol.Install)

    play(steps, make_app(backend))


def test_after_a_failure_the_plan_is_made_anew() -> None:
    def fail(request: protocol.Install) -> list[protocol.Message]:
        return [
            protocol.Failed(request.id, "install", "It failed.", "", "", None),
            protocol.Done(request.id),
        ]

    backend = FakeBackend(Install=fail)

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "i", "tab", "enter")
        assert "It failed." in notes(screen)
        await press(pilot, "i")
        assert isinstance(screen.app.screen, ConfirmDialog)
        assert len(backend.of(protocol.MakePlan)) == 2

    play(steps, make_app(backend))


def test_progress_is_told_for_all_and_each_and_stopped_with_c() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "i", "tab", "enter")
        number = backend.of(protocol.Install)[0].id
        mib = 1024 * 1024
        backend.receive(InstallProgress(number, TORCH, "downloading", 81 * mib, 190 * mib))
        backend.receive(InstallProgress(number, PackageName("fsspec"), "verified", 9, 9))
        screen.paint()
        assert "81.2 MiB of" in totals(screen)
        assert "1/13 verified" in totals(screen)
        await press(pilot, "c")
        assert isinstance(screen.app.screen, ConfirmDialog)
        await press(pilot, "tab", "enter")
        assert backend.of(protocol.Cancel)[-1].id == number
        assert "put back" in totals(screen)
        stopped = "The install was stopped."
        backend.receive(
            protocol.Failed(number, "cancelled", stopped, "It was rolled back.", "", None)
        )
        backend.receive(protocol.Done(number))
        await pilot.pause()
        assert notes(screen).startswith("✓ rolled back, nothing changed")

    play(steps, make_app(backend))


def test_c_does_nothing_while_no_install_runs() -> None:
    backend = FakeBackend()

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "4", "c")
        assert screen.app.screen is screen
        assert [one.message for one in screen.app._notifications] == ["No install is running."]

    play(steps, make_app(backend))


def test_what_is_wrong_afterwards_is_told_with_the_result() -> None:
    warning = "scipy 1.13.0 requires numpy>=1.26.4, but numpy 1.26.3 is installed."

    def install(request: protocol.Install) -> list[protocol.Message]:
        done = protocol.Installed(request.id, ("installed torch 2.3.0+cpu",), 3.0, (warning,))
        return [done, protocol.Done(request.id)]

    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "i", "tab", "enter")
        assert notes(screen).startswith("✓ installed in 3.00 s")
        assert f"! {warning}" in notes(screen)

    play(steps, make_app(FakeBackend(Install=install)))


def test_y_copies_a_pip_command_and_the_toast_shows_it() -> None:
    async def steps(pilot: Pilot[int], screen: MainScreen) -> None:
        await press(pilot, "4", "y", "enter")
        copied = screen.app.clipboard
        assert copied.startswith(
            "pip install --extra-index-url 'https://user:****@index.example/whl/cpu' "
            "--index-url https://mirror.example/simple filelock==3.13.1 "
        )
        assert "secret" not in copied
        assert "triton" not in copied
        (toast,) = [one.message for one in screen.app._notifications]
        assert toast.startswith("copied: pip install --extra-index-url")

    play(steps)


def plan_of(*actions: Action) -> Plan:
    return Plan("/env", actions, (), 0)


def action(name: str, url: str = "", index: str | None = "main") -> Action:
    file = WheelFile(f"{name}-1.0-py3-none-any.whl", url, "1.0", {}, 1)
    source = IndexName(index) if index else None
    return Action(ActionKind.INSTALL, PackageName(name), "", "1.0", file, source, requested=True)


def source(url: str, kind: Any = "simple", origin: str = "--index") -> IndexSource:
    return IndexSource(IndexName("x"), url, kind, origin)


@pytest.mark.parametrize(
    ("indexes", "options"),
    [
        ([source("https://d.example/", origin="default")], ""),
        ([source("https://d.example/")], " --index-url https://d.example/"),
        (
            [source("https://a.example/"), source("https://d.example/", origin="default")],
            " --extra-index-url https://a.example/",
        ),
        ([source("file:///w", "flat")], " --no-index --find-links file:///w"),
    ],
)
def test_the_command_names_indexes_as_pip_wants_them(
    indexes: list[IndexSource], options: str
) -> None:
    assert pip_command(plan_of(action("a")), indexes) == f"pip install{options} a==1.0"


def test_the_command_masks_the_credentials_of_a_direct_reference() -> None:
    plan = plan_of(action("a", "https://me:secret@files.example/a-1.0-py3-none-any.whl", None))
    assert pip_command(plan, []) == (
        "pip install 'a @ https://me:****@files.example/a-1.0-py3-none-any.whl'"
    )


def test_the_command_of_a_plan_without_changes_pins_what_is_there() -> None:
    kept = Action(ActionKind.KEEP, PackageName("a"), "1.0", "1.0", None, None, requested=True)
    assert pip_command(plan_of(kept), []) == "pip install a==1.0"
    assert pip_command(plan_of(), []) == ""


def test_each_state_has_a_word() -> None:
    words = {
        state: plain(step_spans(InstallProgress(1, TORCH, state, 0, 0)))
        for state in ("queued", "building", "verified", "unpacked", "installed", "removed")
    }
    assert words == {
        "queued": "· queued",
        "building": "· building",
        "verified": "✓ verified",
        "unpacked": "✓ unpacked",
        "installed": "✓ placed",
        "removed": "✓ placed",
    }
    assert fraction(5 << 30, 12 << 30) == "5/12 GiB"
