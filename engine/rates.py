"""Rates: every number of an update, spread over (R, P) so that a step is a few vector operations.

They are computed when a specification changes, not in the step: a full array costs a ufunc a fifth of what a column
does. Numbers that change with time are computed for all steps ahead at once and spread by one copy a step.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.optimizers.transform import Moment, Number, Pull
from engine.schedules import Timetable
from engine.spec import RunSpec
from engine.types import Array, BoolArray, Float64Array, IntArray

MOST_AHEAD = 256
"""Steps whose numbers are computed together."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where R replicas stand: ``updates`` of this optimizer so far, whole epochs, and the step in an epoch of so many.

    All are (R,). They are whole numbers, so that what follows from them does not depend on how steps are grouped.
    """

    updates: IntArray
    epoch: IntArray
    step: IntArray
    steps_per_epoch: IntArray

    def ahead(self, first: int, last: int) -> tuple[Float64Array, Float64Array]:
        """For some steps ahead (S, R): the number of each update, from 1, and the place in epochs where it begins."""
        count: IntArray = np.arange(first, last)[:, None]
        age: Float64Array = np.add(self.updates, count + 1.0)
        return age, self.epoch + (self.step + count) / self.steps_per_epoch


class Rates:
    """The rows of numbers that a chain has asked for, by name in :attr:`rows`.

    ``numbers`` hold for every parameter, ``pulls`` where ``pulled`` (R, P) is true; elsewhere a pull does nothing.
    ``settings`` are the replicas' hyper-parameters (1, R) by name.
    """

    def __init__(
        self,
        specs: Sequence[RunSpec],
        settings: Mapping[str, Float64Array],
        numbers: Mapping[str, Number],
        pulls: Mapping[str, Pull],
        pulled: BoolArray,
        dtype: np.dtype[np.generic],
    ) -> None:
        self._learning_rate = np.array([[spec.optimizer.learning_rate for spec in specs]])
        self._timetable = Timetable([spec.optimizer.schedule for spec in specs])
        self._settings = settings
        self._pulled = pulled
        some = self._moments(np.ones((2, len(specs))), np.zeros((2, len(specs))), np.ones(len(specs)))
        values = {name: number(some) for name, number in numbers.items()}
        self._changing = [number for name, number in numbers.items() if len(values[name]) > 1]
        self._block = np.empty((len(self._changing), *pulled.shape), dtype)
        blocks = iter(self._block)
        self.rows: dict[str, Array] = {}
        for name, value in values.items():
            self.rows[name] = next(blocks) if len(value) > 1 else np.empty(pulled.shape, dtype)
            self.rows[name][:] = value[0][:, None]
        self._changing_pulls: list[tuple[Pull, Array]] = []
        for name, pull in pulls.items():
            row = self.rows[name] = np.empty(pulled.shape, dtype)
            row[:] = pull.strength(np.zeros(1))
            strength = self._strength(pull, some)
            np.copyto(row, strength[0], casting="same_kind", where=pulled)
            if len(strength) > 1:
                self._changing_pulls.append((pull, row))

    @property
    def steady(self) -> bool:
        """Whether no number changes from step to step."""
        return not self._changing and not self._changing_pulls

    def ahead(self, steps: int, place: Place) -> Iterator[None]:
        """Before each of the steps ahead, set the rows to what they are for it."""
        if self.steady:
            yield from (None for _ in range(steps))
        else:
            for first in range(0, steps, MOST_AHEAD):
                yield from self._change(place.ahead(first, min(first + MOST_AHEAD, steps)), 1.0 / place.steps_per_epoch)

    def _change(self, steps: tuple[Float64Array, Float64Array], share: Float64Array) -> Iterator[None]:
        """The rows at each of some steps ahead; ``share`` (R,) of an epoch is a step."""
        moment = self._moments(*steps, share)
        table = np.empty((len(moment.age), *self._block.shape[:2], 1), self._block.dtype)
        for column, number in enumerate(self._changing):
            table[:, column, :, 0] = number(moment)
        strengths = [self._strength(pull, moment).astype(self._block.dtype) for pull, _ in self._changing_pulls]
        for ahead, values in enumerate(table):
            np.copyto(self._block, values)
            for (_, row), strength in zip(self._changing_pulls, strengths, strict=True):
                np.copyto(row, strength[ahead], where=self._pulled)
            yield

    def _moments(self, age: Float64Array, begin: Float64Array, share: Float64Array) -> Moment:
        """What the numbers depend on at each of some steps."""
        rate = self._learning_rate
        if not self._timetable.constant:
            rate = rate * self._timetable.factors(begin, share)
        return Moment(rate, age, self._settings)

    def _strength(self, pull: Pull, moment: Moment) -> Float64Array:
        """A pull's strength (S or 1, R, 1)."""
        return pull.strength(moment.learning_rate * pull.rate(moment))[..., None]
