"""What comes from outside stays outside: passwords, control characters, addresses, damage."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from resolvetui.demo.server import LoopbackIndexes, Reply
from tests.edge.conftest import Command
from tests.edge.test_misbehaving import raw_server
from tests.support.index import World

SECRET = "s3cr3t-w0rd"
PYTHON = ("--python-version", "3.12")
RAW = "\x1b]0;t\x07\x1b[2J\x9b31m\x7f\u202eevil\u2066"
"""Set the title, clear the screen, colours by C1, DEL, and letters in another order."""
CONTROLS = [char for char in RAW if not char.isprintable()]
JSON_TYPE = "application/vnd.pypi.simple.v1+json"


@pytest.fixture
def world() -> World:
    world = World()
    world.serve("app", "1.0", needs=["lib"])
    world.serve("lib", "1.0")
    world.index(credentials=("me", SECRET))
    world.serve("app", "1.0", needs=["lib"], index="open")
    world.serve("lib", "1.0", index="open")
    world.serve("made", "1.0", sdist=True, index="open")
    world.serve(
        "far", "1.0", needs=["lib @ http://127.0.0.1:1/lib-9-py3-none-any.whl"], index="open"
    )
    return world


def with_login(url: str) -> str:
    return url.replace("//", f"//me:{SECRET}@")


# ---- passwords (each way a run can go; whatever it prints or leaves behind)


def _down(indexes: LoopbackIndexes) -> None:
    indexes.canned["/main/simple/lib/"] = Reply(503)


def _broken(indexes: LoopbackIndexes) -> None:
    indexes.canned["/main/simple/lib/"] = Reply(200, b'{"files": [', {"Content-Type": JSON_TYPE})


def _elsewhere(indexes: LoopbackIndexes) -> None:
    target = with_login(indexes.url("open")) + "/lib/"
    indexes.canned["/main/simple/lib/"] = Reply(302, b"", {"Location": target})


def _other_bytes(indexes: LoopbackIndexes) -> None:
    indexes.canned["/main/files/lib-1.0-py3-none-any.whl"] = Reply(200, b"not a wheel")


def _as_it_is(_: LoopbackIndexes) -> None:
    """Nothing is wrong."""


WAYS: dict[str, tuple[Callable[[LoopbackIndexes], None], tuple[str, ...]]] = {
    "resolve": (_as_it_is, ("app", *PYTHON)),
    "verbose": (_as_it_is, ("app", "-v", *PYTHON)),
    "conflict": (_as_it_is, ("app", "lib>=2", *PYTHON)),
    "why": (_as_it_is, ("app", "--why", "lib", *PYTHON)),
    "down": (_down, ("app", *PYTHON)),
    "broken page": (_broken, ("app", *PYTHON)),
    "redirect": (_elsewhere, ("app", *PYTHON)),
    "other bytes": (_other_bytes, ("app", "--venv", "made", "--install", "--yes")),
    "install": (_as_it_is, ("app", "--venv", "made", "--install", "--yes", "-v")),
    "settings": (_as_it_is, ("--show-settings", "app")),
    "test": (_as_it_is, ("--test-indexes", "app")),
    "lock": (_as_it_is, ("app", "-o", "pylock.toml", *PYTHON)),
    "requirements": (_as_it_is, ("app", "-o", "out.txt", *PYTHON)),
    "record": (_as_it_is, ("app", "--record", "session.json", *PYTHON)),
    "direct": (_as_it_is, ("lib @ {root}/main/files/lib-1.0-py3-none-any.whl", *PYTHON)),
    "gone": (_as_it_is, ("lib @ {root}/main/files/lib-7-py3-none-any.whl", *PYTHON)),
    "pasted": (_as_it_is, ("--", "pip", "install", "app", "--index-url", "{index}")),
}


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("way", WAYS)
def test_no_password_is_printed_or_written(
    command: Command, indexes: LoopbackIndexes, way: str, form: str
) -> None:
    spoil, words = WAYS[way]
    spoil(indexes)
    index, root = with_login(indexes.url("main")), with_login(indexes.root)
    asked = [word.format(root=root, index=index) for word in words]
    options = ["--format", form, *([] if way == "pasted" else ["-i", index])]
    code, out, err = command(*options, *asked)
    assert code in {0, 1, 2}
    assert SECRET not in out + err
    for path in command.folder.rglob("*"):
        assert SECRET not in path.name
        if path.is_file() and not path.is_symlink():
            assert SECRET.encode() not in path.read_bytes(), path


# ---- control characters


def _page(files: list[dict[str, object]], **keys: object) -> Reply:
    page = {"meta": {"api-version": "1.1"}, "name": "app", "files": files, **keys}
    return Reply(200, json.dumps(page).encode(), {"Content-Type": JSON_TYPE})


def _file(filename: str = "app-1.0-py3-none-any.whl", /, **keys: object) -> dict[str, object]:
    return {"filename": filename, "url": f"../../files/{filename}", "hashes": {}, **keys}


WHEEL = "/open/files/app-1.0-py3-none-any.whl"
PAGE = "/open/simple/app/"


def _metadata(text: str) -> Callable[[LoopbackIndexes], None]:
    def spoil(indexes: LoopbackIndexes) -> None:
        indexes.canned[PAGE] = _page([_file(**{"core-metadata": True})])
        body = f"Metadata-Version: 2.1\nName: app\nVersion: 1.0\n{text}\n"
        indexes.canned[f"{WHEEL}.metadata"] = Reply(200, body.encode())

    return spoil


def _listing(*files: dict[str, object], **keys: object) -> Callable[[LoopbackIndexes], None]:
    return lambda indexes: indexes.canned.__setitem__(PAGE, _page(list(files), **keys))


FIELDS: dict[str, Callable[[LoopbackIndexes], None]] = {
    "file name": _listing(_file(f"app-1.0{RAW}-py3-none-any.whl"), _file(f"app{RAW}.tar.gz")),
    "url": _listing(_file(url=f"../../files/{RAW}/app-1.0-py3-none-any.whl")),
    "requires-python": _listing(_file(**{"requires-python": f">=4{RAW}"})),
    "yank reason": _listing(_file(yanked=f"bad{RAW}")),
    "hash": _listing(_file(hashes={"sha256": RAW})),
    "upload time": _listing(_file(**{"upload-time": RAW})),
    "status": _listing(
        _file(), **{"project-status": {"status": "quarantined", "reason": f"evil{RAW}"}}
    ),
    "name of the page": _listing(_file(), name=f"app{RAW}"),
    "version of the API": _listing(meta={"api-version": f"9{RAW}"}),
    "requirement": _metadata(f"Requires-Dist: lib{RAW}>=9"),
    "bound": _metadata(f"Requires-Dist: lib>=9{RAW}"),
    "marker": _metadata(f"Requires-Dist: lib; sys_platform == 'x{RAW}'"),
    "dependency URL": _metadata(f"Requires-Dist: lib @ http://127.0.0.1:1/{RAW}"),
    "name": _metadata(f"Name: other{RAW}"),
    "no JSON": lambda indexes: indexes.canned.__setitem__(
        PAGE, Reply(200, f"{{{RAW}".encode(), {"Content-Type": JSON_TYPE})
    ),
    "content type": lambda indexes: indexes.canned.__setitem__(
        PAGE, Reply(200, b"x", {"Content-Type": "text/x-\x7f\x9b31m"})
    ),
    "HTML": lambda indexes: indexes.canned.__setitem__(
        PAGE,
        Reply(
            200,
            f"<a href='app-1.0{RAW}-py3-none-any.whl'>{RAW}</a>".encode(),
            {"Content-Type": "text/html"},
        ),
    ),
}


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("field", FIELDS)
def test_no_field_of_an_index_moves_the_terminal(
    command: Command, indexes: LoopbackIndexes, field: str, form: str
) -> None:
    FIELDS[field](indexes)
    for words in (
        ("app",),
        ("app==1.0", "lib>=9"),
        ("app", "--why", "app"),
        ("--test-indexes", "app"),
    ):
        code, out, err = command(*words, "-v", "-i", indexes.url("open"), *PYTHON, "--format", form)
        assert code in {0, 1, 2}
        found = [char for char in CONTROLS if char in out + err]
        assert not found, (words, out, err)


def test_nor_do_the_words_of_an_answer(command: Command) -> None:
    def answer(connection: socket.socket, _: threading.Event) -> None:
        connection.recv(65536)
        words = f"404 No{RAW}".encode()
        connection.sendall(b"HTTP/1.1 " + words + b"\r\nContent-Length: 0\r\n\r\n")

    with raw_server(answer) as url:
        _, out, err = command("app", "-i", url, *PYTHON)
    assert not [char for char in CONTROLS if char in out + err]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("text", [f"app{RAW}", f"app=={RAW}", f"app @ http://127.0.0.1:1/{RAW}"])
def test_nor_do_words_of_the_command_line(command: Command, text: str, form: str) -> None:
    _, out, err = command(text, "-i", "http://127.0.0.1:1/simple", *PYTHON, "--format", form)
    assert not [char for char in CONTROLS if char in out + err]


# ---- addresses that a dependency names


def test_the_address_of_a_dependency_is_not_followed(
    command: Command, indexes: LoopbackIndexes
) -> None:
    code, out, _ = command("far", "-i", indexes.url("open"), *PYTHON)
    assert code == 1
    text = " ".join(out.split())
    assert "http://127.0.0.1:1/lib-9-py3-none-any.whl" in text
    assert "lib" in text


def test_it_is_followed_where_the_user_names_it_too(command: Command, world: World) -> None:
    with world.running() as first:
        wheel = f"{first.root}/open/files/lib-1.0-py3-none-any.whl"
        asking = World()
        asking.serve("far", "1.0", needs=[f"lib @ {wheel}"])
        with asking.running() as indexes:
            url = indexes.url("main")
            assert command("far", "-i", url, *PYTHON)[0] == 1
            assert wheel.removeprefix(first.root) not in first.paths()
            pins = command.pins("far", f"lib @ {wheel}", "-i", url, *PYTHON)
    assert pins == {"far": "1.0", "lib": "1.0"}


# ---- damage between a plan and its install


INSTALLED = ("app", "made", "--build", "allow")


@pytest.fixture
def filled(command: Command, indexes: LoopbackIndexes) -> list[Path]:
    """The files of a cache that an install has filled."""
    code, _, err = command.install(*INSTALLED, "-i", indexes.url("open"))
    assert code == 0, err
    command.environment = command.folder / "second"
    return [path for path in command.cache.rglob("*") if path.is_file() and not path.is_symlink()]


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    if content:
        content[len(content) // 2] ^= 0x10
    stat = path.stat()
    path.chmod(0o644)
    path.write_bytes(content)
    path.chmod(stat.st_mode)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _foreign(path: Path) -> None:
    path.unlink()
    path.write_bytes(b"somebody else's")


def _cut(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:10])


def test_one_damaged_file_is_no_reason_to_refuse_a_wheel(
    command: Command, indexes: LoopbackIndexes, filled: list[Path]
) -> None:
    """Its size and time say that it is the one that was checked."""
    wheels = [path for path in filled if path.parent.parent.name == "files"]
    kept = [path for path in filled if path.name == "manifest"]
    assert wheels
    assert kept
    for path in (*wheels, *kept):
        _flip(path)
    code, out, err = command.install(*INSTALLED, "-i", indexes.url("open"))
    assert code == 0, out + err
    assert command("--cache-verify")[0] == 0


@pytest.mark.parametrize("harm", [_flip, _folder, _foreign, _cut])
def test_a_damaged_cache_installs_what_the_index_has(
    command: Command, indexes: LoopbackIndexes, filled: list[Path], harm: Callable[[Path], None]
) -> None:
    for path in filled:
        if path.exists():
            harm(path)
    code, out, err = command.install(*INSTALLED, "-i", indexes.url("open"))
    assert code == 0, out + err
    assert command.installed == ["app-1.0", "lib-1.0", "made-1.0"]
    command.python("import app, lib, made")
    assert command("--check", "--python", str(command.environment))[0] == 0
