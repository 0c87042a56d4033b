"""A headless Chromium, driven through its DevTools protocol; no more of it than the tests need."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "chromium-headless-shell")
LONGEST_S = 20

CATCH_TERMINAL = """
Object.defineProperty(Object.prototype, "fitAddon", {
  configurable: true,
  set(value) {
    window.shown = this;
    Object.defineProperty(this, "fitAddon", {value, writable: true, configurable: true});
  },
});
"""
"""The page keeps its terminal to itself; this notices the object that gets the add-on."""

READ_TERMINAL = """
(() => {
  if (!window.shown || !window.shown.terminal) return "";
  const buffer = window.shown.terminal.buffer.active;
  const lines = [];
  for (let y = 0; y < buffer.length; y++) lines.push(buffer.getLine(y).translateToString(true));
  return lines.join("\\n");
})()
"""


def find_chromium() -> str:
    """The command in RESOLVETUI_TEST_BROWSER, else one on PATH; "" for none."""
    named = os.environ.get("RESOLVETUI_TEST_BROWSER", "")
    return named or next((path for name in NAMES if (path := shutil.which(name))), "")


class Page:
    """A tab."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self.session = ""
        self.requests: list[str] = []
        """URLs that the page asked for."""
        self.complaints: list[str] = []
        """Errors of its scripts, and what its policy refused."""

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command; its result."""
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        await self._socket.send_json(message)
        async with asyncio.timeout(LONGEST_S):
            while True:
                answer = await self._socket.receive_json()
                if answer.get("id") == number:
                    assert "error" not in answer, answer
                    return dict(answer["result"])
                self._note(answer)

    def _note(self, event: dict[str, Any]) -> None:
        match event.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(event["params"]["request"]["url"])
            case "Network.webSocketCreated":
                self.requests.append(event["params"]["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(str(event["params"]["exceptionDetails"]))
            case "Log.entryAdded" if event["params"]["entry"]["level"] == "error":
                self.complaints.append(event["params"]["entry"]["text"])

    async def evaluate(self, script: str) -> Any:
        """The value of a script; a promise's when it is there."""
        done = await self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        return done["result"].get("value")

    async def screen(self) -> str:
        """What the terminal shows, as text."""
        return str(await self.evaluate(READ_TERMINAL))

    async def until(self, pattern: str) -> str:
        """The terminal's text once a pattern is in it; the page is asked at each frame it draws."""
        text = ""
        try:
            async with asyncio.timeout(LONGEST_S):
                while not re.search(pattern, text := await self.screen()):
                    await self.evaluate("new Promise(done => requestAnimationFrame(done))")
        except TimeoutError as error:
            raise AssertionError(f"{pattern!r} is not in:\n{text}\n{self.complaints}") from error
        return text

    async def press(self, key: str, code: int = 0) -> None:
        """A key goes down and up."""
        text = key if len(key) == 1 else ""
        named = {"key": key, "windowsVirtualKeyCode": code or ord(key.upper())}
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **named)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **named)


@asynccontextmanager
async def browser_page(chromium: str, profile: Path) -> AsyncIterator[Page]:
    """An empty tab of a browser of its own, which ends with it."""
    options = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={profile}"]
    options += ["--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"]
    options += ["--disable-background-networking", "--window-size=1400,900"]
    if os.name != "nt" and os.geteuid() == 0:
        options.append("--no-sandbox")  # it refuses to run with one as root, as in containers
    process = await asyncio.create_subprocess_exec(
        chromium,
        *options,
        "about:blank",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        address = await _address(process)
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(address, max_msg_size=0) as socket,
        ):
            page = Page(socket)
            target = await page.call("Target.createTarget", url="about:blank")
            attached = await page.call(
                "Target.attachToTarget", targetId=target["targetId"], flatten=True
            )
            page.session = attached["sessionId"]
            for domain in ("Page", "Network", "Runtime", "Log"):
                await page.call(f"{domain}.enable")
            await page.call("Page.addScriptToEvaluateOnNewDocument", source=CATCH_TERMINAL)
            yield page
    finally:
        process.terminate()
        await process.communicate()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr
    told = ""
    async with asyncio.timeout(LONGEST_S):
        while line := (await process.stderr.readline()).decode(errors="replace"):
            told += line
            if found := re.search(r"DevTools listening on (ws://\S+)", line):
                return found[1]
    raise AssertionError(f"the browser did not start:\n{told}")
