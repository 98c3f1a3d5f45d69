"""Cohorts: playing runs of one shape that step as one population, whoever they belong to.

A step of a small network costs the calls, not the numbers, so a hundred networks cost little more than a few. A run
never knows: its numbers are the same bits alone and among others. It takes a seat where an epoch ends, and leaves when
it changes to something that does not fit beside its neighbours.
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
LONG: Final = 0.006
"""Seconds of an epoch of all of them, from which on a turn has no second one."""
MOST_EMPTY: Final = 1.5
"""Seats for each run that trains, from which on a cohort computes too much for nothing."""


class Cohort:
    """Runs that have been seated together; a seat is empty when its run has left."""

    def __init__(self, trainings: Sequence[Training], clock: Clock) -> None:
        self._clock = clock
        self.kind = trainings[0].seat.kind
        self._population = Population.of([training.seat.member() for training in trainings])
        self._looks = Looks(self._population)
        self._seats: list[Training | None] = []
        self._epoch_seconds = 0.0
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

    def admit(self, training: Training) -> bool:
        """Give a run that stands at the end of an epoch an empty seat, if there is one for as many examples."""
        seat = training.seat
        spec, table = seat.population.specs[seat.replica], seat.population.tables[seat.replica]
        for place, taken in enumerate(self._seats):
            if taken is None and self._population.fits(place, spec, table):
                self._population.put(place, seat.member())
                self._looks.forget()
                seat.sit(self, self._looks, place)
                self._seats[place] = training
                return True
        return False

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

    def stand_up(self) -> None:
        """Everybody leaves."""
        for training in self.members:
            training.seat.stand_up()

    def dissolve(self) -> None:
        """Everybody leaves and stays alone."""
        for training in self.members:
            training.seat.sociable = False
        self.stand_up()

    def train(self, epochs: int = 1) -> None:
        """So many epochs of every run that may train, but one where it is long or limited. Those that are limited may
        run ahead by one: so they are not left out of the others' step for being early by less than that."""
        now = self._clock()
        epochs = 1 if self._epoch_seconds > LONG else epochs
        moving = np.array([training is not None and self._may_move(training, now) for training in self._seats])
        limited = np.array([training is not None and training.pace.is_limited for training in self._seats])
        before = self._population.step.copy()
        self._population.advance_epochs(np.where(limited, 1, epochs), moving)
        self._epoch_seconds = (self._clock() - now) / epochs
        self._looks.forget()
        steps, reached = (self._population.step - before).tolist(), self._population.epoch.tolist()
        ended = (moving & (self._population.diverged | self._population.stopped)).tolist()
        for training, done, epoch, has_ended in zip(self._seats, steps, reached, ended, strict=True):
            if training is not None and done:
                training.moved(done, epoch)
                if has_ended:
                    training.end()

    def _may_move(self, training: Training, now: float) -> bool:
        return training.record.state is State.RUNNING and training.pace.is_behind(now)


def arrange(trainings: Iterable[Training], clock: Clock = time.monotonic, *, anew: bool = True) -> None:
    """Seat the runs that can train together. Who stands takes an empty seat among its kind, or sits with others who
    stand; `anew`, those of a kind with too many seats or cohorts are all seated anew, in as few as they need.

    A run that does not belong into a cohort any more stands up; one that is paused may stay, it does not move.
    """
    kinds: dict[Hashable, list[Training]] = defaultdict(list)
    cohorts: dict[int, Cohort] = {}
    for training in trainings:
        cohort = training.seat.cohort
        if isinstance(cohort, Cohort):
            cohorts[id(cohort)] = cohort
        if (anew or cohort is None) and training.is_training:
            if training.kind is None:
                training.seat.stand_up()
            else:
                kinds[training.kind].append(training)
    for kind, alike in kinds.items():
        _seat(alike, [cohort for cohort in cohorts.values() if cohort.kind == kind], clock, anew=anew)


def _seat(alike: list[Training], cohorts: list[Cohort], clock: Clock, *, anew: bool) -> None:
    """Seat runs of one kind, of which there are `cohorts` already."""
    standing = [training for training in alike if training.seat.cohort is None]
    if not cohorts and len(standing) == 1:
        return  # nobody to sit with: not worth hurrying to the end of an epoch
    for training in standing:
        training.finish_epoch()
    standing = [training for training in standing if training.kind is not None]
    standing = [training for training in standing if not any(cohort.admit(training) for cohort in cohorts)]
    seated = [training for training in alike if training.seat.cohort is not None]
    units, seats = len(cohorts) + len(standing), sum(len(cohort.seats) for cohort in cohorts)
    fewer_would_do = units > -(-(len(seated) + len(standing)) // most_seats(seated + standing))
    if anew and (fewer_would_do or seats > MOST_EMPTY * len(seated)):
        _seat_anew(seated + standing, clock)
        for cohort in cohorts:
            if all(training.kind is None for training in cohort.members):
                cohort.stand_up()
    elif standing:
        _seat_anew(standing, clock)


def _seat_anew(alike: list[Training], clock: Clock) -> None:
    """New cohorts of about one size, those with as many examples side by side, since they are evaluated together.
    Neighbours stay neighbours: a cohort that nobody joined or left stays as it is."""
    if len(alike) == 1:
        alike[0].seat.stand_up()
        return
    alike = sorted(alike, key=lambda training: training.seat.sizes)
    most = most_seats(alike)
    cohorts = -(-len(alike) // most)
    for place in range(cohorts):
        members = alike[len(alike) * place // cohorts : len(alike) * (place + 1) // cohorts]
        cohort = members[0].seat.cohort
        if not (isinstance(cohort, Cohort) and cohort.seats == tuple(members)):
            Cohort(members, clock)


def most_seats(alike: Sequence[Training]) -> int:
    """How many of these runs a cohort may have: each computes for as long as the one with the longest epoch."""
    longest = max((training.seat.epoch_work for training in alike), default=1)
    return max(2, min(MOST_SEATS, MOST_WORK // max(1, longest)))
