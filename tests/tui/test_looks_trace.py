"""Pictures of the Trace view in each of its states, and of the dialog that saves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from resolvetui.session import protocol
from tests.tui import traces, world
from tests.tui.fake import FakeBackend, make_app
from tests.tui.test_trace import long_trace

SIZES = ((80, 24), (120, 40), (200, 50))
TO_CONFLICT = ["6", "greater_than_sign", "full_stop", "full_stop"]


def backend_of(case: str) -> FakeBackend:
    match case:
        case "loading":
            return FakeBackend(Resolve=lambda request: world.solved(request.id)[:3])
        case "error":
            what = "The trace of this resolve is not kept any more."
            return FakeBackend(ListTrace=lambda r: [traces.failed(r.id, what), protocol.Done(r.id)])
        case "calm":
            return FakeBackend(**traces.answers(traces.trace_of("numpy", "jinja2")))
        case "long":
            return FakeBackend(**long_trace())
        case _:
            return FakeBackend()


CASES: dict[str, list[str]] = {
    "full": TO_CONFLICT,
    "empty": ["6"],
    "loading": ["6"],
    "error": ["6"],
    "calm": ["6", "end"],
    "long": ["6", "end"],
    "filter": ["6", "slash", *"torch"],
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("case", CASES)
def test_trace(case: str, size: tuple[int, int], snap_compare: Any) -> None:
    query = world.query() if case == "empty" else None
    app = make_app(backend_of(case), query)
    assert snap_compare(app, press=CASES[case], terminal_size=size)


def test_ascii(snap_compare: Any) -> None:
    assert snap_compare(make_app(ascii_only=True), press=TO_CONFLICT, terminal_size=(80, 24))


def test_light(snap_compare: Any) -> None:
    app = make_app(theme="resolvetui-light")
    assert snap_compare(app, press=TO_CONFLICT, terminal_size=(120, 40))


def test_save(snap_compare: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("trace.txt").write_text("", encoding="utf-8")
    assert snap_compare(make_app(), press=["6", "o", "enter"], terminal_size=(80, 24))
