"""Messages about one query on several targets. Part of `protocol.py`'s two unions.

The front end asks for one target after the other, so that whatever else it asks meanwhile is
answered between two of them, and so that there is nothing to be cancelled but the one in work.
"""

from __future__ import annotations

from msgspec import Struct

from resolvetui.model.names import PackageName
from resolvetui.model.query import Query
from resolvetui.session.runtime import Runtime


class RunTarget(Struct, frozen=True, tag="run-target"):
    """Resolve this query beside the one that counts: candidates, plan and trace stay that one's.

    Answered by `TargetTold`, or by `Failed` where an index or the target fails.
    """

    id: int
    query: Query
    runtime: Runtime


class TargetAnswer(Struct, frozen=True):
    """How a query ends on one target, without what would be much to send for each of many."""

    pins: tuple[tuple[PackageName, str], ...] = ()
    """Name and version of each package of the solution, sorted by name."""
    download_bytes: int | None = None
    """Sum of the files of the solution; None where an index does not say a size."""
    cause: str = ""
    """Why there is no solution, as a sentence; "" where there is one."""
    reason: str = ""
    """The `Reason` that lies in the target (or `not-found`), or "" for a mere contradiction."""
    steps: tuple[str, ...] = ()
    """The sentences of the explanation, in order."""
    nearest: tuple[str, ...] = ()
    """For each package of the conflict the file that fails in the fewest parts, as a sentence."""
    elapsed_s: float = 0.0

    @property
    def solved(self) -> bool:
        """Whether there is a solution; one without any package counts."""
        return not self.cause


class TargetTold(Struct, frozen=True, tag="target-told"):
    """How the query ended."""

    id: int
    answer: TargetAnswer
