"""What an index may answer about a project: a closed set of values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from resolvetui.errors import IndexFailure, OfflineError
from resolvetui.model.files import ProjectPage
from resolvetui.model.names import PackageName


@dataclass(frozen=True, slots=True)
class Found:
    """The index lists the project."""

    key: str
    """Names the page, whatever its content: one key a URL, without credentials."""
    validator: str
    """Names its content: what was derived from the same key and validator still holds."""
    load: Callable[[], ProjectPage] = field(compare=False, repr=False)
    """Decodes the page; not needed where something derived from it is cached."""


@dataclass(frozen=True, slots=True)
class Missing:
    """The index does not have the project."""

    status: int
    """404 or 410."""


@dataclass(frozen=True, slots=True)
class Refused:
    """401 or 403."""

    status: int
    had_challenge: bool
    """Whether the server asked for credentials, or got some that were not good enough. A 403
    without may be an index's way to say 404: judged when all its answers are in."""
    url: str = field(default="", compare=False)
    """Of the page, without credentials."""
    login: str = field(default="", compare=False)
    """Where the credentials came from that were sent, as in `ErrorDetails`."""
    realm: str = field(default="", compare=False)
    """What the server wants credentials for, in its words."""


@dataclass(frozen=True, slots=True)
class Failed:
    """No usable answer; never the same as "not there"."""

    error: IndexFailure | OfflineError


PageReply: TypeAlias = Found | Missing | Refused | Failed


@dataclass(slots=True)
class IndexStatistics:
    """How one index has answered so far. A project counts once, by its last answer."""

    latencies_ms: list[float] = field(default_factory=list)
    """One a request, in order of arrival."""
    _found: set[PackageName] = field(default_factory=set)
    _missing: set[PackageName] = field(default_factory=set)
    _asked: set[PackageName] = field(default_factory=set)
    """Those that the network was asked about."""
    _refused: dict[PackageName, Refused] = field(default_factory=dict)
    _failed: dict[PackageName, str] = field(default_factory=dict)

    @property
    def projects(self) -> int:
        """Projects that it listed."""
        return len(self._found)

    @property
    def missing(self) -> int:
        """Projects that it does not have; a 403 that may mean so is one of them."""
        return len(self._missing | self._refused.keys()) if self._found else len(self._missing)

    @property
    def cached(self) -> int:
        """Projects whose answer needed no network."""
        return len((self._found | self._missing | self._refused.keys()) - self._asked)

    @property
    def failure(self) -> str:
        """A failure that was not made good since, in a few words (`HTTP 503`), or ""."""
        if self._failed:
            return next(reversed(self._failed.values()))
        for reply in self._refused.values():
            if reply.had_challenge or not self._found:
                return f"HTTP {reply.status}"
        return ""

    @property
    def latency_ms(self) -> float | None:
        """The median, or None before the first answer from the network."""
        ordered = sorted(self.latencies_ms)  # `statistics` would cost 10 ms to import
        return ordered[len(ordered) // 2] if ordered else None

    def count(self, project: PackageName, reply: PageReply, *, cached: bool = False) -> None:
        """Take a reply into account; `cached`: it needed no network."""
        self._found.discard(project)
        self._missing.discard(project)
        self._refused.pop(project, None)
        self._failed.pop(project, None)
        if not cached:
            self._asked.add(project)
        match reply:
            case Found():
                self._found.add(project)
            case Missing():
                self._missing.add(project)
            case Refused():
                self._refused[project] = reply
            case Failed(error=error):
                self._failed[project] = _in_short(error)


_CAUSES = {
    "time-out": "timed out",
    "connection": "no connection",
    "dns": "no such host",
    "certificate": "bad certificate",
    "tls": "TLS failed",
    "proxy": "proxy failed",
    "protocol": "broken answer",
    "page": "unreadable page",
}


def _in_short(error: IndexFailure | OfflineError) -> str:
    if error.details.cause == "status" and error.details.status is not None:
        return f"HTTP {error.details.status}"
    unknown = "offline" if isinstance(error, OfflineError) else "failed"
    return _CAUSES.get(error.details.cause, unknown)
