"""Worker processes that die, and what becomes of the runs in them."""

import asyncio
import os
import signal
import time
from typing import Any

import psutil
import pytest

from app.errors import NotFound, Unavailable
from app.protocol import State
from app.runs import manager as managers
from app.runs import recovery, wire
from app.runs.pool import Worker
from app.runs.recovery import Recovery, attach_message, groups
from tests.app.test_registry import attach, new_run
from tests.app.watching import SIX_OF_EIGHT, Watcher, command, managing, until, worker_pid


async def test_a_killed_worker_is_replaced_and_the_curve_is_bit_for_bit_the_same() -> None:
    async with managing() as manager:
        run = (await manager.create(SIX_OF_EIGHT, 300.0))["id"]
        watcher = Watcher(manager)
        await watcher.watch(run, {"losses": {}, "data": {}})
        await command(manager, run, "start")
        await until(lambda: watcher.curve.last_step > 100 * 25)
        begin = time.monotonic()
        os.kill(worker_pid(manager, run), signal.SIGKILL)
        await until(lambda: "recovering" in watcher.types())
        assert manager.get(run)["state"] == (await manager.read(run))["state"] == "recovering"
        await until(lambda: "recovered" in watcher.types())
        recovered = watcher.events[-1]["run"]
        assert recovered["state"] == "running"
        await watcher.next_frame()
        assert time.monotonic() - begin < 5
        await until(lambda: watcher.curve.last_step > recovered["step"] + 300 * 25)
        paused = await command(manager, run, "pause")
        await until(lambda: watcher.frames[-1][0]["step"] == paused["step"])
        seqs = [header["seq"] for header, _ in watcher.frames]
        assert seqs == sorted(set(seqs))

        undisturbed = (await manager.create(SIX_OF_EIGHT))["id"]
        await command(manager, undisturbed, "step", unit="update", count=10_000)
        while (left := paused["step"] - manager.get(undisturbed)["step"]) > 0:
            await command(manager, undisturbed, "step", unit="update", count=min(10_000, left))
        metrics = await manager.metrics(undisturbed)
        length = len((await manager.metrics(run))["step"])
        assert await manager.metrics(run) == {name: column[:length] for name, column in metrics.items()}
        assert [list(column) for column in zip(*watcher.curve.points, strict=True)] == [
            column[:length] for column in metrics.values()
        ]


async def test_a_curve_has_no_gap_when_a_run_trains_on_before_its_clients_are_attached_again() -> None:
    async with managing(checkpoint_interval=60) as manager:
        run = (await manager.create({}))["id"]
        await command(manager, run, "step", unit="epoch", count=3)
        await command(manager, run, "update", patch={"optimizer": {"learning_rate": 0.01}})  # makes a checkpoint
        watchers = [Watcher(manager) for _ in range(8)]
        for watcher in watchers:
            await watcher.watch(run)
        await command(manager, run, "start")
        await until(lambda: all(watcher.curve.last_step > 2_000 for watcher in watchers))
        worker = manager._pool.workers[0]
        os.kill(worker.pid, signal.SIGKILL)
        await until(lambda: all("recovered" in watcher.types() for watcher in watchers))
        resumed = watchers[0].events[-1]["run"]["step"]
        assert resumed < 2_000
        await until(lambda: all(watcher.curve.last_step > resumed + 1_000 for watcher in watchers))
        await command(manager, run, "pause")
        step = (await manager.metrics(run))["step"]
        await until(lambda: all(watcher.curve.last_step == step[-1] for watcher in watchers))
        for watcher in watchers:
            assert [point[0] for point in watcher.curve.points] == step


async def test_what_was_done_just_before_a_crash_is_not_lost() -> None:
    async with managing(checkpoint_interval=60) as manager:
        run = (await manager.create({}))["id"]
        await command(manager, run, "step", count=7)
        await command(manager, run, "set_parameters", edits=[{"layer": 0, "unit": 0, "input": 1, "value": 4.5}])
        document = await command(manager, run, "update", patch={"optimizer": {"learning_rate": 0.5}})
        os.kill(worker_pid(manager, run), signal.SIGKILL)
        await until(lambda: manager.get(run)["state"] == "recovering")
        assert await command(manager, run, "pause") == document
        assert (await manager.export(run))["parameters"]["weights"][0][0][1] == 4.5


async def test_what_is_asked_while_a_worker_is_still_ending_waits_for_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = Worker.ended

    async def slowly(worker: Worker, deadline: float) -> bool:
        await asyncio.sleep(0.5)
        return await ended(worker, deadline)

    async with managing() as manager:
        run = (await manager.create({}))["id"]
        worker = manager._pool.workers[0]
        monkeypatch.setattr(Worker, "ended", slowly)
        os.kill(worker.pid, signal.SIGKILL)
        await until(lambda: not worker.alive)
        assert (await command(manager, run, "step", unit="update", count=3))["step"] == 3


async def test_a_killed_worker_takes_no_other_worker_with_it() -> None:
    async with managing(workers=2) as manager:
        runs = [(await manager.create({}))["id"] for _ in range(2)]
        watchers = [Watcher(manager), Watcher(manager)]
        for run, watcher in zip(runs, watchers, strict=True):
            await watcher.watch(run)
            await command(manager, run, "start")
        os.kill(worker_pid(manager, runs[0]), signal.SIGKILL)
        await until(lambda: "recovered" in watchers[0].types())
        assert "recovering" not in watchers[1].types()
        assert manager.stats()["restarts"] == 1
        assert manager.stats()["workers"] == 2


async def test_a_run_that_kills_its_worker_again_and_again_is_ended_and_the_others_go_on() -> None:
    async with managing() as manager:
        bad, good = [(await manager.create({}))["id"] for _ in range(2)]
        watcher, other = Watcher(manager), Watcher(manager)
        await watcher.watch(bad)
        await other.watch(good)
        await command(manager, bad, "start")
        for death in range(3):
            await watcher.next_frame(lambda header: header["state"] == "running")
            pid = worker_pid(manager, bad)
            worker = manager._pool.workers[0]
            process = psutil.Process(pid)
            await until(lambda process=process, worker=worker: stop_while_busy(process, worker))  # type: ignore[misc]
            process.kill()
            if death < 2:
                await until(lambda death=death: watcher.types().count("recovered") == death + 1)  # type: ignore[misc]
        await until(lambda: watcher.types()[-1] == "closed")
        assert "three times" in watcher.events[-1]["reason"]
        await until(lambda: other.types().count("recovered") == 3)
        with pytest.raises(NotFound):
            manager.get(bad)
        assert (await command(manager, good, "step"))["epoch"] == 1.0
        assert manager.stats()["workers"] == 1


def stop_while_busy(process: psutil.Process, worker: Any) -> bool:
    """Stop a worker; whether it was just then busy with a run (else it goes on)."""
    process.suspend()
    if worker.working_on:
        return True
    process.resume()
    return False


async def test_a_request_to_a_run_without_a_worker_is_answered_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(managers, "RECOVERY_TIMEOUT", 0.01)
    async with managing() as manager:
        run = (await manager.create({}))["id"]
        os.kill(worker_pid(manager, run), signal.SIGKILL)
        await until(lambda: manager.get(run)["state"] == "recovering")
        with pytest.raises(Unavailable) as caught:
            await command(manager, run, "start")
        assert "Retry-After" in caught.value.headers
        await until(lambda: manager.get(run)["state"] == "paused")


def test_runs_come_back_many_at_a_time_and_those_that_made_trouble_by_themselves_last() -> None:
    runs = [new_run() for _ in range(20)]
    for place in (3, 18):
        runs[place].blame(100.0)
    found = groups(runs)
    assert [len(group) for group in found] == [16, 2, 1, 1]
    assert [group[0] for group in found[2:]] == [runs[3], runs[18]]
    assert {id(run) for group in found for run in group} == set(map(id, runs))


async def nothing_stored(run: str) -> bytes:
    raise NotFound(run)


async def test_a_client_that_leaves_while_its_run_is_recovered_is_not_attached() -> None:
    run = new_run()
    run.ready.clear()
    run.checkpoint = b"kept"
    staying, leaving = attach(run, 1), attach(run, 2)
    said: list[Any] = []

    class Replacement:
        slot = 0
        alive = True

        async def ask(self, build: Any) -> dict[str, Any]:
            said.append(build(len(said)))
            if isinstance(said[-1], wire.Attach):
                run.attachments.pop(leaving.number, None)
            return {"state": "running", "step": 3}

    class Slots:
        async def worker(self, slot: int) -> Replacement:
            return Replacement()

    ended: list[Any] = []
    bringing = Recovery({"r": run}, nothing_stored, lambda *call: ended.append(call))
    await bringing.recover(Slots(), 0)  # type: ignore[arg-type]
    assert [type(message).__name__ for message in said] == ["Restore", "Attach"]
    assert said[1].stream == staying.number
    assert run.state is State.RUNNING
    assert not ended


async def test_a_run_waits_while_the_database_cannot_be_read_and_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recovery, "FETCH_PAUSE", 0.05)
    async with managing(save_interval=0.05) as manager:
        stored, gone, unsaved = [(await manager.create({}))["id"] for _ in range(3)]
        for run in (stored, gone, unsaved):
            await command(manager, run, "step")
        await until(lambda: not any(run.checkpoint for run in manager._runs.values()))
        monkeypatch.setattr(manager._keeper, "tidy", lambda: None)
        manager._runs[unsaved].checkpoint = await manager._store.checkpoint(unsaved)
        asked: list[str] = []
        reads, fetch = asyncio.Event(), manager._recovery._fetch

        async def fetch_late(run: str) -> bytes:
            asked.append(run)
            if not reads.is_set():
                raise Unavailable("The database cannot be read just now.")
            return await fetch(run)

        manager._recovery._fetch = fetch_late
        os.kill(worker_pid(manager, stored), signal.SIGKILL)
        await until(lambda: asked.count(gone) >= 2)
        assert manager.get(unsaved)["state"] == "paused"
        assert manager.get(stored)["state"] == "recovering"
        await manager.delete(gone)
        reads.set()
        await until(lambda: manager.get(stored)["state"] == "paused")
        assert (await manager.read(stored))["epoch"] == (await manager.read(unsaved))["epoch"] == 1.0
        assert unsaved not in asked
        with pytest.raises(NotFound):
            manager.get(gone)


async def test_a_stream_asked_for_twice_is_one_stream() -> None:
    """What may happen when a worker dies while a client attaches: both the recovery and the client ask."""
    async with managing() as manager:
        run = (await manager.create({}))["id"]
        watcher = Watcher(manager, acknowledges=False)
        await watcher.watch(run)
        await until(lambda: len(watcher.frames) == 1)
        assert watcher.attachment is not None
        again = attach_message(99, watcher.attachment)
        manager._pool.workers[0].send(again)
        await until(lambda: len(watcher.frames) == 2)
        watcher.acknowledges = True
        watcher.acknowledge()
        document = await command(manager, run, "step")
        await until(lambda: watcher.frames[-1][0]["step"] == document["step"])
        seqs = [header["seq"] for header, _ in watcher.frames]
        assert seqs == sorted(set(seqs))
