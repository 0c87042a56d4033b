from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from resolvetui.environment.installed import read_installed
from resolvetui.errors import Cancelled, InstallFailed, Interrupted
from resolvetui.install.checking import verify
from resolvetui.install.recovery import needs_repair
from resolvetui.install.rollback import roll_back
from resolvetui.model.names import PackageName
from tests.install.disks import Moments, refusing
from tests.install.wheels import EXECUTABLE, WheelBuilder, package
from tests.install.worlds import World

MakeWorld = Callable[[str], World]


def test_installed_package_imports_and_its_script_runs(world: World) -> None:
    lines = world.install(package("flask", "3.0", scripts={"flask": "flask:main"}))
    assert lines == ("installed flask 3.0",)
    assert world.run("python", "-c", "import flask; print(flask.version)") == "3.0"
    assert world.run("flask") == "flask 3.0"


def test_states_are_told_in_order(world: World) -> None:
    world.install(package("flask"))
    assert world.states == [("flask", "unpacked"), ("flask", "installed")]


def test_only_what_a_rollback_needs_is_left_in_the_state_folder(world: World) -> None:
    world.install(package("flask"))
    assert [path.name for path in world.state.iterdir()] == ["undo"]


def test_nothing_is_left_in_the_state_folder_when_nothing_is_kept(world: World) -> None:
    world.install(package("flask"))
    world.install(package("flask", "2.0"), keep_undo=False)
    assert not world.state.exists()


def test_own_metadata_is_written(world: World) -> None:
    world.install(package("flask"), package("jinja2"), requested=["flask"])
    info = world.library / "flask-1.0.dist-info"
    assert (info / "INSTALLER").read_text() == "resolvetui\n"
    assert (info / "REQUESTED").read_bytes() == b""
    assert not (world.library / "jinja2-1.0.dist-info" / "REQUESTED").exists()
    assert not (info / "direct_url.json").exists()
    assert verify(world.target, [PackageName("flask"), PackageName("jinja2")]) == ()


def test_record_names_every_file_of_ours_and_no_other(world: World) -> None:
    before = set(world.tree())
    world.install(package("flask", scripts={"flask": "flask:main"}))
    rows = (world.library / "flask-1.0.dist-info" / "RECORD").read_text().splitlines()
    named = {(world.library / row.split(",")[0]).resolve() for row in rows}
    new = {(world.prefix / path) for path in set(world.tree()) - before}
    assert named == {path.resolve() for path in new if path.is_file()}


def test_upgrade_leaves_nothing_of_the_old(world: World) -> None:
    old = package("flask", "2.0", files={"flask/gone/deep.py": "", "flask_gone.py": ""})
    world.install(old)
    world.run("python", "-c", "import flask")
    (world.library / "flask" / "__pycache__").mkdir(exist_ok=True)
    (world.library / "flask" / "__pycache__" / "__init__.cpython-399.pyc").write_bytes(b"old")
    world.install(package("flask", "3.0"))
    fresh = {p for p in world.tree() if "flask" in p}
    assert not [path for path in fresh if "gone" in path or "2.0" in path or "pyc" in path]
    assert world.run("python", "-c", "import flask; print(flask.version)") == "3.0"


def test_upgrade_keeps_files_that_are_not_of_the_package(world: World) -> None:
    world.install(package("flask", "2.0"))
    (world.library / "flask" / "mine.txt").write_text("mine")
    world.install(package("flask", "3.0"))
    assert (world.library / "flask" / "mine.txt").read_text() == "mine"
    assert world.run("python", "-c", "import flask; print(flask.version)") == "3.0"


def test_module_becomes_package_and_back(world: World) -> None:
    world.install(WheelBuilder("thing", "1.0", {"thing.py": "v = 1"}))
    world.install(WheelBuilder("thing", "2.0", {"thing/__init__.py": "v = 2"}))
    assert world.run("python", "-c", "import thing; print(thing.v)") == "2"
    world.install(WheelBuilder("thing", "1.0", {"thing.py": "v = 1"}))
    assert not (world.library / "thing").exists()


def test_reinstall_keeps_that_it_was_requested(world: World) -> None:
    world.install(package("flask", "2.0"), requested=["flask"])
    world.install(package("flask", "3.0"))
    assert (world.library / "flask-3.0.dist-info" / "REQUESTED").exists()


def test_bad_third_wheel_leaves_the_tree_as_it_was(world: World) -> None:
    world.install(package("flask", "2.0", scripts={"flask": "flask:main"}))
    before = world.tree()
    bad = package("zbad")
    bad.record_rows = {"zbad/__init__.py": "zbad/__init__.py,sha256=AAAA,3"}
    with pytest.raises(InstallFailed, match=r"zbad/__init__\.py") as caught:
        world.install(package("flask", "3.0"), package("jinja2"), bad)
    assert caught.value.culprit == "zbad-1.0-py3-none-any.whl"
    assert world.tree() == before


def test_cancelled_between_any_two_steps_leaves_the_tree_as_it_was(world: World) -> None:
    world.install(package("flask", "2.0", scripts={"flask": "flask:main"}))
    before = world.tree()
    new = package("flask", "3.0", files={"other/__init__.py": ""}, scripts={"f": "flask:main"})
    for patience in range(100):
        asked = iter(range(patience))
        try:
            world.install(new, cancelled=lambda: next(asked, None) is None)  # noqa: B023
        except Cancelled:
            assert world.tree() == before
        else:
            break
    assert patience > 2
    assert world.run("f") == "flask 3.0"


def test_ctrl_c_at_any_moment_ends_in_the_old_or_the_new_and_says_which(world: World) -> None:
    world.install(package("flask", "2.0"), keep_undo=False)
    before = world.tree()
    told: list[str] = []
    while True:
        moments = Moments(len(told), signal.SIGINT)
        stopped: Interrupted | None = None
        try:
            world.install(package("flask", "3.0"), cancelled=moments.cancelled, disk=moments.disk)
        except Interrupted as error:
            stopped = error
        if stopped is None:
            break
        told.append(stopped.what)
        if "everything was done" in stopped.what:
            assert world.tree() != before
            roll_back(world.target)
        assert world.tree() == before
        shutil.rmtree(world.state, ignore_errors=True)
    assert len(set(told)) == 2
    assert len(told) > 20
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_failing_write_leaves_the_tree_as_it_was(world: World) -> None:
    world.install(package("flask", "2.0"))
    before = world.tree()
    big = package("flask", "3.0", files={"flask/big.bin": os.urandom(100_000)})
    plan = world.plan(big)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(InstallFailed, match="File too large"):
            world.carry_out(plan)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert world.tree() == before


def test_package_that_is_only_seen_is_hidden_and_not_changed(
    world: World, make_world: MakeWorld
) -> None:
    base = make_world("base")
    base.install(package("flask", "1.0"))
    untouched = base.tree()
    assert world.target.environment is not None
    world.target = structs.replace(
        world.target,
        environment=structs.replace(
            world.target.environment, external_packages=(str(base.library),)
        ),
    )
    lines = world.install(package("flask", "2.0"))
    assert lines == ("upgraded flask 1.0 -> 2.0",)
    assert base.tree() == untouched
    assert world.run("python", "-c", "import flask; print(flask.version)") == "2.0"


def test_refused_rename_is_rolled_back(world: World) -> None:
    world.install(package("flask", "2.0"))
    before = world.tree()

    def interfere() -> bool:  # somebody makes the file after every check
        if list((world.prefix / ".resolvetui").glob("txn-*/journal.json")):
            (world.library / "zlast").mkdir(exist_ok=True)
        return False

    with pytest.raises(InstallFailed, match="moved back"):
        world.install(package("flask", "3.0"), package("zlast"), cancelled=interfere)
    (world.library / "zlast").rmdir()
    assert world.tree() == before


def test_environment_that_changed_since_the_plan_is_refused(world: World) -> None:
    plan = world.plan(package("flask", "3.0"))
    world.install(package("flask", "2.0"))
    with pytest.raises(InstallFailed, match="changed since"):
        world.carry_out(plan)


def test_unowned_file_is_not_overwritten(world: World) -> None:
    (world.library / "flask").mkdir()
    (world.library / "flask" / "__init__.py").write_text("mine")
    before = world.tree()
    with pytest.raises(InstallFailed, match="belongs to no package") as caught:
        world.install(package("flask"))
    assert caught.value.culprit == str(world.library / "flask" / "__init__.py")
    assert world.tree() == before


def test_file_of_another_package_is_not_overwritten(world: World) -> None:
    world.install(package("flask", files={"shared.py": "flask's"}))
    before = world.tree()
    with pytest.raises(InstallFailed, match=r"shared\.py.*belongs to flask 1\.0"):
        world.install(package("jinja2", files={"shared.py": "jinja2's"}))
    assert world.tree() == before


def test_two_new_packages_must_not_bring_one_path(world: World) -> None:
    before = world.tree()
    flask = package("flask", scripts={"run": "flask:main"})
    jinja2 = package("jinja2", scripts={"run": "jinja2:main"})
    with pytest.raises(InstallFailed, match=r"jinja2 1\.0(.|\n)*bin/run.*flask 1\.0"):
        world.install(flask, jinja2)
    assert world.tree() == before


def test_two_packages_may_share_an_identical_file(world: World) -> None:
    """The CUDA packages all bring an empty nvidia/__init__.py."""
    one = package("one", files={"nvidia/__init__.py": "", "nvidia/one.py": ""})
    two = package("two", files={"nvidia/__init__.py": "", "nvidia/two.py": ""})
    three = package("three", files={"nvidia/__init__.py": "", "nvidia/three.py": ""})
    world.install(one, two)
    world.install(three)
    world.install(package("one", "2.0"))
    assert sorted(path.name for path in (world.library / "nvidia").iterdir()) == [
        "__init__.py",
        "three.py",
        "two.py",
    ]
    assert verify(world.target, [PackageName("two"), PackageName("three")]) == ()


def test_file_may_move_from_one_package_to_another(world: World) -> None:
    world.install(package("one", files={"moved.py": "1"}), package("two"))
    world.install(package("one", "2.0"), package("two", "2.0", files={"moved.py": "2"}))
    assert (world.library / "moved.py").read_text() == "2"


def test_folder_that_is_a_link_is_not_written_through(world: World, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (world.library / "flask").symlink_to(outside)
    with pytest.raises(InstallFailed, match="symbolic link"):
        world.install(package("flask"))
    assert not list(outside.iterdir())


def test_record_rows_that_point_elsewhere_are_not_removed(world: World, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("keep")
    world.install(package("jinja2"), package("flask"))
    record = world.library / "flask-1.0.dist-info" / "RECORD"
    rows = [str(victim), "../../../bin/python", "../../../pyvenv.cfg", "jinja2/__init__.py"]
    record.write_text(record.read_text() + "".join(f"{row},,\n" for row in rows))
    lines = world.install(package("flask", "2.0"))
    assert victim.exists()
    assert world.run("python", "-c", "import jinja2; print(jinja2.version)") == "1.0"
    assert [line for line in lines if "is not its own" in line and str(victim) in line]


def test_package_without_record_is_refused_with_a_way_out(world: World) -> None:
    world.install(package("flask", "2.0"))
    (world.library / "flask-2.0.dist-info" / "RECORD").unlink()
    with pytest.raises(InstallFailed, match="no RECORD") as caught:
        world.install(package("flask", "3.0"))
    assert "pip uninstall flask" in caught.value.what_to_do


def test_an_editable_install_is_replaced_and_its_folder_left_alone(world: World) -> None:
    """It has a RECORD of what is in the environment (PEP 660); the sources are not in it."""
    source = world.prefix.parent / "source"
    source.mkdir()
    (source / "flask.py").write_text("")
    world.install(package("flask", "2.0"))
    info = world.library / "flask-2.0.dist-info"
    told = {"url": source.as_uri(), "dir_info": {"editable": True}}
    (info / "direct_url.json").write_text(json.dumps(told))
    world.install(package("flask", "3.0"))
    assert (source / "flask.py").exists()
    assert not info.exists()
    (found,) = read_installed(world.target)[0]
    assert (found.version, found.editable) == ("3.0", False)


def test_second_install_names_the_holder(world: World) -> None:
    before = world.tree()
    inner: list[str] = []

    def install_again() -> bool:
        if not inner:
            inner.append("")
            with pytest.raises(InstallFailed) as caught:
                world.install(package("jinja2"))
            inner[0] = str(caught.value)
        return False

    world.install(package("flask"), cancelled=install_again)
    assert "lock is held by process" in inner[0]
    assert {dist.name for dist in read_installed(world.target)[0]} == {"flask"}
    assert set(before) < set(world.tree())


@pytest.mark.parametrize("name", ["with space", "ümläut", "x" * 140, "it's"])
def test_scripts_start_from_any_path(make_world: MakeWorld, name: str) -> None:
    world = make_world(name)
    script = "#!python\nimport flask\nflask.main()\n"
    files = {"flask-1.0.data/scripts/own": script}
    world.install(package("flask", files=files, scripts={"made": "flask:main"}))
    assert world.run("made") == "flask 1.0"
    assert world.run("own") == "flask 1.0"


def test_schemes_go_where_they_belong(world: World) -> None:
    files = {
        "flask-1.0.data/data/share/man/flask.1": "page",
        "flask-1.0.data/headers/flask.h": "header",
        "flask-1.0.data/purelib/extra.py": "",
        "flask-1.0.data/platlib/native.py": "",
        "flask-1.0.data/scripts/tool": "#!/bin/sh\necho tool\n",
    }
    world.install(package("flask", files=files))
    version = ".".join(map(str, sys.version_info[:2]))
    header = f"include/site/python{version}/flask/flask.h"
    for path in ("share/man/flask.1", header):
        assert (world.prefix / path).is_file()
    assert (world.library / "extra.py").is_file()
    assert (world.library / "native.py").is_file()
    assert world.run("tool") == "tool"
    assert verify(world.target, [PackageName("flask")]) == ()


def test_replaced_package_takes_its_empty_folders_with_it(world: World) -> None:
    before = world.tree()
    world.install(package("flask", files={"flask-1.0.data/data/share/man/flask.1": "page"}))
    world.install(WheelBuilder("flask", "2.0"))
    assert {path for path in set(world.tree()) - set(before) if "2.0" not in path} == set()


def test_executable_bits_of_the_archive_are_kept(world: World) -> None:
    tool = package("flask", files={"flask/tool": "#!/bin/sh\n", "flask/text": ""})
    tool.modes = {"flask/tool": EXECUTABLE}
    world.install(tool)
    assert (world.library / "flask" / "tool").stat().st_mode & 0o100
    assert not (world.library / "flask" / "text").stat().st_mode & 0o100


def test_startup_code_is_named(world: World) -> None:
    lines = world.install(package("flask", files={"flask.pth": "import os"}))
    assert lines[1] == "flask brings flask.pth, which runs whenever Python starts."


def test_files_of_the_installer_and_bytecode_are_not_taken_over(world: World) -> None:
    info = "flask-1.0.dist-info"
    files: dict[str, str | bytes] = {
        f"{info}/INSTALLER": "evil",
        f"{info}/REQUESTED": "",
        f"{info}/direct_url.json": "{}",
        "flask/__pycache__/__init__.cpython-311.pyc": b"code",
        "flask/only.pyc": b"code",
    }
    lines = world.install(package("flask", files=files))
    assert (world.library / info / "INSTALLER").read_text() == "resolvetui\n"
    assert not (world.library / info / "REQUESTED").exists()
    assert not (world.library / info / "direct_url.json").exists()
    assert not list(world.library.rglob("*.pyc"))
    assert "flask/only.pyc was left out" in lines[1]


def test_hidden_files_of_the_environment_are_protected(world: World) -> None:
    before = world.tree()
    for path in ("pyvenv.cfg", "bin/python3", ".resolvetui/lock", "bin/activate"):
        with pytest.raises(InstallFailed, match="own"):
            world.install(package("flask", files={f"flask-1.0.data/data/{path}": "x"}))
    assert world.tree() == before


def test_next_install_says_that_it_finished_an_interrupted_one(world: World) -> None:
    world.install(package("flask", "2.0"))
    die = refusing("rename", "/undo", errno.EIO)  # all but the last step
    world.install(package("flask", "3.0"), disk=die)
    assert needs_repair(world.target)
    lines = world.install(package("jinja2"))
    assert lines[0] == f"An interrupted install into {world.prefix} was finished."
    assert lines[1] == "installed jinja2 1.0"
    assert world.run("python", "-c", "import flask; print(flask.version)") == "3.0"
