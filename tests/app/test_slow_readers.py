"""Clients that stop reading are let go soon, with all they held, and nobody else notices."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from statistics import median

import httpx
import pytest

from benchmarks.classroom import course, idlers
from benchmarks.classroom.course import Course, Lesson, hold
from benchmarks.classroom.figures import figures_of, shares
from benchmarks.classroom.processes import MEGABYTE
from tests.app.streaming import RawClient
from tests.support.server import ServerProcess

SEND_TIMEOUT = 1.0
SLOW_READERS = 10
TURNS = 2


@pytest.fixture(scope="module")
def patient() -> Iterator[ServerProcess]:
    """A server that waits for slow readers, but not long. With eight clients a worker would begin to show them less:
    hence two workers for fourteen."""
    with ServerProcess(log_level="warning", workers=2, send_timeout=SEND_TIMEOUT) as running:
        yield running


@pytest.fixture(scope="module")
async def lesson(patient: ServerProcess) -> Lesson:
    """Four students, and ten clients that stop reading twice; half of them acknowledge what they do not read."""
    with pytest.MonkeyPatch.context() as quickly:
        for name, seconds in {"ARRIVALS": 1.0, "LULL": 1.0, "PATIENCE": 3.0}.items():
            quickly.setattr(course, name, seconds)
        quickly.setattr(idlers, "COMING", 0.3)
        return await hold(patient.base_url, patient.process, Course(students=4, seconds=9.0, slow_readers=SLOW_READERS))


async def test_each_of_them_is_let_go_in_time(lesson: Lesson) -> None:
    """A ping every half timeout, a timeout for its answer, and something for a machine that is busy."""
    waits = [wait for idler in lesson.idlers for wait in idler.closed_after]
    assert len(waits) == TURNS * SLOW_READERS
    assert all(wait < 2 * SEND_TIMEOUT + 1 for wait in waits), waits


async def test_their_descriptors_and_their_memory_are_free_again(lesson: Lesson) -> None:
    assert lesson.descriptors_left == [0] * TURNS
    [web] = [usage for usage in lesson.watch.server if usage.name == "web"]
    half = len(web.memory) // 2
    assert max(web.memory[half:]) - max(web.memory[:half]) < 8 * MEGABYTE


def test_each_is_counted(patient: ServerProcess, lesson: Lesson) -> None:
    counted = re.search(r"^neuronpark_slow_readers_total (\S+)$", httpx.get(f"{patient.base_url}/metrics").text, re.M)
    assert counted
    assert float(counted[1]) == TURNS * SLOW_READERS


async def test_the_others_do_not_notice(lesson: Lesson) -> None:
    assert lesson.errors == {}
    assert shares(lesson)["frames/s"] > 0.7
    usual, meanwhile = lesson.tallies[course.ALL_READ], lesson.tallies[course.SLOW_READERS]
    assert median(meanwhile.ages) < median(usual.ages) + 0.05


def test_they_are_among_the_figures(lesson: Lesson) -> None:
    figures = {figure.name: figure for figure in figures_of(lesson)}
    assert figures["descriptors they left"].holds
    assert figures["slow readers closed after, longest"].holds
    assert 0.7 < figures["the middle student's frames/s, as a share of when all read"].value < 1.5
    assert {name.partition(", ")[2] for name in figures if name.startswith("frame age")} == {
        "p99, all read",
        "p99, with slow readers",
    }


def test_a_client_that_only_answers_pings_is_kept(patient: ServerProcess) -> None:
    with RawClient(patient.stream_url) as raw:
        end = time.monotonic() + 2.5 * SEND_TIMEOUT
        raw.socket.settimeout(0.1)
        while time.monotonic() < end:
            try:
                raw.read_until(lambda event: False)
            except TimeoutError:
                raw.flush()
        raw.socket.settimeout(5)
        raw.send(type="ping", id=7)
        raw.read_until(lambda event: b'"pong"' in event.data)


def test_a_client_that_answers_no_ping_is_reset(patient: ServerProcess) -> None:
    """Not closed politely: what lies in the kernel for it would be kept."""
    with RawClient(patient.stream_url) as raw:
        raw.socket.settimeout(4 * SEND_TIMEOUT)
        with pytest.raises(ConnectionResetError):
            read_to_the_end(raw.socket)


def read_to_the_end(connection: socket.socket) -> None:
    """Read without a word, until the server's end or its reset."""
    while connection.recv(65536):
        pass
