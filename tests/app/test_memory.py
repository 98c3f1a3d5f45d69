"""Memory that was freed is given back, and garbage is found."""

import asyncio
import contextlib
import gc
import subprocess
import sys
from collections import Counter

import httpx
import pytest

from app.main import create_app
from app.runs.pool import PING_INTERVAL
from app.serve import Server, bind
from app.settings import Settings
from tests.app.streaming import Client
from tests.app.watching import until

KEPT = """
import psutil
from app.memory import give_back
{how}
blocks, rest = [], []
for number in range(400):  # each a little longer, with something small behind it that stays
    blocks.append(b"x" * ({size} + 50 * number))
    rest.append(b"x" * 2_000)
full = psutil.Process().memory_info().rss
del blocks
print(full - psutil.Process().memory_info().rss)
"""


def given_back(how: str, size: int) -> int:
    program = KEPT.format(how=how, size=size)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="it is glibc that is told")
@pytest.mark.parametrize("size", [40_000, 140_000])
def test_blocks_are_given_back_though_something_lies_between_them(size: int) -> None:
    assert given_back("", size) < 60 * size
    assert given_back("give_back()", size) > 300 * size


HOLES = """
import psutil
from app.memory import trim
blocks = [b"x" * 20_000 for _ in range(2_000)]
kept = blocks[:: 8]
full = psutil.Process().memory_info().rss
del blocks
before = psutil.Process().memory_info().rss
trim()
print(full - before, before - psutil.Process().memory_info().rss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it is glibc that is told")
def test_pages_between_what_is_used_are_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True)
    by_itself, trimmed = map(int, done.stdout.split())
    assert by_itself < 4_000_000
    assert trimmed > 20_000_000


def test_what_is_loaded_at_the_start_is_never_searched_for_garbage() -> None:
    program = (
        "import gc, app.main; from app.memory import COLLECT, keep_what_is_loaded; keep_what_is_loaded(); "
        "print(gc.get_freeze_count() > 50_000, len(gc.get_objects()) < 1_000, gc.get_threshold() == COLLECT)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "True True True\n"


class Listening(Server):
    """A server in this process."""

    def __init__(self) -> None:
        settings = Settings(port=0, open=False, workers=1, log_level="error")
        self.socket = bind(settings)
        self.listens = asyncio.Event()
        super().__init__(create_app(settings), self.listens.set)

    async def __aenter__(self) -> str:
        self._serving = asyncio.create_task(self.serve(sockets=[self.socket]))
        await self.listens.wait()
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    async def __aexit__(self, *error: object) -> None:
        self.should_exit = True
        await self._serving


async def look(url: str, run: str, *, abruptly: bool) -> None:
    async with Client(url.replace("http", "ws") + "/api/v1/stream") as page:
        await page.open(run, {"losses": {}})
        await page.command(run, "step", unit="epoch", count=2)
        await page.command(run, "update", patch={"optimizer": {"learning_rate": 0.01}})
        await page.event("run")
        if abruptly:
            page._socket.transport.abort()


OURS = ("app.", "uvicorn.", "starlette.", "fastapi.", "sqlalchemy.", "websockets.server", "websockets.protocol")


def standing() -> Counter[str]:
    """How many objects of ours there are of each type."""
    names = Counter(f"{type(each).__module__}.{type(each).__name__}" for each in gc.get_objects())
    return Counter({name: count for name, count in names.items() if name.startswith(OURS)})


async def test_connections_and_writes_that_have_ended_leave_no_garbage() -> None:
    async with Listening() as url:
        async with httpx.AsyncClient(base_url=url, headers={"Origin": url}) as client:
            run = (await client.post("/api/v1/runs", json={"spec": {}})).json()["id"]
        for abruptly in (False, True):
            await look(url, run, abruptly=abruptly)
        await asyncio.sleep(PING_INTERVAL + 0.5)  # what a worker said last, at each ping, is kept
        gc.collect()
        gc.disable()
        try:
            before = standing()
            for abruptly in (False, True, False, True):
                await look(url, run, abruptly=abruptly)
            # What is on its way, and the last message of a worker, are other ones in time; what is garbage stays.
            with contextlib.suppress(TimeoutError):
                await until(lambda: standing() - before == Counter(), timeout=3 * PING_INTERVAL)
            assert standing() - before == Counter()
        finally:
            gc.enable()
