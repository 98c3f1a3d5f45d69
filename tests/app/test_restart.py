"""The real server and its database: killed, told to end, without room on its disk, and beside a second one."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.app.problems import assert_problem
from tests.app.streaming import Client
from tests.support.curve import epochs_until
from tests.support.postgresql import KINDS
from tests.support.server import COMMAND, ServerProcess, free_port

RUNS = "/api/v1/runs"
WRITES = 1000
CLIENTS = 20
SMALL = {"spec": {"dataset": {"kind": "xor", "samples": 50}, "layers": []}}


@pytest.fixture
def server() -> Iterator[ServerProcess]:
    """A server of this test alone, which may harm it."""
    with ServerProcess(workers=1, log_level="warning", save_interval=0.3, checkpoint_interval=0.1) as running:
        yield running


def integrity(server: ServerProcess) -> str:
    """SQLite's own verdict on the file, while no server uses it."""
    with sqlite3.connect(server.database) as connection:
        verdict: str = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    return verdict


async def writing_until_killed(server: ServerProcess) -> tuple[dict[str, int], set[str], int]:
    """Many clients create runs, write a weight into each, and delete every fifth; the server is killed meanwhile.

    What was answered: the runs with the weight last answered for, those deleted, and how many answers there were.
    """
    kept: dict[str, int] = {}
    gone: set[str] = set()
    answered = 0

    async def client(http: httpx.AsyncClient, number: int) -> None:
        nonlocal answered
        while True:
            created = await http.post(RUNS, json=SMALL)
            assert created.status_code == 201, created.text
            run = created.json()["id"]
            kept[run] = 0
            answered += 1
            for value in range(1, 5):
                command = {"command": "set_parameters", "edits": [{"layer": 0, "unit": 0, "value": value}]}
                sent = await http.post(f"{RUNS}/{run}/commands", json=command)
                assert sent.status_code == 200, sent.text
                kept[run] = value
                answered += 1
            if number % 5 == 0:
                unsure = kept.pop(run)
                deleted = await http.delete(f"{RUNS}/{run}")
                assert deleted.status_code == 204, (deleted.text, unsure)
                gone.add(run)
                answered += 1

    limits = httpx.Limits(max_connections=CLIENTS)
    async with httpx.AsyncClient(base_url=server.base_url, timeout=30, limits=limits) as http:
        clients = [asyncio.create_task(client(http, number)) for number in range(CLIENTS)]
        async with asyncio.timeout(60):
            while answered < WRITES:
                await asyncio.sleep(0.005)
        server.kill()
        outcomes = await asyncio.gather(*clients, return_exceptions=True)
    assert all(isinstance(outcome, httpx.TransportError) for outcome in outcomes), outcomes
    return kept, gone, answered


@pytest.mark.parametrize("kind", KINDS)
async def test_a_killed_server_has_every_answered_write_exactly_once(kind: str, request: pytest.FixtureRequest) -> None:
    own = {"database": request.getfixturevalue("postgresql").create()} if kind == "postgresql" else {}
    with ServerProcess(workers=2, log_level="warning", max_runs=1000, **own) as server:
        kept, gone, answered = await writing_until_killed(server)
        assert answered >= WRITES
        if kind == "sqlite":
            assert integrity(server) == "ok"
        server.start()
        assert server.effort <= 5
        async with httpx.AsyncClient(base_url=server.base_url, timeout=30) as http:
            listed = [short["id"] for short in (await http.get(RUNS)).json()["runs"]]
            assert len(listed) == len(set(listed))
            assert set(kept) <= set(listed)
            assert not gone & set(listed)
            for run, value in list(kept.items())[::10]:
                exported = (await http.get(f"{RUNS}/{run}/export")).json()
                assert exported["parameters"]["biases"][0][0] >= value


async def test_a_thousand_runs_are_no_burden_at_the_start(tmp_path: Path) -> None:
    with ServerProcess(workers=1, log_level="warning") as server:
        created = httpx.post(f"{server.base_url}{RUNS}", json={}).json()
        httpx.post(f"{server.base_url}{RUNS}/{created['id']}/commands", json={"command": "step", "count": 500})
        server.stop()
        columns = "owner, state, watched, born, used, brief, checkpoint"
        copy = f"INSERT INTO runs (id, {columns}) SELECT id || ?, {columns} FROM runs WHERE id = ?"
        with sqlite3.connect(server.database) as connection:
            connection.executemany(copy, [(f"-{number}", created["id"]) for number in range(1000)])
        connection.close()
        server.start()
        assert server.effort <= 5
        assert httpx.get(f"{server.base_url}/health").json()["runs"] == 1001
        woken = httpx.get(f"{server.base_url}{RUNS}/{created['id']}-77").json()
        assert woken["epoch"] == 500


async def test_a_client_that_comes_back_after_a_kill_has_its_run_and_its_curve_without_a_gap(
    server: ServerProcess,
) -> None:
    async with httpx.AsyncClient(base_url=server.base_url) as http:
        run = (await http.post(RUNS, json={"speed": 400})).json()["id"]
    async with Client(server.stream_url) as page:
        await page.open(run)
        await page.command(run, "start")
        await page.until(lambda: page.curve.last_step > 300 * 25)
        server.kill()
        await page.closed()
    boot, curve = page.events[0]["server"], page.curve
    server.start()
    async with Client(server.stream_url) as page:
        page.curve = curve
        opened = await page.open(run, after_step=curve.last_step)
        assert page.events[0]["server"] != boot
        assert opened["run"]["state"] == "running"
        assert 0 < opened["run"]["step"] <= curve.last_step
        before = curve.last_step
        await page.until(lambda: curve.last_step > before + 50 * 25)
        paused = (await page.command(run, "pause"))["result"]
        await page.until(lambda: page.frames[-1][0]["step"] == paused["step"])
        served = httpx.get(f"{server.base_url}{RUNS}/{run}/metrics").json()
    assert [list(column) for column in zip(*curve.points, strict=True)] == list(served.values())
    assert served["epoch"] == epochs_until(served["epoch"][-1])


async def test_a_server_told_to_end_says_goodbye_and_keeps_what_it_has(server: ServerProcess) -> None:
    async with httpx.AsyncClient(base_url=server.base_url) as http:
        run = (await http.post(RUNS, json={})).json()["id"]
    pages = [Client(server.stream_url) for _ in range(20)]
    for page in pages:
        await page.__aenter__()
        await page.open(run)
    await pages[0].command(run, "start")
    await pages[0].until(lambda: bool(pages[0].frames))
    begin = time.monotonic()
    await asyncio.to_thread(server.stop, signal.SIGTERM)
    assert time.monotonic() - begin <= 10
    assert {await page.closed() for page in pages} == {1001}
    assert integrity(server) == "ok"
    assert not server.database.with_name("runs.db-wal").exists()
    server.start()
    assert httpx.get(f"{server.base_url}{RUNS}/{run}").json()["step"] > 0


async def test_a_full_disk_is_answered_507_streams_go_on_and_it_ends_by_itself(server: ServerProcess) -> None:
    """The system refuses to let any file of the server grow: what a full disk and a quota do, without filling one."""
    async with httpx.AsyncClient(base_url=server.base_url, timeout=30) as http, Client(server.stream_url) as page:
        run = (await http.post(RUNS, json={})).json()["id"]
        await page.open(run)
        await page.command(run, "start")
        limits = server.process.rlimit(resource.RLIMIT_FSIZE)
        server.process.rlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
        assert_problem(
            await http.post(RUNS, json={}),
            507,
            detail="The server's disk is full, so the run was not created. Try again later.",
        )
        for attempt in (
            http.patch(f"{RUNS}/{run}", json={"optimizer": {"learning_rate": 0.5}}),
            http.post(f"{RUNS}/{run}/commands", json={"command": "speed", "epochs_per_second": 100}),
        ):
            answer = await attempt
            assert_problem(answer, 507)
            assert answer.headers["retry-after"] == "5"
        refused = await page.command(run, "pause")
        assert (refused["type"], refused["status"]) == ("error", 507)
        await page.command(run, "start")
        before = page.frames[-1][0]["step"]
        await page.until(lambda: page.frames[-1][0]["step"] > before)
        assert [short["id"] for short in (await http.get(RUNS)).json()["runs"]] == [run]

        server.process.rlimit(resource.RLIMIT_FSIZE, limits)
        paused = await until_done(page, run, "pause")
        assert (await http.post(RUNS, json={})).status_code == 201
    server.kill()
    assert integrity(server) == "ok"
    server.start()
    after = httpx.get(f"{server.base_url}{RUNS}/{run}").json()
    assert after == paused
    assert after["speed"] == {"epochs_per_second": 100}
    assert after["spec"]["optimizer"]["learning_rate"] == 0.5


async def until_done(page: Client, run: str, name: str) -> dict[str, Any]:
    """Ask again until it is done, as a person would who reads that it is not saved yet."""
    async with asyncio.timeout(10):
        while True:
            answer = await page.command(run, name)
            if answer["type"] == "done":
                document: dict[str, Any] = answer["result"]
                return document
            await asyncio.sleep(0.05)


def test_a_second_server_on_the_same_database_is_refused_with_the_remedy(server: ServerProcess) -> None:
    done = subprocess.run(
        [COMMAND, "serve", "--no-open", "--port", str(free_port()), "--workers", "1"],
        env=os.environ | {"NEURONPARK_DATABASE": f"sqlite:///{server.database}"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Another Neuron Park (process {server.process.pid}) keeps its runs in")
    assert "NEURONPARK_DATABASE" in done.stderr
    assert "Traceback" not in done.stderr
    assert server.answers()


def test_servers_on_two_ports_have_a_file_each_in_the_users_data_directory(tmp_path: Path) -> None:
    environment = {name: word for name, word in os.environ.items() if not name.startswith("NEURONPARK_")}
    ports = [free_port(), free_port()]
    servers = [
        subprocess.Popen(
            [COMMAND, "serve", "--no-open", "--port", str(port), "--workers", "1"],
            env=environment | {"XDG_DATA_HOME": str(tmp_path)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for port in ports
    ]
    for server, port in zip(servers, ports, strict=True):
        with server:
            assert server.stderr is not None
            assert f"http://127.0.0.1:{port}/" in server.stderr.readline()
            assert httpx.post(f"http://127.0.0.1:{port}{RUNS}", json={}).status_code == 201
            server.send_signal(signal.SIGINT)
            server.stderr.read()
    assert sorted(path.name for path in (tmp_path / "neuronpark").glob("*.db")) == sorted(
        f"runs-{port}.db" for port in ports
    )
    assert (tmp_path / "neuronpark").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("address", ["nonsense", "mysql://park:secret@db/park"])
def test_a_database_that_is_none_ends_the_command_with_the_remedy(address: str) -> None:
    done = subprocess.run(
        [COMMAND, "serve", "--no-open", "--port", "0", "--workers", "1"],
        env=os.environ | {"NEURONPARK_DATABASE": address},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "sqlite" in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr
