"""The worker's side of one client watching one run: what it has been sent, what it is owed, and when."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, NamedTuple

from app.probe_options import Probes
from app.protocol import FRAME_INTERVAL, HIDDEN_INTERVAL, Window

STATIC: Final = frozenset({"data", "features"})
"""Probes whose arrays are sent until one frame with them has been acknowledged, and then only when they change."""


class Carried(NamedTuple):
    """What a frame carried that need not be sent again once it has arrived."""

    generation: int
    curve_step: int
    statics: dict[str, Hashable]
    at: float = 0.0


class Stream:
    """One client's subscription to one run."""

    def __init__(self, number: int, probes: Probes, after_step: int, generation: int, hidden: bool, seq: int) -> None:
        self.number = number
        self.probes = probes
        self.hidden = hidden
        self.at: int | None = None
        self.urgent = True
        self.window: Window[Carried] = Window(seq)
        self._cursor = after_step
        self._generation = generation
        self._known: dict[str, Hashable] = {}
        self._sent_version: Hashable = None
        self._sent_at = float("-inf")

    def subscribe(self, probes: Probes, at: int | None = None) -> None:
        """Show other probes, or the run at a past step, beginning with an immediate frame. A client may have dropped
        what it showed no longer."""
        before = dict(self.probes.items())
        self._known = {name: key for name, key in self._known.items() if before.get(name) == getattr(probes, name)}
        self.probes, self.at = probes, at
        self.urgent = True

    def cursor(self, generation: int) -> int:
        """The last step of the curve of `generation` that has certainly arrived; -1 if none has."""
        return self._cursor if generation == self._generation else -1

    def lacks(self, name: str, key: Hashable) -> bool:
        """Whether the arrays of the static probe `name`, in the state `key`, have not arrived yet."""
        return self._known.get(name) != key

    def may_at(self, interval: float = FRAME_INTERVAL) -> float:
        """When the next frame may go, if there is something to show: -inf now, inf not at all."""
        if not self.window.is_open:
            return float("inf")
        if self.urgent:
            return float("-inf")
        return self._sent_at + self._interval(interval)

    def due_at(self, version: Hashable, interval: float = FRAME_INTERVAL) -> float:
        """When the next frame of a run whose state is `version` is due: -inf now, inf not at all."""
        return self.may_at(interval) if self.urgent or version != self._sent_version else float("inf")

    def _interval(self, interval: float) -> float:
        return HIDDEN_INTERVAL if self.hidden else interval

    def sent(
        self, now: float, version: Hashable, carried: Carried, *, complete: bool, interval: float = FRAME_INTERVAL
    ) -> int:
        """A frame of `version` goes out; returns its number. One that is not `complete` is followed by another.

        One that is a little late leaves the next one where it was, so that the rate is what it should be.
        """
        late = now - self._sent_at - self._interval(interval)
        self._sent_at = now - late if 0.0 < late < interval / 2 and not self.urgent else now
        self._sent_version = version if complete else None
        self.urgent = False
        return self.window.send(carried)

    def acknowledge(self, seq: int) -> Carried | None:
        """The client has drawn frame `seq`: what that had carried, None if it was acknowledged before."""
        carried = self.window.acknowledge(seq)
        if carried is None:
            return None
        self._cursor = max(carried.curve_step, self.cursor(carried.generation))
        self._generation = carried.generation
        self._known |= carried.statics
        return carried
