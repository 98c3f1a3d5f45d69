"""The websocket of a real server: what a polite client gets, and what a rude one."""

import asyncio
import contextlib
import json
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from app import __version__
from app.protocol import MAX_MESSAGE, MAX_PENDING, SUBPROTOCOL
from tests.app.streaming import ALL_PROBES, Client, RawClient
from tests.support.server import ServerProcess


async def test_the_server_introduces_itself_first(server: ServerProcess, page: Client) -> None:
    welcome = await page.event("welcome")
    assert page.events[0] == welcome
    assert welcome["version"] == __version__
    async with Client(server.stream_url) as other:
        assert (await other.event("welcome"))["server"] == welcome["server"]


async def test_a_run_is_opened_trained_and_closed(page: Client, new_run: Any) -> None:
    run = new_run()["id"]
    opened = await page.open(run, ALL_PROBES)
    assert (opened["type"], opened["run"]["id"], opened["run"]["state"]) == ("opened", run, "paused")
    await page.until(lambda: bool(page.frames))
    header, arrays = page.frames[0]
    assert (header["run"], header["step"]) == (run, 0)
    assert {"decision/grid", "units/grid", "weights/theta", "data/train", "activations/z"} <= set(arrays)

    done = await page.command(run, "step", count=4)
    assert (done["type"], done["run"], done["result"]["epoch"]) == ("done", run, 4.0)
    await page.until(lambda: page.curve.last_step == 100)

    await page.send(type="close", run=run)
    await page.command(run, "step")
    frames = len(page.frames)
    await asyncio.sleep(0.2)
    assert len(page.frames) == frames


async def test_opened_comes_before_the_first_frame(server: ServerProcess, new_run: Any) -> None:
    run = new_run()["id"]
    async with connect(server.stream_url, subprotocols=[SUBPROTOCOL], proxy=None) as socket_:
        await socket_.send(json.dumps({"type": "open", "id": 1, "run": run, "probes": {"weights": {}}}))
        received = [await socket_.recv() for _ in range(3)]
    assert [json.loads(message)["type"] for message in received[:2]] == ["welcome", "opened"]
    assert isinstance(received[2], bytes)


async def test_a_ping_is_answered(page: Client) -> None:
    assert await page.request(type="ping") == {"type": "pong", "id": 1}


async def test_subscribing_to_other_views_shows_them_at_once(page: Client, new_run: Any) -> None:
    run = new_run()["id"]
    await page.open(run)
    await page.send(type="subscribe", run=run, probes={"decision": {"resolution": 16, "unit": [0, 1]}})
    await page.until(lambda: bool(page.frames) and "decision/grid" in page.frames[-1][1])
    assert page.frames[-1][1]["decision/grid"].shape == (16, 16)
    assert page.frames[-1][0]["arrays"][0]["range"] == [-1.0, 1.0]


async def test_a_client_need_not_wait_for_opened_to_subscribe(page: Client, new_run: Any) -> None:
    run = new_run()["id"]
    await page.event("welcome")
    await page.send(type="open", id=1, run=run, probes={"losses": {}})
    await page.send(type="subscribe", run=run, probes={"weights": {}})
    await page.until(lambda: bool(page.frames) and "weights/theta" in page.frames[-1][1])
    assert [event["type"] for event in page.events] == ["welcome", "opened"]


async def test_another_clients_change_is_heard(server: ServerProcess, page: Client, new_run: Any) -> None:
    run = new_run()["id"]
    await page.open(run)
    async with Client(server.stream_url) as other:
        await other.open(run, {"weights": {}})
        await other.command(run, "update", patch={"optimizer": {"learning_rate": 0.3}})
        heard = await page.event("run")
        assert heard["run"]["changes"][0]["label"] == "rate 0.03 → 0.3"
        await other.command(run, "step")
        await page.until(lambda: page.frames[-1][0]["step"] == 25)
        await other.until(lambda: other.frames[-1][0]["step"] == 25)


async def test_a_run_changed_over_rest_is_heard(page: Client, new_run: Any, client: httpx.Client) -> None:
    run = new_run()["id"]
    await page.open(run)
    await asyncio.to_thread(client.patch, f"/api/v1/runs/{run}", json={"batch_size": 50})
    assert (await page.event("run"))["run"]["spec"]["batch_size"] == 50
    await asyncio.to_thread(client.delete, f"/api/v1/runs/{run}")
    assert await page.event("closed") == {"type": "closed", "run": run, "reason": "The run was deleted."}
    assert (await page.command(run, "start"))["status"] == 404


async def test_several_runs_on_one_connection_up_to_eight(page: Client, new_run: Any) -> None:
    runs = [new_run()["id"] for _ in range(9)]
    for run in runs[:8]:
        assert (await page.open(run))["type"] == "opened"
    refused = await page.open(runs[8])
    assert (refused["status"], refused["errors"][0]["pointer"]) == (422, "/run")
    await page.send(type="close", run=runs[0])
    assert (await page.open(runs[8]))["type"] == "opened"
    assert (await page.open(runs[8]))["type"] == "opened"
    await page.until(lambda: {header["run"] for header, _ in page.frames} == set(runs))


async def test_requests_are_answered_in_the_order_they_came(page: Client, new_run: Any) -> None:
    run = new_run()["id"]
    for number in range(20):
        patch = {"batch_size": number + 1}
        await page.send(type="command", id=f"n{number}", run=run, command="update", patch=patch)
    await page.until(lambda: any(event.get("id") == "n19" for event in page.events))
    done = [event for event in page.events if event["type"] == "done"]
    assert [event["id"] for event in done] == [f"n{number}" for number in range(20)]
    assert [event["result"]["spec"]["batch_size"] for event in done] == list(range(1, 21))


async def test_too_many_steps_at_once_are_refused_and_a_pause_is_still_heard(page: Client, new_run: Any) -> None:
    run = new_run()["id"]
    for number in range(60):
        await page.send(type="command", id=f"n{number}", run=run, command="step", count=10_000)
    assert (await page.command(run, "pause"))["type"] == "done"
    await page.until(lambda: len(numbered(page)) == 60)
    refused = [event for event in numbered(page).values() if event["type"] == "error"]
    assert [event["status"] for event in refused] == [503] * (60 - MAX_PENDING)


def numbered(page: Client) -> dict[str, dict[str, Any]]:
    """The answers to requests numbered n0, n1 and so on."""
    return {event["id"]: event for event in page.events if str(event.get("id")).startswith("n")}


@pytest.mark.parametrize(
    ("text", "status", "pointer", "number"),
    [
        ("", 400, None, None),
        ("hello", 400, None, None),
        ('{"type": "ping", "id": 1', 400, None, None),
        ("[1, 2]", 400, None, None),
        ('"ping"', 400, None, None),
        ("[" * 30_000, 400, None, None),
        ('{"a":' * 5000 + "1" + "}" * 5000, 400, None, None),
        (b'{"type": "ping", "id": 1}', 400, None, None),
        ('{"type": "ping", "id": NaN}', 422, "/id", None),
        ('{"type": "ack", "run": "r", "seq": 1e999}', 422, "/seq", None),
        ('{"type": "ack", "run": "r", "seq": 123456789012345678901234567890}', 422, "/seq", None),
        ('{"type": "ack", "run": "r", "seq": ' + "9" * 5000 + "}", 400, None, None),
        ('{"type": "ack", "run": "r", "seq": true}', 422, "/seq", None),
        ('{"type": "nope", "id": 5}', 422, "/type", 5),
        ('{"id": 5}', 422, "/type", 5),
        ('{"type": "open", "id": 6, "run": 7}', 422, "/run", 6),
        ('{"type": "open", "id": 6, "run": "r", "probes": {"units": {"resolution": 1000000}}}', 422, None, 6),
        ('{"type": "open", "id": 6, "run": "r", "\\ud800": 1}', 422, "", None),
        ('{"type": "open", "id": 6, "run": "no-such-run"}', 404, None, 6),
        ('{"type": "subscribe", "id": 6, "run": "no-such-run", "probes": {}}', 404, None, 6),
        ('{"type": "command", "id": 8, "run": "no-such-run", "command": "start"}', 404, None, 8),
        ('{"type": "command", "id": 8, "run": "r", "command": "explode"}', 422, "/command", 8),
        ('{"type": "command", "id": 8, "run": "r", "command": "step", "count": -1}', 422, "/count", 8),
    ],
    ids=lambda value: None if isinstance(value, str | bytes) and len(value) > 60 else str(value),
)
async def test_a_message_that_makes_no_sense_is_answered_and_the_connection_stays(
    page: Client, text: str | bytes, status: int, pointer: str | None, number: object
) -> None:
    await page.send_text(text)
    error = await page.event("error")
    assert (error["status"], error["id"]) == (status, number)
    assert set(error) <= {"type", "id", "run", "status", "title", "detail", "errors"}
    assert len(json.dumps(error)) < 4096
    if pointer is not None:
        assert [fault["pointer"] for fault in error["errors"]] == [pointer]
    assert (await page.request(type="ping"))["type"] == "pong"


async def test_a_command_that_cannot_be_is_refused_with_its_remedy_or_places(page: Client, new_run: Any) -> None:
    run = new_run()["id"]
    refused = await page.command(run, "back")
    assert (refused["type"], refused["status"], refused["run"]) == ("error", 409, run)
    assert "reset" in refused["detail"]
    wrong = await page.command(run, "update", patch={"batch_size": 0, "nope": 1})
    assert {fault["pointer"] for fault in wrong["errors"]} == {"/patch/batch_size", "/patch/nope"}


async def test_a_message_of_the_longest_length_is_read(page: Client) -> None:
    text = json.dumps({"type": "ping", "id": 1})
    await page.send_text(text + " " * (MAX_MESSAGE - len(text)))
    assert (await page.event("pong"))["id"] == 1


@pytest.mark.parametrize("length", [MAX_MESSAGE + 1, 5_000_000])
async def test_a_longer_message_closes_with_1009(server: ServerProcess, length: int) -> None:
    for _ in range(5):
        async with Client(server.stream_url) as page:
            await page.event("welcome")
            with contextlib.suppress(ConnectionClosedError):
                await page.send_text("x" * length)
            assert await page.closed() == 1009


async def test_a_message_in_many_pieces_that_grows_too_long_closes_with_1009(server: ServerProcess) -> None:
    async with connect(server.stream_url, subprotocols=[SUBPROTOCOL], proxy=None) as socket_:
        with contextlib.suppress(ConnectionClosedError):
            await socket_.send("y" * 1000 for _ in range(200))
        await asyncio.wait_for(socket_.wait_closed(), 10)
        assert socket_.close_code == 1009


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"\x81\x82\x00\x00\x00\x00\xff\xfe", 1007), (b"\x81\x02hi", 1002), (b"\xf1\x82\x00\x00\x00\x00hi", 1002)],
    ids=["not UTF-8", "not masked", "reserved bits"],
)
def test_what_is_no_websocket_message_is_closed_with_the_code_for_it(
    server: ServerProcess, data: bytes, code: int
) -> None:
    with RawClient(server.stream_url) as raw:
        raw.send_raw(data)
        assert raw.close_code() == code


def test_a_message_cut_short_harms_nobody(server: ServerProcess) -> None:
    with RawClient(server.stream_url) as raw:
        raw.send_raw(b"\x81\xfe\x10\x00\x00\x00\x00\x00half")
    with RawClient(server.stream_url) as raw:
        raw.send(type="ping", id=1)
        raw.read_until(lambda event: b"pong" in getattr(event, "data", b""))


async def test_without_the_subprotocol_the_server_says_what_to_ask_for(server: ServerProcess) -> None:
    async with connect(server.stream_url, proxy=None) as socket_:
        with pytest.raises(ConnectionClosedError) as caught:
            await socket_.recv()
    assert caught.value.rcvd is not None
    assert (caught.value.rcvd.code, SUBPROTOCOL in caught.value.rcvd.reason) == (4500, True)


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}])
async def test_a_page_from_elsewhere_cannot_connect(server: ServerProcess, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with connect(server.stream_url, subprotocols=[SUBPROTOCOL], additional_headers=headers, proxy=None):
            pass
    assert caught.value.response.status_code == 403
