"""Pictures of every view at 80x24 and 120x40. After a change: look at them, then update."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from resolvetui.install.plan import FileConflict, LostCommand, StartupFile
from resolvetui.model.names import PackageName
from resolvetui.session import protocol
from tests.tui import world
from tests.tui.fake import FakeBackend, conflict_app, make_app

SIZES = ((80, 24), (120, 40))
CASES: dict[str, tuple[Callable[..., Any], list[str]]] = {
    "explore": (make_app, []),
    "candidates": (make_app, ["enter", "enter"]),
    "why": (make_app, ["w"]),
    "conflict": (conflict_app, []),
    "plan": (make_app, ["4"]),
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
    assert snap_compare(make_app(query=world.query()), terminal_size=(80, 24))


def test_loading(snap_compare: Any) -> None:
    backend = FakeBackend(Resolve=lambda request: world.solved(request.id)[:3])
    assert snap_compare(make_app(backend), terminal_size=(120, 40))


def at_work(request: protocol.Install) -> list[protocol.Message]:
    """An install of which some packages have come some way."""
    mib = 1024 * 1024
    steps = [
        ("filelock", "verified", 11_740, 11_740),
        ("fsspec", "unpacked", 170_900, 170_900),
        ("jinja2", "queued", 0, 133_200),
        ("numpy", "downloading", 4 * mib, 17 * mib),
        ("torch", "downloading", 81 * mib, 190 * mib),
    ]
    return [
        protocol.InstallProgress(request.id, PackageName(name), state, done, total)  # type: ignore[arg-type]
        for name, state, done, total in steps
    ]


def unusual() -> FakeBackend:
    """A plan with everything that a plan can have to say."""
    torch = PackageName("torch")
    place = "/srv/app/.venv/lib/python3.12/site-packages/functorch/__init__.py"
    plan = replace(
        world.plan(warnings=("No hash to check the download by: mpmath 1.3.0.",)),
        conflicts=(FileConflict(torch, "2.3.0+cpu", place, "functorch 2.0.1"),),
        startup=(StartupFile(torch, "2.3.0+cpu", "torch.pth"),),
        lost_commands=(LostCommand(PackageName("numpy"), "1.26.4", "f2py"),),
        unseen=(torch, PackageName("sympy")),
    )
    return FakeBackend(MakePlan=lambda r: [protocol.PlanReady(r.id, plan), protocol.Done(r.id)])


def ended(request: protocol.Install) -> list[protocol.Message]:
    """An install after which something is not as it should be."""
    text = "scipy 1.13.0 requires numpy>=1.26.4, but numpy 1.26.3 is installed."
    lines = tuple(f"installed {pin.name} {pin.version}" for pin in world.resolution().pins)
    return [protocol.Installed(request.id, lines, 3.2, (text,)), protocol.Done(request.id)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("case", ["installing", "unusual", "installed"])
def test_plan(case: str, size: tuple[int, int], snap_compare: Any) -> None:
    backends = {
        "installing": FakeBackend(Install=at_work),
        "unusual": unusual(),
        "installed": FakeBackend(Install=ended),
    }
    keys = ["4"] if case == "unusual" else ["i", "tab", "enter"]
    assert snap_compare(make_app(backends[case]), press=keys, terminal_size=size)


def test_failed(snap_compare: Any) -> None:
    failed = "index.example did not answer."
    why = "HTTP 503 Service Unavailable\nasked 3 times within 4.2 s"
    backend = FakeBackend(
        Resolve=lambda r: [
            protocol.Failed(r.id, "index-unreachable", failed, why, "Check it.", None)
        ]
    )
    assert snap_compare(make_app(backend), press=["enter"], terminal_size=(80, 24))
