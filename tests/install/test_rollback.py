"""The last transaction, undone: byte for byte, or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from resolvetui.errors import InstallFailed
from resolvetui.install.changes import told
from resolvetui.install.rollback import roll_back, rollback_changes
from tests.install.disks import refusing
from tests.install.wheels import WheelBuilder, package
from tests.install.worlds import World, tree_of

OLD = package("flask", "2.0", files={"alone.py": "v = 2"}, scripts={"flask": "flask:main"})
NEW = package(
    "flask",
    "3.0",
    files={
        "alone/__init__.py": "v = 3",
        "space/flask.py": "",
        "flask-3.0.data/data/share/flask": "",
    },
    scripts={"flask": "flask:main", "more": "flask:main"},
)


@pytest.fixture
def upgraded(world: World) -> World:
    world.install(OLD, package("gone"))
    world.before = world.tree()
    world.carry_out(world.with_removal(world.plan(NEW, package("new")), "gone"))
    return world


def test_everything_is_as_before_and_then_as_after(upgraded: World) -> None:
    after = upgraded.tree()
    assert roll_back(upgraded.target) == (
        "downgraded flask 3.0 -> 2.0",
        "removed new 1.0",
        "installed gone 1.0",
    )
    assert upgraded.tree() == upgraded.before
    assert upgraded.run("flask") == "flask 2.0"
    roll_back(upgraded.target)
    assert upgraded.tree() == after
    roll_back(upgraded.target)
    assert upgraded.tree() == upgraded.before


def test_what_it_would_do_is_known_before(upgraded: World) -> None:
    lines = tuple(map(told, rollback_changes(upgraded.target)))
    assert lines == roll_back(upgraded.target)


def test_bytecode_does_not_matter_and_does_not_stay(upgraded: World) -> None:
    code = "import sys; sys.dont_write_bytecode = False; import flask, alone, space.flask, new"
    upgraded.run("python", "-c", code)
    roll_back(upgraded.target)
    assert upgraded.tree() == upgraded.before
    upgraded.run("python", "-c", code.removesuffix(", space.flask, new") + ", gone")
    roll_back(upgraded.target)
    assert upgraded.run("python", "-c", "import alone; print(alone.v)") == "3"
    roll_back(upgraded.target)
    assert {p for p in upgraded.tree() if "pycache" not in p} == set(upgraded.before)


def change(world: World) -> Path:
    path = world.library / "flask" / "__init__.py"
    path.write_text("mine")
    return path


def remove(world: World) -> Path:
    path = world.prefix / "bin" / "more"
    path.unlink()
    return path


def remove_folder(world: World) -> Path:
    shutil.rmtree(world.library / "alone")
    return world.library / "alone" / "__init__.py"


def add(world: World) -> Path:
    path = world.library / "alone" / "mine.py"
    path.write_text("mine")
    return path


def get_in_the_way(world: World) -> Path:
    path = world.library / "gone"
    path.mkdir()
    return path


@pytest.mark.parametrize("meddle", [change, remove, remove_folder, add, get_in_the_way])
def test_what_was_changed_since_is_named_and_nothing_happens(
    upgraded: World, meddle: Callable[[World], Path]
) -> None:
    path = meddle(upgraded)
    before, kept = upgraded.tree(), upgraded.kept()
    with pytest.raises(InstallFailed, match="cannot be rolled back") as caught:
        roll_back(upgraded.target)
    assert caught.value.culprit == str(path)
    assert upgraded.tree() == before
    assert upgraded.kept() == kept


def test_a_shared_folder_in_which_others_put_something_stays(world: World) -> None:
    both = (package(name, files={f"space/{name}.py": ""}) for name in ("one", "two"))
    before = world.tree()
    world.install(*both)
    mine = world.library / "space" / "mine.py"
    mine.write_text("")
    roll_back(world.target)
    mine.unlink()
    mine.parent.rmdir()
    assert world.tree() == before


def test_only_the_last_one_is_kept(upgraded: World) -> None:
    after = upgraded.tree()
    upgraded.install(package("third"))
    assert roll_back(upgraded.target) == ("removed third 1.0",)
    assert upgraded.tree() == after
    assert not (upgraded.state / "undo" / "new").exists()


def test_nothing_was_installed(world: World) -> None:
    before = world.tree()
    assert rollback_changes(world.target) == ()
    with pytest.raises(InstallFailed, match="nothing to roll back") as caught:
        roll_back(world.target)
    assert caught.value.culprit == str(world.prefix)
    assert world.tree() == before
    assert not world.state.exists()


def test_a_damaged_journal_is_told(upgraded: World) -> None:
    (upgraded.state / "undo" / "journal.commit").write_text("{")
    before = tree_of(upgraded.prefix)
    with pytest.raises(InstallFailed, match="cannot be read"):
        roll_back(upgraded.target)
    assert tree_of(upgraded.prefix) == before


def test_a_refused_rename_leaves_all_as_it_was(upgraded: World) -> None:
    before, kept = upgraded.tree(), upgraded.kept()
    with pytest.raises(InstallFailed, match="moved back"):
        roll_back(upgraded.target, disk=refusing("rename", "packages/flask-2.0.dist-info", 16))
    assert upgraded.tree() == before
    assert upgraded.kept() == kept


def test_an_interrupted_install_that_came_to_nothing_was_the_last_one(upgraded: World) -> None:
    before = upgraded.tree()
    (upgraded.state / "txn-dead" / "new").mkdir(parents=True)
    lines = roll_back(upgraded.target)
    assert lines == (
        f"What an interrupted install left in {upgraded.prefix} was removed.",
        "Nothing else was rolled back.",
    )
    assert upgraded.tree() == before


def test_a_shared_file_of_two_packages_survives(world: World) -> None:
    world.install(package("one", files={"nvidia/__init__.py": ""}))
    before = world.tree()
    world.install(package("two", files={"nvidia/__init__.py": "", "nvidia/two.py": ""}))
    roll_back(world.target)
    assert world.tree() == before


def test_a_module_that_became_a_package_becomes_one_again(world: World) -> None:
    world.install(WheelBuilder("thing", "1.0", {"thing.py": "v = 1"}))
    before = world.tree()
    world.install(WheelBuilder("thing", "2.0", {"thing/__init__.py": "v = 2"}))
    roll_back(world.target)
    assert world.tree() == before
