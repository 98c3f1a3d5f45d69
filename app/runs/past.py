"""Past steps of a run, as they were: reached from the snapshot before them by training again."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from app.runs.history import History, Snapshot
from app.runs.views import Looks, Views
from engine import Population, RunSpec
from engine.curve import COLUMNS
from engine.member import Member, dump, load

REACH_SECONDS: Final = 1.0
"""A step that takes longer to train to is not reached: the nearest one before it is shown."""


class Past(NamedTuple):
    """A run at an earlier step. What is seen of it is what was seen then."""

    step: int
    epoch: float
    views: Views


class TimeMachine:
    """Reaches steps of one run; going on from the last one reached is quicker than from a snapshot."""

    def __init__(self) -> None:
        self._reached: tuple[Snapshot, Population] | None = None

    def reach(self, history: History, step: int, step_seconds: float) -> Past:
        """The run at `step`, or as near before it as is reached in time, but not before the first snapshot."""
        snapshot, document = history.before(step)
        population = self._from(snapshot, document, step)
        left = min(step - int(population.step[0]), int(REACH_SECONDS / step_seconds))
        if left > 0:
            population.advance(left)
        self._reached = snapshot, population
        return Past(int(population.step[0]), population.position(0), Views(Looks(population), 0))

    def _from(self, snapshot: Snapshot, document: dict[str, object], step: int) -> Population:
        if self._reached is not None and self._reached[0] is snapshot and self._reached[1].step[0] <= step:
            return self._reached[1]
        return Population.of([load(RunSpec.from_dict(document), snapshot.state)])


def without_curve(member: Member) -> bytes:
    """A member as a snapshot keeps it: the curve of a run is kept once."""
    member.curve = np.empty((len(COLUMNS), 0))
    return dump(member)
