"""Real index servers, started on loopback: what is resolved and installed through each.

They are run as programs, so that they may stand in an environment of their own: whatever `PATH`
has, else the one of these tests (the extra `servers`). Run with `make test-servers`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.edge.conftest import Command
from tests.support.index import World

pytestmark = pytest.mark.servers

USER, PASSWORD = "me", "s3cr3t-word"
START_S = 60.0


def program(name: str) -> str:
    """The path of a server's program; without it the test is skipped."""
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        pytest.skip(f"{name} is not installed (the extra `servers`)")
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def running(words: Sequence[str], port: int, log: Path) -> Iterator[None]:
    """A server process that takes connections, ended with the block."""
    with log.open("wb") as output:
        process = subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT)
    try:
        _await(process, port, log)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    pause = threading.Event()
    for _ in range(int(START_S / 0.1)):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            pause.wait(0.1)
        else:
            return
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is on the servers: two wheels of `app`, one of `lib`, a source distribution."""
    world = World()
    world.serve("app", "1.0", needs=["lib"])
    world.serve("app", "2.0+local.1", needs=["lib>=1", "built"])
    world.serve("lib", "1.5")
    world.serve("built", "1.0", sdist=True)
    return world.write_files(tmp_path_factory.mktemp("files") / "packages")


@pytest.fixture(scope="module")
def pypiserver(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The simple API of a pypiserver that wants a password for everything."""
    folder, port = tmp_path_factory.mktemp("pypiserver"), free_port()
    digest = base64.b64encode(hashlib.sha1(PASSWORD.encode()).digest()).decode()
    (folder / "passwords").write_text(f"{USER}:{{SHA}}{digest}\n")
    words = [program("pypi-server"), "run", "-p", str(port), "-i", "127.0.0.1",
             "-P", str(folder / "passwords"), "-a", "list,download,update", "--disable-fallback",
             str(files)]  # fmt: skip
    with running(words, port, folder / "log"):
        yield f"http://127.0.0.1:{port}/simple"


@pytest.fixture(scope="module")
def devpi(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The simple API of an index of devpi; whom it serves it looks up, but it serves everybody."""
    folder, port = tmp_path_factory.mktemp("devpi"), free_port()
    data, url = str(folder / "data"), f"http://127.0.0.1:{port}"
    subprocess.run(
        [program("devpi-init"), "--serverdir", data, "--no-root-pypi"],
        check=True, capture_output=True,
    )  # fmt: skip
    words = [program("devpi-server"), "--serverdir", data, "--host", "127.0.0.1",
             "--port", str(port)]  # fmt: skip
    with running(words, port, folder / "log"):
        _call("PUT", f"{url}/{USER}", {"password": PASSWORD})
        login = {"user": USER, "password": PASSWORD}
        token = _call("POST", f"{url}/+login", login)["result"]["password"]
        auth = base64.b64encode(f"{USER}:{token}".encode()).decode()
        _call(
            "PUT",
            f"{url}/{USER}/dev",
            {"bases": [], "volatile": True},
            {"X-Devpi-Auth": auth},
        )
        for path in sorted(files.iterdir()):
            _upload(f"{url}/{USER}/dev/", path, {"X-Devpi-Auth": auth})
        yield f"{url}/{USER}/dev/+simple"


def _call(
    method: str, url: str, data: object, headers: dict[str, str] | None = None
) -> dict[str, dict[str, str]]:
    kinds = {"Content-Type": "application/json", "Accept": "application/json"}
    request = urllib.request.Request(
        url, json.dumps(data).encode(), {**kinds, **(headers or {})}, method=method
    )
    try:
        with urllib.request.urlopen(request) as answer:
            found: dict[str, dict[str, str]] = json.load(answer)
            return found
    except URLError as error:
        raise AssertionError(getattr(error, "fp", None) and error.fp.read()) from error  # type: ignore[attr-defined]


def _upload(url: str, path: Path, headers: dict[str, str]) -> None:
    """As twine does it (the upload API, `:action=file_upload`)."""
    name, version = path.name.removesuffix(".tar.gz").split("-")[:2]
    kind = "bdist_wheel" if path.suffix == ".whl" else "sdist"
    fields = {":action": "file_upload", "protocol_version": "1", "metadata_version": "2.1",
              "name": name, "version": version, "filetype": kind, "pyversion": "py3"}  # fmt: skip
    mark = "----------------resolvetui"
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    ]
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="content"; filename="{path.name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = b"".join([*parts, head.encode(), path.read_bytes(), f"\r\n--{mark}--\r\n".encode()])
    kinds = {"Content-Type": f"multipart/form-data; boundary={mark}"}
    request = urllib.request.Request(url, body, {**kinds, **headers}, method="POST")
    try:
        urllib.request.urlopen(request).close()
    except URLError as error:
        raise AssertionError(getattr(error, "fp", None) and error.fp.read()) from error  # type: ignore[attr-defined]


@pytest.fixture(params=["pypiserver", "devpi"])
def url(request: pytest.FixtureRequest) -> str:
    """The simple API of each server, without credentials."""
    found: str = request.getfixturevalue(request.param)
    return found


def with_login(url: str, password: str = PASSWORD) -> str:
    return url.replace("//", f"//{USER}:{password}@")


def test_it_is_resolved_and_installed_with_the_login_of_the_url(command: Command, url: str) -> None:
    code, out, err = command.install("app", "-i", with_login(url), "--build", "allow")
    assert code == 0, err
    assert command.installed == ["app-2.0+local.1", "built-1.0", "lib-1.5"]
    assert command.python("import app, built; print(app.__version__)") == "2.0+local.1\n"
    assert PASSWORD not in out + err
    for path in command.cache.rglob("*"):
        assert PASSWORD not in path.name
        if path.is_file() and path.suffix in {"", ".sqlite", ".json", ".log"}:
            assert PASSWORD.encode() not in path.read_bytes()


def test_the_login_may_stand_in_netrc(command: Command, url: str) -> None:
    netrc = command.folder / "netrc"
    netrc.write_text(f"machine 127.0.0.1 login {USER} password {PASSWORD}\n")
    netrc.chmod(0o600)
    assert command.install("app==1.0", "-i", url)[0] == 0
    assert command.installed == ["app-1.0", "lib-1.5"]


@pytest.mark.parametrize("password", ["", "wrong"])
def test_without_the_right_login_it_is_refused_and_nothing_installed(
    command: Command, pypiserver: str, password: str
) -> None:
    asked = with_login(pypiserver, password) if password else pypiserver
    code, out, err = command.install("app==1.0", "-i", asked)
    assert code == 2, out + err
    assert "401" in err or "403" in err
    assert command.installed == []
    assert "wrong" not in err.replace("are wrong", "")


def test_what_was_installed_once_is_installed_offline(command: Command, url: str) -> None:
    assert command.install("app==1.0", "-i", with_login(url))[0] == 0
    command.environment = command.folder / "second"
    assert command.install("app==1.0", "-i", with_login(url), "--offline")[0] == 0
    assert command.installed == ["app-1.0", "lib-1.5"]


def test_an_index_can_be_tested(command: Command, url: str) -> None:
    code, report = command.json("--test-indexes", "app", "-i", with_login(url))
    (index,) = report["indexes"]
    states = {check["name"]: check["state"] for check in index["checks"]}
    assert (code, index["login"]) == (0, "url")
    assert (states["reachable"], states["project"], states["hashes"]) == ("yes", "yes", "yes")
