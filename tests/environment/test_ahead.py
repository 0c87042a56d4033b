"""A Python that is asked ahead is asked once, and one whose answer is known not at all."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from resolvetui.environment import probe
from resolvetui.environment.ahead import asking
from resolvetui.environment.interpreter import describe_interpreter
from resolvetui.environment.probe import ask
from resolvetui.errors import TargetError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script stands for a Python")


@pytest.fixture
def counting(tmp_path: Path) -> Path:
    """A Python that leaves a line for every start."""
    python = tmp_path / "python"
    starts = shlex.quote(str(tmp_path / "starts"))
    python.write_text(
        f'#!/bin/sh\necho start >>{starts}\nexec {shlex.quote(sys.executable)} "$@"\n'
    )
    python.chmod(0o755)
    return python


def starts(python: Path) -> int:
    return len((python.parent / "starts").read_text().split())


def test_the_answer_is_taken(counting: Path, tmp_path: Path) -> None:
    with asking(str(counting), {}, tmp_path, None):
        assert describe_interpreter(counting).python_version == sys.version.split()[0]
    assert starts(counting) == 1


def test_one_that_nobody_wants_is_not_waited_for_later(counting: Path, tmp_path: Path) -> None:
    with asking(str(counting), {}, tmp_path, None):
        pass
    assert ask(counting).version_info == sys.version_info[:3]


def test_a_remembered_one_is_not_asked(tmp_path: Path) -> None:
    with asking(sys.executable, {}, tmp_path, tmp_path / "cache"):
        assert list(probe._begun) == [Path(sys.executable)]
        describe_interpreter(sys.executable, tmp_path / "cache")
    with asking(sys.executable, {}, tmp_path, tmp_path / "cache"):
        assert not probe._begun


def test_mistakes_are_told_by_who_needs_it(tmp_path: Path) -> None:
    with asking(str(tmp_path / "none"), {}, tmp_path, None), pytest.raises(TargetError):
        describe_interpreter(tmp_path / "none")
    broken = tmp_path / "broken"
    broken.write_text("no program")
    broken.chmod(0o755)
    with asking(str(broken), {}, tmp_path, None), pytest.raises(TargetError, match="cannot be"):
        describe_interpreter(broken)
