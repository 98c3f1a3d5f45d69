"""What happens when a part dies: a worker, the server, the network. The page says so, and the training goes on."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import psutil
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.support.browser import STORE, Visit, ask_store, wait_for_store
from tests.support.curve import epochs_until
from tests.support.network import Network
from tests.support.playground import Playground
from tests.support.server import ServerProcess

CURVE = "[curve.step, curve.train, curve.test].map((column) => [...column])"
SESSION = STORE.replace("core/store", "core/session")
LIVE = f"{SESSION}.stream.live"
LOST = (r"WebSocket connection to .* failed", r"ERR_(CONNECTION|INTERNET|EMPTY|NETWORK)")


@pytest.fixture
def own_server() -> Iterator[ServerProcess]:
    """A server of this test alone, which may harm it."""
    with ServerProcess(log_level="warning", workers=1) as running:
        yield running


@pytest.fixture
async def own_visit(browser: Browser, own_server: ServerProcess) -> AsyncIterator[Visit]:
    visit = Visit(browser, own_server.base_url)
    visit.allow(*LOST)
    yield visit
    await visit.end()


@pytest.fixture
async def own_park(own_visit: Visit) -> Playground:
    """The playground on the test's own server."""
    return await Playground(await own_visit("/")).ready()


@pytest.fixture
def forgetful_server() -> Iterator[ServerProcess]:
    """A server that keeps its runs in memory."""
    with ServerProcess(log_level="warning", workers=1, database="") as running:
        yield running


@pytest.fixture
async def forgetful_park(browser: Browser, forgetful_server: ServerProcess) -> AsyncIterator[Playground]:
    visit = Visit(browser, forgetful_server.base_url)
    visit.allow(*LOST, r"404 \(Not Found\)")
    yield await Playground(await visit("/")).ready()
    await visit.end()


@pytest.fixture
async def network(server: ServerProcess) -> AsyncIterator[Network]:
    """A line of this test alone to the shared server."""
    async with Network(server.port) as line:
        yield line


@pytest.fixture
async def far_park(browser: Browser, network: Network) -> AsyncIterator[Playground]:
    """The playground at the other end of that line."""
    visit = Visit(browser, network.base_url)
    visit.allow(*LOST)
    yield await Playground(await visit("/")).ready()
    await visit.end()


def connection(page: Page) -> Locator:
    """The header's word on the connection."""
    return page.get_by_role("banner").get_by_role("status")


async def train_for_a_while(park: Playground, epochs: int = 30) -> None:
    """Press Play and wait until the page's curve is so long."""
    await park.play()
    await wait_for_store(park.page, f"curve.length > {epochs}")


async def stop_the_clock(page: Page) -> None:
    """From now on the page's time passes only in `page.clock.run_for`."""
    await page.clock.install()
    await page.clock.pause_at(await page.evaluate("() => Date.now() + 1000"))


async def curve_is_whole(park: Playground) -> None:
    """Pause; the page then holds exactly the server's curve, without a gap or a point too much."""
    await park.pause()
    served = await park.rest("/metrics")
    await wait_for_store(park.page, f"curve.lastStep === {served['step'][-1]}")
    step, train, test = await ask_store(park.page, CURVE)
    assert step == served["step"] == sorted(set(step))
    assert served["epoch"] == epochs_until(served["epoch"][-1])
    assert (train, test) == (served["train"], served["test"])


@asynccontextmanager
async def answering(server: ServerProcess) -> AsyncIterator[list[int]]:
    """The status of one health check after the other, as long as the block lasts."""
    answers: list[int] = []

    async def ask() -> None:
        async with httpx.AsyncClient(base_url=server.base_url, timeout=5) as client:
            while True:
                answers.append((await client.get("/api/v1/health")).status_code)
                await asyncio.sleep(0.02)

    asking = asyncio.create_task(ask())
    try:
        yield answers
    finally:
        asking.cancel()
        (outcome,) = await asyncio.gather(asking, return_exceptions=True)
        assert isinstance(outcome, asyncio.CancelledError), outcome


async def test_killed_worker_is_replaced_and_training_goes_on(own_park: Playground, own_server: ServerProcess) -> None:
    await train_for_a_while(own_park, 80)
    before = await own_park.run()
    (victim,) = own_server.workers
    async with answering(own_server) as answers:
        victim.send_signal(signal.SIGKILL)
        notice = own_park.page.get_by_role("status").get_by_text("A training process stopped. Going on from step")
        await expect(notice).to_be_visible(timeout=15_000)
        after = await own_park.until(lambda run: run["state"] == "running" and run["step"] > before["step"])

    assert set(answers) == {200}
    assert len(answers) > 5
    (heir,) = own_server.workers
    assert heir.pid != victim.pid
    assert (after["id"], after["generation"]) == (before["id"], before["generation"])
    resumed = int("".join(filter(str.isdigit, await notice.inner_text())))
    assert 0 < resumed <= after["step"], "the run began anew"
    await curve_is_whole(own_park)
    await expect(connection(own_park.page)).to_have_text("Live")


async def test_worker_killed_while_paused_comes_back_as_it_was(own_park: Playground, own_server: ServerProcess) -> None:
    await train_for_a_while(own_park)
    before = await own_park.pause()
    parameters = await own_park.parameters()
    own_server.workers[0].send_signal(signal.SIGKILL)
    await expect(own_park.page.get_by_text("A training process stopped.")).to_be_visible(timeout=15_000)

    assert await own_park.parameters() == parameters
    assert (await own_park.run())["step"] == before["step"]
    await own_park.button("Step").click()
    await own_park.until(lambda run: run["step"] > before["step"])


async def test_lost_network_resumes_the_same_run(far_park: Playground, network: Network) -> None:
    page = far_park.page
    await train_for_a_while(far_park)
    before = await far_park.run()

    network.cut()
    await expect(connection(page)).to_have_text("Reconnecting")
    held = await ask_store(page, "progress.value.step")
    pause = page.get_by_role("button", name="Pause")
    await expect(pause).to_have_attribute("aria-disabled", "true")
    await expect(pause).to_have_attribute("title", "The server cannot be reached just now.")
    await expect(page.get_by_text("0 steps/s", exact=True)).to_be_visible()
    ink3 = await page.locator(".readout-hint").evaluate("(hint) => getComputedStyle(hint).color")
    await expect(page.get_by_test_id("step")).to_have_css("color", ink3)
    while network.refused < 2:
        await asyncio.sleep(0.05)
    assert await ask_store(page, "progress.value.step") == held, "the picture stays as it was"
    network.mend()

    await expect(connection(page)).to_have_text("Live", timeout=15_000)
    await wait_for_store(page, f"progress.value.step > {held}")
    after = await far_park.run()
    assert (after["id"], after["generation"], after["state"]) == (before["id"], 0, "running")
    await curve_is_whole(far_park)


async def test_short_loss_is_not_shown(far_park: Playground, network: Network) -> None:
    page = far_park.page
    await train_for_a_while(far_park)
    await page.evaluate(
        f"""async () => {{
          const {{ connection }} = {STORE};
          window.said = [];
          connection.subscribe((word) => said.push(word));
        }}"""
    )
    await stop_the_clock(page)
    network.cut()
    await wait_for_store(page, f"!{LIVE}")
    network.mend()
    await page.clock.run_for(500)
    await wait_for_store(page, LIVE)
    await page.clock.resume()

    held = await ask_store(page, "progress.value.step")
    await wait_for_store(page, f"progress.value.step > {held}")
    assert set(await page.evaluate("said")) == {"live"}
    await curve_is_whole(far_park)


async def test_silent_server_is_noticed_and_found_again(own_park: Playground, own_server: ServerProcess) -> None:
    page = own_park.page
    await page.clock.install()
    await page.reload()
    await own_park.ready()
    server = own_server.process
    server.suspend()
    try:
        await page.clock.run_for(15_000)
        await expect(connection(page)).to_have_text("Live")
        await page.clock.run_for(5_000 + 1_600)
        await expect(connection(page)).to_have_text("Reconnecting")
    finally:
        server.resume()
    await page.clock.run_for(20_000)
    await wait_for_store(page, LIVE)
    await expect(connection(page)).to_have_text("Live")
    await own_park.button("Step").click()
    await own_park.until(lambda run: run["epoch"] == 1)


async def test_restarted_server_has_the_run_as_it_was(own_park: Playground, own_server: ServerProcess) -> None:
    page = own_park.page
    await own_park.move("Learning rate", "ArrowLeft")
    await own_park.until_spec(optimizer__learning_rate=0.01)
    await train_for_a_while(own_park)
    before = await own_park.pause()
    await own_park.agrees()
    parameters = await own_park.parameters()
    await stop_the_clock(page)

    await asyncio.to_thread(own_server.stop)
    await wait_for_store(page, f"!{LIVE}")
    await page.clock.run_for(1_450)
    await expect(connection(page)).to_have_text("Live")
    await page.clock.run_for(100)
    await expect(connection(page)).to_have_text("Reconnecting")
    await page.clock.run_for(8_400)
    await expect(connection(page)).to_have_text("Reconnecting")
    await page.clock.run_for(100)
    await expect(connection(page)).to_have_text("Offline" + "Try again")

    await asyncio.to_thread(own_server.start)
    await connection(page).get_by_role("button", name="Try again").click()
    await expect(connection(page)).to_have_text("Live")
    await page.clock.resume()
    await own_park.ready()
    assert await own_park.run() == before
    assert await own_park.parameters() == parameters
    await own_park.play()
    await own_park.until(lambda run: run["step"] > before["step"])
    await curve_is_whole(own_park)


async def test_server_killed_while_training_trains_on(own_park: Playground, own_server: ServerProcess) -> None:
    await train_for_a_while(own_park, 200)
    trained = await own_park.run()
    own_server.kill()
    await asyncio.to_thread(own_server.start)

    await expect(connection(own_park.page)).to_have_text("Live", timeout=20_000)
    await wait_for_store(own_park.page, LIVE)
    held = await ask_store(own_park.page, "progress.value.step")
    await wait_for_store(own_park.page, f"progress.value.step > {held}")
    run = await own_park.run()
    assert (run["id"], run["spec"], run["generation"]) == (trained["id"], trained["spec"], 0)
    assert run["state"] == "running"
    await curve_is_whole(own_park)


async def test_a_run_that_the_restarted_server_has_not_is_explained_and_made_again(
    forgetful_park: Playground, forgetful_server: ServerProcess
) -> None:
    page = forgetful_park.page
    await forgetful_park.move("Learning rate", "ArrowLeft")
    await forgetful_park.until_spec(optimizer__learning_rate=0.01)
    await train_for_a_while(forgetful_park)
    before = await forgetful_park.pause()
    await forgetful_park.agrees()
    parameters = await forgetful_park.parameters()
    await stop_the_clock(page)

    await asyncio.to_thread(forgetful_server.stop)
    await wait_for_store(page, f"!{LIVE}")
    await page.clock.run_for(10_050)
    await expect(connection(page)).to_have_text("Offline" + "Try again")

    await asyncio.to_thread(forgetful_server.start)
    await connection(page).get_by_role("button", name="Try again").click()
    await expect(connection(page)).to_have_text("Live")
    await expect(
        page.get_by_text(
            "The server was restarted. Your network is back with its last weights; the curve starts again."
        )
    ).to_be_visible()

    await wait_for_store(page, f"run.value.id !== '{before['id']}'")
    await forgetful_park.ready()
    after = await forgetful_park.run()
    assert after["spec"] == before["spec"]
    assert (after["state"], after["step"]) == ("paused", 0)
    assert await forgetful_park.parameters() == parameters
    assert after["changes"] == []
    await wait_for_store(page, f"curve.length === 1 && Math.abs(curve.train[0] - {before['losses']['train']}) < 1e-6")


async def test_a_run_that_was_lost_while_training_trains_again(
    forgetful_park: Playground, forgetful_server: ServerProcess
) -> None:
    await train_for_a_while(forgetful_park, 200)
    trained = await forgetful_park.run()
    await asyncio.to_thread(forgetful_server.restart)

    await expect(forgetful_park.page.get_by_text("The server was restarted.")).to_be_visible(timeout=20_000)
    await wait_for_store(forgetful_park.page, f"run.value.id !== '{trained['id']}' && state.value === 'running'")
    await forgetful_park.ready()
    first = (await forgetful_park.rest("/metrics"))["train"]
    run = await forgetful_park.until(lambda run: run["state"] == "running" and run["epoch"] > 2)
    assert run["spec"] == trained["spec"]
    worst = 1.5 * trained["losses"]["train"]
    assert max(first[0], run["losses"]["train"]) < worst < 0.3, "the weights were lost"


async def test_ctrl_c_leaves_no_process_behind(own_park: Playground, own_server: ServerProcess) -> None:
    await train_for_a_while(own_park)
    family = [psutil.Process(pid) for pid in own_server.pids]
    assert len(family) >= 2

    code = await asyncio.to_thread(own_server.stop, signal.SIGINT)

    assert code == 0
    assert [process for process in family if process.is_running() and process.status() != psutil.STATUS_ZOMBIE] == []
    await expect(connection(own_park.page)).to_have_text("Reconnecting")
