"""A session whose network is a world of loopback indexes without sockets, slow at random."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from resolvetui.demo.server import LoopbackIndexes
from resolvetui.model.query import Query
from resolvetui.net.auth import Credentials
from resolvetui.net.transport import Response, Transport, TransportOptions
from resolvetui.session.attempts import Session
from tests.session.support import runtime
from tests.support.index import World


def url_of(index: str) -> str:
    """Where a query finds an index of the world."""
    return f"https://index.example/{index}/simple"


class ShuffledTransport(Transport):
    """Answers from a world without a network, one waiting request at a time, at random."""

    def __init__(self, indexes: LoopbackIndexes, rng: random.Random) -> None:
        super().__init__(TransportOptions(), Credentials(()), "test")
        self.paths: list[str] = []
        """In order of the answers."""
        self._indexes = indexes
        self._rng = rng
        self._waiting: list[tuple[str, Mapping[str, str], asyncio.Future[Response]]] = []

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit_bytes: int = 0,
        what: str = "",
    ) -> Response:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Response] = loop.create_future()
        self._waiting.append((url, headers or {}, future))
        loop.call_soon(self._answer_one)
        return await future

    async def download(
        self,
        url: str,
        path: Path,
        *,
        hashes: Mapping[str, str],
        size: int | None,
        on_bytes: Callable[[int], None] | None = None,
    ) -> None:
        response = await self.get(url)
        assert response.status == 200
        path.write_bytes(response.body)  # noqa: ASYNC240 - a few bytes

    def _answer_one(self) -> None:
        """One call a request; each answers any one of those that wait, or puts it off."""
        waiting = [each for each in self._waiting if not each[2].done()]
        if not waiting:
            return
        if self._rng.random() < 0.5:
            asyncio.get_running_loop().call_soon(self._answer_one)
            return
        url, headers, future = self._rng.choice(waiting)
        self._waiting.remove((url, headers, future))
        path = unquote(urlsplit(url).path)
        self.paths.append(path)
        reply = self._indexes.answer(path, {name.lower(): text for name, text in headers.items()})
        answered = {name.lower(): text for name, text in reply.headers.items()}
        future.set_result(Response(reply.status, url, answered, reply.body))


class ShuffledSession(Session):
    """A session whose network answers in an order of its own."""

    def __init__(self, world: World, seed: int) -> None:
        super().__init__(runtime())
        self._indexes = LoopbackIndexes(world.indexes.values())
        self._rng = random.Random(seed)
        self.paths: list[str] = []

    def open_transport(self, query: Query) -> Transport:
        transport = ShuffledTransport(self._indexes, self._rng)
        transport.paths = self.paths
        return transport
