"""Sentences on what indexes say of a project: its status, and where else it is. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from resolvetui.explanation.reason_words import clause
from resolvetui.model.names import IndexName, PackageName

_MEANINGS = {
    "archived": "no updates are to be expected",
    "deprecated": "its owners advise against it",
    "quarantined": "the index takes it for unsafe",
}


def status(name: PackageName, index: IndexName, marker: str, reason: str) -> str:
    """PEP 792: `old is archived on main (no updates are to be expected): moved to new.`"""
    because = f": {clause(reason)}" if reason else ""
    return f"{name} is {marker} on index {index} ({_MEANINGS[marker]}){because}."


def places(
    name: PackageName, index: IndexName, tracks: Sequence[str], alternates: Sequence[str]
) -> str:
    """PEP 708: where an index says that its project is at home."""
    said = [f"follows {_some(tracks)}"] if tracks else []
    said += [f"is the same project as {_some(alternates)}"] if alternates else []
    return f"Index {index} says that its {name} {' and '.join(said)}."


def apart(names: Sequence[PackageName], indexes: Sequence[IndexName]) -> str:
    """PEP 708: names that count on several indexes which do not say that they belong together."""
    listed, one = _some(names), len(names) == 1
    return (
        f"{listed} {'is' if one else 'are'} taken from whichever of {', '.join(indexes)} has the "
        f"version, and these do not say that {'it is' if one else 'they are'} the same "
        f"{'project' if one else 'projects'} (PEP 708)."
    )


_MOST = 5


def _some(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - _MOST} more" if len(texts) > _MOST else ""
    return ", ".join(clause(text) for text in texts[:_MOST]) + more
