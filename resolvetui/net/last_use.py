"""When an entry of the cache was last used, kept where its file keeps the time of its last read.

Systems may leave that time alone (`noatime`), so it is set here; once a day is enough to know what
nobody needs any more.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

_DAY_NS = 86_400 * 10**9


def note_use(path: Path, stat: os.stat_result) -> None:
    """Note that the file is used now; `stat` is what it was found as. Never raises OSError."""
    now = time.time_ns()
    if now - stat.st_atime_ns < _DAY_NS:
        return
    with suppress(OSError):  # somebody else's file: it may be dropped early
        os.utime(path, ns=(now, stat.st_mtime_ns))
