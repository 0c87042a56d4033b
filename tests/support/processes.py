"""Which processes there are below another, and whether they end (Linux)."""

from __future__ import annotations

import contextlib
import os
import select
import time
from collections.abc import Iterable
from pathlib import Path

LONGEST_S = 60


def below(pid: int) -> set[int]:
    """All processes that descend from one."""
    found: set[int] = set()
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found |= {int(child), *below(int(child))}
    return found


def wait_for_end(pids: Iterable[int]) -> None:
    """Until none of the processes is there, or is more than a zombie."""
    until = time.monotonic() + LONGEST_S
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            handle = os.pidfd_open(pid)
            ready, _, _ = select.select([handle], [], [], until - time.monotonic())
            os.close(handle)
            assert ready, f"process {pid} is left behind"
