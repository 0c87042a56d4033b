"""A transport and a clock that do what a test says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from resolvetui.errors import ResolvetuiError


@dataclass(slots=True)
class FakeAnswer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    url: str = ""
    login: str = ""


Reply = FakeAnswer | ResolvetuiError | Callable[[Mapping[str, str]], FakeAnswer]


class FakeTransport:
    """Answers from a dict; 404 for everything else."""

    def __init__(self, answers: Mapping[str, Reply] | None = None) -> None:
        self.answers = dict(answers or {})
        self.requests: list[tuple[str, dict[str, str]]] = []

    @property
    def urls(self) -> list[str]:
        return [url for url, _ in self.requests]

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit_bytes: int = 0,
        what: str = "",
    ) -> FakeAnswer:
        self.requests.append((url, dict(headers or {})))
        reply = self.answers.get(url, FakeAnswer(404))
        if isinstance(reply, ResolvetuiError):
            raise reply
        answer = reply if isinstance(reply, FakeAnswer) else reply(dict(headers or {}))
        return replace(answer, url=answer.url or url)


@dataclass(slots=True)
class FakeClock:
    time: float = 1000.0

    def __call__(self) -> float:
        return self.time
