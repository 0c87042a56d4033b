"""The steps of docs/tutorial/first-conflict.md that change something, as it tells them.

What its other commands print is checked by tests/project/test_documents.py.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from textual.pilot import Pilot

from resolvetui.demo.scratch import scratch_environment
from resolvetui.demo.world import demo_indexes, demo_sources
from resolvetui.model.names import PackageName
from resolvetui.model.query import Query, TargetRequest
from resolvetui.model.requirement import Origin, OriginKind, Requirement, RootRequirement
from resolvetui.session.runtime import Runtime
from resolvetui.tui.app import ResolvetuiApp
from resolvetui.tui.backend import WorkerBackend
from resolvetui.tui.screen import MainScreen
from resolvetui.tui.state import Phase, SessionState


def resolvetui(*arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "RESOLVETUI_"))}
    return subprocess.run(
        [sys.executable, "-m", "resolvetui", "--demo", "--no-tui", *arguments],
        env=kept | {"PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_step_5_installs_a_torch_that_can_be_imported(tmp_path: Path) -> None:
    environment = tmp_path / "demo-env"
    done = resolvetui("--venv", str(environment), "--install", "--yes")
    assert done.returncode == 0, done.stderr
    folder = "Scripts" if os.name == "nt" else "bin"
    run = subprocess.run(
        [environment / folder / "python", "-c", "import torch; print(torch.__version__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip().partition("+")[0] == "2.3.0"


def asked(name: str) -> RootRequirement:
    return RootRequirement(Requirement(PackageName(name)), Origin(OriginKind.ARGUMENT), name)


async def settled(pilot: Pilot[int], *pressed: str) -> SessionState:
    """The state when all that these keys asked for has come."""
    screen = pilot.app.screen_stack[0]
    assert isinstance(screen, MainScreen)
    for key in pressed or ("",):
        await pilot.press(*([key] if key else []))
        await pilot.pause()
        async with asyncio.timeout(30):
            while (s := screen.state).busy or s.asked or s.planning or s.phase is Phase.IDLE:
                await pilot.pause()
        screen.paint_if_new()
        await pilot.pause()
    return screen.state


def versions(state: SessionState) -> dict[str, str]:
    return {str(name): pin.version.partition("+")[0] for name, pin in state.pins.items()}


def test_step_6_pin_undo_and_add_in_the_app() -> None:
    async def follow() -> None:
        with demo_indexes() as indexes, scratch_environment() as environment:
            query = Query(
                requirements=tuple(map(asked, ("torch", "torchvision", "torchaudio"))),
                indexes=demo_sources(indexes),
                target=TargetRequest(
                    python=environment, python_version="3.12", python_platform="linux"
                ),
            )
            app = ResolvetuiApp(WorkerBackend(), query, Runtime(no_cache=True), waits=False)
            async with app.run_test(size=(120, 40)) as pilot:
                state = await settled(pilot)
                assert versions(state)["torch"] == "2.3.0"
                state = await settled(pilot, "tab", "down", "down", "p")
                assert versions(state)["torch"] == "2.2.2"
                assert versions(state)["torchaudio"] == "2.2.2"
                assert versions(state)["torchvision"] == "0.17.2"
                state = await settled(pilot, "u")
                assert versions(state)["torch"] == "2.3.0"
                await settled(pilot, "a")
                await pilot.press(*"filelock>=3.14")
                state = await settled(pilot, "enter")
                assert state.phase is Phase.UNSATISFIABLE

    asyncio.run(follow())
