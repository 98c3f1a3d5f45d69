"""How fast a run may train, and how fast it does. Times are seconds of any monotonic clock, given by the caller."""

from __future__ import annotations

import math
from collections import deque
from typing import Final

UNLIMITED: Final = 2**31
LONGEST_DEBT: Final = 0.1
METER_SPAN: Final = 1.0


class Pace:
    """Hands out updates at `steps_per_second`; None is without limit. Time lost to other work is not caught up."""

    def __init__(self, steps_per_second: float | None, now: float) -> None:
        self.steps_per_second = steps_per_second
        self._credit = 1.0
        self._seen = now

    @property
    def is_limited(self) -> bool:
        return self.steps_per_second is not None

    def due(self, now: float) -> int:
        """Updates that may be done now."""
        if self.steps_per_second is None:
            return UNLIMITED
        earned = (now - self._seen) * self.steps_per_second
        self._credit = min(self._credit + earned, max(1.0, self.steps_per_second * LONGEST_DEBT))
        self._seen = now
        return math.floor(self._credit)

    def spend(self, steps: int) -> None:
        """`steps` updates have been done."""
        if self.steps_per_second is not None:
            self._credit -= steps

    def wait(self, now: float, steps: int = 1) -> float:
        """Seconds until `steps` updates are due."""
        if self.steps_per_second is None or self.due(now) >= steps:
            return 0.0
        return (steps - self._credit) / self.steps_per_second

    def is_behind(self, now: float) -> bool:
        """Whether no more has been done than was due: then some updates may be done ahead of time."""
        return self.steps_per_second is None or self.due(now) >= 0 <= self._credit


class Meter:
    """Steps per second, measured over about the last second."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def note(self, now: float, step: int) -> None:
        """The run was at `step` at time `now`. A step that lies before the last one begins a new measurement."""
        if self._marks and step < self._marks[-1][1]:
            self._marks.clear()
        self._marks.append((now, step))
        while len(self._marks) > 2 and self._marks[1][0] <= now - METER_SPAN:
            self._marks.popleft()

    def stop(self) -> None:
        """Forget what was measured: the run stands still."""
        self._marks.clear()

    @property
    def steps_per_second(self) -> float:
        """0.0 while there is nothing to measure."""
        if len(self._marks) < 2:
            return 0.0
        (begin, first), (end, last) = self._marks[0], self._marks[-1]
        rate = (last - first) / (end - begin) if end > begin else 0.0
        return rate if math.isfinite(rate) else 0.0
