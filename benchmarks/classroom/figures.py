"""What a class must meet, and what it met, as tables."""

from __future__ import annotations

import math
import signal
from collections import Counter
from dataclasses import dataclass
from statistics import median

from benchmarks.classroom.course import ALL_READ, REST, SLOW_READERS, Lesson
from benchmarks.classroom.processes import MEGABYTE, Usage
from benchmarks.classroom.tally import Tally, percentile
from benchmarks.measure import table

EPOCHS = 20.0
FRAMES = 8.0
AGE = 0.25
CONTROL = 0.4
MEMORY = 1536.0
SLOPE = 1.0
CLOSED_WITHIN = 15.0
KILLED = 5.0
STOPPED = 10.0
UNCHANGED = 0.9
"""Of what the others get when all read: fewer epochs or frames than that are a change."""
WARM_UP = 60.0


@dataclass(frozen=True)
class Figure:
    """One measured number beside its target; `least` says on which side of it the number must be."""

    name: str
    value: float
    target: float
    unit: str = ""
    least: bool = False

    @property
    def holds(self) -> bool:
        """A number there is none of (NaN) holds nothing."""
        return self.value >= self.target if self.least else self.value <= self.target

    @property
    def row(self) -> list[str]:
        sign = "≥" if self.least else "≤"
        return [
            self.name,
            f"{self.value:,.4g}{self.unit}",
            f"{sign} {self.target:g}{self.unit}",
            "holds" if self.holds else "BROKEN",
        ]


def figures_of(lesson: Lesson) -> list[Figure]:
    """Every target with what was measured, over the whole lesson, or apart with slow readers and without."""
    found = [Figure("errors", sum(lesson.errors.values()), 0)]
    for name, tally in lesson.tallies.items():
        if name == REST:
            continue
        where = "" if len(lesson.tallies) == 1 else f", {name}"
        found += [
            Figure(f"epochs/s of the slowest student{where}", least(tally.epochs_per_second), EPOCHS, least=True),
            Figure(f"frames/s of the slowest student{where}", least(tally.frames_per_second), FRAMES, least=True),
            Figure(f"frame age, p99{where}", 1000 * percentile(tally.ages, 99), 1000 * AGE, " ms"),
            Figure(f"control to frame, p99{where}", 1000 * percentile(tally.controls, 99), 1000 * CONTROL, " ms"),
        ]
    if server := lesson.watch.server:
        found.append(Figure("server memory", most_memory(server) / MEGABYTE, MEMORY, " MB"))
        if lesson.course.seconds >= 2 * WARM_UP:  # of less it says nothing
            found.append(Figure("its slope after warm-up", slope(lesson), SLOPE, " MB/min"))
    if lesson.struck is not None:
        within = {signal.SIGKILL: KILLED, signal.SIGSTOP: STOPPED}[lesson.course.strike]
        returns = [at - lesson.struck for tally in lesson.tallies.values() for at in tally.returns]
        found.append(Figure("worker struck to its last run back", max(returns, default=math.nan), within, " s"))
    if lesson.idlers:
        waits = [wait for idler in lesson.idlers for wait in idler.closed_after]
        found += [
            Figure("slow readers closed after, longest", max(waits, default=math.nan), CLOSED_WITHIN, " s"),
            Figure("descriptors they left", median(lesson.descriptors_left or [math.nan]), 0),
            *(
                Figure(f"the middle student's {name}, as a share of when all read", share, UNCHANGED, least=True)
                for name, share in shares(lesson).items()
            ),
        ]
    return found


def shares(lesson: Lesson) -> dict[str, float]:
    """What the others get while some do not read, of what they get when all do."""

    def share(some: list[float], all_: list[float]) -> float:
        whole = percentile(all_, 50)
        return percentile(some, 50) / whole if whole else math.nan

    meanwhile, usual = lesson.tallies[SLOW_READERS], lesson.tallies[ALL_READ]
    return {
        "epochs/s": share(meanwhile.epochs_per_second, usual.epochs_per_second),
        "frames/s": share(meanwhile.frames_per_second, usual.frames_per_second),
    }


def least(values: list[float]) -> float:
    return min(values, default=float("nan"))


def most_memory(server: list[Usage]) -> int:
    """The largest sum of all processes' resident memory at one time."""
    looks = zip(*(usage.memory for usage in server), strict=False)
    return max((sum(sizes) for sizes in looks), default=0)


def slope(lesson: Lesson) -> float:
    """Megabytes a minute of all processes of the server, from a minute after the start."""
    after = min(usage.times[0] for usage in lesson.watch.server) + WARM_UP
    return sum(usage.slope(after) for usage in lesson.watch.server)


def describe(lesson: Lesson) -> str:
    """The whole report as Markdown."""
    course = lesson.course
    parts = [
        f"{course.students} students, {course.seconds:g} s, seed {course.seed}\n",
        table(["target", "measured", "wanted", ""], [figure.row for figure in figures_of(lesson)]),
        "",
        table(["", "min", "p5", "median", "p99"], [row for item in lesson.tallies.items() for row in spread(*item)]),
        "",
        table(["process", "CPU s/s", "MB", "MB/min", "descriptors"], [*map(usage_row, lesson.watch.usages)]),
        "",
        efficiency(lesson),
    ]
    parts += [loop_lag(lesson.metrics)] if lesson.metrics else []
    parts += [f"error, {count} times: {error}" for error, count in lesson.errors.items()]
    events = sum((tally.events for tally in lesson.tallies.values()), Counter[str]())
    parts += [f"{name}: {count}" for name, count in events.items()]
    return "\n".join(parts)


def spread(name: str, tally: Tally) -> list[list[str]]:
    """How the students' figures and the waits are distributed."""
    rows = {
        "epochs/s of a student": tally.epochs_per_second,
        "frames/s of a student": tally.frames_per_second,
        "frame age, ms": [1000 * age for age in tally.ages],
        "control to frame, ms": [1000 * wait for wait in tally.controls],
    }
    return [
        [f"{title} ({name})", *(f"{value:,.1f}" for value in quartet(values))]
        for title, values in rows.items()
        if values
    ]


def quartet(values: list[float]) -> tuple[float, float, float, float]:
    return min(values), percentile(values, 5), median(values), percentile(values, 99)


def usage_row(usage: Usage) -> list[str]:
    return [
        f"{usage.name} ({usage.process.pid})",
        f"{usage.cpu_per_second:.2f}",
        f"{usage.memory[-1] / MEGABYTE:.0f}",
        f"{usage.slope(usage.times[0] + WARM_UP):+.1f}",
        str(usage.descriptors[-1]),
    ]


def loop_lag(metrics: dict[str, float]) -> str:
    """How often the web process's event loop was late, since the server started."""
    name = "neuronpark_event_loop_lag_seconds"
    looks, fine = metrics.get(f"{name}_count", 0.0), metrics.get(f'{name}_bucket{{le="0.05"}}', 0.0)
    mean = 1000 * metrics.get(f"{name}_sum", 0.0) / max(1.0, looks)
    return (
        f"The server's event loop was late by {mean:.1f} ms on average, by more than 50 ms {looks - fine:.0f} times of "
        f"{looks:.0f}; {metrics.get('neuronpark_frames_dropped_total', 0.0):.0f} frames were replaced by newer ones."
    )


def efficiency(lesson: Lesson) -> str:
    """What the server made of its processor time, and how far this program itself can be trusted."""
    epochs = sum(tally.epochs for tally in lesson.tallies.values())
    frames = sum(tally.frames for tally in lesson.tallies.values())
    spent = sum(usage.cpu_seconds for usage in lesson.watch.server)
    made = (
        f"{epochs / spent:,.0f} epochs and {frames / spent:,.0f} frames a CPU-second of the server; " if spent else ""
    )
    return (
        f"{epochs / lesson.course.seconds:,.0f} epochs/s, {frames / lesson.course.seconds:,.0f} frames/s in all; {made}"
        f"the generator took {lesson.watch.own.cpu_per_second:.2f} processors, was late by at most "
        f"{1000 * lesson.watch.lag:.0f} ms."
    )
