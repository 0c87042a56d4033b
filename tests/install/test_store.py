"""Wheels that are kept unpacked: what is shared with them, and what is noticed about them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from resolvetui.errors import InstallFailed
from resolvetui.install.linking import Damaged, Linker
from resolvetui.install.means import Means
from resolvetui.install.rollback import roll_back
from resolvetui.install.store import UnpackedWheels
from resolvetui.install.transaction import commit
from resolvetui.install.tree import TreeFile
from resolvetui.install.wheel import open_wheel
from resolvetui.model.link_mode import LinkMode
from resolvetui.net.cache import Cache
from tests.install.wheels import EXECUTABLE, WheelBuilder, package
from tests.install.worlds import World, tree_of

MODULE = "flask/__init__.py"


class Installer:
    """Installs with a store; several worlds can share one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "unpacked-1"
        self.cache = Cache(folder)

    def install(
        self, world: World, *builders: WheelBuilder, mode: LinkMode | None = None
    ) -> tuple[str, ...]:
        plan = world.plan(*builders)
        wheels = {a.name: world.wheels / a.file.filename for a in plan.changes if a.file}
        store = UnpackedWheels(self.folder)
        means = Means(store=store, digest=self.cache.digest, link_mode=mode)
        return commit(world.target, plan, wheels, lambda *_: None, lambda: False, means=means)

    def kept(self, name: str = MODULE) -> Path:
        """The one file of that name in the store."""
        (path,) = self.folder.glob(f"*/*/*/{name}")
        return path


@pytest.fixture
def installer(tmp_path: Path) -> Installer:
    return Installer(tmp_path / "cache")


def test_second_install_takes_what_the_first_unpacked(
    make_world: Callable[[str], World], installer: Installer
) -> None:
    one, two = make_world("one"), make_world("two")
    installer.install(one, package("flask", scripts={"flask": "flask:main"}))
    changed = installer.kept().stat().st_mtime_ns
    lines = installer.install(two, package("flask", scripts={"flask": "flask:main"}))
    assert lines == ("installed flask 1.0",)
    assert installer.kept().stat().st_mtime_ns == changed
    assert two.run("flask") == "flask 1.0"
    assert two.tree().keys() == {path.replace("one", "two") for path in one.tree()}


@pytest.mark.parametrize(("mode", "links"), [(LinkMode.HARDLINK, 2), (LinkMode.COPY, 1)])
def test_mode_decides_what_is_shared(
    world: World, installer: Installer, mode: LinkMode, links: int
) -> None:
    assert installer.install(world, package("flask"), mode=mode) == ("installed flask 1.0",)
    assert (world.library / MODULE).stat().st_nlink == links
    assert installer.kept().stat().st_nlink == links


def test_clone_becomes_copy_where_it_does_not_work(world: World, installer: Installer) -> None:
    lines = installer.install(world, package("flask"), mode=LinkMode.CLONE)
    assert (world.library / MODULE).stat().st_nlink == 1
    assert len(lines) == 1 or "--link-mode clone does not work" in lines[1]


def test_what_an_install_writes_is_never_shared(world: World, installer: Installer) -> None:
    scripts = {"flask-1.0.data/scripts/old": "#!python\nprint('old')\n"}
    builder = package("flask", files=scripts, scripts={"flask": "flask:main"})
    installer.install(world, builder, mode=LinkMode.HARDLINK)
    info = world.library / "flask-1.0.dist-info"
    written = [info / name for name in ("RECORD", "INSTALLER")]
    written += [world.prefix / "bin" / name for name in ("flask", "old")]
    assert [path.stat().st_nlink for path in written] == [1, 1, 1, 1]
    assert world.run("old") == "old"
    assert installer.kept("old").read_text() == "#!python\nprint('old')\n"


@pytest.mark.parametrize("mode", [None, LinkMode.COPY])
def test_edit_through_a_link_is_noticed(
    make_world: Callable[[str], World], installer: Installer, mode: LinkMode | None
) -> None:
    """A hard link is the cache's own file: who edits it in place edits the cache."""
    one, two = make_world("one"), make_world("two")
    installer.install(one, package("flask"), mode=LinkMode.HARDLINK)
    original = (one.library / MODULE).read_bytes()
    (one.library / MODULE).write_bytes(original.replace(b"1.0", b"6.6"))
    installer.install(two, package("flask"), mode=mode)
    assert (two.library / MODULE).read_bytes() == original
    assert installer.kept().read_bytes() == original


def _delete(path: Path) -> None:
    path.unlink()


def _shorten(path: Path) -> None:
    times = path.stat()
    path.write_bytes(b"")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def _link(path: Path) -> None:
    path.rename(path.with_suffix(".moved"))
    path.symlink_to(path.with_suffix(".moved"))


def _make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [_delete, _shorten, _link, _make_folder])
@pytest.mark.parametrize("mode", LinkMode)
def test_damaged_file_is_unpacked_anew(
    make_world: Callable[[str], World],
    installer: Installer,
    damage: Callable[[Path], None],
    mode: LinkMode,
) -> None:
    one, two = make_world("one"), make_world("two")
    installer.install(one, package("flask"), mode=LinkMode.COPY)
    damage(installer.kept())
    installer.install(two, package("flask"), mode=mode)
    assert two.run("python", "-c", "import flask; print(flask.version)") == "1.0"
    assert not (two.library / MODULE).is_symlink()


@pytest.mark.parametrize("damage", [lambda _: b"", lambda data: data[:-1] + b"\0", lambda _: b"x"])
def test_damaged_manifest_is_dropped(
    make_world: Callable[[str], World],
    installer: Installer,
    damage: Callable[[bytes], bytes],
) -> None:
    installer.install(make_world("one"), package("flask"))
    (manifest,) = installer.folder.glob("*/*/manifest")
    manifest.write_bytes(damage(manifest.read_bytes()))
    two = make_world("two")
    installer.install(two, package("flask"))
    assert two.run("python", "-c", "import flask; print(flask.version)") == "1.0"


def test_entry_of_another_archive_is_none(world: World, installer: Installer) -> None:
    installer.install(world, package("flask"))
    (entry,) = installer.folder.glob("*/*")
    other = "00" * 32
    place = installer.folder / other[:2] / other[2:]
    shutil.copytree(entry, place)
    store = UnpackedWheels(installer.folder)
    assert store.find(entry.parent.name + entry.name)
    assert store.find(other) is None
    assert not place.exists()


def test_store_that_cannot_be_written_costs_nothing_else(
    world: World, installer: Installer
) -> None:
    installer.folder.parent.mkdir(exist_ok=True)
    installer.folder.write_text("a file in its place")
    assert installer.install(world, package("flask")) == ("installed flask 1.0",)


def test_refused_wheel_is_not_kept(world: World, installer: Installer) -> None:
    bad = package("flask")
    bad.record_rows = {MODULE: f"{MODULE},sha256=AAAA,3"}
    with pytest.raises(InstallFailed, match="is not what RECORD says"):
        installer.install(world, bad)
    assert not [path for path in installer.folder.rglob("*") if path.is_file()]


def test_kept_wheel_is_still_compared_with_its_name(world: World, installer: Installer) -> None:
    """Another index may offer the same bytes under another name."""
    installer.install(world, package("flask"))
    plan = world.plan(package("flask"))
    renamed = world.wheels / "flask-2.0-py3-none-any.whl"
    shutil.copy(world.wheels / "flask-1.0-py3-none-any.whl", renamed)
    (action,) = plan.actions
    assert action.file is not None
    means = Means(store=UnpackedWheels(installer.folder), digest=installer.cache.digest)
    plan = replace(
        plan, actions=(replace(action, file=replace(action.file, filename=renamed.name)),)
    )
    with pytest.raises(InstallFailed, match=r"file name '2\.0'"):
        commit(
            world.target, plan, {action.name: renamed}, lambda *_: None, lambda: False, means=means
        )


def test_two_that_unpack_the_same_wheel_leave_one_entry(world: World, tmp_path: Path) -> None:
    path = package("flask").save(tmp_path)
    stores = [UnpackedWheels(tmp_path / "store") for _ in range(2)]
    key = "ab" * 32
    for store in stores:  # the second had not seen the first's when it began
        with open_wheel(path, path.name) as wheel:
            folder, tree = store.add(key, wheel, lambda: False)
        assert store.find(key) == (folder, tree)
    assert [entry.name for entry in (tmp_path / "store").iterdir()] == ["ab"]


def test_abandoned_parts_are_removed_after_a_day(tmp_path: Path) -> None:
    path = package("flask").save(tmp_path)
    part = tmp_path / "store" / ".part-dead"
    part.mkdir(parents=True)
    written = part.stat().st_mtime
    for later, is_there in ((3600, True), (25 * 3600, False)):
        store = UnpackedWheels(tmp_path / "store", now=lambda: written + later)  # noqa: B023
        with open_wheel(path, path.name) as wheel:
            store.add("ab" * 32, wheel, lambda: False)
        assert part.exists() is is_there


def test_mode_of_this_umask_counts(tmp_path: Path) -> None:
    """A file that was unpacked under another umask is copied, with the mode that is wanted now."""
    source = tmp_path / "source"
    source.write_bytes(b"x")
    source.chmod(0o600)
    stat = source.stat()
    file = TreeFile("source", "", 1, executable=False, changed_ns=stat.st_mtime_ns)
    Linker(LinkMode.HARDLINK, 0o755).place(str(source), str(tmp_path / "target"), file)
    assert (tmp_path / "target").stat().st_nlink == 1


@pytest.mark.parametrize("mode", LinkMode)
def test_file_that_is_gone_is_damage(tmp_path: Path, mode: LinkMode) -> None:
    file = TreeFile("gone", "", 1, executable=False, changed_ns=1)
    with pytest.raises(Damaged):
        Linker(mode, 0o755).place(str(tmp_path / "gone"), str(tmp_path / "target"), file)


def test_executable_bits_survive_the_store(
    make_world: Callable[[str], World], installer: Installer
) -> None:
    one, two = make_world("one"), make_world("two")
    builder = package("flask", files={"flask/tool.sh": "#!/bin/sh\necho tool\n"})
    builder.modes = {"flask/tool.sh": EXECUTABLE}
    for world in (one, two):
        installer.install(world, builder)
        assert os.access(world.library / "flask" / "tool.sh", os.X_OK)


@pytest.mark.parametrize("mode", [None, LinkMode.HARDLINK, LinkMode.COPY])
@pytest.mark.parametrize("keeps", [True, False])
def test_a_rollback_brings_back_what_came_out_of_the_store(
    world: World, installer: Installer, mode: LinkMode | None, *, keeps: bool
) -> None:
    old = package("flask", "2.0", files={"flask/gone/deep.py": "1"}, scripts={"f": "flask:main"})
    new = package("flask", "3.0", files={"flask/gone/deep.py": "2", "space/a.py": ""})
    install = installer.install if keeps else lambda world, *wheels, **_: world.install(*wheels)
    install(world, old, mode=mode)
    before = world.tree()
    install(world, new, mode=mode)
    after, kept = world.tree(), tree_of(installer.folder)
    assert not [path for path in world.kept() if path.startswith(("new", "unpacked"))]
    roll_back(world.target)
    assert world.tree() == before
    roll_back(world.target)
    assert world.tree() == after
    roll_back(world.target)
    assert world.tree() == before
    assert tree_of(installer.folder) == kept


def test_a_file_that_was_edited_through_a_link_stops_a_rollback(
    make_world: Callable[[str], World], installer: Installer
) -> None:
    one, two = make_world("one"), make_world("two")
    for world in (one, two):
        installer.install(world, package("flask"), mode=LinkMode.HARDLINK)
    with (two.library / MODULE).open("a") as file:
        file.write("# mine")
    with pytest.raises(InstallFailed, match="cannot be rolled back") as caught:
        roll_back(one.target)
    assert str(one.library / MODULE) in caught.value.why
