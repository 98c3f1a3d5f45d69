"""Readiness: what a load balancer and whoever upgrades the server go by."""

from __future__ import annotations

import asyncio
import signal
import time

import httpx
import pytest

from app.errors import MEDIA_TYPE
from app.main import create_app
from app.settings import Settings
from tests.app.streaming import Client
from tests.app.watching import managing, until
from tests.support.server import ServerProcess


async def test_a_server_that_shuts_down_is_not_ready() -> None:
    app = create_app(Settings(workers=1))
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        app.state.manager.close_connections()
        answer = await client.get("/ready")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["detail"] == "The server is shutting down."


async def test_without_a_worker_it_is_not_ready_and_with_one_it_is() -> None:
    async with managing(workers=2) as manager:
        assert manager.unready() is None
        first, second = manager._pool.workers
        first.kill()
        await until(lambda: not first.alive)
        assert manager.unready() is None
        second.kill()
        await until(lambda: manager.unready() is not None)
        assert manager.unready() == "No process that trains is alive; they are being started."
        await until(lambda: manager.unready() is None)


@pytest.mark.parametrize("number", [signal.SIGTERM])
async def test_once_it_is_told_to_end_it_is_never_ready_again(number: signal.Signals) -> None:
    with ServerProcess(log_level="warning", workers=1) as server:
        async with httpx.AsyncClient(base_url=server.base_url) as rest, Client(server.stream_url) as page:
            assert (await rest.get("/ready")).status_code == 200
            stopping = asyncio.create_task(asyncio.to_thread(server.stop, number))
            begin = time.monotonic()
            assert await page.closed() == 1001
            assert await ready(rest) in (503, None)
            await stopping
            assert time.monotonic() - begin < 10


async def ready(rest: httpx.AsyncClient) -> int | None:
    """The status of /ready, None if nobody answers."""
    try:
        return (await rest.get("/ready")).status_code
    except httpx.TransportError:
        return None
