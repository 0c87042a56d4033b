"""What is kept of how an attempt ended: enough to compare it with others. Pure.

Values come from messages that were made safe. Candidates, reasons and steps are not kept here: the
worker has them, and tells them again when somebody goes back to the attempt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from resolvetui.model.explanation import Explanation
from resolvetui.model.resolution import Pin, Resolution
from resolvetui.session.protocol import Failed

Outcome: TypeAlias = Literal["solved", "conflict", "failed", "cancelled"]


class Taken(Struct, frozen=True):
    """One package of a solution."""

    name: str
    version: str
    index: str
    """The index that it is from; `URL` for a direct reference, `installed` for what stays."""
    file: str
    """Name of the file, "" for what is installed."""
    size: int | None
    """Bytes to download: 0 for what is installed, None where the index does not say."""


class Answer(Struct, frozen=True):
    """How one attempt ended."""

    outcome: Outcome
    packages: tuple[Taken, ...] = ()
    """Sorted by name; () without a solution."""
    reason: str = ""
    """Why there is none, as one line; "" where there is one."""
    advice: str = ""
    """What can be done about a failure, as one line; or ""."""
    elapsed_s: float = 0.0

    @property
    def solved(self) -> bool:
        """Whether there is a solution."""
        return self.outcome == "solved"

    @property
    def download_bytes(self) -> int | None:
        """Bytes of all files; None where an index does not say a size."""
        sizes = [taken.size for taken in self.packages]
        known = [size for size in sizes if size is not None]
        return sum(known) if len(known) == len(sizes) else None


CANCELLED = Answer("cancelled", reason="given up before it ended")


def solved(resolution: Resolution, elapsed_s: float) -> Answer:
    """The answer of a query that has a solution."""
    packages = tuple(sorted(map(_taken, resolution.pins), key=lambda taken: taken.name))
    return Answer("solved", packages, elapsed_s=elapsed_s)


def _taken(pin: Pin) -> Taken:
    places = {"file": pin.index or "", "url": "URL", "installed": "installed"}
    return Taken(
        name=pin.name,
        version=pin.version,
        index=places[pin.kind],
        file=pin.file.filename if pin.file else "",
        size=pin.file.size if pin.file else 0,
    )


def conflict(explanation: Explanation, elapsed_s: float) -> Answer:
    """The answer of a query that has none."""
    return Answer("conflict", reason=_line(explanation.cause), elapsed_s=elapsed_s)


def failed(failure: Failed) -> Answer:
    """The answer of a query that an error ended, or somebody."""
    if failure.kind == "cancelled":
        return CANCELLED
    return Answer("failed", reason=_line(failure.what), advice=_line(failure.what_to_do))


def _line(text: str) -> str:
    return text.partition("\n")[0].strip()


def sharing(answer: Answer, like: Answer | None) -> Answer:
    """The same answer, with the packages that another one has, too, as the same objects.

    A what-if changes a few packages of hundreds: the rest is in memory once.
    """
    if like is None or not answer.packages:
        return answer
    known: Mapping[str, Taken] = {taken.name: taken for taken in like.packages}
    shared = tuple(
        other if (other := known.get(taken.name)) == taken and other is not None else taken
        for taken in answer.packages
    )
    return replace(answer, packages=shared)
