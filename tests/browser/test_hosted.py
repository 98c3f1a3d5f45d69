"""The page on a hosted server, in real browsers: sessions that never meet, refusals that say what helps, inert text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, Page, expect

from app.visitors import COOKIE
from tests.support.browser import STORE, Visit, ask_store, wait_for_store
from tests.support.hosted import browser as http_browser
from tests.support.hosted import hosted_server, signatures
from tests.support.playground import Playground
from tests.support.server import ServerProcess

REFUSED = r"the server responded with a status of (401|429|503)"


@pytest.fixture(scope="module")
def hosted() -> Iterator[ServerProcess]:
    with hosted_server() as running:
        yield running


@pytest.fixture(scope="module")
def small() -> Iterator[ServerProcess]:
    """A server with room for one run, and for two connections of a session."""
    with hosted_server(max_runs=1, session_sockets=2) as running:
        yield running


@pytest.fixture
async def visit_hosted(browser: Browser, hosted: ServerProcess) -> AsyncIterator[Visit]:
    visit = Visit(browser, hosted.base_url)
    yield visit
    await visit.end()


@pytest.fixture
async def visit_small(browser: Browser, small: ServerProcess) -> AsyncIterator[Visit]:
    visit = Visit(browser, small.base_url)
    visit.allow(REFUSED)
    yield visit
    await visit.end()


async def session_of(page: Page) -> str:
    """The owner that the browser's cookie names."""
    (cookie,) = [cookie for cookie in await page.context.cookies() if cookie["name"] == COOKIE]
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, True, "Strict", "/")
    signed = signatures().read_session(cookie["value"])
    assert signed is not None
    return signed.owner


async def test_two_browsers_never_meet_and_two_tabs_do(visit_hosted: Visit, hosted: ServerProcess) -> None:
    ann, bob = [await Playground(await visit_hosted("/")).ready() for _ in range(2)]
    await ann.play()
    run = await ask_store(ann.page, "run.value.id")
    assert (await bob.page.request.get(f"/api/v1/runs/{run}")).status == 404
    assert [one["id"] for one in (await (await ann.page.request.get("/api/v1/runs")).json())["runs"]] == [run]
    assert await session_of(ann.page) != await session_of(bob.page)
    assert await ann.page.evaluate("document.cookie") == ""

    tab = await ann.page.context.new_page()
    visit_hosted.watch(tab)
    await tab.goto("/")
    second = await Playground(tab).ready()
    listed = await (await second.page.request.get("/api/v1/runs")).json()
    assert {one["id"] for one in listed["runs"]} == {run, await ask_store(tab, "run.value.id")}

    await ann.page.reload()
    await ann.ready()
    assert await ask_store(ann.page, "run.value.id") == run


async def test_a_link_from_elsewhere_does_not_cost_the_session(visit_hosted: Visit, hosted: ServerProcess) -> None:
    park = await Playground(await visit_hosted("/")).ready()
    owner = await session_of(park.page)
    elsewhere = await park.page.context.new_page()
    await elsewhere.goto("data:text/html,<a id='link' href='" + hosted.base_url + "/'>Neuron Park</a>")
    async with elsewhere.expect_request(hosted.base_url + "/") as asked:
        await elsewhere.click("#link")
    headers = await (await asked.value).all_headers()
    assert (headers["sec-fetch-site"], "cookie" in headers) == ("cross-site", False)
    await elsewhere.wait_for_url(hosted.base_url + "/")
    await Playground(elsewhere).ready()
    assert await session_of(elsewhere) == owner


async def test_a_session_that_has_ended_is_begun_anew_and_the_network_comes_back(visit_hosted: Visit) -> None:
    visit_hosted.allow(REFUSED, r"the server responded with a status of 404")
    park = await Playground(await visit_hosted("/")).ready()
    before = await session_of(park.page)
    run = await ask_store(park.page, "run.value.id")
    await park.page.context.clear_cookies()
    await park.page.evaluate(f"async () => {STORE.replace('core/store', 'core/session')}.tryAgain()")
    await wait_for_store(park.page, f"run.value.id !== '{run}'")
    await park.ready()
    assert await session_of(park.page) != before


async def test_no_room_is_said_and_waited_out(visit_small: Visit, small: ServerProcess) -> None:
    with http_browser(small, "somebody else") as other:
        taken = other.post("/api/v1/runs", json={}).json()["id"]
        other.post(f"/api/v1/runs/{taken}/commands", json={"command": "start"})
        page = await visit_small("about:blank")
        await page.clock.install()
        await page.goto("/")
        said = page.get_by_role("status").get_by_text("The server runs 1 networks at once and all are in use.")
        await expect(said).to_be_visible(timeout=15_000)
        await expect(said).to_contain_text("This page tries again by itself.")
        await expect(page.get_by_role("heading", name="Network", exact=True)).to_be_visible()
        assert await ask_store(page, "run.value") is None
        other.delete(f"/api/v1/runs/{taken}")
    await page.clock.run_for(76_000)
    await Playground(page).ready()
    await expect(said).to_be_hidden()
    await page.request.delete(
        f"/api/v1/runs/{await ask_store(page, 'run.value.id')}", headers={"Origin": small.base_url}
    )


async def test_too_many_pages_of_one_session_are_said(browser: Browser) -> None:
    with hosted_server(session_sockets=2) as server:
        visit = Visit(browser, server.base_url)
        try:
            page = await visit("/")
            await Playground(page).ready()
            tabs = [await page.context.new_page() for _ in range(2)]
            for tab in tabs:
                await tab.goto("/")
            said = tabs[-1].get_by_text("There are 2 connections from here already. Close some pages.")
            await expect(said).to_be_visible()
        finally:
            await visit.end()
