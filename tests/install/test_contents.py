"""What wheels bring is told before anything is unpacked or moved."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from random import Random

import pytest
from msgspec import structs

from resolvetui.environment.installed import read_installed
from resolvetui.errors import InstallFailed
from resolvetui.install.contents import look_inside, refuse_conflicts
from resolvetui.install.plan import FileConflict, LostCommand, Plan
from tests.install.wheels import WheelBuilder, package
from tests.install.worlds import World


def look(world: World, *builders: WheelBuilder) -> Plan:
    plan = world.plan(*builders)
    wheels = {a.name: world.wheels / a.file.filename for a in plan.changes if a.file}
    return look_inside(world.target, plan, read_installed(world.target)[0], wheels)


def owners(world: World, plan: Plan) -> list[tuple[str, str, str]]:
    return [
        (each.name, os.path.relpath(each.path, world.library), each.owner)
        for each in plan.conflicts
    ]


def test_new_files_and_upgrades_are_no_conflict(world: World) -> None:
    world.install(package("one", "1.0", files={"thing.py": "1"}, scripts={"one": "one:main"}))
    new = package("one", "2.0", files={"thing/__init__.py": "2"}, scripts={"one": "one:main"})
    plan = look(world, new, package("two"))
    assert (plan.conflicts, plan.blocked, plan.unseen) == ((), (), ())
    refuse_conflicts(plan)


def test_two_wheels_with_one_path_are_told_with_both_owners(world: World) -> None:
    plan = look(
        world,
        package("one", files={"shared.py": "1"}),
        package("two", files={"shared.py": "2"}),
    )
    assert owners(world, plan) == [("two", "shared.py", "one 1.0")]
    with pytest.raises(InstallFailed) as caught:
        refuse_conflicts(plan)
    assert caught.value.what == "two 1.0 must not be installed."
    assert caught.value.why == (
        f"two 1.0 brings {str(world.library / 'shared.py')!r}, which belongs to one 1.0."
    )


def test_a_file_of_one_wheel_and_a_folder_of_another_are_told(world: World) -> None:
    plan = look(
        world, package("one", files={"shared": ""}), package("two", files={"shared/a/b.py": ""})
    )
    assert owners(world, plan) == [("one", "shared", "two 1.0")]


def test_the_same_bytes_go_on(world: World) -> None:
    both = {"shared.py": "same"}
    assert look(world, package("one", files=both), package("two", files=both)).conflicts == ()
    world.install(package("one", files=both))
    (world.library / "nobody.py").write_text("mine")
    plan = look(world, package("two", files=both | {"nobody.py": "mine"}))
    assert plan.conflicts == ()


def test_a_file_of_an_installed_package_or_of_nobody_is_told(world: World) -> None:
    world.install(package("one", files={"shared.py": "1"}, scripts={"run": "one:main"}))
    (world.library / "nobody.py").write_text("mine")
    new = package("two", files={"shared.py": "2", "nobody.py": ""}, scripts={"run": "two:main"})
    plan = look(world, new)
    assert set(owners(world, plan)) == {
        ("two", "nobody.py", ""),
        ("two", "shared.py", "one 1.0"),
        ("two", os.path.relpath(world.prefix / "bin" / "run", world.library), "one 1.0"),
    }
    assert isinstance(plan.conflicts[0], FileConflict)


def test_a_folder_in_the_place_of_a_file_and_a_file_in_that_of_a_folder(world: World) -> None:
    (world.library / "module.py").mkdir()
    (world.library / "module.py" / "mine.txt").write_text("")
    (world.library / "folder").write_text("")
    plan = look(
        world, package("two", files={"module.py": "", "folder/a.py": "", "folder/b.py": ""})
    )
    assert sorted(owners(world, plan)) == [("two", "folder", ""), ("two", "module.py", "")]


def test_nothing_is_written_past_a_link(world: World, tmp_path: Path) -> None:
    (world.library / "two").symlink_to(tmp_path)
    plan = look(world, package("two"))
    assert owners(world, plan) == [("two", "two", "a symbolic link")]


def test_what_python_runs_at_every_start_is_named(world: World) -> None:
    files = {"x.pth": "import sys", "sitecustomize.py": "", "two/inner.pth": ""}
    plan = look(world, package("two", files=files))
    assert [(each.name, each.file) for each in plan.startup] == [
        ("two", "sitecustomize.py"),
        ("two", "x.pth"),
    ]


def test_a_command_that_goes_for_good_is_named(world: World) -> None:
    world.install(package("one", "1.0", scripts={"run": "one:main", "walk": "one:main"}))
    plan = look(world, package("one", "2.0", scripts={"run": "one:main"}))
    assert plan.lost_commands == (LostCommand(plan.actions[0].name, "1.0", "walk"),)


def test_a_package_that_cannot_be_replaced_is_told_with_a_way_out(world: World) -> None:
    world.install(package("one", "1.0"))
    (world.library / "one-1.0.dist-info" / "RECORD").unlink()
    plan = look(world, package("one", "2.0"))
    (blocked,) = plan.blocked
    assert "no RECORD" in blocked.why
    assert plan.conflicts == ()
    with pytest.raises(InstallFailed, match="cannot be replaced") as caught:
        refuse_conflicts(plan)
    assert "--venv" in caught.value.what_to_do


def test_wheels_that_are_not_here_are_named(world: World) -> None:
    plan = world.plan(package("one"), package("two"))
    path = world.wheels / "one-1.0-py3-none-any.whl"
    seen = look_inside(world.target, plan, (), {plan.actions[0].name: path})
    assert plan.unseen == ("one", "two")
    assert seen.unseen == ("two",)


def test_an_error_names_some_and_counts_the_rest(world: World) -> None:
    names = [f"{letter}.py" for letter in "abcde"]
    for name in names:
        (world.library / name).write_text("mine")
    plan = look(world, package("two", files=dict.fromkeys(names, "other")))
    assert len(plan.conflicts) == 5
    with pytest.raises(InstallFailed) as caught:
        refuse_conflicts(structs.replace(plan))
    assert caught.value.why.endswith("2 more files are like that.")
    assert caught.value.culprit == str(world.library / "a.py")


PATHS = ("x.py", "x/a.py", "x/b.py", "y", "y/z.py", "ns/p.py", "ns/q.py", "a.pth")


def random_package(random: Random, name: str, version: str) -> WheelBuilder:
    """A package with few of few paths, so that they meet, and few contents, so that some agree."""
    files: dict[str, str | bytes] = {}
    for path in random.sample(PATHS, random.randint(0, 3)):
        if not any(path.startswith(f"{one}/") or one.startswith(f"{path}/") for one in files):
            files[path] = random.choice("12")
    scripts = {random.choice(("run", "go")): f"{name}:main"} if random.random() < 0.4 else {}
    return package(name, version, files=files, scripts=scripts)


def litter(random: Random, library: Path) -> None:
    """Files of nobody."""
    for path in random.sample(PATHS, random.randint(0, 2)):
        with contextlib.suppress(OSError):
            (library / path).parent.mkdir(exist_ok=True)
            if not (library / path).exists():
                (library / path).write_text(random.choice("12"))


@pytest.mark.parametrize("seed", range(25))
def test_what_is_found_beforehand_is_what_an_install_would_fail_for(
    world: World, seed: int
) -> None:
    random = Random(seed)
    old = [random_package(random, name, "1.0") for name in random.sample(["one", "two"], 2)]
    for builder in old[: random.randint(0, 2)]:
        with contextlib.suppress(InstallFailed):
            world.install(builder)
    litter(random, world.library)
    names = random.sample(["one", "two", "three"], random.randint(1, 3))
    plan = world.plan(*(random_package(random, name, "2.0") for name in names))
    wheels = {a.name: world.wheels / a.file.filename for a in plan.changes if a.file}
    seen = look_inside(world.target, plan, read_installed(world.target)[0], wheels)
    culprit = ""
    try:
        world.carry_out(plan)
    except InstallFailed as error:
        culprit = str(error.culprit)
    found = {each.path for each in seen.conflicts}
    assert culprit in found if found else culprit == ""
