"""Whose turn it is to train: cohorts and single runs of a process, one after the other.

A turn is a slice of time, shorter the more are in the line, but an epoch where that is short, and two in a crowd. So a
heavy run holds up light ones for a moment at most, and light ones are equally fast however many neighbours each has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from app.runs.cohort import Cohort, arrange
from app.runs.training import SLICE, Clock, Training

SEAT_INTERVAL: Final = 0.2
"""Seconds after which runs without a seat take one that is empty, or sit down among themselves."""
ARRANGE_INTERVAL: Final = 2.0
"""Seconds after which those are seated anew who have too many cohorts, or empty seats in them."""
CROWD: Final = 64
"""Runs that train in a process from which on a turn has two epochs: what is done once a turn is a third of the work."""
NEVER: Final = float("inf")
Unit: TypeAlias = Training | Cohort


class Lineup:
    """The runs of `trainings()` in the order of their turns, which have `epochs` epochs where these are short. Without
    `cohorts` each has turns of its own.

    `arranged` is called when runs have been seated: they end their epochs for it, with whatever comes of that.
    """

    def __init__(
        self,
        trainings: Callable[[], Iterable[Training]],
        clock: Clock,
        *,
        cohorts: bool,
        arranged: Callable[[], object] = lambda: None,
    ) -> None:
        self._trainings = trainings
        self._arranged = arranged
        self._clock = clock
        self._cohorts = cohorts
        self._units: list[Unit] = []
        self._stale = True
        self.epochs = 1
        self._seat_at = self._arrange_at = 0.0

    def change(self) -> None:
        """A run has come or gone, has started, stopped, or taken another seat."""
        self._stale = True

    def next(self) -> tuple[Unit | None, float]:
        """The unit whose turn it is, or None and the seconds until one may train."""
        self._arrange()
        self._look_through()
        shortest = NEVER
        for place, unit in enumerate(self._units):
            wait = unit.wait()
            if wait == 0.0:
                self._units.append(self._units.pop(place))  # to the end of the line
                return unit, 0.0
            shortest = min(shortest, wait)
        return None, shortest

    @property
    def budget(self) -> float:
        """Seconds of a turn."""
        return SLICE / max(1, len(self._units))

    @property
    def is_training(self) -> bool:
        """Whether anything trains or waits for its pace to."""
        self._look_through()
        return bool(self._units)

    def cohorts(self) -> list[int]:
        """How many runs are in each cohort."""
        self._look_through()
        return [len(unit.members) for unit in self._units if isinstance(unit, Cohort)]

    def _arrange(self) -> None:
        now = self._clock()
        if not self._cohorts or now < self._seat_at:
            return
        self._seat_at = now + SEAT_INTERVAL
        anew = now >= self._arrange_at
        if anew:
            self._arrange_at = now + ARRANGE_INTERVAL
        arrange(self._trainings(), self._clock, anew=anew)
        self._stale = True
        self._arranged()

    def _look_through(self) -> None:
        """Bring the line up to date: those that were in it keep their places."""
        if not self._stale:
            return
        self._stale = False
        training = [each for each in self._trainings() if each.is_training]
        self.epochs = 1 if len(training) < CROWD else 2
        units = (each.seat.cohort if isinstance(each.seat.cohort, Cohort) else each for each in training)
        found: dict[int, Unit] = {id(unit): unit for unit in units}
        kept = [unit for unit in self._units if id(unit) in found]
        known = set(map(id, kept))
        self._units = kept + [unit for key, unit in found.items() if key not in known]
