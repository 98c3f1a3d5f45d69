"""Group commit by itself: what shares a commit, what is kept when it fails, who is told when."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from app.errors import InsufficientStorage, Problem, Unavailable
from app.storage import faults
from app.storage import writer as writers
from app.storage.writer import Writer


class Disk:
    """Keeps what is written, as fast and as well as a test wants."""

    def __init__(self) -> None:
        self.batches: list[dict[str, int | None]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.fault: Exception | None = None

    async def write(self, batch: Mapping[str, int | None]) -> None:
        await self.open.wait()
        if self.fault:
            raise self.fault
        self.batches.append(dict(batch))


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writers, "RETRY_INTERVAL", 0.005)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
async def writer(disk: Disk) -> AsyncIterator[Writer[int]]:
    running: Writer[int] = Writer(disk.write, timeout=0.1)
    task = asyncio.create_task(running.run())
    yield running
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_put_returns_after_the_commit_that_holds_it(writer: Writer[int], disk: Disk) -> None:
    disk.open.clear()
    putting = asyncio.create_task(writer.put("a", 1))
    await asyncio.sleep(0.01)
    assert not putting.done()
    assert writer.newest("a") == (True, 1)
    disk.open.set()
    await putting
    assert disk.batches == [{"a": 1}]
    assert writer.newest("a") == (False, None)


async def test_what_comes_while_a_commit_is_under_way_goes_with_the_next(writer: Writer[int], disk: Disk) -> None:
    disk.open.clear()
    first = asyncio.create_task(writer.put("a", 1))
    await asyncio.sleep(0.01)
    others = [asyncio.create_task(writer.put("a", number)) for number in range(2, 9)]
    others.append(asyncio.create_task(writer.put("b", None)))
    await asyncio.sleep(0)
    assert writer.newest("a") == (True, 8)
    disk.open.set()
    await asyncio.gather(first, *others)
    assert disk.batches == [{"a": 1}, {"a": 8, "b": None}]
    assert writer.commits == 2


async def test_a_full_disk_is_told_at_once_and_what_was_put_is_written_later(writer: Writer[int], disk: Disk) -> None:
    disk.fault = faults.full()
    with pytest.raises(InsufficientStorage):
        await writer.put("a", 1)
    writer.offer("a", 2)
    writer.offer("b", 3)
    assert isinstance(writer.trouble, InsufficientStorage)
    disk.fault = None
    assert await writer.drained(1)
    assert [*disk.batches[-1].items()] == [("a", 2), ("b", 3)] or disk.batches == [{"a": 1}, {"a": 2, "b": 3}]
    assert writer.trouble is None


@pytest.mark.parametrize("fault", [faults.busy(), OSError("gone"), ConnectionError()])
async def test_trouble_that_may_end_soon_is_waited_for(writer: Writer[int], disk: Disk, fault: Exception) -> None:
    disk.fault = fault
    waiting = asyncio.create_task(writer.put("a", 1))
    await asyncio.sleep(0.03)
    assert not waiting.done()
    disk.fault = None
    await waiting
    assert disk.batches == [{"a": 1}]


@pytest.mark.parametrize(("fault", "words"), [(faults.busy(), "busy"), (OSError("gone"), "cannot be reached")])
async def test_trouble_that_does_not_end_is_told_in_time(
    writer: Writer[int], disk: Disk, fault: Exception, words: str
) -> None:
    disk.fault = fault
    with pytest.raises(Unavailable, match=words) as caught:
        await writer.put("a", 1)
    assert caught.value.headers == {"Retry-After": "5"}
    disk.fault = None
    assert await writer.drained(1)
    assert disk.batches == [{"a": 1}]


async def test_a_write_that_hangs_is_told_as_a_busy_database(writer: Writer[int], disk: Disk) -> None:
    disk.open.clear()
    with pytest.raises(Problem, match="busy"):
        await writer.put("a", 1)
    assert not await writer.drained(0.01)


async def test_who_stops_waiting_does_not_stop_the_write(writer: Writer[int], disk: Disk) -> None:
    disk.open.clear()
    leaving = asyncio.create_task(writer.put("a", 1))
    await asyncio.sleep(0.01)
    leaving.cancel()
    staying = asyncio.create_task(writer.put("b", 2))
    disk.open.set()
    await staying
    assert disk.batches == [{"a": 1}, {"b": 2}]
