"""What an interrupted install left in an environment: noticed, ended and told.

Every command that reads or writes an environment asks first (`session.sources`, `transaction`,
`rollback`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal, TypeAlias

from resolvetui.environment.leftovers import has_leftovers
from resolvetui.environment.target import Target
from resolvetui.install.disk import Disk
from resolvetui.install.execution import Ending, remove_trash, settle
from resolvetui.install.journal import is_past_commit, unfinished
from resolvetui.install.layout import Layout, layout_of
from resolvetui.install.locking import LockHeld, environment_lock

Ended: TypeAlias = Ending | Literal["tidied"]
"""How a transaction ended that was found unfinished; or it had ended, and left something."""


def recover(layout: Layout, disk: Disk) -> list[Ended]:
    """End what an interrupted install began; how each that was found ended.

    The caller holds the lock. Raises InstallFailed when files can be moved neither on nor back.
    """
    endings: list[Ended] = [
        settle(layout.prefix, folder, disk) for folder in unfinished(layout.state)
    ]
    if remove_trash(layout.state, disk):
        endings.append("tidied")
    return endings


def told_of(prefix: str, endings: Collection[Ended]) -> Iterator[str]:
    """A sentence about what was repaired; none when all was well."""
    if "finished" in endings:
        yield f"An interrupted install into {prefix} was finished."
    elif "undone" in endings:
        yield f"An interrupted install into {prefix} was undone."
    elif endings:
        yield f"What an interrupted install left in {prefix} was removed."


def needs_repair(target: Target) -> bool:
    """Whether an interrupted or running install has left something: cheap, for every command."""
    return target.environment is not None and has_leftovers(layout_of(target).prefix)


def repair(target: Target, disk: Disk | None = None) -> str | None:
    """Recover on behalf of a command that only reads; a sentence about it, or None.

    An install that runs, and has moved nothing yet, is told and not waited for. Raises as
    `environment_lock` and `recover` do.
    """
    if not needs_repair(target):
        return None
    layout, disk = layout_of(target), disk or Disk()
    try:
        with environment_lock(layout, disk):
            return next(told_of(layout.prefix, recover(layout, disk)), None)
    except LockHeld as error:
        if _moves(layout):
            raise
        return f"{error.what} {error.why} It has not changed anything yet."


def _moves(layout: Layout) -> bool:
    """Whether an install is moving files at this moment."""
    return any(map(is_past_commit, unfinished(layout.state)))
