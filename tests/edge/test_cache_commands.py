"""`--cache-info`, `--cache-verify`, `--cache-clear`, `--cache-limit` and `--refresh`."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from resolvetui.demo.server import LoopbackIndexes
from resolvetui.net.upkeep import evict
from tests.edge.conftest import Command
from tests.support.index import World

LINUX = ("--python-version", "3.12", "--python-platform", "linux")
DAY_S = 86_400.0


@pytest.fixture
def world() -> World:
    world = World()
    world.serve("app", "1.0", needs=["lib"])
    world.serve("lib", "1.0")
    return world


@pytest.fixture
def filled(command: Command, indexes: LoopbackIndexes) -> Command:
    """A cache with rows, wheels and unpacked wheels."""
    code, _, err = command.install("app", "-i", indexes.url("main"))
    assert code == 0, err
    return command


def entries(command: Command, *arguments: str) -> dict[str, Any]:
    code, report = command.json("--cache-info", *arguments)
    assert code == 0
    return {part["name"].split(",")[0]: part["entries"] for part in report["parts"]}


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_info_counts_what_is_there(filled: Command) -> None:
    found = entries(filled)
    assert found["wheels and source distributions"] == 2
    assert found["unpacked wheels"] == 2
    assert found["pages"] > 2
    code, out, _ = filled("--cache-info")
    assert code == 0
    assert str(filled.cache) in out
    assert "unpacked wheels" in out


def test_info_of_a_folder_that_is_not_there(command: Command) -> None:
    assert set(entries(command).values()) == {0}
    assert not command.cache.exists()


def test_clear_removes_what_is_ours_and_nothing_else(filled: Command) -> None:
    """The folder may be anybody's: `--cache-dir ~` was given before."""
    mine = {
        "thesis.txt": b"years",
        "files/notes.txt": b"mine",
        "files/ab/notes": b"mine",
        "builds/report.log": b"mine",
        "rows-1.sqlite.bak": b"mine",
    }
    for name, content in mine.items():
        path = filled.cache / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    code, out, _ = filled("--cache-clear")
    assert (code, "removed" in out) == (0, True)
    assert sorted(files_below(filled.cache)) == sorted(filled.cache / name for name in mine)


def test_a_cleared_cache_is_filled_again(filled: Command, indexes: LoopbackIndexes) -> None:
    filled("--cache-clear")
    assert filled.pins("app", "-i", indexes.url("main"), *LINUX) == {"app": "1.0", "lib": "1.0"}


def test_verify_says_nothing_of_a_sound_cache(filled: Command) -> None:
    code, report = filled.json("--cache-verify")
    assert (code, report["status"], report["damaged"]) == (0, "fine", [])
    assert report["checked"] > 5


def flipped(path: Path, at: int) -> None:
    """One bit, and nothing says that the file was touched."""
    content, stat = bytearray(path.read_bytes()), path.stat()
    content[at] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_verify_drops_what_is_damaged(filled: Command) -> None:
    wheel = files_below(filled.cache / "files")[0]
    flipped(wheel, 40)
    module = next((filled.cache / "unpacked-1").rglob("METADATA"))
    flipped(module, 3)
    code, report = filled.json("--cache-verify")
    assert (code, report["status"], len(report["damaged"])) == (1, "damaged", 2)
    assert not wheel.exists()
    assert not module.exists()
    assert filled.json("--cache-verify")[0] == 0


def test_verify_drops_a_damaged_database(filled: Command, indexes: LoopbackIndexes) -> None:
    rows = filled.cache / "rows-1.sqlite"
    rows.write_bytes(rows.read_bytes()[:5000])
    code, report = filled.json("--cache-verify")
    assert (code, len(report["damaged"])) == (1, 1)
    assert filled.pins("app", "-i", indexes.url("main"), *LINUX) == {"app": "1.0", "lib": "1.0"}


@pytest.mark.parametrize(
    "other", [("flask",), ("--install",), ("--python", "3.12"), ("--format", "requirements")]
)
def test_the_commands_resolve_nothing(command: Command, other: tuple[str, ...]) -> None:
    code, _, err = command("--cache-clear", *other)
    assert code == 2
    assert other[0] in err


def test_an_unreadable_cache_is_named(command: Command) -> None:
    command.cache.write_text("no folder")
    code, _, err = command("--cache-info")
    assert code == 2
    assert str(command.cache) in err


# ---- its size


def aged(path: Path, days: float) -> None:
    """Last used and changed so long ago."""
    then = time.time() - days * DAY_S
    os.utime(path, (then, then))


def stored(folder: Path, name: str, size: int, days: float) -> Path:
    path = folder / "files" / name[:2] / name[2:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))
    aged(path, days)
    return path


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    oldest, older, used = (
        stored(tmp_path, letter * 64, 1000, days)
        for letter, days in (("a", 30.0), ("b", 20.0), ("c", 0.0))
    )
    assert evict(tmp_path, 2500) == 1000
    assert not oldest.exists()
    assert older.exists()
    assert evict(tmp_path, 0, force=True) == 1000  # what was used a moment ago stays
    assert [path.exists() for path in (oldest, older, used)] == [False, False, True]


def test_eviction_looks_once_an_hour(tmp_path: Path) -> None:
    evict(tmp_path, 100)
    path = stored(tmp_path, "a" * 64, 1000, 30)
    assert evict(tmp_path, 100) == 0
    assert evict(tmp_path, 100, now=lambda: time.time() + 2 * 3600) == 1000
    assert not path.exists()


def test_a_run_that_downloads_keeps_the_cache_below_its_limit(
    command: Command, indexes: LoopbackIndexes
) -> None:
    old = stored(command.cache, "a" * 64, 3 << 20, 30)
    code, _, err = command.install("app", "-i", indexes.url("main"), "--cache-limit", "2")
    assert code == 0, err
    assert not old.exists()
    assert entries(command)["wheels and source distributions"] == 2


def test_what_is_used_is_kept(filled: Command, indexes: LoopbackIndexes) -> None:
    for path in files_below(filled.cache / "files"):
        stat = path.stat()
        os.utime(path, ns=(stat.st_mtime_ns - 30 * 86_400 * 10**9, stat.st_mtime_ns))
    filled.environment = filled.folder / "second"
    assert filled.install("app", "-i", indexes.url("main"))[0] == 0
    for path in files_below(filled.cache / "files"):
        assert path.stat().st_atime > time.time() - 3600


def test_rows_that_take_too_much_are_halved(filled: Command) -> None:
    before = entries(filled)["pages"]
    evict(filled.cache, 1, force=True)
    assert 0 < entries(filled)["pages"] < before
    assert filled.json("--cache-verify")[0] == 0


# ---- refresh


def asked(indexes: LoopbackIndexes) -> list[str]:
    return sorted(path.split("/")[-2] for path in indexes.paths() if "/simple/" in path)


@pytest.mark.parametrize(
    ("arguments", "again"),
    [
        ((), []),
        (("--refresh",), ["app", "lib"]),
        (("--refresh-package", "LIB"), ["lib"]),
        (("--refresh-package", "other"), []),
    ],
)
def test_refresh_asks_again(
    command: Command, indexes: LoopbackIndexes, arguments: tuple[str, ...], again: list[str]
) -> None:
    command.pins("app", "-i", indexes.url("main"), *LINUX)
    indexes.requests.clear()
    command.pins("app", "-i", indexes.url("main"), *LINUX, *arguments)
    assert asked(indexes) == again


def test_refresh_finds_what_is_new(
    command: Command, world: World, indexes: LoopbackIndexes
) -> None:
    arguments = ("app", "-i", indexes.url("main"), *LINUX)
    command.pins(*arguments)
    world.serve("lib", "2.0")
    assert command.pins(*arguments)["lib"] == "1.0"
    assert command.pins(*arguments, "--refresh")["lib"] == "2.0"


def test_refresh_and_offline_contradict(command: Command) -> None:
    code, _, err = command("app", "--refresh", "--offline", *LINUX)
    assert code == 2
    assert "--refresh and --offline" in err


def test_settings_of_the_cache_are_shown(command: Command) -> None:
    _, out, _ = command("--show-settings", "--format", "json", "--cache-limit", "5")
    settings = {each["name"]: each for each in json.loads(out)["settings"]}
    assert settings["cache-limit"]["value"] == "5"
    assert settings["cache-limit"]["origin"] == "--cache-limit"
