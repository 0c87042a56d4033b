"""The loopback indexes answer as real ones do."""

from __future__ import annotations

import json
from collections.abc import Mapping

import httpx
import pytest

from resolvetui.demo.pages import JSON_TYPE
from resolvetui.demo.server import Reply
from tests.support.index import World


def get(url: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
    with httpx.Client(trust_env=False) as client:
        return client.get(url, headers=dict(headers or {}))


@pytest.fixture
def world() -> World:
    world = World()
    world.serve("Some.Thing", "1.0", needs=["b"], requires_python=">=3.8")
    world.serve("Some.Thing", "2.0+cpu", yanked="bad", sdist=True, wheels=["cp311-cp311-win_amd64"])
    return world


def test_json_for_who_accepts_it(world: World) -> None:
    with world.running() as indexes:
        page = get(indexes.url("main") + "/some-thing/", {"Accept": JSON_TYPE})
    assert page.headers["content-type"] == JSON_TYPE
    content = json.loads(page.content)
    assert content["versions"] == ["1.0", "2.0+cpu"]
    first, wheel, sdist = content["files"]
    assert first["requires-python"] == ">=3.8"
    assert wheel["yanked"] == "bad"
    assert "%2B" in wheel["url"]
    assert "core-metadata" not in sdist


def test_html_for_everybody_else(world: World) -> None:
    with world.running() as indexes:
        page = get(indexes.url("main") + "/some-thing/")
    assert page.headers["content-type"].startswith("text/html")
    assert 'data-requires-python="&gt;=3.8"' in page.text
    assert 'data-yanked="bad"' in page.text


def test_plain_index_states_nothing_but_links(world: World) -> None:
    world.index(json=False, hashes=False, metadata=False, details=False)
    with world.running() as indexes:
        page = get(indexes.url("main") + "/some-thing/", {"Accept": JSON_TYPE})
    assert page.text.count("<a href=") == 3
    assert "sha256" not in page.text
    assert "data-" not in page.text


def test_other_spellings_are_redirected(world: World) -> None:
    with world.running() as indexes:
        page = get(indexes.url("main") + "/Some.Thing/")
    assert page.status_code == 301
    assert page.headers["location"] == "/main/simple/some-thing/"


@pytest.mark.parametrize("status", [403, 404])
def test_missing_project(world: World, status: int) -> None:
    world.index(missing_status=status)
    with world.running() as indexes:
        assert get(indexes.url("main") + "/nothing/").status_code == status


def test_ranges(world: World) -> None:
    name = "Some_Thing-1.0-py3-none-any.whl"
    content = world.index().files[name].content
    with world.running() as indexes:
        url = f"{indexes.root}/main/files/{name}"
        assert get(url).content == content
        assert get(url, {"Range": "bytes=0-3"}).content == content[:4]
        assert get(url, {"Range": "bytes=4-"}).content == content[4:]
        tail = get(url, {"Range": "bytes=-10"})
    assert tail.status_code == 206
    assert tail.content == content[-10:]
    assert tail.headers["content-range"].endswith(f"/{len(content)}")


def test_index_without_ranges_sends_the_whole_file(world: World) -> None:
    world.index(ranges=False)
    with world.running() as indexes:
        url = f"{indexes.root}/main/files/Some_Thing-1.0-py3-none-any.whl"
        assert get(url, {"Range": "bytes=-10"}).status_code == 200


def test_metadata_file(world: World) -> None:
    with world.running() as indexes:
        url = f"{indexes.root}/main/files/Some_Thing-1.0-py3-none-any.whl.metadata"
        assert "Requires-Dist: b" in get(url).text


def test_page_is_not_sent_twice(world: World) -> None:
    with world.running() as indexes:
        url = indexes.url("main") + "/some-thing/"
        again = get(url, {"If-None-Match": get(url).headers["etag"]})
    assert again.status_code == 304
    assert indexes.requests[-1].sent_bytes == 0


def test_credentials(world: World) -> None:
    world.index(credentials=("me", "secret"))
    with world.running() as indexes:
        url = indexes.url("main") + "/some-thing/"
        assert get(url).status_code == 401
        assert get(url.replace("://", "://me:secret@")).status_code == 200


def test_canned_reply_goes_first(world: World) -> None:
    with world.running() as indexes:
        indexes.canned["/main/simple/some-thing/"] = Reply(200, b"x" * 100, cut_at=50)
        with pytest.raises(httpx.RemoteProtocolError):
            get(indexes.url("main") + "/some-thing/")


def test_requests_are_recorded(world: World) -> None:
    with world.running() as indexes:
        get(indexes.url("main") + "/some-thing/")
        assert indexes.paths() == ["/main/simple/some-thing/"]


def test_closing_ends_kept_connections(world: World) -> None:
    with httpx.Client(trust_env=False) as client, world.running() as indexes:
        assert client.get(indexes.url("main") + "/some-thing/").status_code == 200


def test_flat_page_lists_every_file(world: World) -> None:
    with world.running() as indexes:
        assert get(indexes.flat_url("main")).text.count("<a href=") == 3
