"""Connections to the database: opened by one server at a time, migrated, checked after a crash."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, NullPool, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from app.errors import Problem, Unavailable
from app.logs import get_logger
from app.storage.faults import RETRY_AFTER
from app.storage.location import CannotStore, described, file_of
from app.storage.lock import FileLock
from app.storage.models import REVISION, Base

log = get_logger(__name__)

MIGRATIONS: Final = Path(__file__).parent / "migrations"
WAIT: Final = 1.0
"""Seconds one attempt waits for another program's lock; then whoever waits may be answered, and it is tried again."""
STATEMENT_TIMEOUT: Final = 20.0
TAKEOVER: Final = 2.0
"""Seconds a server waits at its start for a dying one to let go of the database."""
ADVISORY_LOCK: Final = 0x6E6575726F6E
PRAGMAS: Final = (
    f"PRAGMA busy_timeout = {WAIT * 1000:.0f}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA cache_size = -512",  # KiB for each connection: what is written is hardly ever read
)
POSTGRESQL: Final = {
    "timeout": 5,
    "command_timeout": STATEMENT_TIMEOUT,
    "server_settings": {"lock_timeout": f"{WAIT * 1000:.0f}", "application_name": "neuronpark"},
}


class Database:
    """One connection that writes, held for as long as the server lives, and others that read.

    The connection that writes is also the proof that no other server uses this database: it holds the lock.
    """

    def __init__(self, url: URL) -> None:
        self.url = url
        self.is_sqlite = url.drivername.startswith("sqlite")
        self._file = file_of(url)
        self._lock = FileLock(self._file) if self._file else None
        self._is_memory = self.is_sqlite and self._file is None
        self._turn = asyncio.Lock()
        self._writer: AsyncConnection | None = None
        self._engine = self._new_engine()
        self._reading = self._engine if self._is_memory else self._new_engine()
        if self.is_sqlite:
            event.listen(self._engine.sync_engine, "begin", _begin_immediate)

    async def open(self) -> None:
        """Take the database, check it after a crash, bring it to the newest form. Raises `CannotStore`."""
        try:
            if self._file and self._lock:
                self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                await self._take(self._lock)
                await self._check_after_a_crash(self._file)
            async with self.writing() as connection:
                await connection.run_sync(self._migrate)
        except OSError as error:
            raise CannotStore(
                f"The database {described(self.url)} cannot be used: {error.strerror or error}."
            ) from None
        except DBAPIError as error:
            raise CannotStore(f"The database {described(self.url)} cannot be used: {error.orig}.") from None
        except Problem as problem:
            raise CannotStore(f"The database {described(self.url)} cannot be used: {problem.detail}") from None

    async def close(self) -> None:
        """Let go of everything; safe at any time."""
        with contextlib.suppress(DBAPIError, OSError):
            await self._drop_writer()
        for engine in (self._reading, self._engine):
            with contextlib.suppress(DBAPIError, OSError):
                await engine.dispose()
        if self._lock:
            self._lock.release()

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction, committed at the end of the block."""
        async with self._turn:
            try:
                connection = self._writer = self._writer or await self._connect()
                async with connection.begin():
                    yield connection
            except BaseException:
                if self._writer is None or not self.is_sqlite:  # a connection that was lost has lost its lock
                    await self._drop_writer()
                raise

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read what has been committed. Raises `Problem`s."""
        try:
            if self._is_memory:  # which has one connection
                async with self.writing() as connection:
                    yield connection
            else:
                async with self._reading.connect() as connection:
                    yield connection
        except (DBAPIError, OSError, TimeoutError) as error:
            log.warning("the database cannot be read", reason=type(error).__name__)
            raise Unavailable("The database cannot be read just now. Try again.", headers=RETRY_AFTER) from None

    async def integrity(self) -> str:
        """`ok`, or what SQLite finds wrong with its file."""
        if not self.is_sqlite:
            return "ok"
        async with self.reading() as connection:
            return str(await connection.scalar(text("PRAGMA quick_check(1)")))

    def _new_engine(self) -> AsyncEngine:
        options: dict[str, Any] = {"poolclass": NullPool}
        if not self.is_sqlite:
            options["connect_args"] = POSTGRESQL
        engine = create_async_engine(self.url, **options)
        if self.is_sqlite:
            event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        return engine

    async def _connect(self) -> AsyncConnection:
        connection = await self._engine.connect()
        if not self.is_sqlite:
            await self._take_advisory_lock(connection)
        return connection

    async def _take(self, lock: FileLock) -> None:
        """The lock, waited for while the server before us ends."""
        deadline = asyncio.get_running_loop().time() + TAKEOVER
        while True:
            try:
                return lock.acquire()
            except CannotStore:
                if asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(0.1)

    async def _take_advisory_lock(self, connection: AsyncConnection) -> None:
        deadline = asyncio.get_running_loop().time() + TAKEOVER
        try:
            while not await connection.scalar(text(f"SELECT pg_try_advisory_lock({ADVISORY_LOCK})")):
                if asyncio.get_running_loop().time() > deadline:
                    raise CannotStore(
                        f"Another Neuron Park keeps its runs in {described(self.url)}. End it, or give this one a "
                        "database of its own with NEURONPARK_DATABASE."
                    )
                await asyncio.sleep(0.1)
            await connection.commit()
        except BaseException:
            await connection.close()
            raise

    async def _drop_writer(self) -> None:
        connection, self._writer = self._writer, None
        if connection is not None:
            await connection.close()

    async def _check_after_a_crash(self, file: Path) -> None:
        """A server that ends in peace leaves no write-ahead log behind."""
        if not file.with_name(f"{file.name}-wal").exists():
            return
        verdict = await self.integrity()
        if verdict != "ok":
            found = verdict.splitlines()[-1]
            raise CannotStore(f"The database {file} is damaged ({found}). Restore a backup, or move the file away.")
        log.info("the server before did not end in peace: the database is sound", database=str(file))

    def _migrate(self, connection: Connection) -> None:
        """Bring the database to the newest form; one that has it costs a query."""
        if self._is_memory:
            Base.metadata.create_all(connection)
            return
        tables = inspect(connection).get_table_names()
        found = (
            connection.scalar(text("SELECT version_num FROM alembic_version")) if "alembic_version" in tables else None
        )
        if found != REVISION:
            upgrade(connection)


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing. Raises `CannotStore` if a newer program wrote the database."""
    from alembic import command  # takes half a second, and only a new database needs it
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise CannotStore(
            "The database was written by a newer Neuron Park. Install that version, or use another NEURONPARK_DATABASE."
        ) from None


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say so, and with the lock they will need
    try:
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(pragma)
        cursor.close()
    except BaseException:
        connection.close()
        raise


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
