"""Work on many items shared with a second process, where that is sound and worth it.

Linking or looking at ten thousand files is calls of the kernel with a little Python around each: a
thread would wait for the interpreter, a process uses another core. The process is a copy of this
one (`fork`), so that nothing is read or sent twice. It may do only what leaves no trace in memory.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Generic, NoReturn, TypeVar

import msgspec

Item = TypeVar("Item")
Result = TypeVar("Result")

LEAST_FILES = 2_000
"""Fewer are done before a second process would be at work."""
_MOST_ITEMS = 4_000
"""As many numbers as fit into any pipe."""
_NUMBER = 4
"""Bytes of one."""


def is_worthwhile(items: int, files: int) -> bool:
    """Whether work of this size is to be shared."""
    # A copy has one thread: a lock that another thread holds would never be released in it. On
    # macOS the system's libraries do not survive it.
    return (
        1 < items <= _MOST_ITEMS
        and files >= LEAST_FILES
        and sys.platform == "linux"
        and threading.active_count() == 1
        and len(os.sched_getaffinity(0)) > 1
    )


class Shared(Generic[Item, Result]):
    """`work` on every item, by two processes, each of which takes the next one.

    The other process begins at once, this one when `run` is called.
    """

    def __init__(
        self,
        items: Sequence[Item],
        work: Callable[[Item, Callable[[], bool]], Result],
        kind: object,
    ) -> None:
        """`work` is told how to find out that nobody wants its result any more.

        `kind` is what msgspec makes the results into that come from the other process.
        """
        self._items, self._work = items, work
        self._decoder = msgspec.msgpack.Decoder(dict[int, kind])  # type: ignore[valid-type]
        self._queue, numbers = os.pipe()
        for number in range(len(items)):
            os.write(numbers, number.to_bytes(_NUMBER, "big"))
        os.close(numbers)
        reading, writing = os.pipe()
        parent = os.getpid()
        self._process = os.fork()
        if not self._process:
            os.close(reading)
            self._help(writing, lambda: os.getppid() != parent)
        os.close(writing)
        self._answer = os.fdopen(reading, "rb")

    def __enter__(self) -> Shared[Item, Result]:
        return self

    def __exit__(self, *_: object) -> None:
        """The other process has ended when this returns."""
        self._answer.close()
        os.close(self._queue)
        with suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self._process, 0)

    def run(self) -> Iterator[tuple[int, Result]]:
        """Take part until all is done; the results by the number of their item.

        What the other process failed at is missing. Raises what `work` raises in this one.
        """
        for number in self._taken():
            yield number, self._work(self._items[number], lambda: False)
        answer = self._answer.read()
        with suppress(msgspec.DecodeError):  # it was killed: then all that it took is missing
            yield from self._decoder.decode(answer).items()

    def _taken(self) -> Iterator[int]:
        while number := os.read(self._queue, _NUMBER):
            yield int.from_bytes(number, "big")

    def _help(self, writing: int, is_orphan: Callable[[], bool]) -> NoReturn:
        """What the other process does."""
        done: dict[int, Result] = {}
        try:
            gc.disable()  # it would touch every object, and so have all memory copied
            for number in self._taken():
                if is_orphan():
                    break
                with suppress(Exception):  # this is done again where errors are told
                    done[number] = self._work(self._items[number], is_orphan)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(msgspec.msgpack.encode(done))
        finally:
            os._exit(0)  # nothing that belongs to the first process is closed or written twice
