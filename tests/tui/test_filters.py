"""Terms of the candidate filter; all must hold."""

from __future__ import annotations

import pytest

from resolvetui.tui.views.candidates import CandidateRows, Shape
from tests.tui import world


def shown(text: str = "", **shape: object) -> list[object]:
    rows = CandidateRows(world.candidates(1), {}, {}, Shape(filter=text, **shape))  # type: ignore[arg-type]
    return [rows.key(index) for index in range(len(rows))]


ALL = shown()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fits", ["2.3.0+cpu", "2.2.2+cpu", "2.2.1+cpu"]),
        ("fits !2.2", ["2.3.0+cpu"]),
        ("yanked", ["2.2.0+cpu"]),
        ("pre", ["2.4.0.dev20240507+cpu"]),
        ("==2.3.0", ["2.3.0+cpu", "2.3.0"]),
        (">=2.2,<2.2.2 !fits", ["2.2.1", "2.2.0+cpu", "2.2.0"]),
        ("sdist", ["1.12.0", "1.11.0"]),
        ("idx:mirror >2.2.2", ["2.3.0"]),
        ("nothing-like-it", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


def test_half_typed_specifiers_hide_nothing() -> None:
    assert shown(">=") == ALL


def test_an_inverted_term_is_the_rest() -> None:
    assert len(shown("tag")) + len(shown("!tag")) == len(ALL)


def test_marks_split_the_table() -> None:
    assert len(shown(mark="fits")) + len(shown(mark="problems")) == len(ALL)


def test_orders() -> None:
    assert shown(sort="version ↑") == ALL[::-1]
    assert shown(sort="uploaded ↓")[0] == "2.4.0.dev20240507+cpu"


def test_an_opened_version_shows_its_files_below_it() -> None:
    answer = world.files(2, "torch", "2.3.0+cpu")
    shape = Shape(opened=frozenset({"2.3.0+cpu"}))
    rows = CandidateRows(world.candidates(1), {"2.3.0+cpu": answer}, {}, shape)
    assert len(rows) == len(ALL) + 5
    texts = ["".join(text for text, _ in rows.row(2 + i).wide or ()) for i in range(5)]
    assert "✓ cp312 ✓ cp312 ✓ linux_x86_64" in texts[0]
    assert "✗ cp311 ✗ cp311 ✓ linux_x86_64" in texts[1]
    assert "✗ win_amd64" in texts[2]
    assert "+1" in texts[3]
    assert "for aarch64" in texts[3]
