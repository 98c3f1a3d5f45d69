"""Telling a worker that is busy from one that will never answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from app.runs.pulse import BUSY_TIMEOUT, HANG_TIMEOUT, STOPPED_TIMEOUT, Pulse, Vitals, vitals


def looks(pulse: Pulse, seen: list[Vitals | None], interval: float = 1.0) -> tuple[int, str] | None:
    """At which look there was trouble, and which."""
    for number, one in enumerate(seen, 1):
        if trouble := pulse.look(one, interval):
            return number, trouble
    return None


def test_a_stopped_worker_is_found_in_four_looks() -> None:
    found = looks(Pulse(), [Vitals("T", 100)] * 10)
    assert found == (STOPPED_TIMEOUT + 1, "it was stopped")


def test_a_debugger_stops_it_too() -> None:
    assert looks(Pulse(), [Vitals("t", 100)] * 10)


def test_one_that_was_stopped_for_a_moment_is_left_alone() -> None:
    stopped, running = Vitals("T", 100), Vitals("R", 100)
    assert looks(Pulse(), [stopped, stopped, stopped, running] * 5) is None


def test_a_sleeping_worker_that_does_not_answer_hangs() -> None:
    number, trouble = looks(Pulse(), [Vitals("S", 100)] * 20) or (0, "")
    assert (number, trouble) == (HANG_TIMEOUT + 2, "it sleeps and does not answer")  # the first look learns the ticks
    assert looks(Pulse(), [Vitals("D", 100)] * 20)


def test_a_sleeping_worker_that_answers_is_well() -> None:
    pulse = Pulse()
    for _ in range(100):
        assert pulse.look(Vitals("S", 100), 1.0) is None
        pulse.heard()


def test_a_worker_that_computes_may_be_silent_for_a_minute() -> None:
    busy = [Vitals("S" if number % 2 else "R", 100 + number) for number in range(100)]
    assert looks(Pulse(), busy) == (BUSY_TIMEOUT + 1, "it has been busy for too long")


def test_a_worker_that_gets_no_processor_does_not_hang() -> None:
    assert looks(Pulse(), [Vitals("R", 100)] * int(BUSY_TIMEOUT)) is None


def test_where_the_kernel_says_nothing_silence_alone_counts() -> None:
    assert looks(Pulse(), [None] * 100) == (BUSY_TIMEOUT + 1, "it has been busy for too long")


def test_a_server_that_stood_still_itself_blames_nobody() -> None:
    """However long the clock says that it took, between two looks one interval has passed."""
    pulse = Pulse()
    for _ in range(3):
        assert pulse.look(Vitals("S", 100), 1.0) is None
        time.sleep(0.01)
    pulse.heard()
    assert looks(pulse, [Vitals("S", 100)] * int(HANG_TIMEOUT)) is None


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A process that computes when it is told to."""
    program = "import sys\nfor line in sys.stdin:\n    sum(range(20_000_000)); print(flush=True)"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


def until(condition: object, pid: int) -> Vitals:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        seen = vitals(pid)
        assert seen is not None
        if callable(condition) and condition(seen):
            return seen
        time.sleep(0.005)
    raise AssertionError(vitals(pid))


def test_the_kernel_is_asked(child: subprocess.Popen[bytes]) -> None:
    resting = until(lambda seen: seen.state == "S", child.pid)
    assert child.stdin
    assert child.stdout
    child.stdin.write(b"go\n")
    child.stdin.flush()
    until(lambda seen: seen.state == "R" and seen.ticks > resting.ticks, child.pid)
    os.kill(child.pid, signal.SIGSTOP)
    stopped = until(lambda seen: seen.state == "T", child.pid)
    assert vitals(child.pid) == stopped
    os.kill(child.pid, signal.SIGCONT)
    child.stdout.readline()


def test_of_a_process_that_has_gone_nothing_is_known(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    assert vitals(child.pid) is None


def test_a_name_with_brackets_and_spaces_is_no_trouble() -> None:
    program = "import ctypes,sys; ctypes.CDLL(None).prctl(15, b'a) R (b 1'); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        until(lambda seen: seen.state == "S", process.pid)
