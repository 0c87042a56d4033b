"""The server on loopback, asked by a client that may say what it likes."""

from __future__ import annotations

import asyncio
import shlex
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.support.processes import below, wait_for_end
from tests.web.served import LONGEST_S, Served, served

pytest.importorskip("textual_serve", reason="needs the extra `web`")

import aiohttp
from aiohttp import WSServerHandshakeError

from resolvetui.errors import UsageError
from resolvetui.web.gate import Gate
from resolvetui.web.server import GatedServer, shell_command

Get = Callable[..., Awaitable[tuple[int, str, dict[str, str]]]]


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served() as running:
        yield running


def get(url: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    """Status, text and headers of an answer."""

    async def ask() -> tuple[int, str, dict[str, str]]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with aiohttp.ClientSession() as client, client.get(url, headers=named) as answer:
            return answer.status, await answer.text(errors="replace"), dict(answer.headers)

    return asyncio.run(ask())


def knock(url: str, **headers: str) -> int:
    """The status that the handshake of a WebSocket is refused with, 101 for none."""

    async def ask() -> int:
        async with aiohttp.ClientSession() as client:
            try:
                async with client.ws_connect(url, headers=headers):
                    return 101
            except WSServerHandshakeError as error:
                return error.status

    return asyncio.run(ask())


def root(server: Served) -> str:
    return f"http://127.0.0.1:{server.port}/"


def test_the_page_and_its_parts_come_from_this_server_alone(server: Served) -> None:
    status, page, headers = get(server.url)
    assert status == 200
    assert f'data-session-websocket-url="ws{server.url.removeprefix("http")}ws"' in page
    assert page.count("http://") == page.count(server.url)
    assert "https://" not in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert get(server.url + "static/js/textual.js")[0] == 200


@pytest.mark.parametrize(
    "path", ["", "ws", "static/js/textual.js", "download/x", "x/static/js/textual.js"]
)
def test_nothing_is_answered_without_the_token(server: Served, path: str) -> None:
    assert get(root(server) + path)[:2] == (403, "refused\n")


def test_a_wrong_token_is_refused_like_none(server: Served) -> None:
    wrong = server.url[:-2] + ("A" if server.url[-2] != "A" else "B") + "/"
    assert get(wrong)[:2] == get(root(server))[:2]
    assert knock(wrong + "ws", Origin=root(server).rstrip("/")) == 403


def test_a_rebound_name_is_refused(server: Served) -> None:
    host = f"evil.example:{server.port}"
    assert get(server.url, Host=host)[0] == 403
    assert get(server.url + "static/js/textual.js", Host=host)[0] == 403
    assert knock(server.url + "ws", Host=host, Origin=f"http://{host}") == 403


def test_a_foreign_page_opens_no_websocket(server: Served) -> None:
    assert knock(server.url + "ws", Origin="http://evil.example") == 403
    assert knock(server.url + "ws") == 403


@pytest.mark.parametrize("path", ["..%2f..%2fserver.py", "%2e%2e/server.py", "js/", "js/none.js"])
def test_only_files_of_the_page_are_served(server: Served, path: str) -> None:
    assert get(f"{server.url}static/{path}")[0] in {403, 404}


async def frames(url: str, origin: str, until: Callable[[str], bool]) -> str:
    """What the app draws until something is seen."""
    drawn = ""
    async with aiohttp.ClientSession() as client:
        address = f"{url}ws?width=100&height=30"
        async with client.ws_connect(address, headers={"Origin": origin}) as socket:
            async with asyncio.timeout(LONGEST_S):
                while not until(drawn):
                    message = await socket.receive()
                    assert message.type == aiohttp.WSMsgType.BINARY, message
                    drawn += message.data.decode(errors="replace")
    return drawn


def test_the_app_draws_through_the_websocket(server: Served) -> None:
    origin = root(server).rstrip("/")
    drawn = asyncio.run(frames(server.url, origin, lambda text: "torchaudio" in text))
    assert "resolvetui" in drawn


async def end_of(running: Served, how: signal.Signals) -> set[int]:
    """The processes below the server that there were when the signal came, an app being open."""
    async with aiohttp.ClientSession() as client:
        origin = {"Origin": root(running).rstrip("/")}
        async with client.ws_connect(running.url + "ws", headers=origin) as socket:
            drawn = b""
            async with asyncio.timeout(LONGEST_S):
                while b"torchaudio" not in drawn:
                    drawn += (await socket.receive()).data
            processes = below(running.process.pid)
            running.process.send_signal(how)
            async with asyncio.timeout(LONGEST_S):
                while not socket.closed:
                    await socket.receive()
    return processes


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="follows processes as Linux shows them")


@LINUX
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_end_of_the_server_is_that_of_its_apps(how: signal.Signals) -> None:
    with served() as running:
        processes = asyncio.run(end_of(running, how))
        assert len(processes) >= 2  # the app and its worker
        _, told = running.process.communicate(timeout=LONGEST_S)
        assert running.process.returncode == 0, told
        assert "Traceback" not in told
        assert running.url.split("/")[3] not in told
    wait_for_end(processes)


@LINUX
def test_apps_notice_that_their_server_was_killed() -> None:
    with served() as running:
        processes = asyncio.run(end_of(running, signal.SIGKILL))
        assert running.process.wait(LONGEST_S) == -signal.SIGKILL
    wait_for_end(processes)


def test_arguments_reach_the_app_as_they_are() -> None:
    words = [sys.executable, "-c", "import sys; print(sys.argv[1:])", "a b", "$(id)", "'; rm x", ""]
    done = subprocess.run(
        shell_command(words), shell=True, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{words[3:]}\n"
    if sys.platform != "win32":
        assert shlex.split(shell_command(words))[1:] == words


def test_another_host_than_loopback_is_refused() -> None:
    with pytest.raises(UsageError):
        GatedServer(["x"], Gate(1, "t"), host="0.0.0.0")


def test_a_taken_port_is_told(server: Served) -> None:
    command = [sys.executable, "-m", "resolvetui", "--web", "--web-port", str(server.port)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"Port {server.port} cannot be listened on" in done.stderr


def test_without_the_extra_the_way_out_is_told(tmp_path: Path) -> None:
    (tmp_path / "textual_serve.py").write_text("raise ModuleNotFoundError('No module named it')")
    done = subprocess.run(
        [sys.executable, "-m", "resolvetui", "--web", "torch"],
        env={"PATH": "", "PYTHONPATH": f"{tmp_path}:{Path.cwd()}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "--web needs textual-serve, which is not installed here." in done.stderr
    assert "resolvetui[web]" in done.stderr
