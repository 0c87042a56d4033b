"""Pictures of the What-if view in each of its states, and of what is switched off."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from resolvetui.session import protocol
from tests.tui import attempts, world
from tests.tui.attempts import try_some
from tests.tui.fake import FakeBackend, main, make_app

SIZES = ((80, 24), (120, 40), (200, 50))
CASES: dict[str, list[str]] = {
    "full": ["3"],
    "compared": ["3", "g", "G", "d", "g", "j", "j", "j", "j", "tab", "j", "m"],
    "conflict": ["3", "j", "j"],
}


def slow(request: protocol.Resolve) -> list[protocol.Message]:
    """Attempts after the first take their time."""
    return world.solved(request.id) if request.id == 1 else world.solved(request.id)[:3]


async def tried(pilot: Pilot[int], keys: list[str]) -> None:
    await pilot.pause()
    try_some(main(pilot.app).bridge)  # type: ignore[arg-type]
    await pilot.press(*keys)
    await pilot.pause()
    pilot.app.clear_notifications()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("case", CASES)
def test_attempts(case: str, size: tuple[int, int], snap_compare: Any) -> None:
    app = make_app(FakeBackend(Resolve=attempts.answer))
    keys = CASES[case]
    assert snap_compare(app, run_before=lambda pilot: tried(pilot, keys), terminal_size=size)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("case", ["empty", "first", "loading", "error"])
def test_what_is_not_there_yet(case: str, size: tuple[int, int], snap_compare: Any) -> None:
    backends = {
        "loading": FakeBackend(Resolve=slow),
        "error": FakeBackend(Resolve=lambda request: attempts.failing(request.id)),
    }
    query = world.query() if case == "empty" else None
    keys = ["enter", "x", "3"] if case == "loading" else ["3"]
    app = make_app(backends.get(case), query)

    async def before(pilot: Pilot[int]) -> None:
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        pilot.app.clear_notifications()

    assert snap_compare(app, run_before=before, terminal_size=size)


def test_ascii(snap_compare: Any) -> None:
    app = make_app(FakeBackend(Resolve=attempts.answer), ascii_only=True)
    keys = CASES["full"]
    assert snap_compare(app, run_before=lambda pilot: tried(pilot, keys), terminal_size=(80, 24))


def test_light(snap_compare: Any) -> None:
    app = make_app(FakeBackend(Resolve=attempts.answer), theme="resolvetui-light")
    keys = CASES["compared"]
    assert snap_compare(app, run_before=lambda pilot: tried(pilot, keys), terminal_size=(120, 40))
