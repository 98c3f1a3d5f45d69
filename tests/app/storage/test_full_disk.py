"""A disk without room: who writes is told at once, nothing is lost, and it ends by itself."""

import pytest
from sqlalchemy import text

from app.errors import InsufficientStorage
from app.storage.location import read_url
from app.storage.store import Store
from tests.app.storage.conftest import numbered, stored, storing
from tests.app.watching import until


class Room:
    """How much more the database of a store may hold, by means of the database itself."""

    def __init__(self, store: Store) -> None:
        self._database = store.database

    async def end(self) -> None:
        """SQLite counts its pages; PostgreSQL reports a full disk where a trigger says so."""
        if self._database.is_sqlite:
            async with self._database.writing() as connection:
                pages = await connection.scalar(text("PRAGMA page_count"))
                await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        else:
            await self._say(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$",
                "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON runs EXECUTE FUNCTION no_room()",
            )

    async def begin(self) -> None:
        if self._database.is_sqlite:
            await self._say("PRAGMA max_page_count = 1000000")
        else:
            await self._say("DROP TRIGGER full_disk ON runs", "DROP FUNCTION no_room")

    async def _say(self, *statements: str) -> None:
        async with self._database.writing() as connection:
            for statement in statements:
                await connection.exec_driver_sql(statement)


async def test_a_full_disk_is_said_at_once_and_everything_is_stored_when_there_is_room(address: str) -> None:
    async with storing(address) as store:
        await store.put(stored("r", b"small"))
        room = Room(store)
        await room.end()
        with pytest.raises(InsufficientStorage) as caught:
            await store.put(stored("r", bytes(200_000)))
        assert caught.value.status == 507
        assert "disk is full" in caught.value.detail
        assert isinstance(store.trouble, InsufficientStorage)
        store.offer(stored("r", bytes(300_000)))
        store.offer(numbered(7))
        with pytest.raises(InsufficientStorage):
            await store.put(stored("s", bytes(100_000)))
        assert [kept.id for kept in await store.list()] == ["r"]

        await room.begin()
        await until(lambda: store.trouble is None)
        await store.put(stored("t"))
    async with storing(address) as store:
        assert {kept.id for kept in await store.list()} == {"r", "s", "t", "r0007"}
        assert await store.checkpoint("r") == bytes(300_000)
        assert await store.database.integrity() == "ok"


async def test_a_store_that_cannot_write_what_is_left_ends_in_time_and_says_so(address: str) -> None:
    store = Store(read_url(address))
    await store.start()
    await Room(store).end()
    store.offer(stored("r", bytes(200_000)))
    assert not await store.stop(0.3)
