"""Streams of frames from real worker processes, with no server around them."""

import asyncio
import time

import psutil
import pytest

from app.errors import Conflict
from app.runs.manager import RunManager
from tests.app.watching import SIX_OF_EIGHT, Watcher, command, managing, until, worker_pid


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
    watcher, other = Watcher(manager, acknowledges=False), Watcher(manager)
    await watcher.watch(run)
    await other.watch(run)
    await command(manager, run, "start")
    await until(lambda: len(watcher.frames) >= 2 and len(other.frames) > 10)
    assert [header["seq"] for header, _ in watcher.frames] == [1, 2]
    first_steps = watcher.frames[1][1]["curve/step"].tolist()
    watcher.acknowledge()
    await until(lambda: len(watcher.frames) >= 4)
    seen = len(other.frames)
    await until(lambda: len(other.frames) > seen + 10)
    assert [header["seq"] for header, _ in watcher.frames] == [1, 2, 3, 4]
    third, fourth = (arrays["curve/step"] for _, arrays in watcher.frames[2:])
    assert third[0] == first_steps[-1]
    assert fourth[0] == third[0]
    manager.disconnect(watcher)
    manager.disconnect(other)


async def test_the_curve_a_client_collects_has_no_gap_and_no_double(manager: RunManager, run: str) -> None:
    watcher = Watcher(manager)
    await watcher.watch(run)
    await command(manager, run, "start")
    await until(lambda: len(watcher.curve.points) > 20)
    manager.disconnect(watcher)
    back = Watcher(manager)
    back.curve, known = watcher.curve, watcher.curve.last_step
    while manager.get(run)["step"] < known + 5 * 25:
        await manager.read(run)
    await back.watch(run, after_step=known, generation=back.curve.generation)
    await until(lambda: bool(back.frames))
    assert back.frames[0][1]["curve/step"][0] == known
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
    before, begin = len(watcher.frames), time.monotonic()
    await until(lambda: len(watcher.frames) > before)
    await asyncio.sleep(1.5)
    assert len(watcher.frames) - before <= 1 + time.monotonic() - begin
    assert watcher.attachment is not None
    manager.hide(watcher.attachment, False)
    before = len(watcher.frames)
    await until(lambda: len(watcher.frames) - before > 5, timeout=4)
    manager.disconnect(watcher)


async def test_frames_come_no_faster_than_sixty_a_second(manager: RunManager, run: str) -> None:
    watcher = Watcher(manager)
    await watcher.watch(run)
    await command(manager, run, "start")
    await watcher.next_frame(lambda header: header["state"] == "running")
    before, begin = len(watcher.frames), time.monotonic()
    await until(lambda: len(watcher.frames) - before >= 40)
    assert len(watcher.frames) - before <= 2 + 60 * (time.monotonic() - begin)
    manager.disconnect(watcher)


async def test_new_data_are_sent_once_and_again_when_they_change(manager: RunManager, run: str) -> None:
    watcher = Watcher(manager)
    await watcher.watch(run, {"data": {}, "features": {"resolution": 16}})
    await command(manager, run, "step", count=3)
    await command(manager, run, "step", count=3)
    await until(lambda: watcher.frames[-1][0]["step"] == 150)
    assert "data/train" not in watcher.frames[-1][1]
    assert "features/grid" not in watcher.frames[-1][1]
    document = await command(manager, run, "update", patch={"dataset": {"samples": 100}})
    _, arrays = await watcher.showing(document)
    assert arrays["data/train"].shape == (50, 3)
    manager.disconnect(watcher)


async def test_a_learning_rate_shows_in_the_next_frame_and_keeps_the_weights() -> None:
    async with managing() as manager:
        run = (await manager.create(SIX_OF_EIGHT))["id"]
        watcher = Watcher(manager)
        await watcher.watch(run, {"weights": {}, "units": {}, "decision": {}, "losses": {}, "accuracy": {}})
        await command(manager, run, "start")
        worker = psutil.Process(worker_pid(manager, run))

        def spent() -> float:
            """Processor time of both processes: what others do on this machine is not our latency."""
            return sum(worker.cpu_times()[:2]) + time.process_time()

        delays = []
        for turn in range(40):
            await asyncio.sleep(0.03)
            before = watcher.frames[-1][1]["weights/theta"]
            begin = spent()
            rate = 1e-6 * (turn + 1)
            document = await command(manager, run, "update", patch={"optimizer": {"learning_rate": rate}})
            _, arrays = await watcher.showing(document)
            delays.append(spent() - begin)
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
        clock = time.monotonic()
        await asyncio.sleep(1.5)
        elapsed = time.monotonic() - clock
        seconds = sum(worker.cpu_times()[:2]) - begin
        header = watcher.frames[-1][0]
        assert (len(watcher.frames) - frames) / seconds >= 30
        assert (header["epoch"] - epoch) / seconds >= 300
        measured = header["scalars"]["steps_per_second"]
        assert measured == pytest.approx((header["epoch"] - epoch) * 25 / elapsed, rel=0.7)


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
