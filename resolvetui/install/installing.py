"""An install from plan to verified environment, around which an event loop keeps turning."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from resolvetui.environment.installed import read_installed
from resolvetui.environment.target import Target
from resolvetui.environment.writable import check_writable
from resolvetui.errors import UsageError
from resolvetui.install.checking import verify
from resolvetui.install.contents import look_inside, refuse_conflicts
from resolvetui.install.download import Downloads, FileCache, OnProgress, download_all, local_files
from resolvetui.install.interruption import uninterrupted
from resolvetui.install.means import Means
from resolvetui.install.plan import ActionKind, Plan
from resolvetui.install.strict_zip import Limits
from resolvetui.install.transaction import Tidying, check_installable, commit
from resolvetui.model.names import PackageName

RATIO_VARIABLE = "RESOLVETUI_MAX_UNPACK_RATIO"


class Done(Struct, frozen=True):
    """An install that was carried out."""

    plan: Plan
    """With what the wheels brought."""
    lines: tuple[str, ...]
    """What was done, a line a change, and notes."""
    warnings: tuple[str, ...]
    """What is wrong with the environment afterwards, a sentence each."""


async def install(
    plan: Plan,
    target: Target,
    cache: FileCache,
    transport: Downloads | None,
    on_progress: OnProgress,
    cancelled: Callable[[], bool],
    *,
    means: Means | None = None,
    keep_undo: bool = True,
) -> Done:
    """Download, commit and verify `plan`.

    `transport` is None when offline. `on_progress` is called in the event loop's thread. When
    the task is cancelled before files are moved, none is; after that all are, and the install
    counts. So it is with Ctrl-C, which raises Interrupted then. Raises ResolvetuiError classes.
    """
    import asyncio

    _check(plan, target)
    means = means or Means(limits=limits_from())
    wheels = await download_all(plan, cache, transport, on_progress)
    loop = asyncio.get_running_loop()
    stopped = threading.Event()

    def report(name: PackageName, state: str, done: int, total: int) -> None:
        loop.call_soon_threadsafe(on_progress, name, state, done, total)

    def work(is_stopped: Callable[[], bool]) -> Done:
        return _carry_out(plan, target, wheels, report, is_stopped, means, keep_undo=keep_undo)

    with uninterrupted(lambda: stopped.is_set() or cancelled()) as is_stopped:
        job = asyncio.ensure_future(asyncio.to_thread(work, is_stopped))
        try:
            return await asyncio.shield(job)
        except asyncio.CancelledError:
            stopped.set()
            await asyncio.wait([job])
            if job.exception() is None:
                return job.result()
            raise


def install_local(
    plan: Plan,
    target: Target,
    cache: FileCache,
    on_progress: OnProgress,
    cancelled: Callable[[], bool],
    *,
    means: Means | None = None,
    keep_undo: bool = True,
) -> Done | None:
    """The same without an event loop, where no file is to be fetched; None where one is.

    Raises ResolvetuiError classes.
    """
    _check(plan, target)
    wheels = local_files(plan, cache)
    if any(action.file is not None and action.name not in wheels for action in plan.changes):
        return None
    for name, path in wheels.items():
        size = path.stat().st_size
        on_progress(name, "verified", size, size)
    means = means or Means(limits=limits_from())
    with uninterrupted(cancelled) as is_stopped:
        return _carry_out(plan, target, wheels, on_progress, is_stopped, means, keep_undo=keep_undo)


def _check(plan: Plan, target: Target) -> None:
    """What can be told before any file is here."""
    check_writable(target)
    check_installable(plan)
    refuse_conflicts(plan)


def _carry_out(
    plan: Plan,
    target: Target,
    wheels: Mapping[PackageName, Path],
    on_progress: OnProgress,
    is_stopped: Callable[[], bool],
    means: Means,
    *,
    keep_undo: bool,
) -> Done:
    """Look into wheels that nobody has looked into, commit, and verify."""
    seen = plan
    if plan.unseen:
        seen = look_inside(target, plan, read_installed(target)[0], wheels, means)
        refuse_conflicts(seen)
    warnings: tuple[str, ...] = ()

    def look(tidy: Tidying) -> None:
        nonlocal warnings
        warnings = verify(target, changed_names(plan), meanwhile=tidy)

    lines = commit(
        target,
        seen,
        wheels,
        on_progress,
        is_stopped,
        means=means,
        keep_undo=keep_undo,
        after=look,
    )
    return Done(seen, lines, warnings)


def changed_names(plan: Plan) -> tuple[PackageName, ...]:
    """The packages that are there afterwards and were not before in that form."""
    return tuple(a.name for a in plan.changes if a.kind is not ActionKind.REMOVE)


def limits_from(environ: Mapping[str, str] = os.environ) -> Limits:
    """The limits of unpacking, as the user sets them. Raises UsageError."""
    text = environ.get(RATIO_VARIABLE, "")
    if not text:
        return Limits()
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise UsageError(
            f"{RATIO_VARIABLE} is {text!r}.",
            what_to_do="Give a whole number: unpacked bytes for one byte of an archive.",
            culprit=RATIO_VARIABLE,
        )
    return Limits(max_ratio=int(text))
