"""Each promise of the documents is held by tests that exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "promises.md"
PROMISES = [
    " ".join(item.split())
    for item in re.findall(r"^- (.+(?:\n  .+)*)", PAGE.read_text("utf-8"), re.MULTILINE)
]


@cache
def functions_of(path: Path) -> frozenset[str]:
    """The names of the test functions of a file, `Class::name` for those of a class."""
    tree = ast.parse(path.read_text("utf-8"))
    owners: list[tuple[str, list[ast.stmt]]] = [("", tree.body)]
    owners += [
        (f"{node.name}::", node.body) for node in tree.body if isinstance(node, ast.ClassDef)
    ]
    return frozenset(
        owner + node.name
        for owner, body in owners
        for node in body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    )


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise[:40])
def test_a_promise_ends_with_the_tests_that_hold_it(promise: str) -> None:
    says, _, behind = promise.rpartition(" (`tests/")
    assert says.endswith((".", ":")), promise
    named = re.findall(r"`([^`]+)`", f"`tests/{behind}")
    assert f"({', '.join(f'`{name}`' for name in named)})" == f"(`tests/{behind}", promise
    for name in named:
        path, _, test = name.partition("::")
        assert test in functions_of(ROOT / path), name


def test_all_of_the_page_is_promises() -> None:
    assert len(PROMISES) > 30
    assert PAGE.read_text("utf-8").count("\n- ") == len(PROMISES)
