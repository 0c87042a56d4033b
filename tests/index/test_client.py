from __future__ import annotations

import asyncio
from typing import Any

import pytest

from resolvetui.errors import BadPage, IndexUnreachable, OfflineError
from resolvetui.index.client import IndexClient
from resolvetui.index.replies import Failed, Found, IndexStatistics, Missing, PageReply, Refused
from resolvetui.model.files import ProjectPage
from resolvetui.model.names import IndexName, PackageName
from resolvetui.model.query import IndexSource
from resolvetui.net.cache import Cache
from tests.index.fakes import FakeAnswer, FakeClock, FakeTransport
from tests.index.pages import JSON_TYPE, URL, anchor, entry, json_body, versions

SOURCE = IndexSource(IndexName("example"), "https://index.example/simple")
FLAT = IndexSource(IndexName("links"), "https://links.example/stable.html", kind="flat")
TORCH = PackageName("torch")
NUMPY = PackageName("numpy")


def page(*names: str, **headers: str) -> FakeAnswer:
    body = json_body(*[entry(name) for name in names or ("torch-1.0.zip",)])
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return FakeAnswer(200, body, {"content-type": JSON_TYPE, **fields})


class World:
    """One cache, one transport, one clock, and clients on them."""

    def __init__(self, answer: Any = None) -> None:
        self.cache = Cache(None)
        self.clock = FakeClock()
        self.transport = FakeTransport({URL: answer} if answer else {})

    def client(self, *, offline: bool = False, refresh: bool = False) -> IndexClient:
        return IndexClient(self.cache, offline=offline, refresh=refresh, now=self.clock)

    def fetch(
        self,
        client: IndexClient | None = None,
        source: IndexSource = SOURCE,
        project: PackageName = TORCH,
    ) -> PageReply:
        return asyncio.run((client or self.client()).fetch(source, project, self.transport))


def found(reply: PageReply | None) -> list[str]:
    assert isinstance(reply, Found)
    return versions(reply.load())


def test_fetch_asks_for_the_projects_page_and_prefers_json() -> None:
    world = World(page())
    assert found(world.fetch()) == ["1.0"]
    ((url, headers),) = world.transport.requests
    assert url == URL
    assert headers["Accept"].startswith("application/vnd.pypi.simple.v1+json")


def test_a_fresh_page_is_answered_without_network() -> None:
    world = World(page(cache_control="max-age=60"))
    fetched = world.fetch()
    world.clock.time += 59
    assert world.client().cached(SOURCE, TORCH) == fetched
    world.clock.time += 2
    assert world.client().cached(SOURCE, TORCH) is None


def test_an_answer_holds_for_the_lifetime_of_the_client() -> None:
    world = World(page(cache_control="no-store"))
    client = world.client(refresh=True)
    assert client.cached(SOURCE, TORCH) is None
    world.fetch(client)
    assert found(client.cached(SOURCE, TORCH)) == ["1.0"]
    assert world.client().cached(SOURCE, TORCH) is None


def test_a_stale_page_is_revalidated() -> None:
    def answer(headers: dict[str, str]) -> FakeAnswer:
        if headers.get("If-None-Match") == '"a"' and headers.get("If-Modified-Since") == "then":
            return FakeAnswer(304, headers={"cache-control": "max-age=60"})
        return page(etag='"a"', last_modified="then", cache_control="max-age=0")

    world = World(answer)
    first = world.fetch()
    second = world.fetch()
    assert first == second
    assert found(second) == ["1.0"]
    assert world.client().cached(SOURCE, TORCH) == second


def test_a_new_body_has_another_validator() -> None:
    world = World(page(cache_control="no-cache"))
    first = world.fetch()
    world.transport.answers[URL] = page("torch-2.0.zip")
    second = world.fetch()
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert first.key == second.key
    assert first.validator != second.validator
    assert found(second) == ["2.0"]


def test_refresh_asks_although_the_page_is_fresh() -> None:
    world = World(page())
    world.fetch()
    assert world.client(refresh=True).cached(SOURCE, TORCH) is None


def test_a_page_from_the_future_is_not_fresh() -> None:
    world = World(page())
    world.fetch()
    world.clock.time -= 500
    assert world.client().cached(SOURCE, TORCH) is None


def test_offline_takes_any_cached_page_and_says_when_there_is_none() -> None:
    world = World(page(cache_control="max-age=0"))
    world.fetch()
    client = world.client(offline=True, refresh=True)
    assert found(client.cached(SOURCE, TORCH)) == ["1.0"]
    reply = world.fetch(client, project=NUMPY)
    assert isinstance(reply, Failed)
    assert isinstance(reply.error, OfflineError)
    assert "numpy" in reply.error.what
    assert len(world.transport.requests) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_a_missing_project_is_remembered(status: int) -> None:
    world = World(FakeAnswer(status))
    assert world.fetch() == Missing(status)
    assert world.client().cached(SOURCE, TORCH) == Missing(status)


@pytest.mark.parametrize(
    ("answer", "had_challenge"),
    [
        (FakeAnswer(403), False),
        (FakeAnswer(401, headers={"www-authenticate": "Basic"}), True),
    ],
)
def test_a_refusal_is_told_and_not_cached(answer: FakeAnswer, had_challenge: bool) -> None:
    world = World(answer)
    assert world.fetch() == Refused(answer.status, had_challenge)
    assert world.client().cached(SOURCE, TORCH) is None


def test_a_refusal_of_given_credentials_is_like_a_challenge() -> None:
    source = IndexSource(IndexName("private"), "https://me:pw@index.example/simple/")
    world = World(FakeAnswer(403))
    assert world.fetch(source=source) == Refused(403, had_challenge=True)


def test_credentials_are_in_no_key_and_no_page() -> None:
    source = IndexSource(IndexName("private"), "https://me:pw@index.example/simple/")
    body = json_body({"filename": "torch-1.0.zip", "url": "/torch-1.0.zip"})
    world = World(FakeAnswer(200, body, {"content-type": JSON_TYPE}))
    reply = world.fetch(source=source)
    assert isinstance(reply, Found)
    assert "pw" not in world.transport.urls[0]
    assert "pw" not in reply.key
    assert "pw" not in repr(reply.load().url)
    assert reply.load().releases[0].files[0].url == "https://index.example/torch-1.0.zip"


def test_the_page_bears_the_name_that_the_index_has_now() -> None:
    world = World(page())
    world.fetch()
    renamed = IndexSource(IndexName("other"), "https://index.example/simple/")
    reply = world.client().cached(renamed, TORCH)
    assert isinstance(reply, Found)
    assert reply.load().index == "other"


@pytest.mark.parametrize(
    ("answer", "kind", "in_short"),
    [
        (IndexUnreachable("no answer"), IndexUnreachable, "failed"),
        (FakeAnswer(418), IndexUnreachable, "HTTP 418"),
        (FakeAnswer(304), IndexUnreachable, "HTTP 304"),
        (FakeAnswer(200, b"{", {"content-type": JSON_TYPE}), BadPage, "unreadable page"),
    ],
)
def test_no_usable_answer_is_a_failure_and_not_cached(
    answer: Any, kind: type, in_short: str
) -> None:
    world = World(answer)
    client = world.client()
    reply = world.fetch(client)
    assert isinstance(reply, Failed)
    assert isinstance(reply.error, kind)
    assert client.cached(SOURCE, TORCH) is None
    assert client.statistics[SOURCE.name].failure == in_short


def test_links_are_relative_to_where_the_answer_came_from() -> None:
    body = json_body({"filename": "torch-1.0.zip", "url": "torch-1.0.zip"})
    moved = FakeAnswer(200, body, {"content-type": JSON_TYPE}, "https://moved.example/torch/")
    reply = World(moved).fetch()
    assert isinstance(reply, Found)
    assert reply.load().releases[0].files[0].url == "https://moved.example/torch/torch-1.0.zip"


def test_statistics_count_each_project_once() -> None:
    world = World(page())
    client = world.client()
    world.fetch(client)
    world.fetch(client, project=NUMPY)
    client.cached(SOURCE, TORCH)
    statistics = client.statistics[SOURCE.name]
    assert (statistics.projects, statistics.missing, statistics.failure) == (1, 1, "")
    assert len(statistics.latencies_ms) == 2
    assert statistics.latency_ms is not None


def flat_answer() -> FakeAnswer:
    links = anchor("cpu/torch-1.0%2Bcpu-py3-none-any.whl") + anchor("numpy-2.0.tar.gz")
    return FakeAnswer(200, links.encode(), {"content-type": "text/html"})


def test_a_find_links_page_is_fetched_once_for_all_projects() -> None:
    world = World()
    world.transport.answers[FLAT.url] = flat_answer()
    client = world.client()

    async def fetch_both() -> list[PageReply]:
        return await asyncio.gather(
            *[client.fetch(FLAT, name, world.transport) for name in (TORCH, NUMPY)]
        )

    torch, numpy = asyncio.run(fetch_both())
    assert (found(torch), found(numpy)) == (["1.0+cpu"], ["2.0"])
    assert client.cached(FLAT, PackageName("absent")) == Missing(404)
    assert found(world.client().cached(FLAT, NUMPY)) == ["2.0"]
    assert world.transport.urls == [FLAT.url]
    assert client.flat_names() == {TORCH, NUMPY}


def test_an_absent_find_links_page_is_missing() -> None:
    world = World()
    assert world.fetch(source=FLAT) == Missing(404)


def test_a_failure_that_was_made_good_is_forgotten_and_the_cache_is_counted() -> None:
    known = IndexStatistics()
    known.count(TORCH, Failed(IndexUnreachable("no answer")))
    assert known.failure == "failed"
    known.count(TORCH, Missing(404))
    assert (known.failure, known.missing, known.cached) == ("", 1, 0)
    known.count(NUMPY, Missing(404), cached=True)
    known.count(TORCH, Missing(404), cached=True)
    assert (known.missing, known.cached) == (2, 1)


def test_a_refusal_without_a_challenge_is_a_failure_until_the_index_lists_something() -> None:
    known = IndexStatistics()
    known.count(TORCH, Refused(403, had_challenge=False))
    assert known.failure == "HTTP 403"
    known.count(NUMPY, Found("k", "v", lambda: ProjectPage(NUMPY, SOURCE.name, "", ())))
    assert (known.failure, known.projects, known.missing) == ("", 1, 1)
