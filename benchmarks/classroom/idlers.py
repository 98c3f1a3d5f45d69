"""Clients that stop reading: how long the server keeps them."""

from __future__ import annotations

import asyncio
import select
import time

import httpx

from benchmarks.classroom.connection import Connection, Header
from benchmarks.classroom.student import Student
from benchmarks.classroom.tally import Tally

LOOK = 0.05


class Idler(Student):
    """A student whose page stops reading halfway.

    Every second one goes on acknowledging what it does not read, so that the server goes on sending; the others fall
    silent, like a machine that was frozen.
    """

    def __init__(self, number: int, seed: int, base_url: str) -> None:
        self.closed_after: float | None = None
        self._own = Tally(number + 1)
        self._acknowledges = number % 2 == 0
        super().__init__(number, seed, base_url, lambda: self._own)

    async def idle(self, transport: httpx.AsyncBaseTransport, seconds: float, patience: float) -> None:
        """Watch for some seconds, then read no more, and note when the server hangs up; wait `patience` at most."""
        await self._enter(transport)
        await self._open()
        await self._command("start")
        await asyncio.sleep(seconds)
        assert self._connection is not None
        await self._wait(self._connection, patience)
        self._connection.abort()

    def frame(self, header: Header, first: int, last: int, now: float) -> None:
        self._seq = header.seq
        super().frame(header, first, last, now)

    async def _wait(self, connection: Connection, patience: float) -> None:
        """Until the other end is gone, which the socket says without being read."""
        connection.transport.pause_reading()
        begin = time.monotonic()
        poll = select.poll()
        poll.register(connection.transport.get_extra_info("socket").fileno(), select.POLLRDHUP)
        while (passed := time.monotonic() - begin) < patience:
            if connection.transport.is_closing() or poll.poll(0):
                self.closed_after = passed
                return
            if self._acknowledges:
                self._seq += 1
                self.acknowledge(self._seq)
            await asyncio.sleep(LOOK)
