"""How loaded a worker is, measured by its pings; and that nobody is let in where everybody waits already."""

import os
import signal
from typing import Any

import pytest

from app.errors import Unavailable
from app.runs import pool
from app.runs.manager import RunManager
from app.runs.owned import OwnedRuns
from app.runs.promptness import LOOKED_AT, Promptness
from tests.app.watching import Watcher, command, managing, until, worker_pid
from tests.support.hosted import SECRET


def answering(*seconds: float) -> Promptness:
    """A worker that took so long to answer one ping after the other, which went out at 0, 1, 2 …"""
    promptness = Promptness()
    for sent, taken in enumerate(seconds):
        promptness.asked(sent)
        promptness.answered(sent + taken)
    return promptness


def test_who_was_never_asked_is_prompt() -> None:
    assert Promptness().seconds(now=5.0) == 0.0


def test_one_long_answer_is_no_load_and_several_are() -> None:
    assert answering(0.01, 0.01, 3.0, 0.01, 0.01).seconds(now=10.0) == pytest.approx(0.01)
    assert answering(0.01, 0.01, 3.0, 2.0, 2.5).seconds(now=10.0) == pytest.approx(2.0)


def test_what_was_long_ago_is_forgotten() -> None:
    assert answering(*[4.0] * 10, *[0.02] * LOOKED_AT).seconds(now=20.0) == pytest.approx(0.02)


def test_a_ping_that_waits_has_taken_as_long_as_until_now() -> None:
    promptness = answering(0.01, 0.01)
    for sent in (2.0, 3.0, 4.0):
        promptness.asked(sent)
    assert promptness.seconds(now=4.1) == pytest.approx(2.1)
    assert promptness.seconds(now=60.0) == pytest.approx(58.0)
    for _ in range(3):
        promptness.answered(60.0)
    assert promptness.seconds(now=60.0) == pytest.approx(56.0)


def test_a_single_ping_that_waits_is_no_load() -> None:
    promptness = answering(0.01, 0.01, 0.01)
    promptness.asked(3.0)
    assert promptness.seconds(now=9.0) == pytest.approx(0.01)


def test_answers_that_nobody_waits_for_do_not_count() -> None:
    promptness = Promptness()
    promptness.answered(3.0)
    assert promptness.seconds(now=4.0) == 0.0


async def refused(runs: OwnedRuns) -> Unavailable | None:
    try:
        created = await runs.create({})
    except Unavailable as problem:
        return problem
    await runs.delete(created["id"])
    return None


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pings go out so often that a load is seen at once."""
    monkeypatch.setattr(pool, "PING_INTERVAL", 0.02)


async def made_late(manager: RunManager, run: str, asking: Any) -> Any:
    """What `asking` answers while the worker is stopped and owes the answers to its last pings."""
    os.kill(worker_pid(manager, run), signal.SIGSTOP)
    try:
        await until(lambda: manager.delay() > manager.settings.max_delay)
        return await asking()
    finally:
        os.kill(worker_pid(manager, run), signal.SIGCONT)


@pytest.mark.usefixtures("often")
async def test_a_hosted_server_that_is_overloaded_takes_no_more_and_those_there_go_on() -> None:
    async with managing(mode="hosted", secret_key=SECRET, max_delay=0.2) as manager:
        ann = OwnedRuns(manager, "ann")
        run = (await ann.create({}))["id"]
        watcher = Watcher(manager)
        await watcher.watch(run)
        await command(manager, run, "start")
        await watcher.next_frame()
        problem = await made_late(manager, run, lambda: refused(OwnedRuns(manager, "bob")))
        assert problem.document() == {
            "type": "about:blank",
            "title": "Temporarily unavailable",
            "status": 503,
            "detail": "So many networks train on this server that they wait for each other, and it takes no more just "
            "now. Those there are go on. Try again in a little while.",
            "errors": [],
        }
        assert problem.headers == {"Retry-After": "15"}
        await until(lambda: manager.delay() < manager.settings.max_delay)
        assert await refused(OwnedRuns(manager, "bob")) is None
        step = watcher.frames[-1][0]["step"]
        await watcher.next_frame(lambda header: header["step"] > step)
        assert manager.stats()["restarts"] == 0


@pytest.mark.usefixtures("often")
async def test_a_full_server_takes_no_more_and_those_there_go_on() -> None:
    async with managing(mode="hosted", secret_key=SECRET, max_runs=2) as manager:
        runs = [(await OwnedRuns(manager, owner).create({}))["id"] for owner in ("ann", "bob")]
        for run in runs:
            await command(manager, run, "start")
        problem = await refused(OwnedRuns(manager, "eve"))
        assert problem is not None
        assert (problem.status, problem.headers) == (503, {"Retry-After": "60"})
        before = [manager.get(run)["step"] for run in runs]
        await until(lambda: all(manager.get(run)["step"] > step for run, step in zip(runs, before, strict=True)))
        await OwnedRuns(manager, "ann").delete(runs[0])
        assert await refused(OwnedRuns(manager, "eve")) is None


@pytest.mark.usefixtures("often")
async def test_ones_own_machine_is_ones_own_to_load() -> None:
    async with managing(max_delay=0.1) as manager:
        run = (await OwnedRuns(manager, "").create({}))["id"]

        async def nothing() -> None:
            OwnedRuns(manager, "")._require_prompt()

        await made_late(manager, run, nothing)
