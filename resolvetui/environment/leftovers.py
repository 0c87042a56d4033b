"""What is in the state folder of an environment, and whether it needs a look: two cheap calls.

Everything else about it is `install`'s, which a command that finds nothing need not load.
"""

from __future__ import annotations

import os

from resolvetui.environment.target import STATE_FOLDER

UNDO = "undo"
"""The last transaction, for a rollback."""
LOCK = "lock"
HOLDER = "holder"
"""Who has the lock, in words."""


def has_leftovers(prefix: str) -> bool:
    """Whether an interrupted or running install has left something below `prefix`."""
    try:
        names = os.listdir(f"{prefix}/{STATE_FOLDER}")  # noqa: PTH208 - names are all it takes
    except OSError:
        return False
    return names != [UNDO]
