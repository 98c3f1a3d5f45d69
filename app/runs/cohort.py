"""Cohorts: playing runs of one shape that step as one population, whoever they belong to.

A step of a small network costs the calls, not the numbers, so a hundred networks cost little more than a few. A run
never knows: its numbers are the same bits alone and among others. It takes a seat where an epoch ends, and leaves when
it is told something that its neighbours are not.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import Final

import numpy as np

from app.protocol import State
from app.runs.seat import Seat
from app.runs.training import Clock, Training
from app.runs.views import Looks
from engine import Population

MOST_SEATS: Final = 64
"""Runs in a cohort: more gain little, and the others wait for every epoch of it."""
MOST_WORK: Final = 20_000_000
"""Multiply-adds of a forward pass of all of them over an epoch: some milliseconds."""


class Cohort:
    """Runs that have been seated together; a seat is empty when its run has left."""

    def __init__(self, trainings: Sequence[Training], clock: Clock) -> None:
        self._clock = clock
        self._population = Population.of([training.seat.member() for training in trainings])
        self._looks = Looks(self._population)
        self._seats: list[Training | None] = []
        for place, training in enumerate(trainings):
            training.seat.sit(self, self._looks, place)
            self._seats.append(training)

    @property
    def seats(self) -> tuple[Training | None, ...]:
        """The run in each seat, None where it has left."""
        return tuple(self._seats)

    @property
    def members(self) -> tuple[Training, ...]:
        """The runs that are seated."""
        return tuple(training for training in self._seats if training is not None)

    def release(self, seat: Seat) -> None:
        """A run leaves: its seat stays empty."""
        self._seats[seat.replica] = None

    def wait(self) -> float:
        """Seconds until an epoch of some run is due, infinite if all stand still."""
        now = self._clock()
        shortest = float("inf")
        for training in self._seats:
            if training is not None and training.record.state is State.RUNNING:
                shortest = min(shortest, training.pace.wait(now, training.seat.steps_per_epoch))
                if shortest == 0.0:
                    break
        return shortest

    def dissolve(self) -> None:
        """Everybody stands up and stays alone."""
        for training in self.members:
            training.seat.stand_up()
            training.seat.sociable = False

    def train(self) -> None:
        """One epoch of every run that may train. One that is limited may run ahead by an epoch: so it is not left out
        of the others' step for being early by less than that."""
        now = self._clock()
        moving = np.array([training is not None and self._may_move(training, now) for training in self._seats])
        before = self._population.step.copy()
        self._population.advance_epochs(1, moving)
        self._looks.forget()
        end = self._clock()
        steps = (self._population.step - before).tolist()
        ended = (moving & (self._population.diverged | self._population.stopped)).tolist()
        for training, done, has_ended in zip(self._seats, steps, ended, strict=True):
            if training is not None and done:
                training.moved(end, done)
                if has_ended:
                    training.end()

    def _may_move(self, training: Training, now: float) -> bool:
        return training.record.state is State.RUNNING and training.pace.is_behind(now)


def arrange(trainings: Iterable[Training], clock: Clock = time.monotonic) -> None:
    """Seat the runs that can train together: those of one kind in as few cohorts as they need, of about one size.

    Runs that do not belong into a cohort stand up, and so does one that is the only one of its kind.
    """
    kinds: dict[Hashable, list[Training]] = defaultdict(list)
    for training in trainings:
        kind = training.kind
        if kind is None:
            training.seat.stand_up()
        else:
            kinds[kind].append(training)
    for alike in kinds.values():
        _seat(alike, clock)


def _seat(alike: list[Training], clock: Clock) -> None:
    """Cohorts of runs of one kind. Neighbours stay neighbours: a cohort that nobody joined or left stays as it is."""
    for training in alike:
        training.finish_epoch()
    alike = [training for training in alike if training.kind is not None]
    if len(alike) <= 1:
        for training in alike:
            training.seat.stand_up()
        return
    seats = max(2, min(MOST_SEATS, MOST_WORK // max(1, alike[0].seat.epoch_work)))
    cohorts = -(-len(alike) // seats)
    for place in range(cohorts):
        members = alike[len(alike) * place // cohorts : len(alike) * (place + 1) // cohorts]
        cohort = members[0].seat.cohort
        if not (isinstance(cohort, Cohort) and cohort.seats == tuple(members)):
            Cohort(members, clock)
