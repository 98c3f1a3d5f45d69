"""The class that measures the server: who comes, what they count, and that counting can be trusted."""

from __future__ import annotations

import asyncio
import math
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import httpx
import msgspec
import numpy as np
import pytest

from app.probe_options import Probes
from app.protocol import convert
from app.runs.frames import Named, encode_frame
from benchmarks import classroom
from benchmarks.classroom import lesson
from benchmarks.classroom.connection import BINARY, CLOSE, PING, Connection, Header, connect
from benchmarks.classroom.course import Course, Lesson, hold
from benchmarks.classroom.figures import Figure, describe, figures_of
from benchmarks.classroom.processes import MEGABYTE, Usage
from benchmarks.classroom.student import Student
from benchmarks.classroom.tally import Tally, percentile
from engine import RunSpec
from tests.support.server import ServerProcess, free_port


def test_the_mix_of_a_class_is_the_one_promised() -> None:
    specs = [lesson.spec_of(number, Random(number)) for number in range(300)]
    own = [spec for spec in specs if spec["dataset"]["kind"] == "points"]
    default = [spec for spec in specs if spec["layers"] == lesson.dense(4, 2) and "batch_size" not in spec]
    others = Counter(str(spec["layers"]) + str(spec.get("batch_size")) for spec in specs if spec not in default)
    assert (len(own), len(default) - len(own), sum(others.values())) == (30, 210, 60)
    assert sorted(others.values()) == [15, 15, 15, 15]
    assert all(30 <= len(spec["dataset"]["train"]) <= 90 and len(spec["dataset"]["test"]) >= 10 for spec in own)
    assert specs == [lesson.spec_of(number, Random(number)) for number in range(300)]


@pytest.mark.parametrize("number", range(10))
def test_whatever_a_student_does_to_a_network_can_be_trained(number: int) -> None:
    random = Random(number)
    spec = lesson.spec_of(number, random)
    for _ in range(10):
        for change in lesson.CHANGES.values():
            patch = change(spec, random)
            before = RunSpec.from_dict(spec)
            spec = lesson.merged(spec, patch)
            assert before.merge(patch) == RunSpec.from_dict(spec) != before


def test_every_deed_is_done_sooner_or_later() -> None:
    random = Random(1)
    done = Counter(lesson.next_deed(random) for _ in range(2000))
    assert set(done) == set(lesson.DEEDS)
    assert sum(lesson.DEEDS.values()) == 100
    assert all(abs(done[deed] / 20 - share) < 5 for deed, share in lesson.DEEDS.items())
    convert(lesson.PROBES, Probes)


@pytest.mark.parametrize(("percent", "expected"), [(0, 1.0), (5, 1.0), (50, 2.0), (99, 4.0), (100, 4.0)])
def test_a_percentile_is_one_of_the_values(percent: float, expected: float) -> None:
    assert percentile([3.0, 1.0, 4.0, 2.0], percent) == expected
    assert math.isnan(percentile([], percent))


class Heard:
    """A listener that keeps everything."""

    def __init__(self) -> None:
        self.frames: list[tuple[int, int, int]] = []
        self.events: list[bytes] = []
        self.codes: list[int] = []

    def frame(self, header: Header, first: int, last: int, now: float) -> None:
        self.frames.append((header.seq, first, last))

    def event(self, text: bytes, now: float) -> None:
        self.events.append(text)

    def lost(self, code: int) -> None:
        self.codes.append(code)


class Wire(asyncio.Transport):
    """What is written, kept."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True


def message(opcode: int, data: bytes) -> bytes:
    """As a server sends it: whole and not masked."""
    size = len(data)
    if size < 126:
        return bytes((128 | opcode, size)) + data
    if size < 2**16:
        return bytes((128 | opcode, 126)) + size.to_bytes(2, "big") + data
    return bytes((128 | opcode, 127)) + size.to_bytes(8, "big") + data


def frame(seq: int, steps: list[float], extra: int = 0) -> bytes:
    header = {"seq": seq, "generation": 0, "revision": 1, "step": 1, "epoch": 0.1, "state": "running", "sent": 1.5}
    arrays = [Named("weights/theta", np.zeros(extra + 1)), Named("curve/step", np.array(steps))]
    return message(BINARY, encode_frame(header, arrays))


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    for begin in range(0, len(data), size):
        yield data[begin : begin + size]


@pytest.mark.parametrize("size", [1, 7, 1000, 10**6])
async def test_messages_are_read_however_they_are_cut(size: int) -> None:
    heard, wire = Heard(), Wire()
    connection = Connection(heard, b"GET")
    connection.connection_made(wire)
    told = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
    said = told + message(1, b'{"type":"welcome"}') + frame(1, [25.0, 50.0]) + frame(2, [], extra=9000)
    said += message(PING, b"abcd") + message(CLOSE, (1001).to_bytes(2, "big"))
    for piece in pieces(said, size):
        connection.data_received(piece)
    connection.connection_lost(None)
    assert heard.events == [b'{"type":"welcome"}']
    assert heard.frames == [(1, 25, 50), (2, -1, -1)]
    assert heard.codes == [1001]
    assert wire.written == b"GET" + b"\x8a\x84" + bytes(4) + b"abcd"
    assert wire.closed


async def test_a_refused_handshake_is_said(server: ServerProcess) -> None:
    with pytest.raises(ConnectionError, match="403"):
        await connect(f"ws://127.0.0.1:{server.port}/nothing", Heard())
    with pytest.raises(OSError, match="Connect call failed"):
        await connect(f"ws://127.0.0.1:{free_port()}/", Heard())


async def test_a_class_comes_works_and_goes_without_an_error(server: ServerProcess, client: httpx.Client) -> None:
    before = {run["id"] for run in client.get("/api/v1/runs").json()["runs"]}
    held = await hold(server.base_url, server.process, Course(students=6, seconds=4.0))
    assert held.errors == {}
    [tally] = held.tallies.values()
    assert len(tally.epochs_per_second) == 6
    assert min(tally.epochs_per_second) > 1
    assert tally.frames == len(tally.ages) > 6 * 5
    assert 0 < percentile(tally.ages, 50) < 5
    assert len(tally.controls) >= 6
    assert {usage.name for usage in held.watch.usages} >= {"web", "worker", "generator"}
    report = describe(held)
    assert "The server's event loop was late by" in report
    assert "6 students, 4 s" in report
    assert "a CPU-second" in report
    assert {run["id"] for run in client.get("/api/v1/runs").json()["runs"]} <= before


async def test_a_worker_struck_halfway_is_timed() -> None:
    with ServerProcess(log_level="warning", workers=1) as struck:
        course = Course(students=3, seconds=6.0, strike=signal.SIGKILL)
        held = await hold(struck.base_url, struck.process, course)
    assert held.errors == {}
    [figure] = [figure for figure in figures_of(held) if figure.name == "worker struck to its last run back"]
    assert 0.1 < figure.value < 8
    assert figure.target == 5


async def test_a_class_comes_to_a_hosted_server_too() -> None:
    with ServerProcess(log_level="warning", workers=1, mode="hosted", secret_key="s" * 32) as hosted:
        held = await hold(hosted.base_url, None, Course(students=3, seconds=2.5))
    assert held.errors == {}
    assert next(iter(held.tallies.values())).frames > 10


async def test_a_class_without_a_server_counts_errors() -> None:
    held = await hold(f"http://127.0.0.1:{free_port()}", None, Course(students=2, seconds=0.5))
    assert sum(held.errors.values()) == 2
    assert not any(figure.holds for figure in figures_of(held))


def header(**given: Any) -> Header:
    known = {"seq": 1, "generation": 0, "revision": 1, "step": 0, "epoch": 0.0, "state": "running", "sent": 0.0}
    return Header(**{**known, "arrays": [], **given})


async def test_time_frames_and_epochs_are_those_of_a_run_that_trains() -> None:
    tally = Tally(1)
    student = Student(0, 1, "http://nowhere", lambda: tally)
    student.frame(header(state="paused"), 0, 0, 10.0)
    student.frame(header(epoch=0.0), 0, 0, 12.0)
    student.frame(header(epoch=5.0), 0, 125, 12.5)
    student.frame(header(epoch=2.0, generation=1), 0, 50, 13.0)
    student.frame(header(epoch=3.0, generation=1, state="paused"), 50, 75, 14.0)
    student.frame(header(epoch=3.0, generation=1), 75, 75, 99.0)
    [stretch] = tally.stretches
    assert (stretch.seconds, stretch.frames, stretch.epochs) == (2.0, 3, 8.0)
    assert tally.errors == {}


async def test_a_gap_in_the_curve_is_an_error() -> None:
    tally = Tally(1)
    student = Student(0, 1, "http://nowhere", lambda: tally)
    student.frame(header(), 0, 50, 1.0)
    student.frame(header(), 50, 75, 1.1)
    assert tally.errors == {}
    student.frame(header(), 100, 125, 1.2)
    assert tally.errors == {"gap in the curve": 1}


@pytest.mark.parametrize("frame_first", [True, False])
async def test_a_control_lasts_until_the_first_frame_that_shows_it(frame_first: bool) -> None:
    tally = Tally(1)
    student = Student(0, 1, "http://nowhere", lambda: tally)
    student.frame(header(revision=1), 0, 0, 1.0)
    student._commands[7] = 2.0
    done = msgspec.json.encode({"type": "done", "id": 7, "run": "r", "result": {"revision": 2}})
    if frame_first:
        student.frame(header(revision=2), 0, 0, 2.25)
        student.event(done, 2.3)
    else:
        student.event(done, 2.1)
        assert not tally.controls
        student.frame(header(revision=2), 0, 0, 2.25)
    student.frame(header(revision=2), 0, 0, 2.5)
    assert tally.controls.tolist() == [0.25]


def test_memory_that_grows_has_a_slope() -> None:
    usage = Usage("web", None, times=[0.0, 60.0, 120.0, 180.0])  # type: ignore[arg-type]
    usage.memory = [50 * MEGABYTE, 10 * MEGABYTE, 12 * MEGABYTE, 14 * MEGABYTE]
    assert usage.slope(after=60.0) == pytest.approx(2.0)
    assert usage.slope(after=120.0) == 0.0


def test_a_figure_that_was_not_measured_holds_nothing() -> None:
    assert Figure("x", 1.0, 1.0).holds
    assert Figure("x", 1.0, 1.0, least=True).holds
    assert not Figure("x", 1.1, 1.0).holds
    assert not Figure("x", 0.9, 1.0, least=True).holds
    assert not Figure("x", math.nan, 1.0).holds
    assert not Figure("x", math.nan, 1.0, least=True).holds
    assert Figure("frames", 7.0, 8.0, least=True).row == ["frames", "7", "≥ 8", "BROKEN"]


def test_the_limit_is_the_last_class_that_held(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    sizes: list[int] = []

    def pretend(options: Any, students: int) -> Lesson:
        sizes.append(students)
        return Lesson(Course(students, 1.0))

    monkeypatch.setattr(classroom, "hold_once", pretend)
    monkeypatch.setattr(classroom, "describe", lambda held: "")
    monkeypatch.setattr(classroom, "figures_of", lambda held: [Figure("errors", held.course.students, 20)])
    classroom.main(["--find-limit", "--students", "16"])
    assert sizes == [16, 20, 25]
    assert "20 students hold; with 25 these break: errors." in capsys.readouterr().out


def test_it_is_run_by_name_with_arguments_and_not_with_all_others() -> None:
    command = [sys.executable, "-m", "benchmarks", "classroom", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "--slow-readers" in said.stdout


def test_a_worker_that_dies_unstruck_is_an_error() -> None:
    held = Lesson(Course(1, 1.0), {"before": Tally(1), "after": Tally(1)})
    for tally in held.tallies.values():
        tally.events["recovering"] += 2
        tally.errors["lost with 1006"] += 1
    assert held.errors == {"lost with 1006": 2, "runs whose worker died": 4}
    held.struck = 1.0
    assert held.errors == {"lost with 1006": 2}
