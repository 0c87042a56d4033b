"""The cache: what was put comes back, and nothing that was damaged does."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from resolvetui.errors import BadPage
from resolvetui.net.cache import Cache, CachedPage, default_cache_folder

PAGE = CachedPage(200, b"body", "digest", '"etag"', "Mon", 100.0, 200.0)
CONTENT = b"a wheel"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache that an earlier run left behind."""
    with Cache(tmp_path) as cache:
        cache.put_page("https://index.example/simple/flask/", PAGE)
        cache.put_row("metadata", "a", b"one")
        cache.put_row("metadata", "b", b"two")
        cache.file_slot(SHA256).write_bytes(CONTENT)
        cache.file(SHA256)
    return tmp_path


def database(folder: Path) -> Path:
    (path,) = folder.glob("rows-*.sqlite")
    return path


def execute(folder: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(database(folder))
    with connection:
        connection.execute(statement, values)
    connection.close()


def test_a_page_comes_back_in_the_next_run(folder: Path) -> None:
    with Cache(folder) as cache:
        assert cache.page("https://index.example/simple/flask/") == PAGE
        assert cache.page("https://index.example/simple/django/") is None


def test_what_was_put_is_seen_before_the_flush(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        cache.put_row("k", "key", b"value")
        assert cache.row("k", "key") == b"value"
        assert list(tmp_path.iterdir()) == []


def test_a_newer_value_replaces_the_stored_one(folder: Path) -> None:
    with Cache(folder) as cache:
        cache.put_row("metadata", "a", b"new")
        assert cache.rows("metadata", ["a", "b", "c"]) == {"a": b"new", "b": b"two"}
    with Cache(folder) as cache:
        assert cache.row("metadata", "a") == b"new"


def test_kinds_do_not_mix(folder: Path) -> None:
    with Cache(folder) as cache:
        assert cache.row("other", "a") is None


def test_more_keys_than_sqlite_takes_at_once(tmp_path: Path) -> None:
    values = {str(number): b"%d" % number for number in range(1200)}
    with Cache(tmp_path) as cache:
        for key, value in values.items():
            cache.put_row("k", key, value)
        cache.flush()
        assert cache.rows("k", values) == values


def test_nothing_is_opened_until_something_is_asked(tmp_path: Path) -> None:
    with Cache(tmp_path / "never"):
        pass
    assert not (tmp_path / "never").exists()


def test_without_a_folder_nothing_is_left(tmp_path: Path) -> None:
    with Cache(None) as cache:
        cache.put_page("key", PAGE)
        cache.flush()
        slot = cache.file_slot(SHA256)
        slot.write_bytes(CONTENT)
        assert cache.page("key") == PAGE
        assert cache.file(SHA256) == slot
        assert cache.warning == ""
    assert not slot.exists()


def test_freshness_is_by_the_given_clock() -> None:
    with Cache(None, now=lambda: 150.0) as cache:
        assert cache.is_fresh(PAGE)
    with Cache(None, now=lambda: 250.0) as cache:
        assert not cache.is_fresh(PAGE)


def test_a_page_from_the_future_is_not_fresh() -> None:
    with Cache(None, now=lambda: 50.0) as cache:
        assert not cache.is_fresh(PAGE)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE entry SET value = x'00' WHERE key = 'a'",
        "UPDATE entry SET value = 'text' WHERE key = 'a'",
        "UPDATE entry SET checksum = checksum + 1 WHERE key = 'a'",
        "UPDATE entry SET value = (SELECT value FROM entry WHERE key = 'b') WHERE key = 'a'",
    ],
)
def test_a_damaged_row_is_no_row_and_the_others_stay(folder: Path, damage: str) -> None:
    execute(folder, damage)
    with Cache(folder) as cache:
        assert cache.row("metadata", "a") is None
        assert cache.row("metadata", "b") == b"two"
        assert cache.warning == ""


def test_a_page_of_another_shape_is_no_page(folder: Path) -> None:
    with Cache(folder) as cache:
        cache.put_row("page", "key", b"\x93\x01\x02\x03")
        assert cache.page("key") is None
        assert cache.pages(["key"]) == {}


def garbage(path: Path) -> None:
    path.write_bytes(b"this is no database " * 1000)


def truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def scrambled(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:100] + os.urandom(len(content) - 100))


def somebody_elses(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE entry (something TEXT)")
    connection.close()


def of_another_version(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


@pytest.mark.parametrize(
    "damage", [garbage, truncated, scrambled, somebody_elses, of_another_version]
)
def test_a_damaged_file_is_begun_anew(folder: Path, damage: object) -> None:
    assert callable(damage)
    damage(database(folder))
    with Cache(folder) as cache:
        assert cache.row("metadata", "a") in {None, b"one"}
        cache.put_row("metadata", "a", b"again")
    with Cache(folder) as cache:
        assert cache.row("metadata", "a") == b"again"
        assert cache.warning == ""


def test_damage_that_only_the_write_meets_loses_nothing_new(folder: Path) -> None:
    garbage(database(folder))
    with Cache(folder) as cache:
        cache.put_row("metadata", "c", b"three")
    with Cache(folder) as cache:
        assert cache.row("metadata", "c") == b"three"


def test_an_unusable_folder_costs_only_speed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with Cache(tmp_path / "file" / "cache") as cache:
        assert cache.row("k", "key") is None
        cache.put_row("k", "key", b"value")
        cache.flush()
        assert cache.row("k", "key") == b"value"
        slot = cache.file_slot(SHA256)
        slot.write_bytes(CONTENT)
        assert cache.file(SHA256) == slot
        assert "Not a directory" in cache.warning
    assert not slot.exists()


def test_a_file_that_cannot_be_written_is_still_read(folder: Path) -> None:
    reading = sqlite3.connect(database(folder))
    pages = reading.execute("PRAGMA page_count").fetchone()[0]
    reading.close()
    with Cache(folder) as cache:
        assert cache.row("metadata", "a") == b"one"
        connection = cache._rows._connection if cache._rows else None
        assert connection is not None
        connection.execute(f"PRAGMA max_page_count = {pages}")  # a full disk
        cache.put_row("metadata", "big", bytes(1_000_000))
        cache.flush()
        assert "full" in cache.warning
        assert cache.row("metadata", "b") == b"two"
        assert cache.row("metadata", "big") == bytes(1_000_000)


def test_two_caches_on_one_folder_see_each_other(tmp_path: Path) -> None:
    with Cache(tmp_path) as one, Cache(tmp_path) as other:
        for number in range(20):
            writer, reader = (one, other) if number % 2 else (other, one)
            writer.put_row("k", str(number), b"value")
            writer.flush()
            assert reader.row("k", str(number)) == b"value"


def test_processes_that_write_at_once_all_succeed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from resolvetui.net.cache import Cache\n"
        "for round in range(20):\n"
        "    with Cache(Path(sys.argv[1])) as cache:\n"
        "        cache.put_row(sys.argv[2], str(round), bytes(50_000))\n"
        "    assert not cache.warning, cache.warning\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    workers = [subprocess.Popen([*command, name]) for name in ("a", "b")]
    assert [worker.wait() for worker in workers] == [0, 0]
    with Cache(tmp_path) as cache:
        keys = [str(number) for number in range(20)]
        assert len(cache.rows("a", keys)) == len(cache.rows("b", keys)) == 20


def test_a_file_lies_under_its_hash(folder: Path) -> None:
    with Cache(folder) as cache:
        assert cache.file(SHA256) == folder / "files" / SHA256[:2] / SHA256[2:]
        assert cache.file("0" * 64) is None


def test_a_file_that_changed_is_dropped(folder: Path) -> None:
    with Cache(folder) as cache:
        slot = cache.file_slot(SHA256)
        slot.write_bytes(CONTENT[:-1])
        assert cache.file(SHA256) is None
        assert not slot.exists()


def test_a_file_of_the_same_size_is_read_again_when_its_time_changed(folder: Path) -> None:
    with Cache(folder) as cache:
        slot = cache.file_slot(SHA256)
        slot.write_bytes(CONTENT[::-1])
        os.utime(slot, ns=(0, 0))
        assert cache.file(SHA256) is None


def test_a_file_that_was_only_touched_is_kept(folder: Path) -> None:
    with Cache(folder) as cache:
        os.utime(cache.file_slot(SHA256), ns=(0, 0))
        assert cache.file(SHA256) is not None


def test_what_a_killed_download_left_is_removed_after_a_day(tmp_path: Path) -> None:
    with Cache(tmp_path) as cache:
        folder = cache.file_slot(SHA256).parent
        old, new = folder / ".old.part", folder / ".new.part"
        old.touch()
        new.touch()
        os.utime(old, (0, 0))
        cache.file_slot(SHA256)
        assert list(folder.iterdir()) == [new]


@pytest.mark.parametrize("text", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_a_hash_that_is_none_leads_nowhere(tmp_path: Path, text: str) -> None:
    with Cache(tmp_path) as cache:
        assert cache.file(text) is None
        with pytest.raises(BadPage):
            cache.file_slot(text)


def test_the_default_folder_is_named_after_us() -> None:
    assert default_cache_folder().name == "resolvetui"


def test_importing_the_cache_loads_no_network_code() -> None:
    code = (
        "import sys, resolvetui.net.cache, resolvetui.net.auth, resolvetui.net.freshness\n"
        "heavy = set('asyncio httpx h11 ssl email hashlib tempfile platformdirs'.split())\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
