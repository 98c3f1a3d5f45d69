"""A hosted server that is asked too much: the exact refusals, and a school behind one address that meets none."""

import asyncio
import json
import resource
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError

from app.protocol import SUBPROTOCOL
from tests.app.problems import assert_problem
from tests.app.streaming import Client
from tests.support.hosted import browser, browser_headers, hosted_server, script
from tests.support.server import ServerProcess

RUNS = "/api/v1/runs"
SCHOOL = 1000


@pytest.fixture(scope="module")
def narrow() -> Iterator[ServerProcess]:
    """A server that allows little, behind a proxy that it trusts: who asks may come from any address."""
    with hosted_server(
        trusted_proxies="127.0.0.1",
        session_runs=3,
        session_sockets=2,
        address_sockets=3,
        session_requests="40/minute",
        address_requests="60/minute",
        session_creations="5/minute",
        address_creations="8/minute",
    ) as running:
        yield running


def from_address(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


def retry_after(answer: httpx.Response) -> int:
    seconds = int(answer.headers["retry-after"])
    assert 1 <= seconds <= 60
    return seconds


# --- REST ---------------------------------------------------------------------------------------------------------


def test_a_session_that_asks_too_often_waits_and_others_do_not(narrow: ServerProcess) -> None:
    here = from_address("192.0.2.1")
    with browser(narrow, "ann") as ann, browser(narrow, "bob") as bob, script(narrow, "ann") as anns_script:
        answers = [ann.get(RUNS, headers=here) for _ in range(50)]
        assert [answer.status_code for answer in answers] == [200] * 40 + [429] * 10
        seconds = retry_after(answers[-1])
        detail = f"That was more than 40 requests in 1 minute. Wait {seconds} s and try again."
        assert_problem(answers[-1], 429, detail=detail)
        assert anns_script.get(RUNS, headers=here).status_code == 429, "a token is the same owner"
        assert ann.get("/", headers=here).status_code == 200
        assert bob.get(RUNS, headers=here).status_code == 200
        assert ann.get(RUNS, headers=from_address("192.0.2.9")).status_code == 429, "wherever they are"


def test_an_address_that_asks_too_often_waits_whoever_it_is(narrow: ServerProcess) -> None:
    here = from_address("2001:db8:1:1::1")
    statuses = []
    for number in range(7):
        with browser(narrow, f"pupil {number}") as pupil:
            statuses += [pupil.get(RUNS, headers=here).status_code for _ in range(10)]
    assert statuses == [200] * 60 + [429] * 10
    with browser(narrow, "another") as other:
        neighbour = other.get(RUNS, headers=from_address("2001:db8:1:1:ffff::2"))
        assert_problem(neighbour, 429)
        assert "60 requests" in neighbour.json()["detail"]
        assert other.get(RUNS, headers=from_address("2001:db8:1:2::1")).status_code == 200
        invented = {"X-Forwarded-For": "203.0.113.1, 2001:db8:1:1::1"}
        assert other.get(RUNS, headers=invented).status_code == 429, "what a client writes there is not believed"


def test_a_session_that_creates_too_often_or_keeps_too_many_waits(narrow: ServerProcess) -> None:
    here = from_address("192.0.2.2")
    with browser(narrow, "eve") as eve:
        created = [eve.post(RUNS, json={}, headers=here) for _ in range(3)]
        assert [answer.status_code for answer in created] == [201] * 3
        full = eve.post(RUNS, json={}, headers=here)
        detail = (
            "You have 3 runs on this server, which is as many as one may have, and all are in use. "
            "Close some pages, or delete a run."
        )
        assert_problem(full, 429, detail=detail)
        assert retry_after(full) == 60
        assert eve.delete(created[0].headers["location"], headers=here).status_code == 204
        assert eve.post(RUNS, json={}, headers=here).status_code == 201
        often = eve.post(RUNS, json={}, headers=here)
        assert_problem(often, 429)
        assert "more than 5 new runs in 1 minute" in often.json()["detail"]
        assert len(eve.get(RUNS, headers=here).json()["runs"]) == 3, "those there are, are unharmed"


def test_a_long_body_counts_for_several_requests(narrow: ServerProcess) -> None:
    here = from_address("192.0.2.7")
    body = {"spec": {}, **{f"field {number}": "x" * 100 for number in range(4000)}}
    with browser(narrow, "max") as max_:
        long = [max_.post("/api/v1/validate", json=body, headers=here).status_code for _ in range(3)]
        assert long == [422, 429, 429], "each counts for more than twenty"

        def endless() -> Iterator[bytes]:
            yield b"{}"

        chunked = {**here, "Content-Type": "application/json"}
        assert max_.post("/api/v1/validate", content=endless(), headers=chunked).status_code == 429
        assert max_.get(RUNS, headers=here).status_code == 429, "what was refused has been counted"


def test_an_address_begins_so_many_sessions_and_runs(narrow: ServerProcess) -> None:
    headers = {**from_address("192.0.2.3"), "Origin": narrow.base_url}
    begun = [httpx.post(f"{narrow.base_url}/api/v1/session", headers=headers) for _ in range(9)]
    assert [answer.status_code for answer in begun] == [204] * 8 + [429]
    assert "set-cookie" not in begun[-1].headers
    assert "more than 8 new runs" in begun[-1].json()["detail"]
    elsewhere = {**from_address("192.0.2.4"), "Origin": narrow.base_url}
    assert httpx.post(f"{narrow.base_url}/api/v1/session", headers=elsewhere).status_code == 204


# --- websocket ----------------------------------------------------------------------------------------------------


def headers_of(server: ServerProcess, owner: str, address: str) -> dict[str, str]:
    return {**browser_headers(server, owner), **from_address(address)}


async def test_commands_that_come_too_often_are_answered_429_and_the_rest_goes_on(narrow: ServerProcess) -> None:
    headers = headers_of(narrow, "joe", "192.0.2.5")
    with browser(narrow, "joe") as joe:
        run = joe.post(RUNS, json={}, headers=from_address("192.0.2.5")).json()["id"]
    async with Client(narrow.stream_url, headers=headers) as page:
        await page.open(run)
        answers = [await page.command(run, "speed", epochs_per_second=5) for _ in range(40)]
        assert [answer["type"] for answer in answers] == ["done"] * 37 + ["error"] * 3, "creating and opening count too"
        refused = answers[-1]
        assert (refused["status"], refused["title"]) == (429, "Too many requests")
        assert 1 <= refused["retry_after"] <= 60
        assert refused["detail"].startswith("That was more than 40 requests in 1 minute. Wait ")
        assert (await page.request(type="ping"))["type"] == "pong"
        await page.send(type="subscribe", run=run, probes={"weights": {}})
        await page.until(lambda: bool(page.frames) and "weights/theta" in page.frames[-1][1])


async def refusal(server: ServerProcess, headers: dict[str, str]) -> tuple[int, str]:
    """Code and reason with which a new connection is closed."""
    async with connect(server.stream_url, subprotocols=[SUBPROTOCOL], additional_headers=headers, proxy=None) as socket:
        with pytest.raises(ConnectionClosedError) as caught:
            await socket.recv()
    assert caught.value.rcvd is not None
    return caught.value.rcvd.code, caught.value.rcvd.reason


async def test_too_many_connections_are_closed_with_4429(narrow: ServerProcess) -> None:
    zoe, kim = (headers_of(narrow, owner, "192.0.2.6") for owner in ("zoe", "kim"))
    too_many = "There are {} connections from here already. Close some pages."
    async with Client(narrow.stream_url, headers=zoe) as first:
        async with Client(narrow.stream_url, headers=zoe):
            assert await refusal(narrow, zoe) == (4429, too_many.format(2))
            async with Client(narrow.stream_url, headers=kim) as third:
                assert await refusal(narrow, kim) == (4429, too_many.format(3))
                assert (await third.request(type="ping"))["type"] == "pong"
        async with Client(narrow.stream_url, headers=kim) as again:
            assert (await again.request(type="ping"))["type"] == "pong"
        assert (await first.request(type="ping"))["type"] == "pong"


# --- a school -----------------------------------------------------------------------------------------------------


async def pupil(server: ServerProcess, stack: AsyncExitStack, gate: asyncio.Semaphore, number: int) -> ClientConnection:
    """One more browser from the same address, with its websocket."""
    async with gate:
        socket: ClientConnection = await stack.enter_async_context(
            connect(
                server.stream_url,
                subprotocols=[SUBPROTOCOL],
                additional_headers=browser_headers(server, f"pupil {number}"),
                compression=None,
                ping_interval=None,
                proxy=None,
            )
        )
        assert json.loads(await socket.recv())["type"] == "welcome"
    return socket


async def answers_ping(socket: ClientConnection) -> Any:
    await socket.send('{"type": "ping", "id": 1}')
    return json.loads(await socket.recv())["type"]


async def test_a_thousand_connections_from_one_address_are_served(hosted: ServerProcess) -> None:
    allow_files(2 * SCHOOL)
    gate = asyncio.Semaphore(50)
    before = hosted.process.memory_info().rss
    async with AsyncExitStack() as stack:
        sockets = await asyncio.gather(*(pupil(hosted, stack, gate, number) for number in range(SCHOOL)))
        assert set(await asyncio.gather(*map(answers_ping, sockets))) == {"pong"}
        assert (hosted.process.memory_info().rss - before) / SCHOOL < 100_000
        with browser(hosted, "one more") as other:
            created = other.post(RUNS, json={})
            assert created.status_code == 201
            assert other.delete(created.headers["location"]).status_code == 204


def allow_files(count: int) -> None:
    """The tests hold the other ends of the connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))
