"""Runs and streams with real worker processes and no server around them."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psutil
import pytest
import pytest_asyncio

from app.errors import Conflict, Invalid, NotFound, Problem, Unavailable
from app.runs import manager as managers
from app.runs.manager import RunManager
from app.settings import Settings
from tests.app.watching import Watcher, until

SIX_OF_EIGHT = {
    "dataset": {"kind": "spiral"},
    "layers": [{"kind": "dense", "units": 8, "activation": "tanh"}] * 6,
}
HUGE = {"layers": [{"kind": "dense", "units": 8, "activation": "tanh"}], "batch_size": 250}


@asynccontextmanager
async def managing(**settings: Any) -> AsyncIterator[RunManager]:
    manager = RunManager(Settings(**{"workers": 1, **settings}))
    await manager.start()
    try:
        yield manager
    finally:
        await manager.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def manager() -> AsyncIterator[RunManager]:
    """A manager that the tests of this module share unless they harm it."""
    async with managing(workers=2) as running:
        yield running


@pytest.fixture
async def run(manager: RunManager) -> AsyncIterator[str]:
    document = await manager.create({})
    yield document["id"]
    with_it = {other["id"] for other in manager.list()}
    if document["id"] in with_it:
        await manager.delete(document["id"])


async def command(manager: RunManager, run: str, name: str, **arguments: Any) -> dict[str, Any]:
    return await manager.command(run, name, arguments)


def worker_pid(manager: RunManager, run: str) -> int:
    return manager._pool.workers[manager._find(run).slot].pid


# --- runs -------------------------------------------------------------------------------------------------------------


async def test_a_run_is_created_read_listed_and_deleted(manager: RunManager) -> None:
    document = await manager.create({"seed": 3}, 5)
    assert (document["state"], document["step"], document["generation"]) == ("paused", 0, 0)
    assert document["speed"] == {"epochs_per_second": 5.0}
    assert await manager.read(document["id"]) == manager.get(document["id"]) == document
    assert document in manager.list()
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


async def test_a_long_step_is_ended_and_answered_by_the_next_command(manager: RunManager, run: str) -> None:
    stepping = asyncio.create_task(command(manager, run, "step", count=10_000))
    await until(lambda: manager.get(run)["step"] > 0)
    with pytest.raises(Invalid):
        await command(manager, run, "update", patch={"batch_size": 0})
    document = await asyncio.wait_for(stepping, 5)
    assert 0 < document["epoch"] < 10_000
    assert document["state"] == "paused"


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
        together = await speeds(manager, runs, worker)
        alone = [(await speeds(manager, [run], worker))[0] for run in runs]
        shares = [shared / whole for shared, whole in zip(together, alone, strict=True)]
        assert all(0.15 < share < 0.6 for share in shares), shares


async def speeds(manager: RunManager, runs: list[str], worker: psutil.Process) -> list[float]:
    """Steps a second of the worker's processor time for each of `runs`, training at the same time."""
    begin = sum(worker.cpu_times()[:2])
    before = [(await command(manager, run, "start"))["step"] for run in runs]
    await asyncio.sleep(1.0)
    after = [(await command(manager, run, "pause"))["step"] for run in runs]
    seconds = sum(worker.cpu_times()[:2]) - begin
    return [(last - first) / seconds for first, last in zip(before, after, strict=True)]


# --- streams ----------------------------------------------------------------------------------------------------------


async def test_a_paused_run_shows_one_frame_and_then_is_silent(manager: RunManager, run: str) -> None:
    watcher = Watcher(manager)
    await watcher.watch(run, {"losses": {}, "accuracy": {}, "units": {}, "decision": {}, "weights": {}, "data": {}})
    await until(lambda: bool(watcher.frames))
    await asyncio.sleep(0.3)
    ((header, arrays),) = watcher.frames
    assert (header["run"], header["seq"], header["step"], header["epoch"], header["state"]) == (
        run,
        1,
        0,
        0.0,
        "paused",
    )
    assert header["scalars"]["train_loss"] == manager.get(run)["losses"]["train"]
    assert header["scalars"]["test_accuracy"] == manager.get(run)["accuracy"]["test"]
    assert header["scalars"]["steps_per_second"] == 0.0
    assert {name: (array.dtype.name, array.shape) for name, array in arrays.items()} == {
        "decision/grid": ("uint8", (100, 100)),
        "units/grid": ("uint8", (7, 32, 32)),
        "units/range": ("float32", (7, 2)),
        "units/finite": ("uint8", (7,)),
        "weights/theta": ("float32", (25,)),
        "data/train": ("float32", (250, 3)),
        "data/test": ("float32", (250, 3)),
        **{f"curve/{name}": ("float64", (1,)) for name in ("step", "epoch", "train", "test")},
    }
    manager.disconnect(watcher)


async def test_what_nobody_watches_is_not_computed(manager: RunManager, run: str) -> None:
    watcher = Watcher(manager)
    await watcher.watch(run, {"weights": {}})
    await until(lambda: bool(watcher.frames))
    header, arrays = watcher.frames[0]
    assert header["scalars"]["train_loss"] is None
    assert set(arrays) == {"weights/theta", "curve/step", "curve/epoch", "curve/train", "curve/test"}
    manager.disconnect(watcher)


async def test_a_subscription_is_answered_with_a_frame_while_paused(manager: RunManager, run: str) -> None:
    watcher = Watcher(manager)
    await watcher.watch(run, {"data": {}, "losses": {}})
    await until(lambda: bool(watcher.frames))
    watcher.subscribe({"data": {}, "activations": {"point": [1, 2]}})
    _, arrays = await watcher.next_frame()
    assert "activations/z" in arrays
    assert "data/train" not in arrays
    watcher.subscribe({"data": {}, "activations": {"point": [3, 2]}, "decision": {"unit": [99, 0]}})
    _, moved = await watcher.next_frame()
    assert moved["activations/features"].tolist() == [3.0, 2.0]
    assert "decision/grid" not in moved
    manager.disconnect(watcher)


async def test_at_most_two_frames_are_on_their_way(manager: RunManager, run: str) -> None:
    watcher = Watcher(manager, acknowledges=False)
    await watcher.watch(run)
    await command(manager, run, "start")
    await asyncio.sleep(0.4)
    assert [header["seq"] for header, _ in watcher.frames] == [1, 2]
    first_steps = watcher.frames[1][1]["curve/step"].tolist()
    watcher.acknowledge()
    await until(lambda: len(watcher.frames) == 4)
    await asyncio.sleep(0.2)
    assert [header["seq"] for header, _ in watcher.frames] == [1, 2, 3, 4]
    third, fourth = (arrays["curve/step"] for _, arrays in watcher.frames[2:])
    assert third[0] > first_steps[-1]
    assert fourth[0] == third[0]
    manager.disconnect(watcher)


async def test_the_curve_a_client_collects_has_no_gap_and_no_double(manager: RunManager, run: str) -> None:
    watcher = Watcher(manager)
    await watcher.watch(run)
    await command(manager, run, "start")
    await asyncio.sleep(0.5)
    manager.disconnect(watcher)
    await asyncio.sleep(0.2)
    back = Watcher(manager)
    back.curve = watcher.curve
    await back.watch(run, after_step=watcher.curve.last_step, generation=watcher.curve.generation)
    await until(lambda: bool(back.frames))
    assert back.frames[0][1]["curve/step"][0] == watcher.frames[-1][1]["curve/step"][-1] + 25
    await command(manager, run, "pause")
    metrics = await manager.metrics(run)
    await until(lambda: back.curve.last_step == metrics["step"][-1])
    assert [list(column) for column in zip(*back.curve.points, strict=True)] == list(metrics.values())
    manager.disconnect(back)


async def test_a_restart_clears_the_curve(manager: RunManager, run: str) -> None:
    watcher = Watcher(manager)
    await watcher.watch(run)
    await command(manager, run, "step", count=5)
    await until(lambda: watcher.curve.last_step == 125)
    await command(manager, run, "reset")
    await until(lambda: watcher.curve.generation == 1)
    assert [point[0] for point in watcher.curve.points] == [0]
    manager.disconnect(watcher)


async def test_two_clients_of_one_run_see_the_same_and_hear_of_each_others_changes(
    manager: RunManager, run: str
) -> None:
    one, two = Watcher(manager), Watcher(manager)
    await one.watch(run, {"weights": {}})
    await two.watch(run, {"weights": {}, "losses": {}})
    await command(manager, run, "step", count=3)
    await until(lambda: all(watcher.frames[-1][0]["step"] == 75 for watcher in (one, two)))
    assert one.frames[-1][1]["weights/theta"].tolist() == two.frames[-1][1]["weights/theta"].tolist()
    await command(manager, run, "update", patch={"batch_size": 20})
    for watcher in (one, two):
        await until(lambda watcher=watcher: bool(watcher.events))  # type: ignore[misc]
        assert watcher.events[-1]["run"]["spec"]["batch_size"] == 20
    manager.disconnect(one)
    await command(manager, run, "step")
    await until(lambda: two.frames[-1][0]["step"] == 88)
    assert one.frames[-1][0]["step"] == 75
    manager.disconnect(two)


async def test_a_hidden_page_gets_a_frame_a_second(manager: RunManager, run: str) -> None:
    watcher = Watcher(manager)
    await watcher.watch(run, hidden=True)
    await command(manager, run, "start")
    await asyncio.sleep(0.3)
    before = len(watcher.frames)
    await asyncio.sleep(2.0)
    assert 1 <= len(watcher.frames) - before <= 3
    assert watcher.attachment is not None
    manager.hide(watcher.attachment, False)
    before = len(watcher.frames)
    await asyncio.sleep(1.0)
    assert len(watcher.frames) - before > 5
    manager.disconnect(watcher)


async def test_frames_come_no_faster_than_sixty_a_second(manager: RunManager, run: str) -> None:
    watcher = Watcher(manager)
    await watcher.watch(run)
    await command(manager, run, "start")
    await watcher.next_frame(lambda header: header["state"] == "running")
    before = len(watcher.frames)
    await asyncio.sleep(1.0)
    assert 5 <= len(watcher.frames) - before <= 62
    manager.disconnect(watcher)


async def test_new_data_are_sent_once_and_again_when_they_change(manager: RunManager, run: str) -> None:
    watcher = Watcher(manager)
    await watcher.watch(run, {"data": {}, "features": {"resolution": 16}})
    await command(manager, run, "step", count=3)
    await command(manager, run, "step", count=3)
    await until(lambda: watcher.frames[-1][0]["step"] == 150)
    assert "data/train" not in watcher.frames[-1][1]
    assert "features/grid" not in watcher.frames[-1][1]
    await command(manager, run, "update", patch={"dataset": {"samples": 100}})
    _, arrays = await watcher.next_frame()
    assert arrays["data/train"].shape == (50, 3)
    manager.disconnect(watcher)


async def test_a_learning_rate_shows_in_the_next_frame_and_keeps_the_weights() -> None:
    async with managing() as manager:
        run = (await manager.create(SIX_OF_EIGHT))["id"]
        watcher = Watcher(manager)
        await watcher.watch(run, {"weights": {}, "units": {}, "decision": {}, "losses": {}, "accuracy": {}})
        await command(manager, run, "start")
        delays = []
        for turn in range(40):
            await asyncio.sleep(0.03)
            before = watcher.frames[-1][1]["weights/theta"]
            begin = time.monotonic()
            rate = 1e-6 * (turn + 1)
            document = await command(manager, run, "update", patch={"optimizer": {"learning_rate": rate}})
            _, arrays = await watcher.next_frame(lambda header, d=document: header["revision"] >= d["revision"])  # type: ignore[misc]
            delays.append(time.monotonic() - begin)
            assert document["spec"]["optimizer"]["learning_rate"] == rate
            assert document["generation"] == 0
        assert abs(arrays["weights/theta"] - before).max() < 0.01
        assert sorted(delays)[37] <= 0.1, delays  # 95 % of them


async def test_many_thumbnails_are_shown_while_training_goes_on() -> None:
    async with managing() as manager:
        run = (await manager.create(SIX_OF_EIGHT))["id"]
        watcher = Watcher(manager)
        await watcher.watch(
            run, {"weights": {}, "units": {}, "decision": {"resolution": 100}, "losses": {}, "accuracy": {}}
        )
        await command(manager, run, "start")
        await asyncio.sleep(0.3)
        worker = psutil.Process(worker_pid(manager, run))
        begin, frames, epoch = sum(worker.cpu_times()[:2]), len(watcher.frames), watcher.frames[-1][0]["epoch"]
        await asyncio.sleep(1.5)
        seconds = sum(worker.cpu_times()[:2]) - begin
        header = watcher.frames[-1][0]
        assert (len(watcher.frames) - frames) / seconds >= 30
        assert (header["epoch"] - epoch) / seconds >= 300
        measured = header["scalars"]["steps_per_second"]
        assert measured == pytest.approx((header["epoch"] - epoch) * 25 / 1.5, rel=0.7)


async def test_divergence_is_told_and_helped() -> None:
    async with managing() as manager:
        exploding = {
            "dataset": {"kind": "plane"},
            "layers": [{"kind": "dense", "units": 4, "activation": "linear"}],
            "optimizer": {"learning_rate": 1000},
        }
        run = (await manager.create(exploding))["id"]
        watcher = Watcher(manager)
        await watcher.watch(run, {"losses": {}, "units": {}})
        await command(manager, run, "start")
        await until(lambda: watcher.events[-1]["run"]["state"] == "diverged" if watcher.events else False)
        document = watcher.events[-1]["run"]
        assert document["diagnosis"]["remedies"]
        with pytest.raises(Conflict, match="back"):
            await command(manager, run, "start")
        patch = document["diagnosis"]["remedies"][0]["patch"]
        assert (await command(manager, run, "back", patch=patch))["state"] == "paused"


# --- accidents --------------------------------------------------------------------------------------------------------


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


# --- room -------------------------------------------------------------------------------------------------------------


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


async def test_a_full_server_puts_away_what_was_forgotten_and_else_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async with managing(max_runs=2) as manager:
        old, young = [(await manager.create({}))["id"] for _ in range(2)]
        with pytest.raises(Unavailable, match="keeps 2 runs") as caught:
            await manager.create({})
        assert caught.value.headers == {"Retry-After": "60"}
        monkeypatch.setattr(managers, "EVICT_AFTER", 0.0)
        await command(manager, old, "start")
        watcher = Watcher(manager)
        await watcher.watch(young)
        with pytest.raises(Unavailable):
            await manager.create({})
        await command(manager, old, "pause")
        await manager.create({})
        with pytest.raises(NotFound):
            manager.get(old)
        assert manager.get(young)


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
