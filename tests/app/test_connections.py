"""Websocket connections under strain: slow, hidden and lost clients, dying workers, a server that ends."""

import asyncio
import os
import signal
import socket
import time
from typing import Any

import httpx
import psutil
import pytest

from tests.app.streaming import ALL_PROBES, Client, RawClient
from tests.app.watching import COLUMNS, SIX_OF_EIGHT
from tests.support.server import ServerProcess


async def test_at_most_two_frames_are_sent_ahead(server: ServerProcess, new_run: Any) -> None:
    run = new_run(**SIX_OF_EIGHT)["id"]
    async with Client(server.stream_url, acknowledges=False) as page, Client(server.stream_url) as other:
        await page.open(run, ALL_PROBES)
        await other.open(run)
        await page.command(run, "start")
        assert await sent_ahead(page, other, 2) == 2
        await page.send(type="ack", run=run, seq=2)
        assert await sent_ahead(page, other, 4) == 4
        await page.send(type="ack", run=run, seq=99)
        assert await sent_ahead(page, other, 6) == 6


async def sent_ahead(page: Client, other: Client, expected: int) -> int:
    """The number of the newest frame, looked at when `expected` has come and another client has had many more since.

    Of frames that wait to be sent only the newest is kept, so that the page need not see every number.
    """
    await page.until(lambda: bool(page.frames) and page.frames[-1][0]["seq"] >= expected)
    seen = len(other.frames)
    await other.until(lambda: len(other.frames) >= seen + 8)
    numbers: list[int] = [header["seq"] for header, _ in page.frames]
    assert numbers == sorted(set(numbers))
    return numbers[-1]


async def test_a_hidden_page_gets_little(page: Client, new_run: Any) -> None:
    run = new_run()["id"]
    await page.open(run)
    await page.command(run, "start")
    await page.send(type="hidden", hidden=True)
    await asyncio.sleep(0.3)
    before, begin = len(page.frames), time.monotonic()
    await page.until(lambda: len(page.frames) > before)
    await asyncio.sleep(1.2)
    assert len(page.frames) - before <= 1 + time.monotonic() - begin
    await page.command(run, "pause")
    await page.until(lambda: page.frames[-1][0]["state"] == "paused")


async def test_after_a_lost_connection_the_curve_goes_on_without_gap_or_double(
    server: ServerProcess, new_run: Any, client: httpx.Client
) -> None:
    run = new_run()["id"]
    async with Client(server.stream_url) as page:
        await page.open(run)
        await page.command(run, "start")
        await page.until(lambda: page.curve.last_step > 1000)
        page._socket.transport.abort()
        await page.closed()
    curve = page.curve
    async with Client(server.stream_url) as back:
        back.curve = curve
        known = curve.last_step
        await back.open(run, after_step=known, generation=curve.generation)
        await back.until(lambda: bool(back.frames))
        assert back.frames[0][1]["curve/step"][0] == known
        await back.command(run, "pause")
        metrics = (await asyncio.to_thread(client.get, f"/api/v1/runs/{run}/metrics")).json()
        await back.until(lambda: curve.last_step == metrics["step"][-1])
    assert list(zip(*(metrics[name] for name in COLUMNS), strict=True)) == curve.points


async def test_a_client_that_stops_reading_is_dropped_and_holds_up_nobody() -> None:
    with ServerProcess(log_level="warning", workers=1, send_timeout=1) as server:
        with httpx.Client(base_url=server.base_url) as rest:
            run = rest.post("/api/v1/runs", json={"spec": SIX_OF_EIGHT}).json()["id"]
        with RawClient(server.stream_url, receive_buffer=4096) as raw:
            raw.send(type="open", id=1, run=run, probes={**ALL_PROBES, "decision": {"resolution": 200}})
            raw.send(type="command", id=2, run=run, command="start")
            begin = time.monotonic()
            with pytest.raises(ConnectionError):
                acknowledge_without_reading(raw, run)
            assert time.monotonic() - begin < 15
        async with Client(server.stream_url) as page:
            assert (await page.open(run))["run"]["state"] == "running"
            await page.until(lambda: len(page.frames) > 5)


def acknowledge_without_reading(raw: RawClient, run: str) -> None:
    """Ask for frame after frame, until the server has had enough."""
    for seq in range(100_000):
        raw.send(type="ack", run=run, seq=seq // 4)
        time.sleep(0.005)


async def test_a_killed_worker_is_told_and_training_goes_on_while_the_server_answers() -> None:
    with ServerProcess(log_level="warning", workers=1) as server:
        async with httpx.AsyncClient(base_url=server.base_url) as rest, Client(server.stream_url) as page:
            run = (await rest.post("/api/v1/runs", json={"spec": SIX_OF_EIGHT})).json()["id"]
            await page.open(run, ALL_PROBES)
            await page.command(run, "start")
            await page.until(lambda: page.curve.last_step > 2000)
            (worker,) = server.workers
            begin = time.monotonic()
            worker.kill()
            assert (await page.event("recovering"))["run"] == run
            health = await rest.get("/api/v1/health")
            assert (health.status_code, health.json()["workers"]) == (200, 0)
            recovered = await page.event("recovered")
            assert recovered["run"]["state"] == "running"
            known = page.curve.last_step
            await page.until(lambda: page.curve.last_step > known)
            assert time.monotonic() - begin < 5
            await page.command(run, "pause")
            metrics = (await rest.get(f"/api/v1/runs/{run}/metrics")).json()
            await page.until(lambda: page.curve.last_step == metrics["step"][-1])
            assert list(zip(*(metrics[name] for name in COLUMNS), strict=True)) == page.curve.points


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_server_says_goodbye_and_leaves_no_process_behind(number: signal.Signals) -> None:
    with ServerProcess(log_level="warning", workers=2) as server:
        async with httpx.AsyncClient(base_url=server.base_url) as rest, Client(server.stream_url) as page:
            run = (await rest.post("/api/v1/runs", json={})).json()["id"]
            await page.open(run, ALL_PROBES)
            await page.command(run, "start")
            pids = server.pids
            await asyncio.to_thread(server.stop, number)
            assert await page.closed() == 1001
    living = [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]
    assert living == []


async def test_a_killed_server_leaves_no_worker_behind() -> None:
    with ServerProcess(log_level="warning", workers=2) as server:
        async with httpx.AsyncClient(base_url=server.base_url) as rest:
            run = (await rest.post("/api/v1/runs", json={})).json()["id"]
            await rest.post(f"/api/v1/runs/{run}/commands", json={"command": "start"})
        workers = server.workers
        os.kill(server.process.pid, signal.SIGKILL)
        _, alive = await asyncio.to_thread(psutil.wait_procs, workers, 5)
        assert alive == []
        server.kill()


def test_connections_that_come_and_go_leave_nothing_behind(server: ServerProcess, new_run: Any) -> None:
    run = new_run()["id"]
    for _ in range(20):
        with RawClient(server.stream_url) as raw:
            raw.send(type="open", id=1, run=run, probes={"units": {}})
            raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    before = server.process.num_fds()
    for _ in range(20):
        with RawClient(server.stream_url) as raw:
            raw.send(type="open", id=1, run=run, probes={"units": {}})
            raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    time.sleep(0.3)
    assert server.process.num_fds() <= before + 2
