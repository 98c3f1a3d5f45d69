"""What the web process counts of its runs' work, for the metrics."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from itertools import accumulate
from typing import Any, Final

AGES: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds, in seconds, of the classes that the ages of frames are counted in."""


class Counts:
    """Frames, how old they were when they reached the web process, updates, and clients that were hung up on."""

    def __init__(self) -> None:
        self.frames = 0
        self.dropped = 0
        self.steps = 0
        self.hung_up = 0
        self.age = 0.0
        self._ages = [0] * (len(AGES) + 1)

    def frame(self, age: float, replaced: bool) -> None:
        """A frame that was begun `age` seconds ago was handed to a connection, perhaps in the place of an older one."""
        self.frames += 1
        self.dropped += replaced
        self.age += age
        self._ages[bisect_left(AGES, age)] += 1

    def progress(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """A run is as far as `after`; what it did before it began anew since is not known."""
        self.steps += max(0, after["step"] - before.get("step", 0))

    def ages(self) -> list[tuple[str, float]]:
        """How many frames were at most so old, for each bound and for all."""
        return list(zip((*map(str, AGES), "+Inf"), map(float, accumulate(self._ages)), strict=True))
