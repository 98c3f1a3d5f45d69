"""Chromium and the real server, once for all browser tests; each test gets pages that may not misbehave."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.support.browser import Visit
from tests.support.playground import Playground
from tests.support.server import ServerProcess

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))), None
)
QUIET = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]


@pytest.fixture(scope="session")
def server() -> Iterator[ServerProcess]:
    """A server that all browser tests share. A test that harms its server starts one of its own."""
    with ServerProcess(log_level="warning", abandon_after=5) as running:  # a page that has gone pauses soon
        yield running


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *sandbox])
        yield browser
        await browser.close()


@pytest.fixture
async def visit(browser: Browser, server: ServerProcess) -> AsyncIterator[Visit]:
    """Opens pages of the shared server: `page = await visit("/", width=360)`. Complaints of the page fail the test.

    Its runs end with it: what was left playing would train on beside the next tests.
    """
    visit = Visit(browser, server.base_url)
    yield visit
    try:
        await visit.end()
    finally:
        async with httpx.AsyncClient(base_url=f"{server.base_url}/api/v1") as api:
            for run in (await api.get("/runs")).json()["runs"]:
                await api.delete(f"/runs/{run['id']}")


@pytest.fixture
async def page(visit: Visit) -> Page:
    """The playground as a first visit sees it, 1440 px wide and light."""
    return await visit("/")


@pytest.fixture
async def park(page: Page) -> Playground:
    """The same page with its run ready, and the run's word from the server."""
    return await Playground(page).ready()
