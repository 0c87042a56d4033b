"""The app in a real browser: run with `make test-browser`."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

pytest.importorskip("textual_serve", reason="needs the extra `web`")

from tests.web.chromium import Page, browser_page, find_chromium
from tests.web.served import Served, served

pytestmark = pytest.mark.browser


def play(steps: Callable[[Page, Served], Awaitable[None]], profile: Path) -> None:
    """Over the demo, in a browser of its own."""
    chromium = find_chromium()
    assert chromium, "no Chromium is on PATH; RESOLVETUI_TEST_BROWSER names one"

    async def run() -> None:
        with served() as server:
            async with browser_page(chromium, profile) as page:
                await steps(page, server)

    asyncio.run(run())


def test_the_app_is_seen_and_follows_the_keys(tmp_path: Path) -> None:
    async def steps(page: Page, server: Served) -> None:
        await page.call("Page.navigate", url=server.url)
        shown = await page.until(r"✓ \d+ packages")
        assert "require  torch   torchvision   torchaudio" in shown
        assert "Plan for" not in shown
        await page.press("4")
        assert "13 install" in await page.until(r"Plan for [^~]*torchaudio")
        own = (server.url, server.url.replace("http", "ws", 1))
        assert [url for url in page.requests if not url.startswith(own)] == []
        assert page.complaints == []
        await save(page)

    play(steps, tmp_path)


def test_what_is_copied_is_also_shown(tmp_path: Path) -> None:
    async def steps(page: Page, server: Served) -> None:
        await page.call("Page.navigate", url=server.url)
        await page.until(r"✓ \d+ packages")
        await page.press("4")
        await page.until(r"Plan for")
        await page.press("y")
        await page.until(r"enter copies")
        await page.press("Enter", 13)
        assert "pip install" in await page.until(r"Copied; shift")

    play(steps, tmp_path)


def test_leaving_the_app_is_told(tmp_path: Path) -> None:
    async def steps(page: Page, server: Served) -> None:
        await page.call("Page.navigate", url=server.url)
        await page.until(r"✓ \d+ packages")
        await page.press("q")
        seen = """new Promise(done => {
          const look = () => document.body.classList.contains("-closed")
            ? done(getComputedStyle(document.querySelector(".ended")).display)
            : requestAnimationFrame(look);
          look();
        })"""
        assert await page.evaluate(seen) == "flex"

    play(steps, tmp_path)


def test_a_page_without_the_token_shows_nothing(tmp_path: Path) -> None:
    async def steps(page: Page, server: Served) -> None:
        await page.call("Page.navigate", url=f"http://127.0.0.1:{server.port}/")
        seen = """new Promise(done => {
          const text = () => document.body ? document.body.innerText.trim() : "";
          const look = () => text() ? done(text()) : requestAnimationFrame(look);
          look();
        })"""
        assert await page.evaluate(seen) == "refused"

    play(steps, tmp_path)


def test_a_foreign_page_cannot_open_the_websocket(tmp_path: Path) -> None:
    async def steps(page: Page, server: Served) -> None:
        await page.call("Page.navigate", url="data:text/html,<p>evil</p>")
        socket = server.url.replace("http", "ws", 1) + "ws"
        script = """new Promise(done => {
          const socket = new WebSocket("%s");
          socket.onopen = () => done("open");
          socket.onerror = () => done("refused");
        })"""
        assert await page.evaluate(script % socket) == "refused"

    play(steps, tmp_path)


async def save(page: Page) -> None:
    """Keep a picture where RESOLVETUI_TEST_PICTURES says, to be looked at."""
    folder = os.environ.get("RESOLVETUI_TEST_PICTURES", "")
    if folder:
        picture = await page.call("Page.captureScreenshot", format="png")
        shown = base64.b64decode(picture["data"])
        await asyncio.to_thread(Path(folder, "browser.png").write_bytes, shown)
