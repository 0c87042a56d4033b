"""The partial solution at any moment of a search, from its events alone.

Pure: nothing is resolved again. A snapshot every `EVERY` events makes any moment as near as the
last one; what follows the snapshot is replayed (`events.py` says what each event does).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

from resolvetui.resolver.assignments import Snapshot
from resolvetui.resolver.clause import PackageKey, base_name
from resolvetui.resolver.domain import ABSENT
from resolvetui.resolver.events import Event

EVERY = 200
"""Events between two snapshots."""


class Replay:
    """The partial solution as the events so far tell it."""

    def __init__(self) -> None:
        self.level = 0
        self.masks: dict[PackageKey, int] = {}
        self.decided: dict[PackageKey, int] = {}
        """Level by package, in order of decision."""
        self._versions: dict[str, tuple[str, ...]] = {}
        self._bits: dict[tuple[str, str], int] = {}
        """Shared by all copies: what a version's bit is never changes."""
        self._trail: list[tuple[int, PackageKey, int]] = []
        """(level, package, mask before) of every change."""

    def see(self, event: Event) -> None:
        """The next event. Those that change nothing here are passed over."""
        match event[0]:
            case "narrowed":
                self._set(event[1], event[3])
            case "decided":
                _, key, version, level = event
                self.level = self.decided[key] = level
                self._set(key, self._bit(base_name(key), version))
            case "backjump":
                self._forget(event[2])
            case "grounded":
                self.masks[event[1]] = event[2]
            case "listing":
                self._versions[event[1]] = event[2]
            case _:
                pass

    def _bit(self, name: str, version: str) -> int:
        bit = self._bits.get((name, version))
        if bit is None:
            bit = self._bits[name, version] = 2 << self._versions[name].index(version)
        return bit

    def _set(self, key: PackageKey, mask: int) -> None:
        if self.level:  # what holds without a decision is never taken back
            self._trail.append((self.level, key, self.masks[key]))
        self.masks[key] = mask

    def _forget(self, level: int) -> None:
        trail = self._trail
        while trail and trail[-1][0] > level:
            _, key, before = trail.pop()
            self.masks[key] = before
        while self.decided and next(reversed(self.decided.values())) > level:
            self.decided.popitem()
        self.level = level

    def version(self, key: PackageKey) -> str:
        """The version of a decided package."""
        return self._versions[base_name(key)][self.masks[key].bit_length() - 2]

    def copy(self) -> Replay:
        """The same state, to go on from without changing this one."""
        other = Replay()
        other.level = self.level
        other.masks = dict(self.masks)
        other.decided = dict(self.decided)
        other._versions = dict(self._versions)
        other._bits = self._bits
        other._trail = list(self._trail)
        return other

    @property
    def snapshot(self) -> Snapshot:
        """As the solver itself gives it; not a copy."""
        return Snapshot(self.level, self.masks, self.decided)


class Timeline:
    """Consecutive events of a search with a snapshot every so often."""

    def __init__(self, events: Sequence[Event], first: Replay | None = None) -> None:
        """`first`: the state before the first of these events, by default that of the start."""
        self.events = events
        self.levels = array("i")
        """For each event the decision level that it belongs to: of a decision the new one, of a
        backjump the one that is left."""
        self.before = array("i")
        """For each decision how many candidates there were; else -1."""
        self._snapshots: list[Replay] = []
        state = first.copy() if first is not None else Replay()
        for position, event in enumerate(events):
            if position % EVERY == 0:
                self._snapshots.append(state.copy())
            kind = event[0]
            decides = kind == "decided"
            self.before.append(candidates(state.masks[event[1]]) if decides else -1)
            level = state.level
            state.see(event)
            self.levels.append(level if kind == "backjump" else state.level)
        self._end = state

    def __len__(self) -> int:
        return len(self.events)

    def at(self, count: int) -> Replay:
        """The state after the first `count` of the events; the caller's own."""
        if count >= len(self.events):
            return self._end.copy()
        state = self._snapshots[count // EVERY].copy()
        for event in self._since_snapshot(count):
            state.see(event)
        return state

    def _since_snapshot(self, count: int) -> Iterator[Event]:
        return (self.events[at] for at in range(count // EVERY * EVERY, count))


def candidates(mask: int) -> int:
    """How many versions are in a mask."""
    return (mask & ~ABSENT).bit_count()
