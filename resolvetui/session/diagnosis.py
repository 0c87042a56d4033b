"""An index refuses or fails: what the others hold of the project, and what can be done.

Only after the error: whatever is asked here decides nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import structs

from resolvetui.errors import BadPage, IndexFailure, OtherIndex
from resolvetui.explanation import index_words
from resolvetui.explanation.ranges import version_span
from resolvetui.index.client import Found, Missing, PageReply, Refused
from resolvetui.model.names import PackageName
from resolvetui.model.query import IndexSource, IndexStrategy, Query
from resolvetui.session.sources import PageSource

if TYPE_CHECKING:
    from resolvetui.net.transport import Transport

Ask = Callable[["Callable[[Transport], Coroutine[Any, Any, None]]"], None]
"""Runs what needs the network, or does nothing where there is none."""

_PATIENCE_S = 5.0
"""For the other indexes: the error is what the user waits for."""


def diagnose(
    error: IndexFailure, query: Query, client: PageSource, ask: Ask, *, offline: bool
) -> None:
    """Complete an error about a project on an index of the query; others stay as they are."""
    details = error.details
    source = next((each for each in query.indexes if each.name == details.index), None)
    if source is None or not details.project:
        return
    project = PackageName(details.project)
    sources = [each for each in query.indexes if each.name != source.name]
    replies = _replies(project, sources, client, ask)
    others = tuple(_other(each, replies.get(each.name), offline=offline) for each in sources)
    error.details = details = structs.replace(details, others=others)
    error.why = "\n".join(_why(error, others))
    error.what_to_do = index_words.ways_out(
        details,
        error.what_to_do,
        source.origin,
        comes_first=_comes_first(query, source, project, others),
    )


def _why(error: IndexFailure, others: tuple[OtherIndex, ...]) -> list[str]:
    lines = [error.why]
    if isinstance(error, BadPage):
        lines.append(f"{index_words.was_not_logged_in(error.details.login).capitalize()}.")
    if others:
        lines.append(index_words.others_hold(error.details.project, others))
    if any(other.versions for other in others):
        lines.append(index_words.NOT_INSTEAD)
    return lines


def _comes_first(
    query: Query, failing: IndexSource, project: str, others: tuple[OtherIndex, ...]
) -> bool:
    """Whether an index that has the project stands behind the one that fails."""
    is_pinned = PackageName(project) in query.pinned_indexes
    if query.policies.index_strategy is not IndexStrategy.FIRST_INDEX or is_pinned:
        return False
    names: list[str] = [source.name for source in query.indexes]
    having = [names.index(other.index) for other in others if other.versions]
    return bool(having) and having[0] > names.index(failing.name)


def _replies(
    project: PackageName, sources: list[IndexSource], client: PageSource, ask: Ask
) -> Mapping[str, PageReply]:
    known = {source.name: client.cached(source, project) for source in sources}
    found: dict[str, PageReply] = {
        name: reply for name, reply in known.items() if reply is not None
    }
    unknown = [source for source in sources if source.name not in found]

    async def fetch(transport: Transport) -> None:
        async def one(source: IndexSource) -> None:
            found[source.name] = await client.fetch(source, project, transport)

        jobs = [asyncio.ensure_future(one(source)) for source in unknown]
        _, late = await asyncio.wait(jobs, timeout=_PATIENCE_S)
        for job in late:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    if unknown:
        ask(fetch)
    return found


def _other(source: IndexSource, reply: PageReply | None, *, offline: bool) -> OtherIndex:
    match reply:
        case Found():
            versions = [release.version for release in reply.load().releases]
            span = version_span(versions)
            return OtherIndex(source.name, span, "" if span else index_words.HAS_NONE)
        case Missing():
            return OtherIndex(source.name, "", index_words.HAS_NONE)
        case Refused(status=status):
            return OtherIndex(source.name, "", index_words.refuses_too(status))
        case _:
            answer = index_words.NOT_ASKED if offline else index_words.NO_ANSWER
            return OtherIndex(source.name, "", answer)
