"""Clients that stop reading: how long the server keeps them."""

from __future__ import annotations

import asyncio
import math
import select
import time
from collections import Counter

from benchmarks.classroom.connection import Connection, Header
from benchmarks.classroom.student import Student
from benchmarks.classroom.tally import Tally

LOOK = 0.05
COMING = 4.0
"""Seconds over which they come back, that is between two pings of the server: else it would find all equally soon."""


class Idler(Student):
    """A student whose page stops reading now and then.

    Every second one goes on acknowledging what it does not read, so that the server goes on sending; the others fall
    silent, like a machine that was frozen. `closed_after` has the seconds until the server hung up, for every time.
    """

    def __init__(self, number: int, seed: int, base_url: str) -> None:
        self.closed_after: list[float] = []
        self._own = Tally(number + 1)
        self._acknowledges = number % 2 == 0
        self._seq = 0
        self._stalls = False
        super().__init__(number, seed, base_url, lambda: self._own)

    @property
    def errors(self) -> Counter[str]:
        """What went wrong while it read."""
        return self._own.errors

    async def come_back(self) -> None:
        """Open the page again, at some time within :data:`COMING` seconds."""
        await asyncio.sleep(self._random.uniform(0.0, COMING))
        await self._come_back()

    async def stall(self, patience: float) -> None:
        """Read no more, and note when the server hangs up; infinity, if it has not after `patience` seconds."""
        if self._connection is None:
            return
        self._stalls = True
        self.closed_after.append(await self._wait(self._connection, patience))
        self.vanish()
        self._stalls = False

    def frame(self, header: Header, first: int, last: int, now: float) -> None:
        self._seq = header.seq
        super().frame(header, first, last, now)

    def lost(self, code: int) -> None:
        """What is waited for, if it reads no more."""
        if not self._stalls:
            super().lost(code)

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
