"""What is promised about hostile wheels, each promise by the tests that hold it.

`PROMISES` is the table; a test below looks whether every test in it is there. The cases that no
other file has follow: all of them install, with and without the cache of unpacked wheels.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from resolvetui.errors import InstallFailed
from resolvetui.install.bytecode import compile_packages
from resolvetui.install.means import Means
from resolvetui.install.store import UnpackedWheels
from resolvetui.install.transaction import commit
from resolvetui.model.names import PackageName
from resolvetui.net.cache import Cache
from tests.install.wheels import WheelBuilder, package
from tests.install.worlds import World

PROMISES = {
    "no member leaves its folder: .., absolute, drive, backslash, control characters": [
        "test_strict_zip.test_hostile_member_name_is_refused_and_made_visible",
        "test_strict_zip.test_nul_in_a_name_is_refused",
        "test_hostile_wheels.test_hostile_wheel_changes_nothing",
    ],
    "no unknown .data scheme": ["test_wheel.test_wheel_that_contradicts_itself_is_refused"],
    "no links, no devices": ["test_strict_zip.test_link_or_device_is_refused"],
    "nothing is written through a link of the environment": [
        "test_transaction.test_folder_that_is_a_link_is_not_written_through"
    ],
    "no two members are one file, also without regard to case": [
        "test_strict_zip.test_duplicate_name_is_refused",
        "test_strict_zip.test_colliding_names_are_refused",
        "test_hostile_wheels.test_hostile_wheel_changes_nothing",
    ],
    "local headers and directory agree; nothing before, between, after; one end record": [
        "test_strict_zip.test_ambiguous_archive_is_refused",
        "test_strict_zip.test_bytes_after_the_end_of_a_member_are_refused",
        "test_strict_zip.test_damaged_content_is_refused",
    ],
    "no bombs": ["test_strict_zip.test_bomb_is_refused_before_it_is_unpacked"],
    "RECORD names every member with its hash, and nothing else": [
        "test_wheel.test_wheel_that_contradicts_itself_is_refused",
        "test_wheel.test_missing_metadata_is_refused",
        "test_hostile_wheels.test_hostile_wheel_changes_nothing",
    ],
    "name, version, tags, Wheel-Version and .dist-info are one": [
        "test_wheel.test_wheel_that_contradicts_itself_is_refused",
        "test_wheel.test_file_name_must_be_that_of_the_content",
        "test_wheel.test_planned_version_must_be_that_of_the_content",
        "test_store.test_kept_wheel_is_still_compared_with_its_name",
    ],
    "the bytes are those that were promised": [
        "test_download.test_local_file_is_taken_where_it_is_and_checked",
        "test_store.test_edit_through_a_link_is_noticed",
        "test_store.test_damaged_file_is_unpacked_anew",
    ],
    "entry points are names and objects, and not the interpreter": [
        "test_wheel.test_entry_point_outside_the_grammar_is_refused",
        "test_hostile_wheels.test_hostile_wheel_changes_nothing",
    ],
    "the interpreter and the files of the environment stay": [
        "test_transaction.test_hidden_files_of_the_environment_are_protected",
        "test_hostile_wheels.test_hostile_wheel_changes_nothing",
    ],
    "files of others stay, of packages and of nobody": [
        "test_transaction.test_unowned_file_is_not_overwritten",
        "test_transaction.test_file_of_another_package_is_not_overwritten",
        "test_transaction.test_two_new_packages_must_not_bring_one_path",
        "test_transaction.test_record_rows_that_point_elsewhere_are_not_removed",
        "test_hostile_wheels.test_file_of_one_that_is_a_folder_of_another_is_refused",
    ],
    "INSTALLER, REQUESTED, direct_url.json and bytecode are not taken over": [
        "test_transaction.test_files_of_the_installer_and_bytecode_are_not_taken_over"
    ],
    "code that runs at every start is named, and does not run during the install": [
        "test_transaction.test_startup_code_is_named",
        "test_hostile_wheels.test_startup_code_does_not_run_during_the_install",
    ],
    "scripts start from any path and are executable": [
        "test_transaction.test_scripts_start_from_any_path"
    ],
}
DATA = "flask-1.0.data"
PYTHON = f"python{sys.version_info[0]}.{sys.version_info[1]}"


def with_files(*paths: str) -> WheelBuilder:
    return package("flask", files=dict.fromkeys(paths, "x = 1\n"))


def with_rows(rows: Mapping[str, str]) -> WheelBuilder:
    builder = package("flask")
    builder.record_rows = rows
    return builder


HOSTILE: dict[str, tuple[WheelBuilder, str]] = {
    "out of a scheme": (with_files(f"{DATA}/scripts/../../../evil"), "leaves its folder"),
    "out of the library": (with_files("../../../../bin/evil"), "leaves its folder"),
    "absolute in a scheme": (with_files(f"{DATA}/data//etc/passwd"), "leaves its folder"),
    "python by data": (with_files(f"{DATA}/data/bin/python"), "interpreter's own"),
    "python by scripts": (with_files(f"{DATA}/scripts/Python3.EXE"), "interpreter's own"),
    "activation by scripts": (with_files(f"{DATA}/scripts/activate.fish"), "interpreter's own"),
    "configuration": (with_files(f"{DATA}/data/pyvenv.cfg"), "environment's own"),
    "journal": (with_files(f"{DATA}/data/.resolvetui/txn-1/journal.json"), "environment's own"),
    "other metadata by data": (
        with_files(f"{DATA}/data/lib/{PYTHON}/site-packages/pip-1.dist-info/RECORD"),
        "metadata of another package",
    ),
    "one file twice by scheme": (with_files(f"{DATA}/purelib/flask/__init__.py"), "twice"),
    "one file twice by the other library": (
        with_files(f"{DATA}/platlib/flask/__init__.py"),
        "twice",
    ),
    "one file twice by data": (
        with_files(f"{DATA}/data/lib/{PYTHON}/site-packages/flask/__init__.py"),
        "belongs to flask",
    ),
    "one script twice": (
        package("flask", files={f"{DATA}/scripts/run": "#!/bin/sh\n"}, scripts={"run": "flask:m"}),
        "twice",
    ),
    "file in place of a folder": (with_files(f"{DATA}/purelib/flask"), "file and as folder|twice"),
    "row out of the environment": (
        with_rows({"x": "../../../../../etc/passwd,sha256=AAAA,3"}),
        "which it does not have",
    ),
    "wrong size": (with_rows({"x": "flask/__init__.py,sha256=AAAA,3"}), "there twice"),
    "no number as size": (
        with_rows({"flask/__init__.py": "flask/__init__.py,sha256=AAAA,-1"}),
        "no number as size",
    ),
    "control characters in an entry point": (
        package("flask", scripts={"a\x1b]0;x\x07": "flask:main"}),
        "no name for a script",
    ),
    "code in an entry point": (
        package("flask", scripts={"run": "flask:main\n  import os"}),
        "no object|cannot be parsed",
    ),
    "interpreter as entry point": (
        package("flask", scripts={"python3.11": "flask:main"}),
        "interpreter's own",
    ),
}


def test_every_test_of_the_table_is_there() -> None:
    for name in {test for tests in PROMISES.values() for test in tests}:
        module, _, function = name.partition(".")
        assert hasattr(importlib.import_module(f"tests.install.{module}"), function), name


@pytest.mark.parametrize("keeps", [False, True])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_wheel_changes_nothing(
    world: World, tmp_path: Path, name: str, keeps: bool
) -> None:
    """Refused whole, together with an honest one; the second time it may be kept unpacked."""
    builder, why = HOSTILE[name]
    before = world.tree()
    plan = world.plan(builder, package("jinja2"))
    wheels = {a.name: world.wheels / a.file.filename for a in plan.changes if a.file}
    store = UnpackedWheels(tmp_path / "unpacked") if keeps else None
    with Cache(tmp_path / "cache") as cache:
        for _ in range(1 + keeps):
            means = Means(store=store, digest=cache.digest)
            with pytest.raises(InstallFailed, match=why) as caught:
                commit(world.target, plan, wheels, lambda *_: None, lambda: False, means=means)
            assert "\x1b" not in str(caught.value)
            assert world.tree() == before
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("names", [("aaa", "flask"), ("flask", "zzz")])
def test_file_of_one_that_is_a_folder_of_another_is_refused(
    world: World, names: tuple[str, str]
) -> None:
    before = world.tree()
    one = WheelBuilder(names[0], "1.0", {"shared": "a file"})
    two = WheelBuilder(names[1], "1.0", {"shared/inside.py": ""})
    for first, second in ((one, two), (two, one)):
        with pytest.raises(InstallFailed, match="shared"):
            world.install(first, second)
    assert world.tree() == before


def test_startup_code_does_not_run_during_the_install(world: World, tmp_path: Path) -> None:
    """Not even to compile, which a Python of the environment does after the files are there."""
    marker = tmp_path / "marker"
    code = f"import pathlib; pathlib.Path({str(marker)!r}).write_text('ran')\n"
    files = {
        "flask.pth": code,
        "sitecustomize.py": code,
        "usercustomize.py": code,
        "compileall.py": code,
    }
    lines = world.install(package("flask", files=files))
    assert [line.split()[2].rstrip(",") for line in lines[1:]] == [
        "flask.pth",
        "sitecustomize.py",
        "usercustomize.py",
    ]
    assert compile_packages(world.target, [PackageName("flask")]) == "compiled 4 modules"
    assert list((world.library / "flask" / "__pycache__").glob("*.pyc"))
    assert not marker.exists()
    world.run("python", "-c", "pass")
    assert marker.exists()


def test_what_was_compiled_goes_with_its_package(world: World) -> None:
    before = set(world.tree())
    world.install(package("flask"))
    compile_packages(world.target, [PackageName("flask")])
    world.install(WheelBuilder("flask", "2.0"))
    left = set(world.tree()) - before
    assert {path for path in left if "2.0" not in path} == set()


def test_module_that_does_not_compile_does_not_stop_the_others(world: World) -> None:
    world.install(package("flask", files={"flask/template.py": "def {{ name }}: pass"}))
    assert compile_packages(world.target, [PackageName("flask")]) == "compiled 2 modules"
    done = subprocess.run(
        [world.prefix / "bin" / "python", "-c", "import flask"], check=True, capture_output=True
    )
    assert done.stderr == b""
