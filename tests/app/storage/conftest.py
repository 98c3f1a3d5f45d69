"""The same tests on SQLite and, where it is installed, on a real PostgreSQL that is started for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.storage.location import read_url
from app.storage.models import Kept, StoredRun
from app.storage.store import Store
from tests.support.postgresql import KINDS, PostgresServer

collect_ignore_glob = [] if "postgresql" in KINDS else ["test_away.py"]


@pytest.fixture(params=KINDS)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that nobody has used yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/runs.db"
    server: PostgresServer = request.getfixturevalue("postgresql")
    return server.create()


@asynccontextmanager
async def storing(address: str, timeout: float = 5.0) -> AsyncIterator[Store]:
    """A store that has been started."""
    store = Store(read_url(address), timeout)
    await store.start()
    try:
        yield store
    finally:
        await store.stop(5.0)


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    async with storing(address) as running:
        yield running


def stored(run_id: str, checkpoint: bytes = b"\x00state", *, born: float = 1.0, used: float = 1.0) -> StoredRun:
    """A run as the manager would hand it over."""
    return StoredRun(Kept(run_id, "somebody", "paused", False, born, used, b'{"id":"r"}'), checkpoint)


def numbered(number: int) -> StoredRun:
    return stored(f"r{number:04}", str(number).encode() * 50, born=float(number))
