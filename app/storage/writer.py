"""Group commit: one task writes, everything that came in meanwhile goes with the next commit.

Entries of the same key coalesce, the latest wins. What could not be written is kept and tried again until it can be, so
that nothing is lost while a disk is full or a database locked; those who wait for it are told after a while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Generic, TypeVar

from app.errors import InsufficientStorage, Problem
from app.logs import get_logger
from app.storage.faults import busy, problem_of

log = get_logger(__name__)

RETRY_INTERVAL: Final = 0.25
GATHER, CROWD = 0.03, 4
"""Seconds to wait after a commit of more than so many values: much is written together. Who is alone never waits."""

Value = TypeVar("Value")


class Writer(Generic[Value]):
    """Hands `write` a batch of keys with their values at a time; None stands for a deletion."""

    def __init__(self, write: Callable[[Mapping[str, Value | None]], Awaitable[None]], timeout: float) -> None:
        self._write = write
        self._timeout = timeout
        self._pending: dict[str, Value | None] = {}
        self._under_way: dict[str, Value | None] = {}
        self._waiters: list[asyncio.Future[None]] = []
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._ended = False
        self.trouble: Problem | None = None
        self.commits = 0
        self._next_at = 0.0

    def offer(self, key: str, value: Value | None) -> None:
        """Write it with the next commit."""
        self._pending[key] = value
        self._idle.clear()
        self._wake.set()

    async def put(self, key: str, value: Value | None) -> None:
        """Write it; returns when it is committed. Raises a `Problem` when it is not in time; it is written later."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        self.offer(key, value)
        try:
            async with asyncio.timeout(self._timeout):
                await waiter
        except TimeoutError:
            raise self.trouble or busy() from None

    def newest(self, key: str) -> tuple[bool, Value | None]:
        """What of `key` is not committed yet: whether there is anything, and its value."""
        for entries in (self._pending, self._under_way):
            if key in entries:
                return True, entries[key]
        return False, None

    async def run(self) -> None:
        """Write until told to `end`."""
        while not self._ended:
            await self._wake.wait()
            await asyncio.sleep(self._next_at - asyncio.get_running_loop().time())
            self._wake.clear()
            if not await self._commit():
                self._wake.set()
                await asyncio.sleep(RETRY_INTERVAL)

    def end(self) -> None:
        """Let `run` return after the write that is under way: one that is broken off may hold its connection."""
        self._ended = True
        self._wake.set()

    async def drained(self, timeout: float) -> bool:
        """Wait until everything is committed; returns whether it is."""
        try:
            async with asyncio.timeout(timeout):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def _commit(self) -> bool:
        """Write what there is. Returns whether that went well."""
        if not self._pending:
            return True
        self._under_way, self._pending = self._pending, {}
        waiters, self._waiters, count = self._waiters, [], len(self._under_way)
        try:
            await self._write(self._under_way)
        except Exception as error:
            self._keep(problem_of(error), error, waiters)
            return False
        finally:
            self._under_way = {}
        self.commits += 1
        self._next_at = asyncio.get_running_loop().time() + GATHER if count > CROWD else 0.0
        if self.trouble:
            log.info("the database takes writes again")
            self.trouble = None
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
        if not self._pending:
            self._idle.set()
        return True

    def _keep(self, problem: Problem, error: Exception, waiters: list[asyncio.Future[None]]) -> None:
        """Nothing of the batch is lost. Who waits for a lock waits on, who waits for a full disk is told at once."""
        self._pending = {**self._under_way, **self._pending}
        if type(self.trouble) is not type(problem):
            log.warning("the database takes no writes", reason=str(error).partition("\n")[0][:200])
        self.trouble = problem
        if not isinstance(problem, InsufficientStorage):
            self._waiters = waiters + self._waiters
            return
        for waiter in waiters:
            if not waiter.done():
                waiter.set_exception(problem)
