"""Scripts (PEP 723) and locks (PEP 751) as input, resolved and installed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from resolvetui.demo.server import LoopbackIndexes
from tests.edge.conftest import Command
from tests.support.index import World

OFFERED = ("--no-index",)


@pytest.fixture(scope="module")
def world() -> World:
    made = World()
    made.serve("app", "1.0", needs=["dep"])
    made.serve("dep", "1.5")
    made.serve("dep", "2.0")
    made.serve("windows-only", "1.0")
    return made


@pytest.fixture(scope="module")
def indexes(world: World) -> Iterator[LoopbackIndexes]:
    with world.running() as running:
        yield running


@pytest.fixture
def wheels(command: Command, world: World) -> Path:
    (command.folder / "wheels").mkdir()
    return world.write_files(command.folder / "wheels")


def locked(wheels: Path, name: str, version: str, *, more: str = "", place: str = "") -> str:
    """One package of a lock, with its wheel."""
    filename = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    digest = hashlib.sha256((wheels / filename).read_bytes()).hexdigest()
    place = place or f'path = "wheels/{filename}"'
    return (
        f'[[packages]]\nname = "{name}"\nversion = "{version}"\n{more}\n'
        f'wheels = [{{ {place}, hashes = {{ sha256 = "{digest}" }} }}]\n'
    )


def lock(command: Command, *packages: str, more: str = "") -> str:
    """The name of a lock in the folder of the command."""
    head = f'lock-version = "1.0"\ncreated-by = "test"\n{more}\n'
    (command.folder / "pylock.toml").write_text(head + "".join(packages))
    return "pylock.toml"


def script(command: Command, text: str) -> str:
    (command.folder / "run.py").write_text(f"# /// script\n{text}\n# ///\n")
    return "run.py"


# ---- scripts


def test_a_script_is_resolved_with_its_own_index(
    command: Command, indexes: LoopbackIndexes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    block = (
        '# dependencies = ["app", "dep<2"]\n# [[tool.uv.index]]\n'
        f'# url = "{indexes.url("main")}"\n# default = true'
    )
    name = script(command, block)
    arguments = ["--no-tui", "-r", name, "--cache-dir", str(command.cache)]
    code, out, err = command.bare(*arguments)
    assert code == 0, err
    assert "dep" in out
    assert "1.5" in out


def test_a_script_for_another_python_is_refused(command: Command, indexes: LoopbackIndexes) -> None:
    name = script(command, '# requires-python = ">=3.13"\n# dependencies = ["app"]')
    asked = ("-r", name, "-i", indexes.url("main"))
    error = command.error(*asked, "--python-version", "3.12")
    assert error["what"] == "run.py:2 is for Python >=3.13; this is 3.12.0."
    assert error["kind"] == "target"
    assert command.pins(*asked, "--python-version", "3.13") == {"app": "1.0", "dep": "2.0"}


# ---- locks


def test_a_lock_is_installed_without_any_index(command: Command, wheels: Path) -> None:
    windows = "marker = 'sys_platform == \"win32\"'"
    name = lock(
        command,
        locked(wheels, "app", "1.0"),
        locked(wheels, "dep", "1.5"),
        locked(wheels, "windows-only", "1.0", more=windows),
    )
    code, _, err = command.install("-r", name, *OFFERED, "--require-hashes")
    assert code == 0, err
    assert command.installed == ["app-1.0", "dep-1.5"]


def test_files_of_a_lock_come_from_where_it_says(
    command: Command, wheels: Path, indexes: LoopbackIndexes
) -> None:
    _, listed = command.json("dep<2", "-i", indexes.url("main"))
    link = listed["packages"][0]["file"]["url"]
    name = lock(command, locked(wheels, "dep", "1.5", place=f'url = "{link}"'))
    before = len(indexes.requests)
    code, report = command.json("-r", name, "-i", indexes.url("main"))
    assert code == 0
    (package,) = report["packages"]
    assert (package["index"], package["file"]["url"]) == ("pylock.toml", link)
    assert not [each for each in indexes.requests[before:] if "/simple/" in each.path]


def test_another_file_than_the_locked_one_is_refused(command: Command, wheels: Path) -> None:
    text = locked(wheels, "dep", "1.5")
    digest = text.split('sha256 = "')[1][:64]
    name = lock(command, text.replace(digest, "0" * 64))
    code, out, err = command.install("-r", name, *OFFERED)
    assert code in {1, 2}
    assert digest[:12] in out + err
    assert "0" * 12 in out + err
    assert command.installed == []


def test_what_a_lock_lacks_is_looked_for_on_the_indexes(
    command: Command, wheels: Path, indexes: LoopbackIndexes
) -> None:
    name = lock(command, locked(wheels, "app", "1.0"))
    asked = ("-r", name, "-i", indexes.url("main"))
    assert command.pins(*asked) == {"app": "1.0", "dep": "2.0"}
    assert command.pins(*asked, "--no-deps") == {"app": "1.0"}


def test_a_lock_for_other_environments_is_refused(command: Command, wheels: Path) -> None:
    only = "environments = ['sys_platform == \"win32\"', 'sys_platform == \"darwin\"']"
    name = lock(command, locked(wheels, "dep", "1.5"), more=only)
    error = command.error("-r", name, "--python-platform", "linux", "--python-version", "3.12")
    assert "pylock.toml is made for other environments" in error["what"]
    assert "sys_platform is 'linux'" in error["why"]
    target = ("--python-platform", "windows", "--python-version", "3.12")
    assert command.pins("-r", name, *OFFERED, *target) == {"dep": "1.5"}


def test_a_lock_for_another_python_is_refused(command: Command, wheels: Path) -> None:
    name = lock(command, locked(wheels, "dep", "1.5"), more='requires-python = ">=3.13"')
    error = command.error("-r", name, *OFFERED, "--python-version", "3.12")
    assert error["what"] == "pylock.toml is for Python >=3.13; this is 3.12.0."


def test_a_package_of_a_lock_for_another_python_is_explained(
    command: Command, wheels: Path
) -> None:
    name = lock(command, locked(wheels, "dep", "1.5", more='requires-python = ">=3.13"'))
    code, report = command.json("-r", name, *OFFERED, "--python-version", "3.12")
    assert code == 1
    assert "3.13" in report["explanation"]["cause"]


def test_a_run_with_a_lock_is_recorded_and_replayed(command: Command, wheels: Path) -> None:
    name = lock(command, locked(wheels, "dep", "1.5"))
    target = ("--python-version", "3.12")
    code, out, err = command("-r", name, *OFFERED, *target, "--record", "run.json")
    assert code == 0, err
    (command.folder / name).unlink()
    assert command("--replay", "run.json", cached=False)[:2] == (0, out)
