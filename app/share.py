"""A share of the event loop: whoever sends more than can be spared for them waits.

Everything the web process does for one client is done while all others wait. Most of it takes microseconds; a client
that sends as much as it can could take all of the time there is. So the time is added up and paid back by waiting: what
is sent meanwhile stays in the network, and the client's own sending comes to a halt.

It is time that passes, not the processor's: asking for that costs more than most messages do. Now and then somebody
pays for a moment in which the process had to wait, for which the shares are wide enough.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

PART: Final = 0.05
"""Of the time there is. A page that shows eight runs as fast as can be takes a fiftieth."""
BURST: Final = 0.1
"""Seconds that may be used at once, such as by a large network whose weights are put back."""
LONGEST_TURN: Final = 0.005
"""Seconds after which others get their turn, though the share is not used up."""


class Share:
    """What one session, with all its connections, may use of the event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._credit = BURST
        self._seen = clock()

    def spend(self, seconds: float) -> float:
        """So much has been used; returns how many seconds to wait before anything more is done for this client."""
        now = self._clock()
        self._credit = min(BURST, self._credit + (now - self._seen) * PART) - seconds
        self._seen = now
        return max(0.0, -self._credit / PART)
