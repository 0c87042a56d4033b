"""Pictures of every view at 80x24 and 120x40. After a change: look at them, then update."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.tui.fake import FakeBackend, conflict_app, make_app

SIZES = ((80, 24), (120, 40))
CASES: dict[str, tuple[Callable[..., Any], list[str]]] = {
    "explore": (make_app, []),
    "candidates": (make_app, ["enter", "enter"]),
    "why": (make_app, ["w"]),
    "conflict": (conflict_app, []),
    "plan": (make_app, ["3"]),
    "help": (make_app, ["question_mark"]),
    "confirm": (make_app, ["i"]),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("case", CASES)
def test_view(case: str, size: tuple[int, int], snap_compare: Any) -> None:
    make, keys = CASES[case]
    assert snap_compare(make(), press=keys, terminal_size=size)


def test_ascii(snap_compare: Any) -> None:
    assert snap_compare(make_app(ascii_only=True), press=["enter", "enter"], terminal_size=(80, 24))


def test_light(snap_compare: Any) -> None:
    app = make_app(theme="resolvetui-light")
    assert snap_compare(app, press=["enter", "enter"], terminal_size=(120, 40))


def test_no_color(snap_compare: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(conflict_app(), terminal_size=(80, 24))


def test_empty(snap_compare: Any) -> None:
    from tests.tui import world

    assert snap_compare(make_app(query=world.query()), terminal_size=(80, 24))


def test_loading(snap_compare: Any) -> None:
    from tests.tui import world

    backend = FakeBackend(Resolve=lambda request: world.solved(request.id)[:3])
    assert snap_compare(make_app(backend), terminal_size=(120, 40))


def test_failed(snap_compare: Any) -> None:
    from resolvetui.session import protocol

    failed = "index.example did not answer."
    why = "HTTP 503 Service Unavailable\nasked 3 times within 4.2 s"
    backend = FakeBackend(
        Resolve=lambda r: [
            protocol.Failed(r.id, "index-unreachable", failed, why, "Check it.", None)
        ]
    )
    assert snap_compare(make_app(backend), press=["enter"], terminal_size=(80, 24))
