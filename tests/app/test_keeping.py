"""Runs in a database: after a restart, parked and woken, expired, and while the database has its troubles."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.errors import NotFound, Unavailable
from app.runs import keeping
from app.runs.manager import RunManager
from tests.app.watching import Watcher, command, managing, measuring_lag, until, worker_pid

EDIT = {"edits": [{"layer": 0, "unit": 0, "input": 1, "value": 4.5}]}


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/runs.db"


def awake(manager: RunManager) -> set[str]:
    return {run.id for run in manager._runs.values() if run.slot >= 0}


async def park(manager: RunManager, run: str) -> None:
    await manager._keeper.park(manager._find(run))
    assert run not in awake(manager)


async def test_every_answered_run_is_there_after_a_restart_as_it_was(database: str) -> None:
    async with managing(database=database) as manager:
        first, second, gone = [(await manager.create({"seed": seed}, owner=str(seed)))["id"] for seed in range(3)]
        await command(manager, first, "step", count=7)
        await command(manager, first, "set_parameters", **EDIT)
        await command(manager, second, "update", patch={"optimizer": {"learning_rate": 0.5}})
        await manager.delete(gone)
        past = await manager.probe(first, "weights", {}, step=50)
        before = {run: (await manager.read(run), await manager.metrics(run)) for run in (first, second)}
        listed = manager.list("0") + manager.list("1")
        shapes = {run.id: run.shape for run in manager._runs.values()}
    async with managing(database=database) as manager:
        assert awake(manager) == set()
        assert manager.list("0") + manager.list("1") == listed
        assert manager.list("2") == manager.list() == []
        assert {run.id: run.shape for run in manager._runs.values()} == shapes
        assert {run: (await manager.read(run), await manager.metrics(run)) for run in before} == before
        assert (await manager.export(first))["parameters"]["weights"][0][0][1] == 4.5
        assert await manager.probe(first, "weights", {}, step=50) == past
        with pytest.raises(NotFound):
            await manager.read(gone)


async def test_a_run_that_was_playing_goes_on_after_a_restart_and_its_curve_is_bit_for_bit_the_same(
    database: str,
) -> None:
    async with managing(database=database, save_interval=0.2) as manager:
        played, paused = [(await manager.create({}, 400.0))["id"] for _ in range(2)]
        await command(manager, played, "start")
        await until(lambda: manager.get(played)["step"] > 50 * 25)
    async with managing(database=database) as manager:
        await until(lambda: awake(manager) == {played})
        resumed = manager.get(played)
        assert resumed["state"] == "running"
        assert resumed["step"] > 0
        await until(lambda: manager.get(played)["step"] > resumed["step"] + 50 * 25)
        document = await command(manager, played, "pause")
        metrics = await manager.metrics(played)
        length = len(metrics["step"])
        await command(manager, paused, "step", count=int(metrics["epoch"][-1]) + 1)
        undisturbed = await manager.metrics(paused)
    assert metrics == {name: column[:length] for name, column in undisturbed.items()}
    assert document["epoch"] > 100


async def test_a_run_whose_page_does_not_come_back_after_a_restart_pauses_and_a_scripts_run_does_not(
    database: str,
) -> None:
    async with managing(database=database, save_interval=0.1) as manager:
        watched, script = [(await manager.create({}, 100.0))["id"] for _ in range(2)]
        await Watcher(manager).watch(watched)
        for run in (watched, script):
            await command(manager, run, "start")
    async with managing(database=database, abandon_after=0.4) as manager:
        await until(lambda: awake(manager) == {watched, script})
        await until(lambda: manager.get(watched)["state"] == "paused")
        assert manager.get(script)["state"] == "running"


async def test_an_idle_run_is_parked_and_woken_by_whoever_asks() -> None:
    async with managing(park_after=0.1) as manager:
        run = (await manager.create({"seed": 3}))["id"]
        document = await command(manager, run, "step", count=3)
        await until(lambda: awake(manager) == set())
        assert manager.stats()["runs"]["parked"] == 1
        assert [short["id"] for short in manager.list()] == [run]
        assert manager.get(run)["step"] == 75
        answers = await asyncio.gather(*(manager.read(run) for _ in range(5)), manager.metrics(run))
        assert answers[:5] == [document] * 5
        assert awake(manager) == {run}
        watcher = Watcher(manager)
        await until(lambda: awake(manager) == set())
        assert (await watcher.watch(run)) == document
        await until(lambda: len(watcher.curve.points) == 4)
        await asyncio.sleep(0.3)
        assert awake(manager) == {run}, "a run that is shown is not parked"
        manager.disconnect(watcher)
        await until(lambda: awake(manager) == set())
        assert (await command(manager, run, "step"))["epoch"] == 4


async def test_a_run_that_steps_or_plays_is_not_parked() -> None:
    async with managing(park_after=0.05) as manager:
        steps, plays = [(await manager.create({}))["id"] for _ in range(2)]
        await command(manager, plays, "start")
        stepping = asyncio.create_task(command(manager, steps, "step", count=10_000))
        await until(lambda: manager.get(steps)["step"] > 0)
        await asyncio.sleep(0.2)
        assert awake(manager) == {steps, plays}
        await command(manager, steps, "pause")
        await stepping


async def test_a_full_server_parks_the_idle_run_that_was_used_longest_ago_and_else_says_so() -> None:
    async with managing(max_runs=2) as manager:
        old, young = [(await manager.create({}))["id"] for _ in range(2)]
        await manager.read(old)
        third = (await manager.create({}))["id"]
        assert awake(manager) == {old, third}
        for run in (old, third):
            await command(manager, run, "start")
        for attempt in (manager.create({}), manager.read(young)):
            with pytest.raises(Unavailable, match="runs 2 networks at once") as caught:
                await attempt
            assert caught.value.headers == {"Retry-After": "60"}
        await command(manager, old, "pause")
        assert (await manager.read(young))["step"] == 0
        assert awake(manager) == {young, third}


async def test_a_full_database_gives_up_what_was_not_used_for_long_and_never_what_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with managing(keep_runs=2) as manager:
        old, young = [(await manager.create({}))["id"] for _ in range(2)]
        await park(manager, old)
        with pytest.raises(Unavailable, match="keeps 2 runs") as caught:
            await manager.create({})
        assert caught.value.headers == {"Retry-After": "600"}
        monkeypatch.setattr(keeping, "UNUSED", 0.0)
        await manager.create({})
        assert manager.get(young)
        with pytest.raises(NotFound):
            manager.get(old)
        with pytest.raises(NotFound):
            await manager._store.checkpoint(old)


async def test_what_nobody_used_for_days_of_a_running_server_expires_and_a_moved_clock_expires_nothing(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "EXPIRE_INTERVAL", 0.0)
    async with managing(database=database) as manager:
        used, unused = [(await manager.create({}))["id"] for _ in range(2)]
        await park(manager, unused)
    monkeypatch.setattr(time, "time", lambda real=time.time: real() + 400 * keeping.DAY)
    async with managing(database=database, keep_days=30) as manager:
        manager._keeper.tidy()
        assert len(manager.list()) == 2
        lifetime = manager._store.now
        monkeypatch.setattr(manager._store, "now", lambda: lifetime() + 29 * keeping.DAY)
        await manager.read(used)
        await park(manager, used)
        monkeypatch.setattr(manager._store, "now", lambda: lifetime() + 31 * keeping.DAY)
        manager._keeper.tidy()
        assert [short["id"] for short in manager.list()] == [used]
        with pytest.raises(NotFound):
            await manager._store.checkpoint(unused)


async def test_a_run_that_is_deleted_while_it_is_woken_stays_away(database: str) -> None:
    async with managing(database=database) as manager:
        run = (await manager.create({}))["id"]
        await park(manager, run)
        waking = asyncio.create_task(manager.read(run))
        await asyncio.sleep(0)
        await manager.delete(run)
        with pytest.raises(NotFound):
            await waking
        assert awake(manager) == set()
    async with managing(database=database) as manager:
        assert manager.list() == []


async def test_a_run_whose_worker_dies_while_it_is_woken_can_be_asked_for_again() -> None:
    async with managing() as manager:
        run, other = [(await manager.create({}))["id"] for _ in range(2)]
        await park(manager, run)
        os.kill(worker_pid(manager, other), signal.SIGSTOP)
        waking = asyncio.create_task(manager.read(run))
        await until(lambda: run in awake(manager))
        os.kill(worker_pid(manager, other), signal.SIGKILL)
        with pytest.raises(Unavailable):
            await waking
        assert (await manager.read(run))["step"] == 0


async def test_a_checkpoint_that_no_worker_can_read_is_said_and_kept(database: str) -> None:
    async with managing(database=database) as manager:
        run = (await manager.create({}))["id"]
        await park(manager, run)
        with sqlite3.connect(database.removeprefix("sqlite:///")) as other:
            other.execute("UPDATE runs SET checkpoint = x'00'")
        other.close()
        with pytest.raises(Unavailable, match="could not be brought back"):
            await manager.read(run)
        assert [short["id"] for short in manager.list()] == [run]


async def test_checkpoints_of_training_runs_go_to_the_database_now_and_then_and_not_at_once(database: str) -> None:
    async with managing(database=database, save_interval=0.4, checkpoint_interval=0.05) as manager:
        runs = [(await manager.create({}, 50.0))["id"] for _ in range(6)]
        for run in runs:
            await command(manager, run, "start")
        dues = {run.saving.due for run in manager._runs.values()}
        assert len(dues) == 6
        assert max(dues) - min(dues) < 1
        before = {run: manager._find(run).saving.given for run in runs}
        commits = manager._store.commits
        await until(lambda: all(manager._find(run).saving.given != before[run] for run in runs))
        assert manager._store.commits - commits <= 12


async def test_what_a_run_does_by_itself_is_written_soon(database: str) -> None:
    async with managing(database=database, save_interval=600) as manager:
        bad = {"loss": "squared_error", "output": {"activation": "linear"}, "optimizer": {"learning_rate": 10}}
        run = (await manager.create(bad))["id"]
        await command(manager, run, "start")
        await until(lambda: manager.get(run)["state"] == "diverged")
        await until(lambda: (manager._find(run).saving.given or ("", ""))[1] == "diverged")


@contextmanager
def locked(database: str) -> Iterator[None]:
    """Another program holds the database for as long as the block lasts."""
    other = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def test_a_locked_database_answers_503_in_time_and_streams_go_on(database: str) -> None:
    async with managing(database=database, database_timeout=1.2, save_interval=0.1) as manager:
        run = (await manager.create({}))["id"]
        watcher = Watcher(manager)
        await watcher.watch(run, {"losses": {}, "decision": {}})
        await command(manager, run, "start")
        async with measuring_lag() as lags:
            with locked(database):
                begin = time.monotonic()
                answers = await asyncio.gather(
                    command(manager, run, "speed", epochs_per_second=50), manager.create({}), return_exceptions=True
                )
                assert time.monotonic() - begin > 1.1
                assert [type(answer) for answer in answers] == [Unavailable] * 2
                assert manager.unready() == "The database takes no writes."
                assert all(answer.headers == {"Retry-After": "5"} for answer in answers)  # type: ignore[union-attr]
                assert "not created" in str(answers[1])
                assert [short["id"] for short in manager.list()] == [run]
                step = watcher.frames[-1][0]["step"]
                await until(lambda: watcher.frames[-1][0]["step"] > step)
        lags.sort()
        assert lags[-1] < 0.5, "the loop waited for the lock"
        assert lags[len(lags) * 99 // 100] <= 0.05
        await command(manager, run, "pause")
        expected: dict[str, Any] = await manager.read(run)
        assert expected["speed"] == {"epochs_per_second": 50}
    async with managing(database=database) as manager:
        assert await manager.read(run) == expected
        assert len(manager.list()) == 1


async def test_what_could_not_be_written_in_time_is_written_later(database: str) -> None:
    async with managing(database=database, database_timeout=0.2) as manager:
        run = (await manager.create({}))["id"]
        with locked(database), pytest.raises(Unavailable):
            await command(manager, run, "set_parameters", **EDIT)
        await until(lambda: manager._store.trouble is None)
    async with managing(database=database) as manager:
        assert (await manager.export(run))["parameters"]["weights"][0][0][1] == 4.5


async def test_runs_that_were_playing_go_on_even_if_one_of_them_kills_the_worker(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "RESUME_PAUSE", 0.1)
    async with managing(database=database) as manager:
        runs = {(await manager.create({}, 50.0))["id"] for _ in range(6)}
        for run in runs:
            await command(manager, run, "start")
    async with managing(database=database) as manager:
        manager._pool.workers[0].kill()
        await until(lambda: awake(manager) == runs and manager.stats()["restarts"] == 1, timeout=30)
        await until(lambda: {manager.get(run)["state"] for run in runs} == {"running"}, timeout=30)


async def test_no_more_runs_are_resumed_than_may_be_awake_and_the_others_come_when_asked_for(database: str) -> None:
    async with managing(database=database) as manager:
        runs = [(await manager.create({}, 50.0))["id"] for _ in range(3)]
        for run in runs:
            await command(manager, run, "start")
    async with managing(database=database, max_runs=2) as manager:
        await until(lambda: len(awake(manager)) == 2)
        (waiting,) = set(runs) - awake(manager)
        await command(manager, next(iter(awake(manager))), "pause")
        assert (await manager.read(waiting))["state"] == "running"
        assert waiting in awake(manager)
