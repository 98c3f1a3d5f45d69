"""Where a run's numbers are: in a population of its own, or in that of a cohort, side by side with others."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final, Protocol

from app.runs.views import Looks, Views
from engine import Population, RunSpec
from engine.batches import sizes_of
from engine.member import Member, shape_of
from engine.network import work_of_an_example

MOST_WORK_TOGETHER: Final = 5_000_000
"""Multiply-adds of a forward pass over an epoch: what takes more is hardly faster in a cohort."""
MOST_STEPS_TOGETHER: Final = 250
"""Updates of an epoch, for which the others wait."""
SHORT_EPOCH: Final = 16
"""Updates of an epoch up to which runs sit together whose epochs differ in length: waiting for the longest costs them
less than calls of their own."""


class Seats(Protocol):
    """A cohort, as those who sit in it know it."""

    def release(self, seat: Seat) -> None:
        """Somebody leaves."""


class Seat:
    """One run's place: the `replica`-th of `population`, which is a cohort's or its own. `views` are of this run."""

    population: Population
    replica: int
    views: Views

    def __init__(self, population: Population) -> None:
        self.cohort: Seats | None = None
        self.sociable = True
        self._touches = 0
        self._kind: tuple[RunSpec, Hashable | None] | None = None
        self.take(population)

    def take(self, population: Population) -> None:
        """Have a population of one's own."""
        self.leave()
        self._look_at(Looks(population), 0)

    def sit(self, cohort: Seats, looks: Looks, replica: int) -> None:
        """Take a place in a cohort's population, into which the run's numbers have been brought."""
        self.leave()
        self.cohort = cohort
        self._look_at(looks, replica)

    def leave(self) -> None:
        """Free the place in the cohort, if it is in one."""
        if self.cohort is not None:
            self.cohort.release(self)
            self.cohort = None

    def stand_up(self) -> None:
        """Leave the cohort with a population of one's own."""
        if self.cohort is not None:
            self.take(Population.of([self.member()]))

    def member(self) -> Member:
        """The run's numbers, to be brought elsewhere."""
        return self.views.member()

    def touch(self) -> None:
        """Something else is to be seen, though no step has been taken."""
        self._touches += 1

    @property
    def version(self) -> tuple[int, int]:
        """Another one whenever something else could be seen: not for another seat, nor for what neighbours do."""
        return self._touches, self.population.step.item(self.replica)

    def _look_at(self, looks: Looks, replica: int) -> None:
        self.population, self.replica = looks.population, replica
        self.views = Views(looks, replica)

    # --- what it has in common with others ------------------------------------------------------------------------

    @property
    def steps_per_epoch(self) -> int:
        return int(self.population.steps_per_epoch[self.replica])

    @property
    def sizes(self) -> tuple[int, int]:
        """How many training and test examples it has."""
        return sizes_of(self.population.tables[self.replica])

    @property
    def epoch_work(self) -> int:
        """Multiply-adds of a forward pass over an epoch."""
        return work_of_an_example(self.population.network) * len(self.population.tables[self.replica].train)

    @property
    def kind(self) -> Hashable | None:
        """The same for all runs that can sit together; None for one so large that it would gain nothing."""
        spec = self.population.specs[self.replica]
        if self._kind is None or self._kind[0] is not spec:
            self._kind = spec, self._new_kind(spec)
        return self._kind[1]

    def _new_kind(self, spec: RunSpec) -> tuple[Any, ...] | None:
        if self.steps_per_epoch > MOST_STEPS_TOGETHER or self.epoch_work > MOST_WORK_TOGETHER:
            return None
        shape = shape_of(spec, self.population.tables[self.replica])
        return hash(shape), shape, max(SHORT_EPOCH, self.steps_per_epoch)
