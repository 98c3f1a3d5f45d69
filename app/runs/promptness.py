"""How long a worker takes to answer: what a command sent to it now would wait, and so how loaded it is.

A ping goes out once a second and is answered between two slices of training, after everything that was asked before it.
One long answer, such as a large picture for one person, is no load: the middle one of the last few says more.
"""

from __future__ import annotations

from collections import deque
from statistics import median_high
from typing import Final

LOOKED_AT: Final = 5


class Promptness:
    """Of one worker. Times are seconds of any monotonic clock."""

    def __init__(self) -> None:
        self._waiting: deque[float] = deque()
        self._taken: deque[float] = deque(maxlen=LOOKED_AT)

    def asked(self, now: float) -> None:
        """A ping has gone out."""
        self._waiting.append(now)

    def answered(self, now: float) -> None:
        """The oldest ping that waits has been answered."""
        if self._waiting:
            self._taken.append(now - self._waiting.popleft())

    def seconds(self, now: float) -> float:
        """The middle of the last few answer times. Pings that still wait do so behind the first of them."""
        waited = [now - self._waiting[0]] * len(self._waiting) if self._waiting else []
        times = [*self._taken, *waited][-LOOKED_AT:]
        return median_high(times) if times else 0.0
