"""A page subscribes when its views appear, which may be before the server has opened the run for it."""

from typing import Any

from tests.app.streaming import Client
from tests.support.server import ServerProcess


async def test_what_is_subscribed_to_while_the_run_is_being_opened_is_shown(
    server: ServerProcess, new_run: Any
) -> None:
    run = new_run()["id"]
    async with Client(server.stream_url) as page:
        await page.send(type="open", id="first", run=run, probes={"losses": {}})
        await page.send(type="subscribe", run=run, probes={"losses": {}, "weights": {}})
        await page.send(type="subscribe", run=run, probes={"losses": {}, "units": {"resolution": 8}})
        await page.until(lambda: any("units/grid" in arrays for _, arrays in page.frames))
        assert [event["type"] for event in page.events if event["type"] in ("opened", "error")] == ["opened"]


async def test_what_is_subscribed_to_for_a_run_that_cannot_be_opened_is_forgotten(server: ServerProcess) -> None:
    async with Client(server.stream_url) as page:
        await page.send(type="open", id="first", run="no-such-run", probes={"losses": {}})
        await page.send(type="subscribe", run="no-such-run", probes={"weights": {}})
        await page.until(lambda: any(event.get("id") == "first" for event in page.events))
        assert (await page.request(type="open", run="no-such-run", probes={}))["status"] == 404
        assert page.frames == []
