"""An install from plan to changed environment, around which an event loop keeps turning."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping

from resolvetui.environment.target import Target
from resolvetui.environment.writable import check_writable
from resolvetui.errors import UsageError
from resolvetui.install.download import Downloads, FileCache, OnProgress, download_all, local_files
from resolvetui.install.plan import Plan
from resolvetui.install.preparing import Means
from resolvetui.install.strict_zip import Limits
from resolvetui.install.transaction import check_installable, commit
from resolvetui.model.names import PackageName

RATIO_VARIABLE = "RESOLVETUI_MAX_UNPACK_RATIO"


async def install(
    plan: Plan,
    target: Target,
    cache: FileCache,
    transport: Downloads | None,
    on_progress: OnProgress,
    cancelled: Callable[[], bool],
    *,
    means: Means | None = None,
) -> tuple[str, ...]:
    """Download and commit `plan`; what was done, a line each.

    `transport` is None when offline. `on_progress` is called in the event loop's thread. When
    the task is cancelled while files are moved, they are moved back first; when all of them were
    in place by then, the install counts. Raises ResolvetuiError classes.
    """
    import asyncio

    _check(plan, target)
    means = means or Means(limits=limits_from())
    wheels = await download_all(plan, cache, transport, on_progress)
    loop = asyncio.get_running_loop()
    stopped = threading.Event()

    def report(name: PackageName, state: str, done: int, total: int) -> None:
        loop.call_soon_threadsafe(on_progress, name, state, done, total)

    def work() -> tuple[str, ...]:
        return commit(
            target, plan, wheels, report, lambda: stopped.is_set() or cancelled(), means=means
        )

    job = asyncio.ensure_future(asyncio.to_thread(work))
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
) -> tuple[str, ...] | None:
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
    return commit(target, plan, wheels, on_progress, cancelled, means=means)


def _check(plan: Plan, target: Target) -> None:
    check_writable(target)
    check_installable(plan)


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
