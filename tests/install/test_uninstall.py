"""What is removed is what came with a package, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from resolvetui.errors import InstallFailed
from resolvetui.install.rollback import roll_back
from tests.install.wheels import WheelBuilder, package
from tests.install.worlds import World

EVERYTHING = {
    "flask/deep/er/module.py": "",
    "flask/data.txt": "text",
    "alone.py": "v = 1",
    "space/flask_part.py": "",
    "flask-1.0.data/data/share/man/man1/flask.1": "page",
    "flask-1.0.data/headers/flask.h": "header",
    "flask-1.0.data/scripts/tool": "#!python\nprint(1)\n",
}


def full() -> WheelBuilder:
    return package("flask", files=EVERYTHING, scripts={"flask": "flask:main"})


def bytecode_for(world: World) -> None:
    """As every Python makes it that imports the package, and one more did long ago."""
    code = "import flask.deep.er.module, alone, space.flask_part"
    world.run("python", "-c", f"import sys; sys.dont_write_bytecode = False; {code}")
    old = world.library / "flask" / "__pycache__" / "__init__.cpython-37.opt-1.pyc"
    old.write_bytes(b"old")
    assert (world.library / "__pycache__").is_dir()


def test_removed_is_as_if_it_had_never_been_there(world: World) -> None:
    before = world.tree()
    world.install(full())
    assert world.tree() != before
    assert world.remove("flask") == ("removed flask 1.0",)
    assert world.tree() == before


def test_bytecode_that_was_made_since_goes_too(world: World) -> None:
    before = world.tree()
    world.install(full())
    bytecode_for(world)
    world.remove("flask")
    assert world.tree() == before


def test_what_others_have_in_the_same_folders_stays(world: World) -> None:
    other = {"space/other_part.py": "", "other-1.0.data/data/share/man/man1/other.1": "page"}
    world.install(package("other", files=other))
    (world.library / "space" / "mine.txt").write_text("mine")
    (world.prefix / "bin" / "mine").write_text("mine")
    world.run("python", "-c", "import space.other_part")
    before = world.tree()
    world.install(full())
    world.remove("flask")
    assert world.tree() == before


def test_rows_that_point_elsewhere_are_ignored_with_a_warning(world: World, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("keep")
    world.install(package("jinja2"))
    before = world.tree()
    world.install(full())
    rows = [str(victim), "../../../../../victim", "../../../bin/python", "../../../pyvenv.cfg"]
    rows += ["../../../.resolvetui/undo/journal.commit"]
    others = "jinja2-1.0.dist-info/RECORD"
    record = world.library / "flask-1.0.dist-info" / "RECORD"
    record.write_text(record.read_text() + "".join(f"{row},,\n" for row in (*rows, others)))
    lines = world.remove("flask")
    assert victim.read_text() == "keep"
    assert world.tree() == before
    assert lines[0] == "removed flask 1.0"
    for row in rows:
        assert f"flask: {row!r} in its RECORD is not its own; it stays." in lines
    assert f"flask: {others!r} is jinja2 1.0's too; it stays." in lines


def test_a_file_that_two_packages_have_stays_with_the_other(world: World) -> None:
    """The CUDA packages all bring an empty nvidia/__init__.py."""
    world.install(package("one", files={"nvidia/__init__.py": "", "nvidia/one.py": ""}))
    before = world.tree()
    world.install(package("two", files={"nvidia/__init__.py": "", "nvidia/two.py": ""}))
    world.remove("two")
    assert world.tree() == before


def test_files_that_are_gone_already_are_no_fault(world: World) -> None:
    before = world.tree()
    world.install(full())
    (world.library / "alone.py").unlink()
    world.remove("flask")
    assert world.tree() == before


def test_a_package_that_is_only_described_is_refused(world: World) -> None:
    world.install(package("flask"))
    (world.library / "flask-1.0.dist-info" / "RECORD").unlink()
    before = world.tree()
    with pytest.raises(InstallFailed, match="no RECORD"):
        world.remove("flask")
    assert world.tree() == before


def test_removal_can_be_rolled_back(world: World) -> None:
    world.install(full())
    bytecode_for(world)
    before = world.tree()
    world.remove("flask")
    assert roll_back(world.target) == ("installed flask 1.0",)
    assert world.tree() == before
