"""A worker with several runs in it is killed or stopped: all go on soon, as if nothing had happened."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from statistics import quantiles
from typing import Any

import pytest

from app.runs.manager import RunManager
from benchmarks.classroom.lesson import OTHERS, spec_of
from tests.app.watching import SIX_OF_EIGHT, Watcher, command, managing, measuring_lag, until, worker_pid

SPEED = 40.0
MOST_STEPS = 10_000
OWN_DATA = 5
BLOCKED = 0.05


def class_of_six() -> list[dict[str, Any]]:
    """Two default networks, three others, and one with own data."""

    return [{}, {"seed": 8}, SIX_OF_EIGHT, *OTHERS[2:4], spec_of(OWN_DATA, Random(1))]


async def begin(manager: RunManager, specs: list[dict[str, Any]]) -> dict[str, Watcher]:
    """Runs that train, each watched."""
    watchers = {}
    for spec in specs:
        run = (await manager.create(spec, SPEED))["id"]
        watchers[run] = Watcher(manager)
        await watchers[run].watch(run, {"losses": {}, "decision": {"resolution": 50}})
        await command(manager, run, "start")
    await until(lambda: all(watcher.curve.last_step > 300 for watcher in watchers.values()), 60)
    return watchers


async def until_all_go_on(watchers: dict[str, Watcher], timeout: float) -> None:
    """Until each run has been recovered and has shown a frame of a later step."""

    def goes_on(watcher: Watcher) -> bool:
        back = next((event["run"] for event in watcher.events if event["type"] == "recovered"), None)
        return back is not None and watcher.frames[-1][0]["step"] > back["step"]

    await until(lambda: all(map(goes_on, watchers.values())), timeout)


async def undisturbed(manager: RunManager, spec: dict[str, Any], step: int) -> dict[str, Any]:
    """The curve of a run that was never interrupted, up to `step`."""
    run = (await manager.create(spec))["id"]
    for begin in range(0, step, MOST_STEPS):
        await command(manager, run, "step", unit="update", count=min(MOST_STEPS, step - begin))
    return await manager.metrics(run)


@asynccontextmanager
async def measuring_turns() -> AsyncIterator[list[float]]:
    """Processor time that the event loop's thread used between two rounds: who else needs a core is left out, and
    so is the search for garbage among all tests, as the server leaves out what it has loaded at its start."""
    turns: list[float] = []
    gc.collect()
    gc.freeze()

    async def watch() -> None:
        before = time.thread_time()
        while True:
            await asyncio.sleep(0.001)
            now = time.thread_time()
            turns.append(now - before)
            before = now

    watching = asyncio.create_task(watch())
    try:
        yield turns
    finally:
        watching.cancel()
        gc.unfreeze()


async def test_all_runs_of_a_killed_worker_go_on_bit_for_bit() -> None:
    specs = class_of_six()
    async with managing() as manager:
        watchers = await begin(manager, specs)
        killed = time.monotonic()
        os.kill(worker_pid(manager, next(iter(watchers))), signal.SIGKILL)
        await until_all_go_on(watchers, 10)
        assert time.monotonic() - killed <= 5
        known = {run: watcher.curve.last_step for run, watcher in watchers.items()}  # beyond the last checkpoint
        await until(lambda: all(watchers[run].curve.last_step > step + 100 for run, step in known.items()), 60)
        for spec, (run, watcher) in zip(specs, watchers.items(), strict=True):
            paused = await command(manager, run, "pause")
            expected = await undisturbed(manager, spec, paused["step"])
            assert await manager.metrics(run) == expected
            await until(lambda watcher=watcher, paused=paused: watcher.frames[-1][0]["step"] == paused["step"])  # type: ignore[misc]
            assert [list(column) for column in zip(*watcher.curve.points, strict=True)] == list(expected.values())


async def test_a_stopped_worker_is_replaced_within_ten_seconds_and_the_loop_never_waits_for_it() -> None:
    async with managing(workers=2) as manager:
        watchers = await begin(manager, class_of_six())
        pid = worker_pid(manager, next(iter(watchers)))
        away = {run: watcher for run, watcher in watchers.items() if worker_pid(manager, run) == pid}
        others = [watcher for run, watcher in watchers.items() if run not in away]
        assert away
        assert others
        async with measuring_lag() as lags, measuring_turns() as turns:
            stopped = time.monotonic()
            os.kill(pid, signal.SIGSTOP)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(1):
                    await command(manager, next(iter(away)), "pause")
            seen = [len(watcher.frames) for watcher in others]
            await until_all_go_on(away, 15)
        assert time.monotonic() - stopped <= 10
        assert max(turns) <= BLOCKED, sorted(turns)[-3:]
        assert max(lags) <= 1.0, sorted(lags)[-3:]
        assert quantiles(lags, n=100)[-1] <= BLOCKED, sorted(lags)[-3:]
        assert all(len(watcher.frames) > before + 10 for watcher, before in zip(others, seen, strict=True))
        assert not any("recovering" in watcher.types() for watcher in others)
        assert manager.stats()["restarts"] == 1
