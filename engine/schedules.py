"""Schedules: how the learning rate changes with time, in epochs.

A schedule gives a factor f of the learning rate from the place e where a step begins, in epochs with their fraction:
η(e) = f(e) η. ``warmup`` comes first, whatever the schedule: for that many epochs the rate grows in equal steps, the
last of which reaches it whole, and e is counted from its end.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine import limits
from engine.hyperparameters import Hyperparameter
from engine.parts import ScheduleSpec
from engine.types import Float64Array, IntArray

Factor: TypeAlias = Callable[[Float64Array, Mapping[str, Float64Array]], Float64Array]
"""factor(e, settings): e (S, N) is the place in epochs, each setting is as wide."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule the page can choose."""

    name: str
    label: str
    explanation: str
    formula: str
    factor: Factor
    hyperparameters: tuple[Hyperparameter, ...] = ()


def _one(place: Float64Array, settings: Mapping[str, Float64Array]) -> Float64Array:
    return np.ones_like(place)


def _steps(place: Float64Array, settings: Mapping[str, Float64Array]) -> Float64Array:
    return np.power(settings["factor"], np.floor(place / settings["every"]))


def _exponential(place: Float64Array, settings: Mapping[str, Float64Array]) -> Float64Array:
    return np.power(settings["factor"], place)


def _cosine(place: Float64Array, settings: Mapping[str, Float64Array]) -> Float64Array:
    floor = settings["floor"]
    return floor + (1.0 - floor) * 0.5 * (1.0 + np.cos(np.pi * np.minimum(place / settings["epochs"], 1.0)))


EVERY = Hyperparameter(
    "every", "Every", "After this many epochs the learning rate falls by one step.", "k", limits.EVERY_EPOCHS, "log"
)
STEP_FACTOR = Hyperparameter(
    "factor", "Factor", "What the learning rate is multiplied by at each step.", "γ", limits.STEP_FACTOR
)
EPOCH_FACTOR = Hyperparameter(
    "factor", "Factor", "What the learning rate is multiplied by in each epoch.", "γ", limits.EPOCH_FACTOR
)
EPOCHS = Hyperparameter(
    "epochs",
    "Length",
    "After this many epochs the learning rate has reached its floor.",
    "E",
    limits.SCHEDULE_EPOCHS,
    "log",
)
FLOOR = Hyperparameter("floor", "Floor", "The share of the learning rate that is left at the end.", "f", limits.FLOOR)
BEFORE = Hyperparameter(
    "warmup",
    "Warm-up",
    "For this many epochs at the start the learning rate grows from nothing.",
    "u",
    limits.NO_WARMUP,
)
WARMUP = Hyperparameter(
    "warmup", "Warm-up", "For this many epochs at the start the learning rate grows from nothing.", "u", limits.WARMUP
)

SCHEDULES: dict[str, Schedule] = {
    entry.name: entry
    for entry in (
        Schedule("constant", "Constant", "The learning rate stays as it is.", "η(e) = η", _one),
        Schedule(
            "step",
            "In steps",
            "The learning rate falls by a factor every so many epochs.",
            "η(e) = η γ^{⌊e/k⌋}",
            _steps,
            (EVERY, STEP_FACTOR, BEFORE),
        ),
        Schedule(
            "exponential",
            "Exponential",
            "The learning rate falls by the same factor in every epoch, a little at each step.",
            "η(e) = η γ^e",
            _exponential,
            (EPOCH_FACTOR, BEFORE),
        ),
        Schedule(
            "cosine",
            "Cosine",
            "The learning rate falls slowly, then fast, then slowly again, like half a wave, to its floor.",
            "η(e) = η (f + ½ (1 − f) (1 + cos(π min(e/E, 1))))",
            _cosine,
            (EPOCHS, FLOOR, BEFORE),
        ),
        Schedule(
            "warmup",
            "Warm-up",
            "The learning rate grows from almost nothing in the first epochs, then stays.",
            "η(e) = η min(e/u, 1)",
            _one,
            (WARMUP,),
        ),
    )
}
"""The schedules a run can use. Cosine: Loshchilov & Hutter, SGDR, 2017, equation 5, without restarts."""


class Timetable:
    """The factors of R replicas, each on its own schedule."""

    def __init__(self, schedules: Sequence[ScheduleSpec | None]) -> None:
        self._replicas = len(schedules)
        self._groups: list[tuple[Schedule, IntArray, dict[str, Float64Array]]] = []
        for kind in dict.fromkeys(schedule.kind for schedule in schedules if schedule is not None):
            members = [(place, spec) for place, spec in enumerate(schedules) if spec is not None and spec.kind == kind]
            settings = {
                number.name: np.array([getattr(spec, number.name) for _, spec in members])
                for number in SCHEDULES[kind].hyperparameters
            }
            self._groups.append((SCHEDULES[kind], np.array([place for place, _ in members]), settings))

    @property
    def constant(self) -> bool:
        """Whether no replica's learning rate ever changes by itself."""
        return not self._groups

    def factors(self, place: Float64Array, step: Float64Array) -> Float64Array:
        """f (S, R) for steps that begin at ``place`` (S, R) and take ``step`` (R,) of an epoch each."""
        factors = np.ones_like(place)
        for schedule, members, columns in self._groups:
            at = np.ascontiguousarray(place[:, members])
            settings = {name: np.tile(column, (len(at), 1)) for name, column in columns.items()}
            warmup = settings["warmup"]
            grown = np.minimum((at + step[members]) / np.maximum(warmup, step[members]), 1.0)
            factors[:, members] = grown * schedule.factor(np.maximum(at - warmup, 0.0), settings)
        return factors
