"""Ctrl-C and its like, held back while an environment is being changed."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from resolvetui.errors import INSTALLED, Cancelled, Interrupted

_HELD = ("SIGINT", "SIGTERM", "SIGHUP")


@contextlib.contextmanager
def uninterrupted(cancelled: Callable[[], bool] = lambda: False) -> Iterator[Callable[[], bool]]:
    """Hold signals; gives a function that says whether one came or `cancelled` says so.

    Raises Interrupted at the end when SIGINT came, which says whether what was done under it was
    done by then: what stops for it raises Cancelled. SIGTERM and SIGHUP are delivered at the end.
    """
    with _held_signals() as came:
        try:
            yield lambda: bool(came) or cancelled()
        except Cancelled as error:
            if signal.SIGINT in came:
                raise Interrupted("Stopped; nothing was changed.") from error
            raise
        if signal.SIGINT in came:  # whoever returns from within the block comes by here as well
            raise Interrupted(INSTALLED)


@contextlib.contextmanager
def _held_signals() -> Iterator[list[int]]:
    """Collect the signals that come. What the process ignores stays ignored.

    In other threads than the main one signals do not arrive: nothing is done there.
    """
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield came
        return

    def hold(number: int, _: FrameType | None) -> None:
        came.append(number)

    numbers = [getattr(signal, name) for name in _HELD if hasattr(signal, name)]
    before = {
        number: signal.signal(number, hold)
        for number in numbers
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
        for number in came:
            if number != signal.SIGINT:
                signal.raise_signal(number)
