"""Runs in real worker processes, with no server around them."""

import asyncio
import time
from statistics import median
from typing import Any

import psutil
import pytest

from app.errors import Conflict, Invalid, NotFound, Problem
from app.runs import wire
from app.runs.manager import RunManager
from app.runs.pool import Worker
from tests.app.watching import SIX_OF_EIGHT, Watcher, command, managing, until, worker_pid

HUGE = {"layers": [{"kind": "dense", "units": 8, "activation": "tanh"}], "batch_size": 250}


async def test_a_run_is_created_read_listed_and_deleted(manager: RunManager) -> None:
    document = await manager.create({"seed": 3}, 5)
    assert (document["state"], document["step"], document["generation"]) == ("paused", 0, 0)
    assert document["speed"] == {"epochs_per_second": 5.0}
    assert await manager.read(document["id"]) == manager.get(document["id"]) == document
    assert document["id"] in [short["id"] for short in manager.list()]
    await manager.delete(document["id"])
    for attempt in (manager.delete, manager.read, manager.metrics, manager.export):
        with pytest.raises(NotFound):
            await attempt(document["id"])
    with pytest.raises(NotFound):
        manager.get(document["id"])


async def test_runs_are_spread_over_the_workers(manager: RunManager) -> None:
    runs = [(await manager.create({}))["id"] for _ in range(4)]
    slots = [manager._find(run).slot for run in runs]
    assert sorted(slots) == [0, 0, 1, 1]
    for run in runs:
        await manager.delete(run)


@pytest.mark.parametrize(
    ("spec", "pointers"),
    [
        ({"nope": 1}, ["/nope"]),
        ({"batch_size": 0, "dataset": {"noise": 9}}, ["/dataset/noise", "/batch_size"]),
        ({"optimizer": {"learning_rate": True}}, ["/optimizer/learning_rate"]),
        ([], [""]),
        (None, [""]),
    ],
)
async def test_a_specification_that_cannot_be_run_is_refused_with_every_place(
    manager: RunManager, spec: object, pointers: list[str]
) -> None:
    before = manager.list()
    with pytest.raises(Invalid) as caught:
        await manager.create(spec)
    assert sorted(error.pointer for error in caught.value.errors) == sorted(pointers)
    assert manager.list() == before


async def test_commands_are_answered_when_they_are_done(manager: RunManager, run: str) -> None:
    assert (await command(manager, run, "step", count=40))["epoch"] == 40
    assert (await command(manager, run, "start"))["state"] == "running"
    assert (await command(manager, run, "speed", epochs_per_second=7))["speed"] == {"epochs_per_second": 7.0}
    paused = await command(manager, run, "pause")
    assert paused["state"] == "paused"
    assert paused["epoch"] >= 40
    assert (await command(manager, run, "reset"))["step"] == 0
    assert (await command(manager, run, "new_start", seed=8))["spec"]["seed"] == 8


async def test_an_answer_that_is_read_late_does_not_undo_what_came_after_it(
    manager: RunManager, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker's words are heard at once, but who asked is woken later: the run may have moved on by then."""
    ask = Worker.ask

    async def ask_and_wake_late(worker: Worker, build: Any, deadline: float | None = None) -> Any:
        answer = await ask(worker, build, deadline)
        manager._hear(worker, wire.Document(run, answer | {"state": "diverged", "revision": answer["revision"] + 1}))
        return answer

    monkeypatch.setattr(Worker, "ask", ask_and_wake_late)
    assert (await command(manager, run, "start"))["state"] == "running"
    assert manager.get(run)["state"] == "diverged"


async def test_a_run_ends_once(manager: RunManager, run: str) -> None:
    watcher = Watcher(manager)
    await watcher.watch(run)
    record = manager._find(run)
    await manager.delete(run)
    manager._hear(manager._pool.workers[record.slot], wire.Ended(run, "late"))
    manager._end(record, "again")
    assert [event["reason"] for event in watcher.events if event["type"] == "closed"] == ["The run was deleted."]


async def test_a_long_step_is_ended_and_answered_by_the_next_command(manager: RunManager, run: str) -> None:
    stepping = asyncio.create_task(command(manager, run, "step", count=10_000))
    await until(lambda: manager.get(run)["step"] > 0)
    with pytest.raises(Invalid):
        await command(manager, run, "update", patch={"batch_size": 0})
    document = await asyncio.wait_for(stepping, 5)
    assert 0 < document["epoch"] < 10_000
    assert document["state"] == "paused"


async def test_steps_asked_for_at_once_are_all_done_before_they_are_answered(manager: RunManager, run: str) -> None:
    documents = await asyncio.gather(*(command(manager, run, "step", count=400) for _ in range(3)))
    assert [document["epoch"] for document in documents] == [1200] * 3


async def test_a_run_that_is_deleted_while_it_steps_answers_so(manager: RunManager, run: str) -> None:
    stepping = asyncio.create_task(command(manager, run, "step", count=10_000))
    await until(lambda: manager.get(run)["step"] > 0)
    await manager.delete(run)
    with pytest.raises(NotFound):
        await asyncio.wait_for(stepping, 5)


async def test_errors_of_a_patch_name_their_place_where_it_was_written(manager: RunManager, run: str) -> None:
    for attempt, place in (
        (manager.update(run, {"batch_size": 0}), "/batch_size"),
        (command(manager, run, "update", patch={"batch_size": 0}), "/patch/batch_size"),
        (command(manager, run, "set_parameters", edits=[{"layer": 9, "unit": 0, "value": 1}]), "/edits/0/layer"),
    ):
        with pytest.raises(Invalid) as caught:
            await attempt
        assert [error.pointer for error in caught.value.errors] == [place]
    with pytest.raises(Conflict):
        await command(manager, run, "back")


async def test_every_view_is_read_as_numbers(manager: RunManager, run: str) -> None:
    await command(manager, run, "step", count=2)
    answer = await manager.probe(run, "decision", {"resolution": 8, "unit": [0, 1]})
    grid = answer["arrays"]["grid"]
    assert (answer["step"], answer["epoch"], grid["shape"], grid["range"]) == (50, 2.0, [8, 8], [-1.0, 1.0])
    assert len(grid["data"]) == len(grid["data"][0]) == 8
    assert (await manager.probe(run, "losses", {}))["arrays"]["train"]["shape"] == []
    with pytest.raises(NotFound):
        await manager.probe(run, "nope", {})
    with pytest.raises(Invalid) as caught:
        await manager.probe(run, "decision", {"unit": [0, 9]})
    assert caught.value.errors[0].pointer == "/decision/unit"


async def test_metrics_export_and_predictions(manager: RunManager, run: str) -> None:
    await command(manager, run, "step", count=3)
    metrics = await manager.metrics(run)
    assert metrics["step"] == [0, 25, 50, 75]
    export = await manager.export(run)
    assert export["curve"] == metrics
    again = await manager.create({**export["spec"], "initial": export["parameters"]})
    points = [[0.5, 1.0], [-2, 3]]
    assert await manager.predict(again["id"], points) == await manager.predict(run, points)
    await manager.delete(again["id"])


@pytest.mark.parametrize(
    ("points", "pointer"),
    [
        (None, "/points"),
        ([], "/points"),
        ([[1]], "/points/0"),
        ([[1, 2], [1, "2"]], "/points/1/1"),
        ([[1, True]], "/points/0/1"),
        ([[1, 1e9]], "/points/0/1"),
        ([[0, 0]] * 10_001, "/points"),
    ],
)
async def test_points_that_cannot_be_asked_are_refused(
    manager: RunManager, run: str, points: object, pointer: str
) -> None:
    with pytest.raises(Invalid) as caught:
        await manager.predict(run, points)
    assert [error.pointer for error in caught.value.errors] == [pointer]


async def test_what_the_list_says_of_a_training_run_is_at_most_about_a_second_old(
    manager: RunManager, run: str
) -> None:
    await command(manager, run, "start")
    await until(lambda: manager.get(run)["step"] > 0, timeout=3)
    assert manager.stats()["runs"]["running"] >= 1


async def test_training_runs_in_one_worker_share_it_fairly() -> None:
    async with managing() as manager:
        runs = [(await manager.create(spec))["id"] for spec in ({}, HUGE, SIX_OF_EIGHT)]
        worker = psutil.Process(worker_pid(manager, runs[0]))
        rounds = []
        for _ in range(3):
            together = await speeds(manager, runs, worker)
            alone = [(await speeds(manager, [run], worker))[0] for run in runs]
            rounds.append([shared / whole for shared, whole in zip(together, alone, strict=True)])
        shares = [median(shares) for shares in zip(*rounds, strict=True)]
        assert all(0.15 < share < 0.6 for share in shares), rounds


async def speeds(manager: RunManager, runs: list[str], worker: psutil.Process) -> list[float]:
    """Steps a second of the worker's processor time for each of `runs`, training at the same time."""

    def spent() -> float:
        return sum(worker.cpu_times()[:2])

    begin = spent()
    before = [(await command(manager, run, "start"))["step"] for run in runs]
    await until(lambda: spent() - begin > 0.4)
    after = [(await command(manager, run, "pause"))["step"] for run in runs]
    seconds = spent() - begin
    return [(last - first) / seconds for first, last in zip(before, after, strict=True)]


async def test_a_run_whose_last_page_has_gone_is_paused_after_a_while() -> None:
    async with managing(abandon_after=0.4) as manager:
        watched, script = [(await manager.create({}))["id"] for _ in range(2)]
        for run in (watched, script):
            await command(manager, run, "start")
        watcher = Watcher(manager)
        await watcher.watch(watched)
        await asyncio.sleep(0.6)
        assert manager.get(watched)["state"] == "running"
        manager.disconnect(watcher)
        await until(lambda: manager.get(watched)["state"] == "paused")
        assert manager.get(script)["state"] == "running"


async def test_a_run_that_a_script_takes_up_after_its_page_has_gone_is_left_to_it() -> None:
    async with managing(abandon_after=0.4) as manager:
        run = (await manager.create({}))["id"]
        watcher = Watcher(manager)
        await watcher.watch(run)
        manager.disconnect(watcher)
        await asyncio.sleep(0.5)
        await command(manager, run, "start")
        for _ in range(5):
            await asyncio.sleep(0.2)
            assert (await manager.read(run))["state"] == "running"


async def test_stopping_says_goodbye_and_leaves_no_process_behind() -> None:
    async with managing(workers=2) as manager:
        run = (await manager.create(SIX_OF_EIGHT))["id"]
        watcher = Watcher(manager)
        await watcher.watch(run, {"units": {}})
        await command(manager, run, "start")
        pids = [worker.pid for worker in manager._pool.workers]
        begin = time.monotonic()
    assert time.monotonic() - begin < 10
    assert watcher.closed == (1001, "The server is shutting down.")
    assert not any(psutil.pid_exists(pid) for pid in pids)
    late = Watcher(manager)
    assert late.closed is not None


async def test_a_client_attached_to_a_run_that_ends_is_told() -> None:
    async with managing() as manager:
        run = (await manager.create({}))["id"]
        watcher = Watcher(manager)
        await watcher.watch(run)
        await manager.delete(run)
        assert watcher.events[-1] == {"type": "closed", "run": run, "reason": "The run was deleted."}
        assert watcher.attachment is None
        with pytest.raises(Problem):
            await watcher.watch(run)
        assert manager.stats()["streams"] == 0
