from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec import structs

from resolvetui.errors import HashMismatch, IndexUnreachable, InstallFailed, OfflineError
from resolvetui.install.download import download_all, local_files
from resolvetui.install.installing import install
from resolvetui.install.plan import Plan
from resolvetui.model.files import SdistFile, WheelFile
from resolvetui.model.names import PackageName
from resolvetui.net.cache import Cache
from tests.install.wheels import package
from tests.install.worlds import World, pin

FLASK = PackageName("flask")


@dataclass
class FakeTransport:
    """Serves bytes by URL; a missing one is an unreachable index."""

    content: dict[str, bytes]
    asked: list[str] = field(default_factory=list)

    async def download(
        self,
        url: str,
        path: Path,
        *,
        hashes: Mapping[str, str],
        size: int | None,
        on_bytes: Callable[[int], None] | None = None,
    ) -> None:
        self.asked.append(url)
        if url not in self.content:
            raise IndexUnreachable(f"No answer from {url}.")
        path.write_bytes(self.content[url])  # noqa: ASYNC240 - a few bytes
        if on_bytes:
            on_bytes(len(self.content[url]))


def served(world: World, *names: str, hashed: bool = True) -> tuple[Plan, FakeTransport]:
    """A plan of wheels on a server, and the server."""
    pins, content = [], {}
    for name in names:
        data = package(name).bytes()
        url = f"https://files.example/{name}-1.0-py3-none-any.whl"
        hashes = {"sha256": hashlib.sha256(data).hexdigest()} if hashed else {}
        content[url] = data
        pins.append(pin(name, "1.0", WheelFile(url.rpartition("/")[2], url, "1.0", hashes)))
    return world.plan_pins(*pins), FakeTransport(content)


def no_progress(name: PackageName, state: str, done: int, total: int) -> None:
    pass


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.mark.parametrize("hashed", [True, False])
def test_downloads_land_in_the_cache_by_their_hash(
    world: World, cache: Cache, hashed: bool
) -> None:
    plan, transport = served(world, "flask", "jinja2", hashed=hashed)
    with cache:
        files = asyncio.run(download_all(plan, cache, transport, no_progress))
        for path in files.values():
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            assert cache.file(digest) == path
    assert len(files) == 2


def test_cached_file_is_not_asked_for_again(world: World, cache: Cache) -> None:
    plan, transport = served(world, "flask")
    with cache:
        asyncio.run(download_all(plan, cache, transport, no_progress))
        asyncio.run(download_all(plan, cache, None, no_progress))
        assert local_files(plan, cache).keys() == {FLASK}
    assert len(transport.asked) == 1


def test_progress_ends_with_verified(world: World, cache: Cache) -> None:
    plan, transport = served(world, "flask")
    states: list[str] = []
    with cache:
        asyncio.run(
            download_all(plan, cache, transport, lambda _, state, *__: states.append(state))
        )
    assert states == ["queued", "downloading", "verified"]


def test_offline_names_what_the_cache_lacks(world: World, cache: Cache) -> None:
    plan, _ = served(world, "flask")
    with cache, pytest.raises(OfflineError, match=r"lacks flask-1\.0"):
        asyncio.run(download_all(plan, cache, None, no_progress))


def test_local_file_is_taken_where_it_is_and_checked(world: World, cache: Cache) -> None:
    plan = world.plan(package("flask"))
    path = world.wheels / "flask-1.0-py3-none-any.whl"
    with cache:
        assert local_files(plan, cache) == {FLASK: path}
        path.write_bytes(package("flask", files={"evil.py": ""}).bytes())
        with pytest.raises(HashMismatch, match="was promised"):
            local_files(plan, cache)
        path.unlink()
        with pytest.raises(InstallFailed, match="no longer there"):
            local_files(plan, cache)


def run_install(
    world: World, plan: Plan, cache: Cache, transport: FakeTransport
) -> tuple[str, ...]:
    job = install(plan, world.target, cache, transport, no_progress, lambda: False)
    return asyncio.run(job).lines


def test_install_downloads_commits_and_verifies(world: World, cache: Cache) -> None:
    plan, transport = served(world, "flask", "jinja2")
    with cache:
        lines = run_install(world, plan, cache, transport)
    assert lines == ("installed flask 1.0", "installed jinja2 1.0")
    assert world.run("python", "-c", "import flask, jinja2; print(flask.version)") == "1.0"


def test_failed_download_leaves_the_tree_as_it_was(world: World, cache: Cache) -> None:
    before = world.tree()
    plan, transport = served(world, "flask", "jinja2")
    transport.content.popitem()
    with cache, pytest.raises(IndexUnreachable):
        run_install(world, plan, cache, transport)
    assert world.tree() == before


def test_source_distribution_is_refused_before_any_download(world: World, cache: Cache) -> None:
    sdist = SdistFile("flask-1.0.tar.gz", "https://files.example/f", "1.0", {})
    plan, transport = served(world, "jinja2")
    more = world.plan_pins(pin("flask", "1.0", sdist)).actions
    plan = structs.replace(plan, actions=(*more, *plan.actions))
    with cache, pytest.raises(InstallFailed, match="source distribution"):
        run_install(world, plan, cache, transport)
    assert not transport.asked


def test_cancelled_task_rolls_back_before_it_ends(world: World, cache: Cache) -> None:
    before = world.tree()
    plan, transport = served(world, "flask")

    async def stop_while_files_move() -> None:
        loop = asyncio.get_running_loop()

        async def cancel_and_let_it_be_noticed() -> None:
            task.cancel()
            for _ in range(5):  # turns of the loop, no time: the task sees it in the next one
                await asyncio.sleep(0)

        def cancelled() -> bool:  # asked in the thread that moves files
            asyncio.run_coroutine_threadsafe(cancel_and_let_it_be_noticed(), loop).result()
            return False

        task = asyncio.create_task(
            install(plan, world.target, cache, transport, no_progress, cancelled)
        )
        await asyncio.wait([task])
        assert task.cancelled()

    with cache:
        asyncio.run(stop_while_files_move())
    assert world.tree() == before


def test_direct_url_is_recorded_without_credentials(world: World, cache: Cache) -> None:
    plan, transport = served(world, "flask")
    (action,) = plan.actions
    assert action.file is not None
    url = "https://me:secret@files.example/flask-1.0-py3-none-any.whl"
    file = structs.replace(action.file, url=url)
    direct = structs.replace(action, index=None, file=file, reference=file)
    transport.content[url] = next(iter(transport.content.values()))
    with cache:
        run_install(world, structs.replace(plan, actions=(direct,)), cache, transport)
    text = (world.library / "flask-1.0.dist-info" / "direct_url.json").read_text()
    assert '"https://files.example/flask-1.0-py3-none-any.whl"' in text
    assert action.file.hashes["sha256"] in text
    assert "secret" not in text
