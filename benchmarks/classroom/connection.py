"""A websocket client that costs next to nothing, so that hundreds of them leave the processor to the server.

It knows what `neuronpark.v1` needs and no more: whole messages, no extensions. Of a frame the header alone is read, in
place, and the two ends of the curve's steps; everything else is left in the receive buffer.
"""

from __future__ import annotations

import asyncio
import base64
import os
import struct
import time
from typing import Protocol, cast
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
NO_MASK = b"\0\0\0\0"
"""The key of a mask that changes nothing: the server unmasks as ever, and we need not mask."""
ABNORMAL = 1006
OPENING = 20.0


class Entry(Struct, gc=False):
    """One array of a frame."""

    name: str
    shape: list[int]
    offset: int


class Header(Struct, gc=False):
    """What is read of a frame's header."""

    seq: int
    generation: int
    revision: int
    step: int
    epoch: float
    state: str
    sent: float
    arrays: list[Entry]


_header = msgspec.json.Decoder(Header)


class Listener(Protocol):
    """Whoever the connection belongs to. `now` is when the last byte had arrived."""

    def frame(self, header: Header, first: int, last: int, now: float) -> None:
        """A frame with the points of the curve from step `first` to step `last`."""

    def event(self, text: bytes, now: float) -> None: ...

    def lost(self, code: int) -> None:
        """The connection has ended: with the server's close code, or 1006."""


class Connection(asyncio.Protocol):
    """One websocket. `opened` is done when it is open, or fails with what the server said instead."""

    def __init__(self, listener: Listener, request: bytes) -> None:
        self.opened = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport
        self._listener = listener
        self._request = request
        self._buffer = bytearray()
        self._is_open = False
        self._code = ABNORMAL

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._request)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("lost before it was open"))
        elif self._is_open:
            self._listener.lost(self._code)

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        buffer = self._buffer
        buffer += data
        begin = 0 if self._is_open else self._answered()
        while len(buffer) - begin >= 2:
            length, start = buffer[begin + 1], begin + 2
            if length == 126:
                start = begin + 4
                length = int.from_bytes(buffer[begin + 2 : start], "big")
            elif length == 127:
                start = begin + 10
                length = int.from_bytes(buffer[begin + 2 : start], "big")
            if len(buffer) < start or len(buffer) < start + length:
                break
            self._message(buffer[begin] & 15, start, start + length, now)
            begin = start + length
        del buffer[:begin]

    def send(self, text: bytes, opcode: int = TEXT) -> None:
        """Send one message."""
        size = len(text)
        head = bytes((128 | opcode, 128 | size)) if size < 126 else struct.pack(">BBH", 128 | opcode, 254, size)
        self.transport.write(head + NO_MASK + text)

    def close(self) -> None:
        """Leave politely; nothing is heard any more."""
        self._is_open = False
        self.send(struct.pack(">H", 1001), CLOSE)
        self.transport.close()

    def abort(self) -> None:
        """Vanish; nothing is heard any more."""
        self._is_open = False
        self.transport.abort()

    def _answered(self) -> int:
        """The end of the answer to the handshake, 0 while it has not come whole."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return 0
        status = bytes(self._buffer[: self._buffer.find(b"\r\n")]).decode("latin-1")
        if " 101 " not in status:
            self.opened.set_exception(ConnectionError(status))
            self.transport.abort()
            return len(self._buffer)
        self._is_open = True
        self.opened.set_result(self)
        return end + 4

    def _message(self, opcode: int, begin: int, end: int, now: float) -> None:
        buffer = self._buffer
        if not self._is_open:
            return
        if opcode == BINARY:
            payload = begin + 4 + int.from_bytes(buffer[begin : begin + 4], "little")
            header = _header.decode(buffer[begin + 4 : payload])
            first, last = steps_of(header, buffer, payload)
            self._listener.frame(header, first, last, now)
        elif opcode == TEXT:
            self._listener.event(bytes(buffer[begin:end]), now)
        elif opcode == PING:
            self.send(bytes(buffer[begin:end]), PONG)
        elif opcode == CLOSE:
            self._code = int.from_bytes(buffer[begin : begin + 2], "big") if end - begin >= 2 else ABNORMAL
            self.transport.close()


def steps_of(header: Header, buffer: bytearray, payload: int) -> tuple[int, int]:
    """The first and the last step of the curve in a frame; -1, -1 if it is empty."""
    for entry in header.arrays:
        if entry.name == "curve/step" and (count := entry.shape[0]):
            at = payload + entry.offset
            return int(struct.unpack_from("<d", buffer, at)[0]), int(
                struct.unpack_from("<d", buffer, at + 8 * (count - 1))[0]
            )
    return -1, -1


async def connect(url: str, listener: Listener, cookie: str = "") -> Connection:
    """An open connection to `url`, as a page of the same origin would ask for it. Raises `OSError`."""
    parts = urlsplit(url)
    cookies = f"Cookie: {cookie}\r\n" if cookie else ""
    request = (
        f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nOrigin: http://{parts.netloc}\r\n{cookies}"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
        "Sec-WebSocket-Protocol: neuronpark.v1\r\n\r\n"
    )
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(OPENING):
        _, connection = await loop.create_connection(
            lambda: Connection(listener, request.encode()), parts.hostname or "", parts.port or 80
        )
        await connection.opened
    return connection
