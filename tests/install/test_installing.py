"""Installs without an event loop do what those with one do."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from resolvetui.environment.installed import read_installed
from resolvetui.errors import HashMismatch, InstallFailed, Interrupted
from resolvetui.install.contents import look_inside
from resolvetui.install.installing import Done, install, install_local
from resolvetui.install.means import Means
from resolvetui.install.plan import Plan
from resolvetui.install.store import UnpackedWheels
from resolvetui.model.hashes import HashDemand
from resolvetui.model.names import PackageName
from resolvetui.model.requirement import Origin, OriginKind
from resolvetui.net.cache import Cache
from tests.install.wheels import WheelBuilder, package
from tests.install.worlds import World

LINE = Origin(OriginKind.FILE, "r.txt", 3)

Install = Callable[..., Done | None]


def in_loop(plan: Plan, world: World, cache: Cache, *, keep_undo: bool = True) -> Done:
    return asyncio.run(
        install(
            plan,
            world.target,
            cache,
            None,
            lambda *_: None,
            lambda: False,
            keep_undo=keep_undo,
        )
    )


def local(plan: Plan, world: World, cache: Cache, *, keep_undo: bool = True) -> Done | None:
    return install_local(
        plan, world.target, cache, lambda *_: None, lambda: False, keep_undo=keep_undo
    )


@pytest.fixture(params=[in_loop, local])
def run(request: pytest.FixtureRequest) -> Install:
    way: Install = request.param
    return way


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def unseen(world: World, *builders: WheelBuilder) -> Plan:
    return look_inside(world.target, world.plan(*builders), read_installed(world.target)[0], {})


def test_a_conflict_that_is_known_is_refused(world: World, cache: Cache, run: Install) -> None:
    world.install(package("old", files={"shared.py": "1"}))
    plan = world.plan(package("one", files={"shared.py": "2"}))
    wheels = {a.name: world.wheels / a.file.filename for a in plan.changes if a.file}
    plan = look_inside(world.target, plan, read_installed(world.target)[0], wheels)
    before = world.tree()
    with pytest.raises(InstallFailed, match=r"one 1\.0 must not be installed") as caught:
        run(plan, world, cache)
    assert "old 1.0" in caught.value.why
    assert world.tree() == before


def test_what_was_not_looked_into_is_looked_into(world: World, cache: Cache, run: Install) -> None:
    world.install(package("old", files={"a.py": "1", "b.py": "1"}))
    plan = unseen(world, package("one", files={"a.py": "2", "b.py": "2"}))
    assert plan.unseen
    with pytest.raises(InstallFailed) as caught:
        run(plan, world, cache)
    assert caught.value.why.count("belongs to old 1.0") == 2
    done = run(unseen(world, package("one", files={"c.pth": ""})), world, cache)
    assert done is not None
    assert (done.plan.unseen, [each.file for each in done.plan.startup]) == ((), ["c.pth"])


def test_hashes_of_lines_are_demanded(world: World, cache: Cache, run: Install) -> None:
    plan = world.plan(package("one"))
    (action,) = plan.actions
    demands = (HashDemand(LINE, ("sha256:" + "0" * 64,)),)
    plan = structs.replace(plan, actions=(structs.replace(action, demands=demands),))
    before = world.tree()
    with pytest.raises(HashMismatch):
        run(plan, world, cache)
    assert world.tree() == before


def test_what_is_wrong_afterwards_is_told(world: World, cache: Cache, run: Install) -> None:
    wheel = package("one")
    wheel.metadata = "Metadata-Version: 2.1\nName: one\nVersion: 1.0\nRequires-Dist: nothing\n"
    done = run(world.plan(wheel), world, cache)
    assert done is not None
    assert done.lines == ("installed one 1.0",)
    assert done.warnings == ("one 1.0 requires nothing, but nothing is not installed.",)


def test_nothing_is_kept_when_that_is_wanted(world: World, cache: Cache, run: Install) -> None:
    run(world.plan(package("one")), world, cache)
    assert world.kept()
    run(world.plan(package("one", "2.0")), world, cache, keep_undo=False)
    assert not world.kept()


def test_ctrl_c_says_what_it_came_to_without_an_event_loop(world: World, cache: Cache) -> None:
    before = world.tree()

    def press(at: str) -> str:
        def progress(name: PackageName, state: str, done: int, total: int) -> None:
            if state == at:
                os.kill(os.getpid(), signal.SIGINT)

        plan = world.plan(package("one"))
        with pytest.raises(Interrupted) as caught:
            install_local(plan, world.target, cache, progress, lambda: False)
        return caught.value.what

    assert press("unpacked") == "Stopped; nothing was changed."
    assert world.tree() == before
    assert "everything was done" in press("installed")
    assert world.tree() != before


def test_a_demanded_hash_is_of_the_bytes_that_are_installed(world: World, cache: Cache) -> None:
    """Even where a file of the same size and time was there before."""
    means = Means(store=UnpackedWheels(cache.folder / "unpacked-1"), digest=cache.digest)  # type: ignore[operator]
    plan = world.plan(package("one", files={"one/a.py": "0"}))
    path = world.wheels / "one-1.0-py3-none-any.whl"
    before = path.stat()
    times = (before.st_atime_ns, before.st_mtime_ns)
    install_local(plan, world.target, cache, lambda *_: None, lambda: False, means=means)
    for content in map(str, range(1, 10)):
        plan = world.plan(package("one", files={"one/a.py": content}))
        if path.stat().st_size == before.st_size:
            break
    assert path.stat().st_size == before.st_size
    os.utime(path, ns=times)
    (action,) = plan.actions
    assert action.file is not None
    demands = (HashDemand(LINE, (f"sha256:{action.file.hashes['sha256']}",)),)
    plan = structs.replace(plan, actions=(structs.replace(action, demands=demands),))
    install_local(plan, world.target, cache, lambda *_: None, lambda: False, means=means)
    assert (world.library / "one" / "a.py").read_text() == content
