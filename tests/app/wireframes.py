"""Websocket frames by hand (RFC 6455, section 5.2): written as no library would write them, and read plainly."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
from types import TracebackType
from typing import NamedTuple, Self

from app.protocol import SUBPROTOCOL

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MASK = b"\x37\xfa\x21\x3d"
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
TIMEOUT = 15.0


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
    """One frame from a client, right or wrong; `rsv` are the three reserved bits as a number."""
    head = bytes([fin << 7 | rsv << 4 | opcode])
    size = len(payload)
    if size < 126:
        length = bytes([masked << 7 | size])
    elif size < 65536:
        length = bytes([masked << 7 | 126]) + size.to_bytes(2, "big")
    else:
        length = bytes([masked << 7 | 127]) + size.to_bytes(8, "big")
    if not masked:
        return head + length + payload
    key = MASK * (size // 4 + 1)
    body = (int.from_bytes(payload, "big") ^ int.from_bytes(key[:size], "big")).to_bytes(size, "big")
    return head + length + MASK + body


def close(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, code.to_bytes(2, "big") + reason)


class Received(NamedTuple):
    """A frame from the server: it is whole, has no reserved bits and no mask, or reading it fails."""

    opcode: int
    payload: bytes

    @property
    def code(self) -> int:
        """What a close frame says."""
        return int.from_bytes(self.payload[:2], "big")


class Wire:
    """A TCP connection on which a websocket was opened; a context manager."""

    def __init__(self, port: int, path: str = "/api/v1/stream", headers: str = "") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self.socket.makefile("rb")
        self.send(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {KEY.decode()}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n{headers}\r\n".encode()
        )
        self.status, self.headers = self._head()

    def __enter__(self) -> Self:
        assert self.status == 101, self.status
        assert self.headers["sec-websocket-accept"] == base64.b64encode(hashlib.sha1(KEY + GUID).digest()).decode()
        assert self.headers["sec-websocket-protocol"] == SUBPROTOCOL
        assert json.loads(self.read().payload)["type"] == "welcome"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def read(self) -> Received:
        """The next frame."""
        first, second = self._exactly(2)
        assert first & 0x70 == 0, "a reserved bit"
        assert first & 0x80, "a fragment"
        assert second & 0x80 == 0, "a mask"
        size = second & 0x7F
        if size >= 126:
            size = int.from_bytes(self._exactly(2 if size == 126 else 8), "big")
        return Received(first & 0x0F, self._exactly(size))

    def ends(self) -> bool:
        """Whether the server says nothing more and ends the connection."""
        return self._file.read() == b""

    def _exactly(self, size: int) -> bytes:
        data = self._file.read(size)
        assert len(data) == size, "the connection ended within a frame"
        return data

    def _head(self) -> tuple[int, dict[str, str]]:
        status = int(self._file.readline().split(b" ", 2)[1])
        headers: dict[str, str] = {}
        while line := self._file.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        return status, headers
