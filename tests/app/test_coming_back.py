"""Who was away comes back to the same run: after a cut, in another tab, after a long sleep; the curve has no gap."""

from __future__ import annotations

import asyncio
from typing import Any

from app.runs.manager import RunManager
from tests.app.test_keeping import awake
from tests.app.watching import Curve, Watcher, command, managing, until
from tests.support.curve import epochs_until


async def come_back(manager: RunManager, run: str, curve: Curve) -> Watcher:
    """A new connection of a page that kept its curve."""
    watcher = Watcher(manager)
    watcher.curve = curve
    await watcher.watch(run, after_step=curve.last_step, generation=curve.generation)
    return watcher


async def has_the_servers_curve(manager: RunManager, run: str, *watchers: Watcher) -> None:
    """Each of them holds exactly what the server has, which is without a gap or a point too much."""
    served: dict[str, Any] = await manager.metrics(run)
    assert served["epoch"] == epochs_until(served["epoch"][-1])
    for watcher in watchers:
        await until(lambda watcher=watcher: len(watcher.curve.points) >= len(served["step"]))  # type: ignore[misc]
        assert [list(column) for column in zip(*watcher.curve.points, strict=True)] == list(served.values())


async def test_after_a_cut_and_in_a_second_tab_the_run_is_the_same_and_plays_on() -> None:
    async with managing() as manager:
        run = (await manager.create({}, 200.0))["id"]
        page = Watcher(manager)
        await page.watch(run)
        await command(manager, run, "start")
        await until(lambda: page.curve.last_step > 20 * 25)
        manager.disconnect(page)
        missed = page.curve.last_step + 40 * 25
        await until(lambda: manager.get(run)["step"] > missed)
        page = await come_back(manager, run, page.curve)
        tab = Watcher(manager)
        await tab.watch(run)
        assert manager.get(run)["state"] == "running"
        await until(lambda: tab.curve.last_step > missed + 20 * 25)
        paused = await command(manager, run, "pause")
        for watcher in (page, tab):
            await until(lambda watcher=watcher: watcher.frames[-1][0]["step"] == paused["step"])  # type: ignore[misc]
        await has_the_servers_curve(manager, run, page, tab)


async def test_after_a_sleep_so_long_that_the_run_was_parked_it_is_the_same() -> None:
    async with managing(abandon_after=0.2, park_after=0.2) as manager:
        run = (await manager.create({}, 200.0))["id"]
        page = Watcher(manager)
        await page.watch(run)
        await command(manager, run, "start")
        await until(lambda: page.curve.last_step > 20 * 25)
        manager.disconnect(page)
        await until(lambda: awake(manager) == set())
        page = await come_back(manager, run, page.curve)
        assert manager.get(run)["state"] == "paused"
        await has_the_servers_curve(manager, run, page)
        await command(manager, run, "start")
        before = page.curve.last_step
        await until(lambda: page.curve.last_step > before + 20 * 25)
        paused = await command(manager, run, "pause")
        await until(lambda: page.frames[-1][0]["step"] == paused["step"])
        await has_the_servers_curve(manager, run, page)


async def test_a_run_that_went_back_and_was_changed_takes_its_new_way_on_the_page() -> None:
    """After a crash the server is some steps behind its pages; whatever comes then replaces what they saw before."""
    async with managing(checkpoint_interval=60) as manager:
        run = (await manager.create({}))["id"]
        page = Watcher(manager)
        await page.watch(run)
        document = await command(manager, run, "step", count=10)
        await until(lambda: page.curve.last_step == document["step"])
        ahead = Curve()
        ahead.points = [*page.curve.points, *((step * 25.0, float(step), 9.0, 9.0) for step in range(11, 15))]
        manager.disconnect(page)
        await command(manager, run, "update", patch={"optimizer": {"learning_rate": 0.3}})
        page = Watcher(manager)
        opened = await page.watch(run, after_step=ahead.last_step)
        assert opened["step"] < ahead.last_step
        ahead.points = [point for point in ahead.points if point[0] <= opened["step"]]
        page.curve = ahead
        document = await command(manager, run, "step", count=6)
        await until(lambda: page.curve.last_step == document["step"])
        await asyncio.sleep(0)
        await has_the_servers_curve(manager, run, page)
