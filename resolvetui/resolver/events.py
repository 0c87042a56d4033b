"""What an observer may see of a search: plain tuples, in order, enough to replay it.

    ("listing", name, versions, usable mask)
    ("required", key, clause id)                 mentioned for the first time
    ("narrowed", key, mask before, mask after, clause id)
    ("candidate", key, version)                  about to be tried
    ("rejected", key, version, clause id)        a dependency of it cannot hold
    ("unreadable", key, version, reason)
    ("unknown-extra", name, version, extra)      a warning, no conflict
    ("decided", key, version, level)
    ("conflict", clause id)
    ("learned", clause id, parent ids)
    ("backjump", level before, level after)
    ("reprioritised", key, "early" or "late")
    ("done", "solved" or "refuted")

With no observer, no tuple is made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Event: TypeAlias = tuple[Any, ...]
Observer: TypeAlias = Callable[[Event], None] | None
