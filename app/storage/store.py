"""The runs in the database, as the rest of the server uses it: put, offered, deleted, listed, fetched."""

from __future__ import annotations

import asyncio
import builtins
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from sqlalchemy import URL, Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.errors import NotFound, Problem
from app.storage.database import Database
from app.storage.models import Kept, Lifetime, RunRow, StoredRun
from app.storage.writer import Writer

CHUNK: Final = 100
LAST_WRITE: Final = 2.0
"""Seconds the write that is under way at the end is given."""
RUNS: Final[Any] = RunRow.__table__
LIFETIME: Final[Any] = Lifetime.__table__
UPDATE: Final = update(RUNS).where(RUNS.c.id == bindparam("row"))
DELETE: Final = delete(RUNS).where(RUNS.c.id.in_(bindparam("ids", expanding=True)))


class Store:
    """One database of runs. `timeout` is how long a write may take before its caller is told."""

    def __init__(self, url: URL, timeout: float = 5.0) -> None:
        self.database = Database(url)
        dialect = sqlite if self.database.is_sqlite else postgresql
        self._upserts = {table: upsert(dialect, table) for table in (RUNS, LIFETIME)}
        self._writer: Writer[StoredRun] = Writer(self._write, timeout)
        self._task: asyncio.Task[None] | None = None
        self._before = 0.0
        self._started = 0.0

    async def start(self) -> builtins.list[Kept]:
        """Open the database; every run in it, oldest first. Raises `CannotStore`."""
        try:
            await self.database.open()
            found = await self.list()
            self._started = asyncio.get_running_loop().time()
            self._before = max([await self._lifetime(), *(run.used for run in found)])
        except BaseException:
            await self.database.close()
            raise
        self._task = asyncio.create_task(self._writer.run())
        return found

    async def stop(self, timeout: float) -> bool:
        """Write what is left, for `timeout` seconds at most, and close. Returns whether everything is written."""
        task, self._task = self._task, None
        done = task is None or await self._writer.drained(timeout)
        if task:
            self._writer.end()
            await asyncio.wait((task,), timeout=LAST_WRITE)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self.database.close()
        return done

    def now(self) -> float:
        """Seconds on the database's own clock, which runs while a server does and which nobody can set."""
        return self._before + asyncio.get_running_loop().time() - self._started

    @property
    def trouble(self) -> Problem | None:
        """Why nothing can be written just now."""
        return self._writer.trouble

    @property
    def commits(self) -> int:
        return self._writer.commits

    async def put(self, run: StoredRun) -> None:
        """Store a run; returns when it is committed. Raises a `Problem` if that takes too long; it is stored later."""
        await self._writer.put(run.kept.id, self._complete(run))

    def offer(self, run: StoredRun) -> None:
        """Store a run with the next commit, without waiting."""
        self._writer.offer(run.kept.id, self._complete(run))

    async def delete(self, run_id: str) -> None:
        """Forget a run; returns when that is committed."""
        await self._writer.put(run_id, None)

    def discard(self, run_id: str) -> None:
        """Forget a run with the next commit, without waiting."""
        self._writer.offer(run_id, None)

    async def checkpoint(self, run_id: str) -> bytes:
        """What a run goes on from. Raises `NotFound`, or another `Problem` if the database cannot be read."""
        is_new, run = self._writer.newest(run_id)
        found = run.checkpoint if run else None
        if found is None and (run or not is_new):
            async with self.database.reading() as connection:
                found = await connection.scalar(select(RUNS.c.checkpoint).where(RUNS.c.id == run_id))
        if found is None:
            raise NotFound("There is no such run in the database.")
        return bytes(found)

    async def list(self) -> builtins.list[Kept]:
        """Every committed run without its checkpoint, oldest first."""
        columns = [RUNS.c[name] for name in Kept._fields]
        async with self.database.reading() as connection:
            rows = await connection.execute(select(*columns).order_by(RUNS.c.born, RUNS.c.id))
            return [Kept(*row) for row in rows]

    def _complete(self, run: StoredRun) -> StoredRun:
        """The run with its checkpoint, unless that is committed."""
        _, newest = self._writer.newest(run.kept.id)
        return run if run.checkpoint or newest is None else run._replace(checkpoint=newest.checkpoint)

    async def _lifetime(self) -> float:
        async with self.database.reading() as connection:
            return float(await connection.scalar(select(LIFETIME.c.seconds)) or 0.0)

    async def _write(self, batch: Mapping[str, StoredRun | None]) -> None:
        """One transaction, in pieces between which the event loop has its turn."""
        rows = (run.kept._asdict() | {"checkpoint": run.checkpoint} for run in batch.values() if run and run.checkpoint)
        rest = (run.kept._asdict() | {"row": id_} for id_, run in batch.items() if run and not run.checkpoint)
        gone = (run_id for run_id, run in batch.items() if run is None)
        async with self.database.writing() as connection:
            while some := builtins.list(islice(rows, CHUNK)):
                await connection.execute(self._upserts[RUNS], some)
            while some := builtins.list(islice(rest, CHUNK)):
                await connection.execute(UPDATE, some)
            while ids := builtins.list(islice(gone, CHUNK)):
                await connection.execute(DELETE, {"ids": ids})
            await connection.execute(self._upserts[LIFETIME], [{"id": 1, "seconds": self.now()}])


def upsert(dialect: Any, table: Table) -> Any:
    """Insert a row, or let it take the place of the one with its id. Made once: each time it would leave garbage."""
    statement = dialect.insert(table)
    news = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=["id"], set_=news)
