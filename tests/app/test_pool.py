"""Worker processes: real ones, with stand-ins for what runs in them."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from app.errors import Invalid, Unavailable
from app.runs import pool as pools
from app.runs import pulse, wire
from app.runs.pool import NICENESS, Pool, Target, Worker
from app.runs.wire import Options
from tests.app import pool_targets


class Heard:
    """What a pool said."""

    def __init__(self) -> None:
        self.messages: list[wire.FromWorker] = []
        self.deaths: list[tuple[int, str | None]] = []

    def message(self, worker: Worker, message: wire.FromWorker) -> None:
        self.messages.append(message)

    def death(self, worker: Worker, culprit: str | None) -> None:
        self.deaths.append((worker.slot, culprit))


@asynccontextmanager
async def running(size: int = 1, target: Target = pool_targets.polite) -> AsyncIterator[tuple[Pool, Heard]]:
    heard = Heard()
    pool = Pool(size, target, Options(1.5), heard.message, heard.death)
    await pool.start()
    try:
        yield pool, heard
    finally:
        await pool.stop(deadline=2.0)


async def until(condition: Callable[[], bool], timeout: float = 10.0) -> None:
    async with asyncio.timeout(timeout):
        while not condition():
            await asyncio.sleep(0.01)


def document(number: int) -> wire.ReadDocument:
    return wire.ReadDocument(number, "r")


async def test_requests_are_answered_with_their_own_answers() -> None:
    async with running(2) as (pool, _):
        assert len({worker.pid for worker in pool.workers}) == 2
        answers = await asyncio.gather(*(worker.ask(document) for worker in pool.workers for _ in range(20)))
        assert answers == [{"interval": 1.5, "threads": "1"}] * 40


async def test_a_refusal_is_raised_as_the_problem_it_names() -> None:
    async with running() as (pool, _):
        with pytest.raises(Invalid) as caught:
            await pool.workers[0].ask(lambda number: wire.ReadExport(number, "r"))
        assert caught.value.detail == "No."
        assert [tuple(error) for error in caught.value.errors] == [("/a", "b")]


async def test_an_answer_that_does_not_come_is_not_waited_for() -> None:
    async with running() as (pool, _):
        with pytest.raises(Unavailable, match="in time"):
            await pool.workers[0].ask(lambda number: wire.ReadProbe(number, "r", "units", {}), deadline=0.05)


async def test_a_dead_worker_is_replaced_and_who_waited_is_told() -> None:
    async with running(2) as (pool, heard):
        first, other = pool.workers
        waiting = asyncio.create_task(first.ask(lambda number: wire.ReadProbe(number, "r", "units", {})))
        await asyncio.sleep(0.05)
        os.kill(first.pid, signal.SIGKILL)
        with pytest.raises(Unavailable) as caught:
            await waiting
        assert caught.value.headers == {"Retry-After": "1"}
        replacement = await pool.worker(0)
        assert replacement is not first
        assert replacement.pid != first.pid
        assert await replacement.ask(document)
        assert pool.workers[1] is other
        assert heard.deaths == [(0, None)]
        assert pool.restarts == 1
        with pytest.raises(Unavailable):
            await first.ask(document)


async def test_a_death_is_laid_at_the_door_of_the_run_the_worker_was_busy_with() -> None:
    async with running() as (pool, heard):
        with pytest.raises(Unavailable):
            await pool.workers[0].ask(lambda number: wire.ReadMetrics(number, "run-7"))
        await pool.worker(0)
        assert heard.deaths == [(0, "run-7")]


async def test_workers_stand_back_behind_the_process_that_answers() -> None:
    async with running(size=2) as (pool, _):
        meant = min(psutil.Process().nice() + NICENESS, 19)  # nothing stands back further
        assert [psutil.Process(worker.pid).nice() for worker in pool.workers] == [meant, meant]


async def test_last_words_are_heard() -> None:
    async with running() as (pool, heard):
        pool.workers[0].send(wire.Delete("r"))
        await until(lambda: bool(heard.deaths))
        assert heard.messages == [wire.Ended("r", "last words")]


async def test_a_worker_that_talks_noise_is_replaced() -> None:
    async with running() as (pool, heard):
        pool.workers[0].send(wire.Ack(1, 1))
        await until(lambda: bool(heard.deaths))
        assert await (await pool.worker(0)).ask(document)


async def test_a_worker_whose_message_cannot_be_handled_is_replaced() -> None:
    async with running() as (pool, heard):
        first = pool.workers[0]
        del heard.messages  # so that it cannot take one
        first.send(wire.Delete("r"))
        await until(lambda: bool(heard.deaths))
        assert isinstance(first.silent.exception(), AttributeError)
        assert await (await pool.worker(0)).ask(document)


async def test_a_worker_that_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "PING_INTERVAL", 0.1)
    monkeypatch.setattr(pulse, "HANG_TIMEOUT", 0.5)
    async with running() as (pool, heard):
        begin = time.monotonic()
        with pytest.raises(Unavailable, match="replaced"):
            await pool.workers[0].ask(lambda number: wire.ReadProbe(number, "r", "units", {}))
        assert 0.4 < time.monotonic() - begin < 5
        assert await (await pool.worker(0)).ask(document)
        assert heard.deaths == [(0, None)]


async def test_a_worker_says_how_many_runs_train_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "PING_INTERVAL", 0.01)
    async with running() as (pool, _):
        await until(lambda: pool.workers[0].cohorts == [3, 2])


async def test_an_idle_worker_is_not_taken_for_a_hanging_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "PING_INTERVAL", 0.05)
    monkeypatch.setattr(pulse, "HANG_TIMEOUT", 0.3)
    async with running() as (pool, heard):
        await asyncio.sleep(1.0)
        assert pool.workers[0].alive
        assert heard.deaths == []


async def test_stopping_leaves_no_process_behind() -> None:
    async with running(2) as (pool, heard):
        pids = [worker.pid for worker in pool.workers]
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert heard.deaths == []
    assert [worker.process.exitcode for worker in pool.workers] == [0, 0]


async def test_a_process_does_not_run_our_main_script_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script, note = tmp_path / "command", tmp_path / "ran"
    script.write_text(f"open({str(note)!r}, 'w').close()")
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "__spec__", None, raising=False)
    monkeypatch.setattr(main, "__file__", str(script), raising=False)
    async with running() as (pool, _):
        assert await pool.workers[0].ask(document)
    assert not note.exists()
    assert main.__file__ == str(script)


async def test_ctrl_c_is_not_a_workers_business_not_even_while_it_starts() -> None:
    """A terminal sends it to all its processes. The first worker is special: with it the resource tracker starts."""
    workers = [Worker(slot, pool_targets.polite, Options(1.0), Heard().message) for slot in range(2)]
    starting = [asyncio.create_task(worker.start()) for worker in workers]
    for worker in workers:
        await until(lambda worker=worker: worker.pid > 0)  # type: ignore[misc]
        for _ in range(3):
            os.kill(worker.pid, signal.SIGINT)
    await asyncio.gather(*starting)
    for worker in workers:
        os.kill(worker.pid, signal.SIGINT)
        assert worker.alive
        assert worker.process.is_alive()
        worker.bury()
        assert await worker.ended(10)
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())


async def test_a_worker_that_will_not_end_is_ended() -> None:
    heard = Heard()
    pool = Pool(1, pool_targets.deaf, Options(1.0), heard.message, heard.death)
    await pool.start()
    pid = pool.workers[0].pid
    await pool.stop(deadline=0.2)
    assert not psutil.pid_exists(pid)


async def test_stopping_while_a_worker_is_being_replaced_leaves_none_behind() -> None:
    async with running() as (pool, heard):
        pool.workers[0].send(wire.Delete("r"))
        await until(lambda: bool(heard.deaths))
    await until(lambda: not pool.workers[0].process.is_alive())


async def test_a_worker_that_greets_wrongly_does_not_start() -> None:
    heard = Heard()
    pool = Pool(1, pool_targets.wrong_greeting, Options(1.0), heard.message, heard.death)
    with pytest.raises(RuntimeError, match="Pong"):
        await pool.start()
    assert not pool.workers[0].process.is_alive()
