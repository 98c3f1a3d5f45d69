"""Clients that stop reading: how long the server keeps them."""

from __future__ import annotations

import asyncio
import math
import select
import time

import httpx

from benchmarks.classroom.connection import Connection, Header
from benchmarks.classroom.student import Student
from benchmarks.classroom.tally import Tally

LOOK = 0.05


class Idler(Student):
    """A student whose page stops reading now and then.

    Every second one goes on acknowledging what it does not read, so that the server goes on sending; the others fall
    silent, like a machine that was frozen. `closed_after` has the seconds until the server hung up, for every time.
    """

    def __init__(self, number: int, seed: int, base_url: str) -> None:
        self.closed_after: list[float] = []
        self._own = Tally(number + 1)
        self._acknowledges = number % 2 == 0
        super().__init__(number, seed, base_url, lambda: self._own)

    async def enter(self, transport: httpx.AsyncBaseTransport) -> None:
        """Come and train, as any student does."""
        await self._enter(transport)
        await self._open()
        await self._command("start")

    async def come_back(self) -> None:
        """Open the page again."""
        await self._open()

    async def stall(self, patience: float) -> None:
        """Read no more, and note when the server hangs up; infinity, if it has not after `patience` seconds."""
        assert self._connection is not None
        self.closed_after.append(await self._wait(self._connection, patience))
        self.vanish()

    def frame(self, header: Header, first: int, last: int, now: float) -> None:
        self._seq = header.seq
        super().frame(header, first, last, now)

    async def _wait(self, connection: Connection, patience: float) -> float:
        """Until the other end is gone, which the socket says without being read."""
        connection.transport.pause_reading()
        begin = time.monotonic()
        poll = select.poll()
        poll.register(connection.transport.get_extra_info("socket").fileno(), select.POLLRDHUP)
        while (passed := time.monotonic() - begin) < patience:
            if connection.transport.is_closing() or poll.poll(0):
                return passed
            if self._acknowledges:
                self._seq += 1
                self.acknowledge(self._seq)
            await asyncio.sleep(LOOK)
        return math.inf
