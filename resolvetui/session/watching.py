"""Follows a search from its events, for messages at a pace that people can read."""

from __future__ import annotations

import time
from collections.abc import Callable

from resolvetui.model.names import IndexName, PackageName
from resolvetui.resolver.clause import base_name, extra_of
from resolvetui.resolver.events import Event
from resolvetui.session.attempts import Session
from resolvetui.session.protocol import Decided, Indexes, IndexState, Message, Progress

INTERVAL_S = 0.05
"""At most 20 messages of a kind a second."""


class Watcher:
    """Turns events into `Progress`, `Decided` and `Indexes`, totals each time."""

    def __init__(
        self,
        request: int,
        session: Session,
        indexes: tuple[tuple[IndexName, str], ...],
        send: Callable[[Message], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._request = request
        self._session = session
        self._indexes = indexes
        self._send = send
        self._clock = clock
        self._begun = clock()
        self._due = self._begun
        self._decided: list[tuple[PackageName, str, int]] = []
        self._seen: dict[PackageName, None] = {}
        self._decisions = self._conflicts = 0

    def observe(self, event: Event) -> None:
        """An event of the solver."""
        match event[0]:
            case "listing":
                self._seen[event[1]] = None
            case "decided":
                self._decisions += 1
                if extra_of(event[1]) is None:
                    self._decided.append((base_name(event[1]), event[2], event[3]))
            case "conflict":
                self._conflicts += 1
            case "backjump":
                self._decided = [row for row in self._decided if row[2] <= event[2]]

    def step(self, doing: str) -> None:
        """The search goes on; says so when the last word is long enough ago."""
        now = self._clock()
        if now >= self._due:
            self._due = now + INTERVAL_S
            self.report(doing)

    def report(self, doing: str = "") -> None:
        """The totals as they are now."""
        requests, received = self._session.traffic.totals
        self._send(
            Progress(
                id=self._request,
                packages=len(self._decided),
                fetched=requests,
                cached=self._session.cached_answers,
                bytes=received,
                decisions=self._decisions,
                conflicts=self._conflicts,
                elapsed_s=self._clock() - self._begun,
                doing=doing,
            )
        )
        known = {name: version for name, version, _ in self._decided}
        waiting = [(name, "") for name in self._seen if name not in known]
        self._send(Decided(self._request, (*known.items(), *waiting)))
        self._send(self._index_states())

    def _index_states(self) -> Indexes:
        states = []
        for name, shown_url in self._indexes:
            counted = self._session.client.statistics.get(name)
            states.append(
                IndexState(
                    name=name,
                    shown_url=shown_url,
                    projects=counted.projects if counted else 0,
                    missing=counted.missing if counted else 0,
                    latency_ms=counted.latency_ms if counted else None,
                    failure=counted.failure if counted else "",
                    cached=counted.cached if counted else 0,
                )
            )
        return Indexes(self._request, tuple(states))
