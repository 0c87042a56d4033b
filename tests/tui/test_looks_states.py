"""Every view with nothing yet, while it waits, after a failure, and full on a wide screen.

What-if has its own pictures of that. After a change: look at them, then update.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resolvetui.session import protocol
from resolvetui.tui.app import ResolvetuiApp
from tests.tui import world
from tests.tui.fake import FakeBackend, conflict_app, make_app

SIZES = ((80, 24), (120, 40), (200, 50))
VIEWS = {"explore": "1", "conflict": "2", "plan": "4", "targets": "5", "trace": "6"}


def empty() -> ResolvetuiApp:
    return make_app(query=world.query())


def loading() -> ResolvetuiApp:
    return make_app(FakeBackend(Resolve=lambda request: world.solved(request.id)[:3]))


def failed() -> ResolvetuiApp:
    def answer(request: protocol.Resolve) -> list[protocol.Message]:
        what = "mirror did not answer."
        told = protocol.Failed(
            request.id,
            "index-unreachable",
            what,
            "HTTP 503 three times, the last one after 4 s.",
            "Try again later, or leave it out.",
            "https://mirror.example/simple/torch/",
        )
        return [told, protocol.Done(request.id)]

    return make_app(FakeBackend(Resolve=answer))


STATES: dict[str, Callable[[], ResolvetuiApp]] = {
    "empty": empty,
    "loading": loading,
    "failed": failed,
}
WIDE: dict[str, tuple[Callable[[], ResolvetuiApp], list[str]]] = {
    "explore": (make_app, []),
    "why": (make_app, ["w"]),
    "conflict": (conflict_app, []),
    "plan": (make_app, ["4"]),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("view", VIEWS)
def test_state(view: str, state: str, size: tuple[int, int], snap_compare: Any) -> None:
    assert snap_compare(STATES[state](), press=[VIEWS[view]], terminal_size=size)


@pytest.mark.parametrize("case", WIDE)
def test_wide(case: str, snap_compare: Any) -> None:
    make, keys = WIDE[case]
    assert snap_compare(make(), press=keys, terminal_size=(200, 50))
