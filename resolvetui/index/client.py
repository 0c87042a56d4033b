"""Asks indexes about projects: the cache first, then the network with revalidation.

Owns cache keys, freshness and what an HTTP status means. Which index wins and what a refusal
means in the end is `strategy.py`; parsing is `simple_api.py`. Nothing here imports asyncio or
httpx until something has to be fetched.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import blake2b
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from resolvetui.errors import ErrorDetails, IndexFailure, IndexUnreachable, OfflineError
from resolvetui.index.flat import FlatPages, decode_flat, encode_flat, parse_flat
from resolvetui.index.local import flat_reply, local_flat, local_path, local_project, stamp
from resolvetui.index.replies import Failed, Found, IndexStatistics, Missing, PageReply, Refused
from resolvetui.index.seams import Answer, Getter, PageStore
from resolvetui.index.simple_api import ACCEPT, decode_page, encode_page, parse_page
from resolvetui.model.files import ProjectPage
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource
from resolvetui.net.auth import redact, strip
from resolvetui.net.cache import CachedPage
from resolvetui.net.freshness import fresh_until, revalidation_headers
from resolvetui.net.urls import split_authority

if TYPE_CHECKING:
    import asyncio

__all__ = ["Failed", "Found", "IndexClient", "IndexStatistics", "Missing", "PageReply", "Refused"]

_FORMAT = "3"
"""Part of every key: raise it when the cached form of pages changes."""

Refresh: TypeAlias = bool | frozenset[PackageName]
"""Which projects to ask about again although the cache has an answer: all, or these."""
_FlatState = tuple[FlatPages, str]
"""All projects of a find-links source with the validator of its page."""


class IndexClient:
    """The pages of one run. An answer, once given, stays the same for the client's lifetime."""

    def __init__(
        self,
        cache: PageStore,
        *,
        offline: bool = False,
        refresh: Refresh = False,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.statistics: dict[IndexName, IndexStatistics] = {}
        self._cache = cache
        self._offline = offline
        self._refresh: Refresh = refresh and not offline and refresh
        self._now = now
        self._answered: dict[str, CachedPage] = {}
        """Answers from the network of this run, by key; fresh until it ends."""
        self._flat: dict[str, _FlatState] = {}
        self._roots: dict[IndexName, bool] = {}
        self._asking: dict[str, asyncio.Task[CachedPage | Refused | Failed]] = {}

    def cached(self, source: IndexSource, project: PackageName) -> PageReply | None:
        """The answer that needs no network, or None when the index has to be asked.

        That is a fresh one from the cache, any one from the cache when offline (`Failed` with an
        `OfflineError` when there is none), or that of a local folder.
        """
        path = local_path(source.url)
        if path is None:
            reply = self._from_cache(source, project)
        elif source.kind == "simple":
            reply = local_project(source, path, project)
        else:
            reply = self._local_flat(source, project)
        if reply is not None:
            self._statistics(source).count(project, reply, cached=True)
        return reply

    async def fetch(
        self, source: IndexSource, project: PackageName, transport: Getter
    ) -> PageReply:
        """The answer of the index, asked now; kept in the cache. Never raises for a bad answer."""
        reply = self.cached(source, project) if local_path(source.url) or self._offline else None
        if reply is not None:
            return reply
        if source.kind == "flat":
            entry = await self._ask_once(source, transport)
        else:
            entry = await self._ask(source, _key(source, project), project, transport)
        reply = self._reply(source, project, entry) if isinstance(entry, CachedPage) else entry
        self._statistics(source).count(project, reply)
        return reply

    def is_index_now(self, source: IndexSource) -> bool | None:
        """Whether the URL is that of an index, as far as `fetch_is_index` has found out."""
        return True if local_path(source.url) else self._roots.get(source.name)

    async def fetch_is_index(self, source: IndexSource, transport: Getter) -> None:
        """Look at the URL itself, for `is_index_now`."""
        from resolvetui.index.roots import is_index  # after a failure only

        self._roots[source.name] = await is_index(source, transport)

    def flat_names(self) -> set[PackageName]:
        """The projects of all find-links sources asked so far: these list everything they have."""
        return {project for pages, _ in self._flat.values() for project in pages}

    def _is_refreshed(self, source: IndexSource, project: PackageName) -> bool:
        """Whether a cached answer does not count; the page of a find-links source is of many."""
        if isinstance(self._refresh, bool):
            return self._refresh
        return project in self._refresh or (source.kind == "flat" and bool(self._refresh))

    def _from_cache(self, source: IndexSource, project: PackageName) -> PageReply | None:
        key = _key(source, project)
        entry = self._answered.get(key)
        if entry is None and not self._is_refreshed(source, project):
            entry = self._fresh(key)
        if entry is not None:
            return self._reply(source, project, entry)
        if self._offline:
            return Failed(_offline_error(source, project))
        return None

    def _fresh(self, key: str) -> CachedPage | None:
        entry = self._cache.page(key)
        if entry is None or self._offline:
            return entry
        # A page from the future was stored under a wrong clock.
        return entry if entry.fetched_at <= self._now() < entry.fresh_until else None

    def _reply(self, source: IndexSource, project: PackageName, entry: CachedPage) -> PageReply:
        if entry.status != 200:
            return Missing(entry.status)
        key = _key(source, project)
        if source.kind == "flat":
            return self._flat_reply(source, project, entry)
        body, index = entry.body, source.name
        return Found(key, entry.validator, lambda: _page_of(body, index))

    def _flat_reply(
        self, source: IndexSource, project: PackageName, entry: CachedPage
    ) -> PageReply:
        key = _key(source, project)
        state = self._flat.get(key)
        if state is None or state[1] != entry.validator:
            pages = {
                PackageName(name): _of_index(page, source.name)
                for name, page in decode_flat(entry.body).items()
            }
            state = self._flat[key] = (pages, entry.validator)
        return flat_reply(state[0], project, key, state[1])

    def _local_flat(self, source: IndexSource, project: PackageName) -> PageReply:
        key = f"local:{source.url}"
        state = self._flat.get(key)
        path = local_path(source.url)
        if state is None and path is not None:
            pages = local_flat(source, path)
            if isinstance(pages, Failed):
                return pages
            state = self._flat[key] = (pages, stamp(path))
        assert state is not None
        return flat_reply(state[0], project, key, state[1])

    async def _ask_once(
        self, source: IndexSource, transport: Getter
    ) -> CachedPage | Refused | Failed:
        """The page of a find-links source; all projects wait for the same request."""
        import asyncio  # not on the warm path

        key = _key(source)
        known = self._answered.get(key)
        if known is not None:
            return known
        task = self._asking.get(key)
        if task is None or task.done():
            task = asyncio.ensure_future(self._ask(source, key, None, transport))
            task.add_done_callback(lambda _: self._asking.pop(key, None))
            self._asking[key] = task
        return await asyncio.shield(task)

    async def _ask(
        self, source: IndexSource, key: str, project: PackageName | None, transport: Getter
    ) -> CachedPage | Refused | Failed:
        """Send the request, conditional where the cache has an answer, and keep what comes."""
        known = self._cache.page(key)
        headers = {"Accept": ACCEPT}
        if known is not None:
            headers |= revalidation_headers(known.etag, known.last_modified)
        url = _url(source, project)
        subject = f"{project} on index {source.name}" if project else f"index {source.name}"
        started, login = time.perf_counter(), ""
        try:
            answer = await transport.get(url, headers=headers, what=subject)
            login = answer.login
            elapsed_ms = (time.perf_counter() - started) * 1000
            self._statistics(source).latencies_ms.append(elapsed_ms)
            entry = self._entry(source, project, answer, known)
        except (IndexFailure, OfflineError) as error:
            error.details = msgspec.structs.replace(
                error.details,
                index=source.name,
                project=project or "",
                url=error.details.url or url,
                login=error.details.login or login,
                attempts=error.details.attempts or 1,
            )
            return Failed(error)
        if isinstance(entry, CachedPage):
            self._cache.put_page(key, entry)
            self._answered[key] = entry
        return entry

    def _entry(
        self,
        source: IndexSource,
        project: PackageName | None,
        answer: Answer,
        known: CachedPage | None,
    ) -> CachedPage | Refused:
        """What to keep of an answer. Raises `IndexFailure` when it is of no use."""
        now = self._now()
        fresh = fresh_until(answer.headers, now)
        if answer.status == 304 and known is not None:
            return msgspec.structs.replace(known, fetched_at=now, fresh_until=fresh)
        if answer.status in {401, 403}:
            challenged = "www-authenticate" in answer.headers
            had_login = bool(split_authority(source.url)[1] or answer.login)
            realm = redact(_realm(answer))
            return Refused(
                answer.status, challenged or had_login, strip(answer.url), answer.login, realm
            )
        if answer.status in {404, 410}:
            body = b""
        elif answer.status == 200:
            body = _encoded(source, project, answer)
        else:
            raise _unexpected(source, project, answer)
        return CachedPage(
            status=answer.status,
            body=body,
            # Of the encoded form: a new time stamp or serial in the page changes nothing.
            validator=blake2b(body, digest_size=16).hexdigest(),
            etag=answer.headers.get("etag", ""),
            last_modified=answer.headers.get("last-modified", ""),
            fetched_at=now,
            fresh_until=fresh,
        )

    def _statistics(self, source: IndexSource) -> IndexStatistics:
        return self.statistics.setdefault(source.name, IndexStatistics())


def _url(source: IndexSource, project: PackageName | None) -> str:
    """Without the user's credentials: the transport knows which go to which origin."""
    url = strip(source.url)
    return url if project is None else f"{url.rstrip('/')}/{project}/"


def _key(source: IndexSource, project: PackageName | None = None) -> str:
    asked = None if source.kind == "flat" else project
    return f"{_FORMAT}:{source.kind}:{_url(source, asked)}"


def _realm(answer: Answer) -> str:
    from resolvetui.net.failures import realm_of  # with what the network needs

    return realm_of(answer.headers)


def _encoded(source: IndexSource, project: PackageName | None, answer: Answer) -> bytes:
    content_type = answer.headers.get("content-type", "")
    if project is None:
        return encode_flat(parse_flat(source.name, answer.url, answer.body, content_type))
    return encode_page(parse_page(project, source.name, answer.url, content_type, answer.body))


def _page_of(body: bytes, index: IndexName) -> ProjectPage:
    return _of_index(decode_page(body), index)


def _of_index(page: ProjectPage, index: IndexName) -> ProjectPage:
    """The page under the name that the index has in this query: the cache knows URLs only."""
    return page if page.index == index else msgspec.structs.replace(page, index=index)


def _offline_error(source: IndexSource, project: PackageName) -> OfflineError:
    url = _url(source, None if source.kind == "flat" else project)
    return OfflineError(
        f"The cache has no answer of index {source.name} about {project}.",
        why=f"{url} was not asked, because of --offline.",
        what_to_do="Run it once without --offline.",
        culprit=url,
        details=ErrorDetails(index=source.name, project=project, url=url),
    )


def _unexpected(source: IndexSource, project: PackageName | None, answer: Answer) -> IndexFailure:
    url = strip(answer.url)
    subject = f" about {project}" if project else ""
    return IndexUnreachable(
        f"Index {source.name} gave no answer{subject}: HTTP {answer.status}.",
        why=f"{url} answered with HTTP status {answer.status}.",
        what_to_do="Check the index URL.",
        culprit=url,
        details=ErrorDetails(url=url, cause="status", status=answer.status),
    )
