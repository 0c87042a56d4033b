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
    """How one index has answered so far."""

    latencies_ms: list[float] = field(default_factory=list)
    """One a request, in order of arrival."""
    failure: str = ""
    """The last failure in a few words, or ""."""
    _found: set[PackageName] = field(default_factory=set)
    _missing: set[PackageName] = field(default_factory=set)

    @property
    def projects(self) -> int:
        """Projects that it listed."""
        return len(self._found)

    @property
    def missing(self) -> int:
        """Projects that it does not have."""
        return len(self._missing)

    @property
    def latency_ms(self) -> float | None:
        """The median, or None before the first answer from the network."""
        ordered = sorted(self.latencies_ms)  # `statistics` would cost 10 ms to import
        return ordered[len(ordered) // 2] if ordered else None

    def count(self, project: PackageName, reply: PageReply) -> None:
        """Take a reply into account; the same project counts once."""
        match reply:
            case Found():
                self._found.add(project)
            case Missing():
                self._missing.add(project)
            case Refused():
                self.failure = f"HTTP {reply.status}"
            case Failed():
                self.failure = reply.error.what
