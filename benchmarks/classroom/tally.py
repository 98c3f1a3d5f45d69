"""What is counted while a class works, and what it comes to."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Sequence


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of `values` that at least `percent` of a hundred do not exceed; NaN of none."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


class Stretch:
    """The time one student watched a run that trained, and what came of it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.frames = 0
        self.epochs = 0.0

    @property
    def epochs_per_second(self) -> float:
        return self.epochs / self.seconds if self.seconds else math.nan

    @property
    def frames_per_second(self) -> float:
        return self.frames / self.seconds if self.seconds else math.nan


class Tally:
    """A class over some time: an entry of `ages` for every frame, of `controls` for every command, and of `returns`, a
    time of the clock, for every student whose run went on in another worker."""

    def __init__(self, students: int) -> None:
        self.ages = array("d")
        self.controls = array("d")
        self.returns = array("d")
        self.errors: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.stretches = [Stretch() for _ in range(students)]

    @property
    def epochs_per_second(self) -> list[float]:
        """Of every student that watched long enough to say."""
        return [stretch.epochs_per_second for stretch in self.stretches if stretch.seconds >= 1.0]

    @property
    def frames_per_second(self) -> list[float]:
        return [stretch.frames_per_second for stretch in self.stretches if stretch.seconds >= 1.0]

    @property
    def epochs(self) -> float:
        return sum(stretch.epochs for stretch in self.stretches)

    @property
    def frames(self) -> int:
        return len(self.ages)
