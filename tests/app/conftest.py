"""One real server for all tests of the HTTP side, with a client, and runs that are deleted afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from app.runs.manager import RunManager
from tests.app.streaming import Client
from tests.app.watching import managing
from tests.support.hosted import hosted_server
from tests.support.postgresql import PostgresServer
from tests.support.server import ServerProcess

NewRun = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def server() -> Iterator[ServerProcess]:
    """A server that all tests share. A test that harms its server starts one of its own."""
    with ServerProcess(log_level="warning", workers=2) as running:
        yield running


@pytest.fixture(scope="session")
def hosted() -> Iterator[ServerProcess]:
    """A hosted server that all tests share, with every limit as it is by default."""
    with hosted_server() as running:
        yield running


@pytest.fixture(scope="session")
def client(server: ServerProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base_url, timeout=30) as client:
        yield client


@pytest.fixture
def new_run(client: httpx.Client) -> Iterator[NewRun]:
    """Creates a run from a specification and gives its document."""
    created = []

    def create(**spec: Any) -> dict[str, Any]:
        answer = client.post("/api/v1/runs", json={"spec": spec})
        assert answer.status_code == 201, answer.text
        created.append(answer.json()["id"])
        return answer.json()

    yield create
    for run in created:
        client.delete(f"/api/v1/runs/{run}")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started for the tests that ask for it where it is installed."""
    with PostgresServer() as running:
        yield running


@pytest.fixture
async def page(server: ServerProcess) -> AsyncIterator[Client]:
    """A websocket client of the shared server."""
    async with Client(server.stream_url) as client:
        yield client


@pytest_asyncio.fixture(scope="session")
async def manager() -> AsyncIterator[RunManager]:
    """A run manager without a server, shared by the tests that do not harm it."""
    async with managing(workers=2) as running:
        yield running


@pytest.fixture
async def run(manager: RunManager) -> AsyncIterator[str]:
    """The name of a new run with every default."""
    document = await manager.create({})
    yield document["id"]
    if document["id"] in {other["id"] for other in manager.list()}:
        await manager.delete(document["id"])
