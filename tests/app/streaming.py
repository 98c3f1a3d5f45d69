"""A client of the real websocket, as the page is one; and a raw one that has no manners."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.client import ClientProtocol
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame as WireFrame
from websockets.uri import parse_uri

from app.protocol import SUBPROTOCOL
from app.runs.frames import decode_frame
from tests.app.watching import Curve, Frame

TIMEOUT = 15.0
ALL_PROBES = {
    **{name: {} for name in ("losses", "accuracy", "weights", "data", "units")},
    "decision": {"resolution": 100},
    "activations": {"point": [0.5, -1]},
}


class Client:
    """Collects events and frames, acknowledges frames, answers requests. An async context manager."""

    def __init__(self, url: str, *, acknowledges: bool = True, headers: dict[str, str] | None = None) -> None:
        self.url = url
        self.headers = headers
        self.acknowledges = acknowledges
        self.events: list[dict[str, Any]] = []
        self.frames: list[Frame] = []
        self.curve = Curve()
        self.close_code: int | None = None
        self._number = 0
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._socket: ClientConnection = await connect(
            self.url,
            subprotocols=[SUBPROTOCOL],
            additional_headers=self.headers,
            compression=None,
            max_size=None,
            proxy=None,
        )
        self._task = asyncio.create_task(self._receive())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if not self._task.done():
            await self._socket.close()
        await self._task

    async def _receive(self) -> None:
        try:
            async for message in self._socket:
                if isinstance(message, str):
                    self.events.append(json.loads(message))
                else:
                    await self._take(decode_frame(message))
                self._changed.set()
        except ConnectionClosed:
            pass
        self.close_code = self._socket.close_code
        self._changed.set()

    async def _take(self, frame: Frame) -> None:
        self.frames.append(frame)
        self.curve.take(frame)
        if self.acknowledges:
            await self.send(type="ack", run=frame[0]["run"], seq=frame[0]["seq"])

    async def send(self, **message: Any) -> None:
        await self.send_text(json.dumps(message))

    async def send_text(self, text: str | bytes) -> None:
        await self._socket.send(text)

    async def request(self, **message: Any) -> dict[str, Any]:
        """Send a message with a number of its own; the event that answers it."""
        self._number += 1
        number = self._number
        await self.send(id=number, **message)
        await self.until(lambda: any(event.get("id") == number for event in self.events))
        return next(event for event in self.events if event.get("id") == number)

    async def open(self, run: str, probes: dict[str, Any] | None = None, **known: Any) -> dict[str, Any]:
        return await self.request(type="open", run=run, probes={"losses": {}} if probes is None else probes, **known)

    async def command(self, run: str, name: str, **arguments: Any) -> dict[str, Any]:
        return await self.request(type="command", run=run, command=name, **arguments)

    async def until(self, condition: Callable[[], bool], timeout: float = TIMEOUT) -> None:
        """Wait until something received makes `condition` hold."""
        async with asyncio.timeout(timeout):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def event(self, kind: str, after: int = 0) -> dict[str, Any]:
        """The first event of this type from position `after` on."""
        await self.until(lambda: any(event["type"] == kind for event in self.events[after:]))
        return next(event for event in self.events[after:] if event["type"] == kind)

    async def closed(self) -> int | None:
        """The code with which the server closed."""
        async with asyncio.timeout(TIMEOUT):
            await self._task
        return self.close_code


class RawClient:
    """A websocket client on a blocking socket, which sends what it likes and reads when it likes."""

    def __init__(self, url: str, receive_buffer: int | None = None) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(TIMEOUT)
        self.socket.connect((parts.hostname, parts.port))
        self.protocol = ClientProtocol(parse_uri(url), subprotocols=[SUBPROTOCOL], max_size=None)
        self.protocol.send_request(self.protocol.connect())
        self.flush()
        self.read_until(lambda event: not isinstance(event, WireFrame))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.socket.close()

    def flush(self) -> None:
        for data in self.protocol.data_to_send():
            if data:
                self.socket.sendall(data)

    def send(self, **message: Any) -> None:
        self.protocol.send_text(json.dumps(message).encode())
        self.flush()

    def send_raw(self, data: bytes) -> None:
        self.socket.sendall(data)

    def read_until(self, condition: Callable[[Any], bool]) -> Any:
        """Read until an event of the protocol meets `condition`. Raises ConnectionError when the server hangs up."""
        while True:
            for event in self.protocol.events_received():
                if condition(event):
                    return event
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("the server hung up")
            self.protocol.receive_data(data)

    def close_code(self) -> int:
        """Read until the server's close frame; its code."""
        self.read_until(lambda event: self.protocol.close_rcvd is not None)
        assert self.protocol.close_rcvd is not None
        return self.protocol.close_rcvd.code
