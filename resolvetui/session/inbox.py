"""Requests that wait for the worker: first come, first served, but for quick questions."""

from __future__ import annotations

import threading
from collections import deque

from resolvetui.session.protocol import AskWhy, ListCandidates, ListFiles, Request
from resolvetui.session.trace_messages import AskTraceState, ListTrace, SeekTrace

_QUICK = (AskWhy, ListCandidates, ListFiles, AskTraceState, ListTrace, SeekTrace)


class Inbox:
    """Filled by the thread that reads, emptied by the one that works."""

    def __init__(self) -> None:
        self._waiting: deque[Request | None] = deque()
        self._changed = threading.Condition()

    def put(self, request: Request | None) -> None:
        """A request came, or None: no more will come."""
        with self._changed:
            self._waiting.append(request)
            self._changed.notify()

    def get(self) -> Request | None:
        """The next request; waits for one. None at the end."""
        with self._changed:
            while not self._waiting:
                self._changed.wait()
            return self._waiting.popleft()

    def question(self) -> Request | None:
        """The next request if it is one that can be answered in the middle of another, else None.
        Does not wait.
        """
        with self._changed:
            if self._waiting and isinstance(self._waiting[0], _QUICK):
                return self._waiting.popleft()
            return None
