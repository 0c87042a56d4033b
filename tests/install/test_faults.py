"""Full disks, files that cannot be moved, environments that go away, others who install."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from resolvetui.environment.target import Target
from resolvetui.environment.writable import check_writable
from resolvetui.errors import EnvironmentRefused, InstallFailed, Interrupted
from resolvetui.install.disk import Disk
from resolvetui.install.installing import install
from resolvetui.install.layout import layout_of
from resolvetui.install.locking import environment_lock
from resolvetui.install.recovery import needs_repair, repair
from resolvetui.net.cache import Cache
from tests.install.disks import WatchedDisk, refusing
from tests.install.wheels import WheelBuilder, package
from tests.install.worlds import World, copy_of

OLD = package("flask", "2.0", scripts={"flask": "flask:main"})
NEW = package("flask", "3.0", files={"other.py": ""}, scripts={"flask": "flask:main", "f": "a:b"})


def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """A mount, for as long as the test takes; skips where that is not permitted."""
    folder.mkdir(exist_ok=True)
    if os.name == "nt" or shutil.which("mount") is None:
        pytest.skip("there is nothing to mount with")
    done = subprocess.run(["mount", *options, folder], check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"mounting is not permitted: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    yield from mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=2m", "none")


def fill(folder: Path) -> None:
    """Use up the disk, as another program may at any time."""
    with (
        (folder / "filler").open("ab", buffering=0) as file,
        contextlib.suppress(OSError),
    ):
        while True:
            file.write(b"x" * 4096)


class TestFullDisk:
    @pytest.fixture
    def world(self, template: Target, small_disk: Path) -> World:
        world = copy_of(template, small_disk, "env")
        world.install(OLD)
        return world

    def test_before_anything_is_unpacked(self, world: World) -> None:
        before = world.tree()
        big = package("flask", "3.0", files={"flask/big": "x" * 3_000_000})
        with pytest.raises(InstallFailed, match="no room for the new files") as caught:
            world.install(big)
        assert caught.value.culprit == str(world.prefix)
        assert world.tree() == before

    def test_while_files_are_unpacked(self, world: World, small_disk: Path) -> None:
        before = world.tree()
        plan, asked = world.plan(NEW), iter(range(9))

        def fill_up() -> bool:
            if next(asked) == 1:  # the first time is before the room is measured
                fill(small_disk)
            return False

        with pytest.raises(InstallFailed, match="No space left on device") as caught:
            world.carry_out(plan, fill_up)
        assert "The environment is as it was." in caught.value.why
        assert world.tree() == before

    def test_when_the_journal_is_written(self, world: World, small_disk: Path) -> None:
        before = world.tree()
        plan = world.plan(NEW)

        def fill_up(name: str, path: str) -> None:
            if name == "write":
                fill(small_disk)

        with pytest.raises(InstallFailed, match="No space left on device"):
            world.carry_out(plan, disk=WatchedDisk(fill_up))
        assert world.tree() == before
        assert not needs_repair(world.target)

    def test_from_the_commit_point_on(self, world: World, small_disk: Path) -> None:
        """Either way is fine, for all that is left to do are renames."""
        before = world.tree()
        plan = world.plan(NEW)

        def fill_up(name: str, path: str) -> None:
            if path.endswith("journal.commit"):
                fill(small_disk)

        try:
            world.carry_out(plan, disk=WatchedDisk(fill_up))
        except InstallFailed:
            assert world.tree() == before
        else:
            assert world.run("flask") == "flask 3.0"
        assert not needs_repair(world.target)


def failure_of(world: World, disk: Disk) -> InstallFailed | None:
    try:
        world.install(NEW, disk=disk)
    except InstallFailed as error:
        return error
    return None


class Refusing:
    """Refuses the renames from a number on, one or all."""

    def __init__(self, first: int, *, always: bool) -> None:
        self.disk = WatchedDisk(self._before)
        self._first, self._always, self._count = first, always, 0
        self.refused = ""

    def _before(self, name: str, path: str) -> None:
        if name != "rename" or path.endswith("journal.json"):
            return
        self._count += 1
        if self._count > self._first and (self._always or not self.refused):
            self.refused = self.refused or path
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), path)


def test_any_refused_rename_moves_everything_back_and_is_named(world: World) -> None:
    world.install(OLD)
    before, kept, number = world.tree(), world.kept(), 1  # 0 is the commit point itself
    while True:
        refusing_one = Refusing(number, always=False)
        failure = failure_of(world, refusing_one.disk)
        if failure is None:
            break
        assert failure.what == "The new files could not be moved into place."
        assert failure.culprit == refusing_one.refused
        assert world.tree() == before
        assert world.kept() == kept
        assert not needs_repair(world.target)
        number += 1
    assert number > 8
    # What is left is no part of the environment.
    assert refusing_one.refused.startswith(f"{world.state}/")


def test_a_refused_commit_point_changes_nothing(world: World) -> None:
    world.install(OLD)
    before = world.tree()
    with pytest.raises(InstallFailed, match="The environment is as it was"):
        world.install(NEW, disk=Refusing(0, always=False).disk)
    assert world.tree() == before


def test_a_commit_point_that_does_not_get_to_the_disk_is_taken_back(world: World) -> None:
    world.install(OLD)
    before = world.tree()

    def fail(name: str, path: str) -> None:
        if name == "sync_folder" and list(Path(path).glob("journal.[ca]*")):
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    with pytest.raises(InstallFailed, match="moved back"):
        world.install(NEW, disk=WatchedDisk(fail))
    assert world.tree() == before
    assert not needs_repair(world.target)


def test_files_that_can_be_moved_neither_on_nor_back_are_the_next_commands(world: World) -> None:
    world.install(OLD)
    before = world.tree()
    for number in range(1, 8):
        with pytest.raises(InstallFailed) as caught:
            world.install(NEW, disk=Refusing(number, always=True).disk)
        assert "could not be brought back" in caught.value.what
        assert "run resolvetui again" in caught.value.what_to_do
        assert needs_repair(world.target)
        repair(world.target)
        # Where not even its state could be changed, nothing says that it was to go back.
        if world.tree() != before:
            assert world.run("flask") == "flask 3.0"
            world.install(OLD)
        assert world.tree() == before


def test_a_file_that_changed_since_it_was_planned_is_not_moved(world: World) -> None:
    world.install(OLD)
    script = world.prefix / "bin" / "flask"

    def edit(name: str, path: str) -> None:
        if path.endswith("journal.commit"):
            script.write_text("mine")

    with pytest.raises(InstallFailed, match="changed in the meantime"):
        world.install(NEW, disk=WatchedDisk(edit))
    assert script.read_text() == "mine"
    assert world.run("python", "-c", "import flask; print(flask.version)") == "2.0"


class TestReadOnlyFolder:
    @pytest.fixture
    def frozen(self, world: World) -> Iterator[World]:
        world.install(OLD)
        library = str(world.library)
        for _ in mounted(world.library, "--bind", library):
            subprocess.run(["mount", "-o", "remount,bind,ro", library], check=True)
            yield world

    def test_it_is_refused_before_any_download(self, frozen: World) -> None:
        with pytest.raises(EnvironmentRefused, match="cannot be written to") as caught:
            check_writable(frozen.target)
        assert caught.value.culprit == str(frozen.library)

    def test_what_was_moved_already_goes_back(self, frozen: World) -> None:
        before = frozen.tree()
        with pytest.raises(InstallFailed) as caught:
            frozen.install(NEW)
        assert str(caught.value.culprit).startswith(f"{frozen.library}/flask")
        assert frozen.tree() == before
        assert not needs_repair(frozen.target)


@pytest.mark.parametrize("moment", ["journal.json", "journal.commit", "old/2", "/undo"])
def test_an_environment_that_is_removed_stays_removed(world: World, moment: str) -> None:
    world.install(OLD)

    def remove(name: str, path: str) -> None:
        if path.endswith(moment):
            shutil.rmtree(world.prefix)

    failure = failure_of(world, WatchedDisk(remove))
    assert (failure is None) == (moment == "/undo")
    if failure is not None:
        assert "was removed while it was installed into" in failure.what
        assert failure.culprit == str(world.prefix)
    assert not world.prefix.exists()


def test_an_environment_that_is_removed_while_files_are_unpacked(world: World) -> None:
    plan = world.plan(NEW)

    def remove() -> bool:
        shutil.rmtree(world.prefix, ignore_errors=True)
        return False

    with pytest.raises(InstallFailed, match="was removed while it was installed into"):
        world.carry_out(plan, remove)
    assert not world.prefix.exists()


class Other:
    """Another process that installs into the same environment, and takes its time."""

    def __init__(self, world: World) -> None:
        ready, tell = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            with environment_lock(layout_of(world.target), Disk()):
                os.write(tell, b"x")
                signal.pause()
            os._exit(0)
        os.close(tell)
        assert os.read(ready, 1) == b"x"
        os.close(ready)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def test_a_second_install_is_told_who_is_first_and_a_dead_one_blocks_nobody(world: World) -> None:
    other = Other(world)
    try:
        with pytest.raises(InstallFailed) as caught:
            world.install(NEW)
        assert f"Its lock is held by process {other.pid} since " in caught.value.why
        assert caught.value.what == f"Another install into {world.prefix} is running."
        told = repair(world.target)
        assert told is not None
        assert told.endswith("It has not changed anything yet.")
    finally:
        other.kill()
    assert needs_repair(world.target)
    assert world.install(NEW) == ("installed flask 3.0",)
    assert [path.name for path in world.state.iterdir()] == ["undo"]


def test_who_reads_does_not_look_at_an_environment_in_pieces(world: World) -> None:
    refused: list[str] = []

    def look(name: str, path: str) -> None:
        if path.endswith("bin/f") and not refused:
            with pytest.raises(InstallFailed) as caught:
                repair(world.target)
            refused.append(caught.value.what)

    world.install(NEW, disk=WatchedDisk(look))
    assert refused == [f"Another install into {world.prefix} is running."]


def test_ctrl_c_while_the_event_loop_turns(world: World, tmp_path: Path) -> None:
    before = world.tree()
    plan = world.plan(NEW)

    def interrupt() -> bool:
        os.kill(os.getpid(), signal.SIGINT)
        return False

    with Cache(tmp_path / "cache") as cache, pytest.raises(Interrupted) as caught:
        asyncio.run(install(plan, world.target, cache, None, lambda *_: None, interrupt))
    assert str(caught.value) == "Stopped; nothing was changed."
    assert world.tree() == before
    assert not world.state.exists()


def test_a_lock_that_cannot_be_made_is_refused(world: World) -> None:
    disk = refusing("make_folder", ".resolvetui", errno.EROFS)
    with pytest.raises(EnvironmentRefused, match="Read-only file system") as caught:
        world.install(WheelBuilder("a", "1.0"), disk=disk)
    assert caught.value.culprit == str(world.prefix)
