"""One class from the first student's coming to the last one's leaving."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import httpx
import psutil

from benchmarks.classroom.idlers import Idler
from benchmarks.classroom.processes import Watch
from benchmarks.classroom.student import Student
from benchmarks.classroom.tally import Tally

ARRIVALS = 10.0
PATIENCE = 20.0
"""Seconds after which a client that stopped reading counts as not disconnected."""
LULL = 10.0
"""Seconds in which all read, before some stop: about as long as the server waits for those who do not."""
REST, ALL_READ, SLOW_READERS = "the rest", "all read", "with slow readers"
"""What is counted apart where some clients stop reading."""


@dataclass(frozen=True)
class Course:
    """What is asked for."""

    students: int
    seconds: float
    seed: int = 1
    slow_readers: int = 0
    strike: signal.Signals | None = None
    """What one of the workers is struck with halfway."""


@dataclass
class Lesson:
    """What came of it: tallies in their order, the processes, and the clients that stopped reading."""

    course: Course
    tallies: dict[str, Tally] = field(default_factory=dict)
    counting: str = "all"
    """The name of the tally that is counted into."""
    watch: Watch = field(default_factory=lambda: Watch(None))
    idlers: list[Idler] = field(default_factory=list)
    descriptors_left: list[int] = field(default_factory=list)
    """By how many more the web process had open after clients had stopped reading than before, each time."""
    struck: float | None = None
    metrics: dict[str, float] = field(default_factory=dict)

    @property
    def errors(self) -> dict[str, int]:
        """What went wrong, and how often. A worker that dies by itself is wrong too."""
        found: Counter[str] = sum((idler.errors for idler in self.idlers), Counter())
        for tally in self.tallies.values():
            found += tally.errors
            if self.struck is None and (deaths := tally.events["recovering"]):
                found["runs whose worker died"] += deaths
        return dict(sorted(found.items()))


async def hold(base_url: str, web: psutil.Process | None, course: Course) -> Lesson:
    """Let everybody come over ten seconds (of a short lesson a third), work, and go."""
    lesson = Lesson(course, {"all": Tally(course.students)}, watch=Watch(web))
    students = [
        Student(number, course.seed, base_url, lambda: lesson.tallies[lesson.counting])
        for number in range(course.students)
    ]
    lesson.idlers = [Idler(number, course.seed + 1, base_url) for number in range(course.slow_readers)]
    arrivals = Random(course.seed)
    over = min(ARRIVALS, course.seconds / 3)
    limits = httpx.Limits(max_connections=32, max_keepalive_connections=32)
    async with httpx.AsyncHTTPTransport(limits=limits) as transport, asyncio.TaskGroup() as everybody:
        watching = asyncio.create_task(lesson.watch.run())
        lives = [
            everybody.create_task(student.attend(transport, arrivals.uniform(0.0, over), course.seconds))
            for student in students
        ]
        if course.strike:
            everybody.create_task(_strike(lesson))
        if lesson.idlers:
            everybody.create_task(_idle(lesson, students, transport, over))
        await asyncio.wait(lives)
        watching.cancel()
        lesson.watch.look()
        lesson.metrics = await _metrics(transport, base_url)
        await asyncio.gather(*(student.clear_up(transport) for student in (*students, *lesson.idlers)))
    return lesson


async def _strike(lesson: Lesson) -> None:
    """Halfway a worker is killed, or stopped."""
    assert lesson.course.strike is not None
    await asyncio.sleep(lesson.course.seconds / 2)
    worker = next(usage for usage in lesson.watch.server if usage.name == "worker")
    lesson.struck = time.monotonic()
    worker.process.send_signal(lesson.course.strike)


async def _metrics(transport: httpx.AsyncBaseTransport, base_url: str) -> dict[str, float]:
    """What the server has counted itself; nothing if it does not say."""
    with contextlib.suppress(OSError, httpx.TransportError, ValueError):
        answer = await transport.handle_async_request(httpx.Request("GET", f"{base_url}/metrics"))
        lines = (await answer.aread()).decode().splitlines()
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[:1] != "#")}
    return {}


async def _idle(lesson: Lesson, students: list[Student], transport: httpx.AsyncBaseTransport, over: float) -> None:
    """Some clients stop reading, come back once they are closed, and stop again, as often as there is time for it.

    What the others get meanwhile is counted apart from what they get when all read, and from the rest, in which some
    come. One turn of both says little: a machine, and what students do, change more within a minute than this could.
    """
    course, loop = lesson.course, asyncio.get_running_loop()
    begin, lull = loop.time(), min(LULL, (course.seconds - over) / 2)

    def count(name: str) -> None:
        for student in students:
            student.split()
        lesson.counting = name

    count(REST)
    lesson.tallies = {
        REST: lesson.tallies["all"],
        ALL_READ: Tally(course.students),
        SLOW_READERS: Tally(course.students),
    }
    await asyncio.gather(*(idler.begin(transport) for idler in lesson.idlers))
    await asyncio.sleep(begin + over - loop.time())
    while True:
        count(ALL_READ)
        await asyncio.sleep(lull)
        before = _others(lesson, students) - sum(idler.is_there for idler in lesson.idlers)
        count(SLOW_READERS)
        await asyncio.gather(*(idler.stall(PATIENCE) for idler in lesson.idlers))
        count(REST)
        lesson.descriptors_left.append(_others(lesson, students) - before)
        if loop.time() + lull + PATIENCE > begin + course.seconds:
            break
        await asyncio.gather(*(idler.come_back() for idler in lesson.idlers))


def _others(lesson: Lesson, students: list[Student]) -> int:
    """Descriptors that the web process has open beside those of the students who are there."""
    lesson.watch.look()
    opened = next((usage.descriptors[-1] for usage in lesson.watch.server if usage.name == "web"), 0)
    return opened - sum(student.is_there for student in students)
