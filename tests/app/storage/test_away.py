"""A database server that goes away and comes back: nothing is lost, and no other server slips in between."""

import pytest

from app.errors import Unavailable
from app.storage.location import CannotStore, read_url
from app.storage.store import Store
from tests.app.storage.conftest import stored, storing
from tests.app.watching import until
from tests.support.postgresql import PostgresServer


async def test_a_database_that_was_away_gets_what_was_put_meanwhile(postgresql: PostgresServer) -> None:
    address = postgresql.create()
    async with storing(address, timeout=0.3) as store:
        await store.put(stored("r", b"before"))
        postgresql.stop()
        with pytest.raises(Unavailable, match="cannot be reached"):
            await store.put(stored("r", b"meanwhile"))
        with pytest.raises(Unavailable, match="cannot be read"):
            await store.list()
        assert await store.checkpoint("r") == b"meanwhile"
        postgresql.start()
        await until(lambda: store.trouble is None)
        assert [kept.id for kept in await store.list()] == ["r"]
        with pytest.raises(CannotStore, match="Another Neuron Park"):
            await Store(read_url(address)).start()
        await store.put(stored("s"))
    async with storing(address) as store:
        assert await store.checkpoint("r") == b"meanwhile"
