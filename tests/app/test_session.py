"""One session with a websocket that does what the test says: the two lanes and what happens when nobody reads."""

import asyncio
import json
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect, WebSocketState

from app.protocol import MAX_EVENTS
from app.routes.sockets import Session
from app.routes.transport import ABORT, AT_ONCE
from app.share import Share


class StubManager:
    """Knows no runs."""

    server = "boot"

    def __init__(self) -> None:
        self.sinks: list[Session] = []

    def connect(self, sink: Session) -> None:
        self.sinks.append(sink)

    def disconnect(self, sink: Session) -> None:
        self.sinks.remove(sink)

    def subscribe(self, attachment: object, probes: object) -> None:
        raise AssertionError("there is nothing to subscribe to")


class StubWebSocket:
    """Sends into a list as long as `reading` is set."""

    application_state = WebSocketState.CONNECTED

    def __init__(self) -> None:
        self.reading = asyncio.Event()
        self.reading.set()
        self.sent: list[Any] = []
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.close_code: int | None = None
        self.aborted = False
        self.takes_at_once = False
        self.scope = {"extensions": {ABORT: {"call": self.abort}, AT_ONCE: {"call": self.send_at_once}}}

    def send_at_once(self, data: bytes) -> bool:
        if self.takes_at_once:
            self.sent.append(data)
        return self.takes_at_once

    def abort(self) -> None:
        self.aborted = True

    async def receive(self) -> dict[str, Any]:
        return await self.incoming.get()

    async def send(self, message: dict[str, Any]) -> None:
        await self.reading.wait()
        self.sent.append(message["bytes"] if "bytes" in message else json.loads(message["text"]))

    async def close(self, code: int, reason: str) -> None:
        await self.reading.wait()
        self.close_code = code


class Stage:
    """A session being served."""

    def __init__(self, send_timeout: float = 5.0) -> None:
        self.websocket = StubWebSocket()
        self.manager = StubManager()
        self.session = Session(self.websocket, self.manager, send_timeout, self.allowed, Share())  # type: ignore[arg-type]
        self.served = asyncio.create_task(self.session.serve())

    async def allowed(self) -> None:
        """As often as it likes."""

    async def settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    async def leave(self) -> None:
        self.websocket.incoming.put_nowait({"type": "websocket.disconnect"})
        await asyncio.wait_for(self.served, 5)


async def test_a_frame_goes_at_once_if_nothing_waits() -> None:
    stage = Stage()
    await stage.settle()
    stage.websocket.takes_at_once = True
    assert stage.session.frame("r", b"frame") is False
    assert stage.websocket.sent[-1] == b"frame"
    stage.session.event({"type": "pong", "id": 1})
    assert stage.session.frame("r", b"after the event") is False
    assert stage.websocket.sent[-1] == b"frame"
    await stage.settle()
    assert [message if isinstance(message, bytes) else message["type"] for message in stage.websocket.sent[1:]] == [
        b"frame",
        "pong",
        b"after the event",
    ]
    stage.websocket.takes_at_once = False
    stage.websocket.reading.clear()
    stage.session.frame("r", b"waits")
    stage.websocket.takes_at_once = True
    assert stage.session.frame("r", b"newer") is True
    stage.websocket.reading.set()
    await stage.settle()
    assert stage.websocket.sent[-1] == b"newer"
    await stage.leave()


async def test_a_frame_does_not_overtake_an_event_on_its_way() -> None:
    stage = Stage()
    await stage.settle()
    stage.websocket.takes_at_once = True
    stage.websocket.reading.clear()
    stage.session.event({"type": "pong", "id": 1})
    await stage.settle()  # now it is with the socket
    stage.session.frame("r", b"frame")
    stage.websocket.reading.set()
    await stage.settle()
    assert [message if isinstance(message, bytes) else message["type"] for message in stage.websocket.sent[1:]] == [
        "pong",
        b"frame",
    ]
    await stage.leave()


async def test_a_frame_that_is_dropped_is_not_sent() -> None:
    stage = Stage()
    stage.websocket.reading.clear()
    await stage.settle()
    stage.session.frame("r", b"old")
    stage.session.frame("s", b"of another run")
    stage.session.drop("r")
    stage.websocket.reading.set()
    await stage.settle()
    assert stage.websocket.sent[1:] == [b"of another run"]
    await stage.leave()


async def test_events_go_before_frames_and_keep_their_order() -> None:
    stage = Stage()
    stage.websocket.reading.clear()
    await stage.settle()
    stage.session.frame("r", b"frame")
    for number in range(3):
        stage.session.event({"type": "pong", "id": number})
    stage.websocket.reading.set()
    await stage.settle()
    assert stage.websocket.sent[0]["type"] == "welcome"
    assert [event["id"] for event in stage.websocket.sent[1:4]] == [0, 1, 2]
    assert stage.websocket.sent[4] == b"frame"
    await stage.leave()


async def test_of_the_frames_of_a_run_the_latest_wins() -> None:
    stage = Stage()
    stage.websocket.reading.clear()
    await stage.settle()
    assert [stage.session.frame("r", bytes([number])) for number in range(5)] == [False, True, True, True, True]
    assert stage.session.frame("other", b"x") is False
    stage.websocket.reading.set()
    await stage.settle()
    assert stage.websocket.sent[1:] == [b"\x04", b"x"]
    await stage.leave()


async def test_a_reader_too_slow_for_its_events_is_closed_with_4408() -> None:
    stage = Stage()
    stage.websocket.reading.clear()
    await stage.settle()
    for number in range(MAX_EVENTS + 10):
        stage.session.event({"type": "pong", "id": number})
    stage.websocket.reading.set()
    await asyncio.wait_for(stage.served, 5)
    assert stage.websocket.close_code == 4408
    assert len(stage.websocket.sent) <= 1
    assert stage.manager.sinks == []
    assert not stage.websocket.aborted


async def test_a_send_that_does_not_end_ends_the_connection() -> None:
    stage = Stage(send_timeout=0.05)
    stage.websocket.reading.clear()
    stage.session.frame("r", b"frame")
    await asyncio.wait_for(stage.served, 5)
    assert stage.websocket.aborted
    assert stage.manager.sinks == []


async def test_a_close_that_does_not_end_ends_the_connection_too() -> None:
    stage = Stage(send_timeout=0.05)
    await stage.settle()
    stage.websocket.reading.clear()
    stage.session.shut(1001, "bye")
    await asyncio.wait_for(stage.served, 5)
    assert stage.websocket.aborted


async def test_the_first_reason_to_close_counts() -> None:
    stage = Stage()
    stage.session.shut(1001, "bye")
    stage.session.shut(4408, "slow reader")
    await asyncio.wait_for(stage.served, 5)
    assert stage.websocket.close_code == 1001


@pytest.mark.parametrize("text", ["nope", '{"type": "subscribe", "run": "r", "probes": {}}'])
async def test_mistakes_are_answered_on_the_lane_of_events(text: str) -> None:
    stage = Stage()
    stage.websocket.incoming.put_nowait({"type": "websocket.receive", "text": text})
    stage.websocket.incoming.put_nowait({"type": "websocket.receive", "text": '{"type": "ping", "id": 1}'})
    await stage.settle()
    assert [event["type"] for event in stage.websocket.sent] == ["welcome", "error", "pong"]
    await stage.leave()


async def test_an_acknowledgement_for_a_run_just_closed_is_no_mistake() -> None:
    stage = Stage()
    stage.websocket.incoming.put_nowait({"type": "websocket.receive", "text": '{"type": "ack", "run": "r", "seq": 1}'})
    await stage.settle()
    assert [event["type"] for event in stage.websocket.sent] == ["welcome"]
    await stage.leave()


@pytest.mark.parametrize("closing", [False, True], ids=["sending", "closing"])
async def test_a_client_that_is_gone_when_something_is_sent_is_no_mistake_of_ours(closing: bool) -> None:
    stage = Stage()
    await stage.settle()

    async def gone(*arguments: object) -> None:
        raise WebSocketDisconnect(code=1006)

    stage.websocket.send = stage.websocket.close = gone  # type: ignore[method-assign, assignment]
    if closing:
        stage.session.shut(1001, "The server is shutting down.")
    else:
        stage.session.frame("r", b"frame")
    await asyncio.wait_for(stage.served, 5)
    assert not stage.manager.sinks


async def test_a_mistake_of_ours_while_sending_is_not_hidden() -> None:
    stage = Stage()
    await stage.settle()

    async def broken(message: dict[str, Any]) -> None:
        raise ZeroDivisionError

    stage.websocket.send = broken  # type: ignore[method-assign]
    stage.session.frame("r", b"frame")
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(stage.served, 5)
    assert not stage.manager.sinks
