"""The attempts of a session that are kept with all that was told of them, by their query.

Who goes back to one gets its answer without a resolve; candidates, reasons, plan and trace are
then asked of it as if it had just ended. Only as many are kept as memory allows.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from resolvetui.model.query import Query
from resolvetui.session import protocol
from resolvetui.session.attempts import Attempt
from resolvetui.session.protocol import Message

MOST = 12
"""Attempts that are kept; the one that was not looked at for the longest time goes first."""


class Telling:
    """Passes the messages of a resolve on, and keeps what says all that the rest of them said."""

    def __init__(self, send: Callable[[Message], None]) -> None:
        self._send = send
        self._last: dict[type, Message] = {}
        self._warned: list[protocol.Warned] = []

    def __call__(self, message: Message) -> None:
        """A message of the resolve."""
        if isinstance(message, protocol.Warned):
            self._warned.append(message)
        else:
            self._last[type(message)] = message  # totals: each replaces the one before
        self._send(message)

    @property
    def told(self) -> tuple[Message, ...]:
        """What was said, once."""
        ends = (protocol.Resolved, protocol.Unsatisfiable)
        before = [each for kind, each in self._last.items() if kind not in ends]
        return (*before, *self._warned, *(self._last[kind] for kind in ends if kind in self._last))


class Kept(Struct, frozen=True):
    """One attempt, and what was told of it."""

    attempt: Attempt
    resolve: int
    """The request that it answered last; its trace is kept under this number."""
    told: tuple[Message, ...]

    def again(self, request: int) -> Iterator[Message]:
        """The same messages in answer to another request, with the ways out known by now."""
        explanation = self.attempt.explanation
        for message in self.told:
            now = replace(message, id=request)
            if isinstance(now, protocol.Unsatisfiable) and explanation is not None:
                now = replace(now, explanation=explanation)
            yield now


class KeptAttempts:
    """The attempts that can be gone back to."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()

    def keep(self, attempt: Attempt, resolve: int, told: tuple[Message, ...]) -> None:
        """An attempt has ended."""
        key = _key(attempt.query)
        self._kept[key] = Kept(attempt, resolve, told)
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def find(self, query: Query, request: int) -> Kept | None:
        """The attempt of an equal query, which answers this request from now on."""
        key = _key(query)
        found = self._kept.get(key)
        if found is not None:
            self._kept[key] = replace(found, resolve=request)
            self._kept.move_to_end(key)
        return found

    def renew(self, attempt: Attempt) -> None:
        """More is known of an attempt: its ways out were tried."""
        key = _key(attempt.query)
        if key in self._kept:
            self._kept[key] = replace(self._kept[key], attempt=attempt)

    def clear(self) -> None:
        """Forget all: what is installed is another, or all is to be read anew."""
        self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)


_key = msgspec.json.Encoder(order="deterministic").encode
"""Queries are equal where all their inputs are."""
