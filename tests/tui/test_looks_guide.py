"""Pictures of the guided install. After a change: look at them, then update."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from resolvetui.environment.accelerators import Accelerators
from resolvetui.environment.surroundings import FoundEnvironment, Surroundings
from resolvetui.tui.app import ResolvetuiApp
from tests.tui import world
from tests.tui.fake import FakeBackend
from tests.tui.test_guide import BUILDS, IN_VENV, PYTHONS, START, guided, ready

SIZES = ((80, 24), (120, 40))


def begun(**options: Any) -> ResolvetuiApp:
    """A folder with an environment that nobody named."""
    around = Surroundings((FoundEnvironment("env", "3.12.3"),), PYTHONS)
    return guided(start=replace(START, around=around), **options)


def builds(**options: Any) -> ResolvetuiApp:
    """Indexes of several builds, on a machine with a graphics card."""
    start = replace(START, machine=Accelerators(nvidia=True, driver=(550, 54)))
    return guided(query=replace(BUILDS, target=IN_VENV), start=start, **options)


def stuck(**options: Any) -> ResolvetuiApp:
    """A conflict."""
    backend = FakeBackend(Resolve=lambda request: world.unsolved(request.id))
    return guided(backend, replace(world.CONFLICT_QUERY, target=IN_VENV), **options)


CASES: dict[str, tuple[Callable[..., Any], list[str]]] = {
    "begun": (begun, []),
    "environment": (begun, ["C"]),
    "builds": (builds, ["C"]),
    "conflict": (stuck, ["C"]),
    "installed": (ready, ["C", "C", "tab", "enter"]),
    "command": (ready, ["C", "C", "tab", "enter", "C"]),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("case", CASES)
def test_guide(case: str, size: tuple[int, int], snap_compare: Any) -> None:
    make, keys = CASES[case]
    assert snap_compare(make(), press=keys, terminal_size=size)


def test_wide(snap_compare: Any) -> None:
    assert snap_compare(begun(), press=["P", "P"], terminal_size=(200, 50))


def test_ascii(snap_compare: Any) -> None:
    assert snap_compare(ready(ascii_only=True), terminal_size=(80, 24))
