"""The runs of a query on many targets, from the screen to the worker: one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from resolvetui.model.query import TargetRequest
from resolvetui.session.protocol import Cancel
from resolvetui.session.runtime import Runtime
from resolvetui.session.target_messages import RunTarget
from resolvetui.tui.matrix import Matrix, Place

if TYPE_CHECKING:
    from resolvetui.tui.bridge import Bridge


class TargetLink:
    """What the Targets view asks of the worker."""

    def __init__(self, bridge: Bridge, runtime: Runtime) -> None:
        self._bridge = bridge
        self._runtime = runtime

    @property
    def matrix(self) -> Matrix:
        """What is known."""
        return self._bridge.state.matrix

    def run(self, targets: Sequence[TargetRequest]) -> None:
        """Run these; what is in work goes on, what waited gives way to them."""
        self._put(self.matrix.begun(targets))
        self.go_on()

    def go_on(self) -> None:
        """Ask about the next target, when none is in work."""
        matrix = self.matrix
        if matrix.waiting and not matrix.asked:
            query = replace(self._bridge.query, target=matrix.waiting[0])
            request = self._bridge.next_id()
            self._put(matrix.sent(request))
            self._bridge.send(RunTarget(request, query, self._runtime))

    def stop(self) -> None:
        """Ask about no more, and stop the one in work; what is known stays."""
        asked = tuple(self.matrix.asked)
        self._put(self.matrix.stopped(), now=True)
        for request in asked:
            self._bridge.send(Cancel(request))

    def switch(self, places: frozenset[Place], *, on: bool) -> None:
        """Switch places on or off."""
        self._put(self.matrix.switched(places, on=on), now=True)

    def _put(self, matrix: Matrix, *, now: bool = False) -> None:
        bridge = self._bridge
        bridge.state = replace(bridge.state, matrix=matrix)
        bridge.tell_changed(now=now)
