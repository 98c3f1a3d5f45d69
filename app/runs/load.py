"""How much is shown when there is much to show: pictures get coarser first, then frames rarer, and back again.

Three things say that it is too much: that frames take more of the process's time than training should leave them, that
they are made later than they are due, and that clients acknowledge late, which means that the way to them is full.
"""

from __future__ import annotations

from statistics import median
from typing import Any, Final, NamedTuple

ADAPT_INTERVAL: Final = 0.25
MOST_TIME: Final = 0.3
"""Share of the process's time that frames may take before less is shown; below half of it more is shown again."""
LATE, PROMPT = 0.08, 0.03
"""Seconds from a frame to its acknowledgement that are too many, and few enough to show more."""
LONGEST_WAIT: Final = 0.5
"""Share of the interval by which a frame may typically be late; below half of it more is shown again."""
CROWD: Final = 8
"""Clients of a process from which on it is the server that is slow: a few may be so by themselves, and see it all."""
CALM: Final = 4
"""Looks in a row that must find it calm before more is shown."""


class Level(NamedTuple):
    """The share of a picture's resolution, and frames a second."""

    detail: float
    rate: float


LEVELS: Final = (
    Level(1.0, 60.0),
    Level(0.7, 60.0),
    Level(0.5, 60.0),
    Level(0.5, 40.0),
    Level(0.5, 30.0),
    Level(0.5, 22.0),
    Level(0.5, 16.0),
    Level(0.5, 12.0),
    Level(0.4, 10.0),
    Level(0.25, 9.0),
)


class Load:
    """What the clients of one process get. Times are seconds of any monotonic clock."""

    def __init__(self, now: float) -> None:
        self._place = 0
        self._calm = 0
        self._since = now
        self._busy = 0.0
        self._waits: list[float] = []
        self._delays: list[float] = []

    @property
    def level(self) -> Level:
        return LEVELS[self._place]

    @property
    def interval(self) -> float:
        """Seconds between two frames of a client."""
        return 1.0 / self.level.rate

    def told(self) -> dict[str, Any] | None:
        """What a frame says of it; nothing while everything is shown."""
        return {"detail": self.level.detail, "rate": self.level.rate} if self._place else None

    def sent(self, seconds: float) -> None:
        """Frames have taken so long to make and hand over."""
        self._busy += seconds

    def waited(self, seconds: float, frames: int) -> None:
        """So many frames were made so long after they were due."""
        self._waits += [seconds] * frames

    def acknowledged(self, seconds: float) -> None:
        """A page in the foreground has drawn a frame so long after it was begun."""
        self._delays.append(seconds)

    def adapt(self, now: float, clients: int) -> None:
        """Look at what has happened since the last time, at most four times a second."""
        elapsed = now - self._since
        if elapsed < ADAPT_INTERVAL:
            return
        busy = self._busy / elapsed
        delay = median(self._delays) if self._delays else 0.0
        wait = median(self._waits) / self.interval if self._waits else 0.0
        self._since, self._busy = now, 0.0
        self._waits.clear()
        self._delays.clear()
        if clients < CROWD:
            self._calm = self._place = 0
        elif busy > MOST_TIME or delay > LATE or wait > LONGEST_WAIT:
            self._calm = 0
            self._place = min(self._place + 1, len(LEVELS) - 1)
        elif busy < MOST_TIME / 2 and delay < PROMPT and wait < LONGEST_WAIT / 2:
            self._calm += 1
            if self._calm >= CALM:
                self._calm = 0
                self._place = max(self._place - 1, 0)
        else:
            self._calm = 0
