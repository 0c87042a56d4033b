"""Pictures of the Targets view in each of its states, and of the target dialog."""

from __future__ import annotations

from typing import Any

import pytest

from resolvetui.session import protocol
from tests.tui import targets, world
from tests.tui.fake import FakeBackend, conflict_app, make_app

SIZES = ((80, 24), (120, 40), (200, 50))
RUN = ["5", "r"]


def some(request: Any) -> list[protocol.Message]:
    """The first ten are answered, the eleventh is in work."""
    return targets.answer(request) if request.id < 12 else []


def down(request: Any) -> list[protocol.Message]:
    return [targets.failure(request.id), protocol.Done(request.id)]


def backend_of(case: str) -> FakeBackend:
    match case:
        case "resolving":
            return FakeBackend(Resolve=lambda request: world.solved(request.id)[1:3])
        case "no-target":
            return FakeBackend(Resolve=down)
        case "running":
            return FakeBackend(RunTarget=some)
        case "failing":
            return FakeBackend(RunTarget=down)
        case _:
            return FakeBackend()


CASES: dict[str, list[str]] = {
    "empty": ["5"],
    "resolving": ["5"],
    "no-target": ["5"],
    "not-run": ["5", "j"],
    "running": RUN,
    "failing": [*RUN, "j"],
    "full": [*RUN, "k", "k"],
    "conflict": [*RUN, "j", "j", "h"],
    "scrolled": [*RUN, "G", "k"],
    "switched-off": ["5", "k", "space", "m", "j"],
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("case", CASES)
def test_targets(case: str, size: tuple[int, int], snap_compare: Any) -> None:
    query = world.query() if case == "empty" else None
    app = make_app(backend_of(case), query)
    assert snap_compare(app, press=CASES[case], terminal_size=size)


def test_ascii(snap_compare: Any) -> None:
    assert snap_compare(make_app(ascii_only=True), press=RUN, terminal_size=(80, 24))


def test_light(snap_compare: Any) -> None:
    app = make_app(theme="resolvetui-light")
    assert snap_compare(app, press=RUN, terminal_size=(120, 40))


def test_no_color(snap_compare: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(conflict_app(), press=RUN, terminal_size=(80, 24))


DIALOG: dict[str, list[str]] = {
    "dialog": ["t"],
    "dialog-filled": ["t", "tab", "tab", *"3.11"],
    "dialog-wrong": ["t", "tab", "tab", *"2.7", *["tab"] * 7, *"yesterday", "enter"],
    "dialog-platforms": ["t", *["tab"] * 3, "enter", "down"],
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("case", DIALOG)
def test_dialog(
    case: str, size: tuple[int, int], snap_compare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert snap_compare(make_app(), press=DIALOG[case], terminal_size=size)
