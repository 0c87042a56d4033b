"""Work that two processes share: every result is there, whatever becomes of the other process."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from resolvetui.install import helping
from resolvetui.install.helping import Shared, is_worthwhile

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies a process")

NEVER_S = 60.0
"""A process that works for so long is stuck: the test fails before."""


def test_every_item_has_its_result_and_both_take_part(tmp_path: Path) -> None:
    def work(number: int, _: Callable[[], bool]) -> tuple[int, int]:
        is_here = os.getpid() == here
        (tmp_path / f"{is_here}").touch()
        # One would be done with all before the other begins.
        _until((tmp_path / f"{not is_here}").exists)
        return number * number, os.getpid()

    here = os.getpid()
    with Shared[int, tuple[int, int]](range(500), work, tuple[int, int]) as shared:
        found = dict(shared.run())
    assert {number: square for number, (square, _) in found.items()} == {
        number: number * number for number in range(500)
    }
    processes = {process for _, process in found.values()}
    assert len(processes) == 2
    assert_ended((processes - {here}).pop())


def test_what_the_other_one_fails_at_is_missing() -> None:
    here = os.getpid()

    def work(number: int, is_unwanted: Callable[[], bool]) -> int:
        assert not is_unwanted()
        if os.getpid() != here:
            raise OSError("only there")
        return number

    with Shared[int, int](range(100), work, int) as shared:
        found = dict(shared.run())
    assert all(found[number] == number for number in found)


def test_when_the_other_one_is_killed_the_rest_is_there() -> None:
    here = os.getpid()

    def work(number: int, _: Callable[[], bool]) -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    with Shared[int, int](range(1000), work, int) as shared:
        found = dict(shared.run())
    assert len(found) >= 999


def test_an_error_here_ends_the_other_one(tmp_path: Path) -> None:
    here, told = os.getpid(), tmp_path / "other"

    def work(number: int, _: Callable[[], bool]) -> int:
        if os.getpid() != here:
            _tell(told)
            signal.pause()
        _until(told.exists)
        raise OSError("no room")

    with (
        pytest.raises(OSError, match="no room"),
        Shared[int, int](range(10), work, int) as shared,
    ):
        list(shared.run())
    assert_ended(int(told.read_text()))


def test_the_other_one_ends_when_the_first_is_killed(tmp_path: Path) -> None:
    """Killed like a command is: the copy notices that it was left alone."""
    told = tmp_path / "other"
    first = os.fork()
    if not first:

        def work(number: int, is_unwanted: Callable[[], bool]) -> int:
            if os.getpid() != here:
                _tell(told)
                _until(is_unwanted)
            else:
                signal.pause()
            return number

        here = os.getpid()
        with Shared[int, int](range(4), work, int) as shared:
            list(shared.run())
        os._exit(1)
    _until(told.exists)
    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    other = Path(f"/proc/{told.read_text()}")
    _until(lambda: not other.exists() or _is_over(other))


def test_little_work_is_not_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr("threading.active_count", lambda: 1)
    assert is_worthwhile(2, helping.LEAST_FILES)
    assert not is_worthwhile(1, helping.LEAST_FILES)
    assert not is_worthwhile(2, helping.LEAST_FILES - 1)
    assert not is_worthwhile(100_000, 100_000)


def test_a_process_with_threads_or_one_core_works_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr("threading.active_count", lambda: 2)
    assert not is_worthwhile(10, 100_000)
    monkeypatch.setattr("threading.active_count", lambda: 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    assert not is_worthwhile(10, 100_000)


def assert_ended(process: int) -> None:
    """Ended, and waited for."""
    with pytest.raises(ChildProcessError):
        os.waitpid(process, os.WNOHANG)


def _tell(told: Path) -> None:
    """Write the number of this process, in one go."""
    part = told.with_suffix(".part")
    part.write_text(str(os.getpid()))
    part.rename(told)


def _is_over(process: Path) -> bool:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
    except FileNotFoundError:
        return True


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + NEVER_S
    while not holds():
        assert time.monotonic() < end
