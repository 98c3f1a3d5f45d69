"""Clients that send as much as they can: the others do not feel it, and no memory is lost to them."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from app.routes.transport import MOST_FRAGMENTS
from tests.app.streaming import Client
from tests.app.wireframes import CLOSE, CONTINUATION, PING, TEXT, Wire, frame
from tests.support.hosted import browser_headers
from tests.support.server import ServerProcess

ALLOWED = 8_000_000
FLOODS = {
    "messages": frame(TEXT, b'{"type":"ping","id":1}'),
    "mistakes": frame(TEXT, b"[" * 65_000),
    "long messages": frame(TEXT, b'{"type":"open","id":1,"run":"r","probes":{"a":[' + b"1," * 32_000 + b"1]}}"),
    "commands": frame(TEXT, b'{"type":"command","id":1,"run":"r","command":"start"}'),
    "pings": frame(PING),
    "empty fragments": frame(TEXT, fin=False) + frame(CONTINUATION, fin=False) * 1000,
}


def connect(server: ServerProcess, owner: str) -> Wire:
    headers = "".join(f"{name}: {value}\r\n" for name, value in browser_headers(server, owner).items())
    return Wire(server.port, headers=headers)


class Flood:
    """Two connections of one session, which send the same without end, and read what they are answered."""

    def __init__(self, server: ServerProcess, data: bytes) -> None:
        self.data = data * max(1, 65_536 // len(data))
        self.wires = [connect(server, "mallory") for _ in range(2)]
        self.sent = 0
        for wire in self.wires:
            for work in (self.send, self.drain):
                threading.Thread(target=work, args=(wire.socket,), daemon=True).start()

    def send(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(self.data)
                self.sent += len(self.data)

    def drain(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while connection.recv(65_536):
                pass

    def end(self) -> None:
        for wire in self.wires:
            with contextlib.suppress(OSError):
                wire.socket.shutdown(socket.SHUT_RDWR)
            wire.socket.close()


@contextlib.contextmanager
def flooding(server: ServerProcess, data: bytes) -> Iterator[Flood]:
    flood = Flood(server, data)
    try:
        yield flood
    finally:
        flood.end()


@pytest.mark.parametrize("what", FLOODS)
async def test_a_flood_of_one_session_is_not_felt_by_another(hosted: ServerProcess, what: str) -> None:
    before = hosted.process.memory_info().rss
    async with Client(hosted.stream_url, headers=browser_headers(hosted, "ann")) as ann:
        with flooding(hosted, FLOODS[what]) as flood:
            while not flood.sent:
                await asyncio.sleep(0.01)
            waits = []
            for _ in range(40):
                begun = time.monotonic()
                assert (await ann.request(type="ping"))["type"] == "pong"
                waits.append(time.monotonic() - begun)
                await asyncio.sleep(0.01)
    assert sorted(waits)[len(waits) // 2] < 0.1, waits
    assert hosted.process.memory_info().rss - before < 2 * ALLOWED


def test_pings_whose_pongs_nobody_reads_take_no_memory(hosted: ServerProcess) -> None:
    before = hosted.process.memory_info().rss
    with connect(hosted, "mallory") as wire:
        wire.socket.settimeout(1.0)
        data = frame(PING, b"x" * 125) * 1000
        with contextlib.suppress(TimeoutError):
            for _ in range(500):
                wire.send(data)
        assert hosted.process.memory_info().rss - before < ALLOWED


def test_a_message_of_fragments_without_end_is_refused(server: ServerProcess) -> None:
    with Wire(server.port) as wire:
        wire.send(frame(TEXT, fin=False) + frame(CONTINUATION, fin=False) * (MOST_FRAGMENTS + 1))
        while (received := wire.read()).opcode == PING:
            pass
        assert (received.opcode, received.code) == (CLOSE, 1002)
