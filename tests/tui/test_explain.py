"""`--explain`: the answer in a few lines, its exit code, and that it stays on the terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from resolvetui.model.query import Query
from resolvetui.session import protocol
from resolvetui.session.runtime import Runtime
from resolvetui.tui.explain import AnswerTree, ExplainApp
from resolvetui.tui.spans import plain
from tests.tui import world
from tests.tui.fake import FakeBackend
from tests.tui.test_app import press
from tests.tui.test_pty import Terminal, text

TORCH = "torchaudio==2.3.0+cu121"


def explain_app(backend: FakeBackend, query: Query = world.QUERY) -> ExplainApp:
    app = ExplainApp(backend, query, Runtime(), ascii_only=False, theme="")
    app.animation_level = "none"
    return app


def conflicting() -> ExplainApp:
    backend = FakeBackend(Resolve=lambda request: world.unsolved(request.id))
    return explain_app(backend, world.CONFLICT_QUERY)


def play(steps: Callable[[Pilot[Any], ExplainApp], Awaitable[None]], app: ExplainApp) -> int | None:
    async def run() -> None:
        async with app.run_test(size=(100, 20)) as pilot:
            await pilot.pause()
            await steps(pilot, app)

    asyncio.run(run())
    return app.return_code


def lines(app: ExplainApp) -> str:
    return "\n".join(plain(node.spans) for node in app.query_one(AnswerTree).nodes())


def test_a_conflict_is_told_with_the_ways_out_and_copied_as_a_report() -> None:
    async def steps(pilot: Pilot[Any], app: ExplainApp) -> None:
        assert "no torch 2.3.0 can be used" in lines(app)
        assert "Ways out" in lines(app)
        assert "lift the constraint" in lines(app)
        await press(pilot, "y")
        assert "Candidates for torch==2.3.0" in app.clipboard
        await press(pilot, "q")

    assert play(steps, conflicting()) == 1


def test_a_solution_is_told_in_short_and_opens() -> None:
    async def steps(pilot: Pilot[Any], app: ExplainApp) -> None:
        tree = app.query_one(AnswerTree)
        assert len(tree.source) == 3
        assert "● torch 2.3.0+cpu  and 8 packages below" in lines(app)
        await press(pilot, "l")
        assert len(tree.source) > 3
        assert tree.styles.height is not None
        assert tree.styles.height.value == len(tree.source)
        await press(pilot, "y", "escape")
        assert app.clipboard.startswith("filelock==3.13.1")

    assert play(steps, explain_app(FakeBackend())) == 0


def test_a_failure_and_leaving_early_have_exit_codes_of_their_own() -> None:
    def fail(request: protocol.Resolve) -> list[protocol.Message]:
        return [protocol.Failed(request.id, "index", "It did not answer.", "", "Wait.", None)]

    async def leave(pilot: Pilot[Any], app: ExplainApp) -> None:
        await press(pilot, "q")

    assert play(leave, explain_app(FakeBackend(Resolve=fail))) == 2
    assert play(leave, explain_app(FakeBackend(Resolve=lambda _request: []))) == 130


@pytest.mark.parametrize("case", ["conflict", "solution"])
def test_looks(case: str, snap_compare: Any) -> None:
    app = conflicting() if case == "conflict" else explain_app(FakeBackend())
    assert snap_compare(app, terminal_size=(80, 22))


def test_below_the_prompt_of_a_real_terminal_the_answer_stays(tmp_path: Path) -> None:
    words = ("--explain", "torch", TORCH, "--python-version", "3.12", "--python-platform", "linux")
    terminal = Terminal(tmp_path, *words)
    try:
        terminal.until("Ways out")
        terminal.press("q")
        assert terminal.end() == 1
        assert "\x1b[?1049h" not in terminal.drawn  # the other screen, which would vanish
        assert terminal.settings() == terminal.before
        assert "no solution" in text(terminal.drawn)
    finally:
        terminal.close()
