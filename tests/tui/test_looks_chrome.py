"""Pictures of dialogs, themes and wide screens. After a change: look at them, then update."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resolvetui.session import protocol
from resolvetui.tui.app import ResolvetuiApp
from tests.tui import world
from tests.tui.fake import FakeBackend, conflict_app, make_app

SIZES = ((80, 24), (120, 40), (200, 50))
WARNINGS = (
    "pip's configuration names an index that is not used, because --no-config was given.",
    "requirements.txt line 4: the option --use-pep517 has no meaning here.",
)


def failing_app(**options: Any) -> ResolvetuiApp:
    """An index fails while packages were decided: what is known stays."""
    why = "HTTP 503 Service Unavailable\nasked 3 times within 4.2 s"

    def fail(request: protocol.Resolve) -> list[protocol.Message]:
        failed = protocol.Failed(
            request.id,
            "index-unreachable",
            "mirror did not answer.",
            why,
            "Check the address, or leave the index out.",
            "https://mirror.example/simple",
        )
        return [*world.solved(request.id)[:4], failed, protocol.Done(request.id)]

    return make_app(FakeBackend(Resolve=fail), **options)


def quiet_app(**options: Any) -> ResolvetuiApp:
    """Nothing is required."""
    return make_app(query=world.query(), **options)


DIALOGS: dict[str, tuple[Callable[..., Any], list[str]]] = {
    "indexes": (make_app, ["I"]),
    "indexes-unknown": (quiet_app, ["I"]),
    "shared": (make_app, ["D"]),
    "shared-asked": (make_app, ["D", "a"]),
    "shared-nothing": (quiet_app, ["D"]),
    "messages": (make_app, ["u", "ctrl+r", "M"]),
    "messages-none": (quiet_app, ["M"]),
    "jump": (make_app, ["semicolon"]),
    "find": (conflict_app, ["slash", *"aarch64"]),
    "write": (conflict_app, ["o"]),
    "copy": (make_app, ["4", "y", "j"]),
}


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("case", DIALOGS)
def test_dialog(case: str, size: tuple[int, int], snap_compare: Any) -> None:
    make, keys = DIALOGS[case]
    options = {"warnings": WARNINGS} if case == "messages" else {}
    assert snap_compare(make(**options), press=keys, terminal_size=size)


VIEWS: dict[str, tuple[Callable[..., Any], list[str]]] = {
    "explore": (make_app, []),
    "candidates": (make_app, ["enter", "enter"]),
    "conflict": (conflict_app, ["tab"]),
    "plan": (make_app, ["4"]),
}
THEMES: dict[str, dict[str, Any]] = {
    "light": {"theme": "resolvetui-light"},
    "ansi-dark": {"theme": "ansi-dark"},
    "ansi-light": {"theme": "ansi-light"},
    "no-color": {},
    "ascii": {"ascii_only": True},
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("view", VIEWS)
def test_theme(view: str, theme: str, snap_compare: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if theme == "no-color":
        monkeypatch.setenv("NO_COLOR", "1")
    make, keys = VIEWS[view]
    assert snap_compare(make(**THEMES[theme]), press=keys, terminal_size=(120, 40))


WIDE = VIEWS | {
    "why": (make_app, ["w"]),
    "failed": (failing_app, []),
    "empty": (quiet_app, []),
    "no-conflict": (make_app, ["2"]),
    "loading": (lambda: make_app(FakeBackend(Resolve=lambda r: world.solved(r.id)[:3])), []),
}


@pytest.mark.parametrize("view", WIDE)
def test_wide(view: str, snap_compare: Any) -> None:
    make, keys = WIDE[view]
    assert snap_compare(make(), press=keys, terminal_size=SIZES[2])


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: f"{size[0]}x{size[1]}")
def test_incomplete(size: tuple[int, int], snap_compare: Any) -> None:
    assert snap_compare(failing_app(), terminal_size=size)
