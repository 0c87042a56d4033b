"""A cache that several share, that is damaged, or that is all there is."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from resolvetui.demo.server import LoopbackIndexes
from tests.edge.conftest import Command
from tests.support.index import World

LINUX = ("--python-version", "3.12", "--python-platform", "linux")
PACKAGES = 8
ROUNDS = 20


@pytest.fixture(scope="module")
def indexes() -> Iterator[LoopbackIndexes]:
    world = World()
    for at in range(PACKAGES):
        needs = [f"p{at + 1}>=1.1"] if at + 1 < PACKAGES else []
        for minor in range(4):
            world.serve(f"p{at}", f"1.{minor}", needs=needs)
    with world.running() as running:
        yield running


RIGHT = {f"p{at}": "1.3" for at in range(PACKAGES)}


def asking(indexes: LoopbackIndexes) -> tuple[str, ...]:
    return ("p0", "-i", indexes.url("main"), *LINUX)


def start(cache: Path, *arguments: str) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    common = ("--no-tui", "--no-config", "--cache-dir", str(cache), "--format", "requirements")
    return subprocess.Popen(
        [sys.executable, "-m", "resolvetui", *common, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def pinned(text: str) -> dict[str, str]:
    return dict(line.split(" ")[0].split("==") for line in text.splitlines() if "==" in line)


def test_two_processes_fill_one_empty_cache(indexes: LoopbackIndexes, command: Command) -> None:
    for at in range(ROUNDS):
        cache = command.folder / f"cache-{at}"
        both = [start(cache, *asking(indexes)) for _ in range(2)]
        for process in both:
            out, err = process.communicate(timeout=60)
            assert process.returncode == 0, err
            assert pinned(out) == RIGHT
        command.cache = cache
        code, out, _ = command("--cache-verify")
        assert code == 0, out
        indexes.requests.clear()
        assert command.pins(*asking(indexes)) == RIGHT
        assert indexes.requests == []


# ---- damage


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def damage(path: Path, chance: random.Random) -> str:
    """Flip a bit of a file or cut it off; what was done."""
    content = bytearray(path.read_bytes())
    if not content or chance.random() < 0.3:
        os.truncate(path, keep := chance.randrange(len(content) + 1))
        return f"{path.name} cut at {keep}"
    at = chance.randrange(len(content))
    content[at] ^= 1 << chance.randrange(8)
    stat = path.stat()
    mode = stat.st_mode
    path.chmod(0o644)
    path.write_bytes(content)
    path.chmod(mode)
    # As a bad disk does it: nothing says that the file was touched.
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    return f"{path.name} bit at {at}"


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.nightly)])
def test_damage_of_the_cache_never_changes_an_answer(
    indexes: LoopbackIndexes, command: Command, seed: int
) -> None:
    """Fifty bit flips and truncations, one after the other, of whatever is in the cache."""
    chance = random.Random(seed)
    assert command.pins(*asking(indexes)) == RIGHT
    for _ in range(50 if seed == 1 else 1000):
        if not (files := files_of(command.cache)):
            assert command.pins(*asking(indexes)) == RIGHT
            files = files_of(command.cache)
        done = damage(chance.choice(files), chance)
        assert command.pins(*asking(indexes)) == RIGHT, done


# ---- without a network


def cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on no socket is made."""

    def forbidden(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a socket was asked for")

    for name in ("socket", "create_connection", "getaddrinfo", "socketpair"):
        monkeypatch.setattr(socket, name, forbidden)


def test_offline_gives_the_same_answer_without_a_socket(
    indexes: LoopbackIndexes, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = command(*asking(indexes), "--format", "requirements")
    cut_off(monkeypatch)
    again = command(*asking(indexes), "--format", "requirements", "--offline")
    assert again == first
    assert pinned(first[1]) == RIGHT


def test_offline_installs_what_was_installed_before(
    indexes: LoopbackIndexes, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("p0", "-i", indexes.url("main"))
    assert command.install(*arguments)[0] == 0
    first = command.installed
    command.environment = command.folder / "second"
    cut_off(monkeypatch)
    code, _, err = command.install(*arguments, "--offline")
    assert code == 0, err
    assert command.installed == first


def test_offline_names_what_the_cache_lacks(indexes: LoopbackIndexes, command: Command) -> None:
    assert command.pins(*asking(indexes)) == RIGHT
    error = command.error("unheard-of", "-i", indexes.url("main"), *LINUX, "--offline")
    assert "unheard-of" in error["what"]
    assert "--offline" in error["why"] + error["what_to_do"]
