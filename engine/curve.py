"""The curve of losses that a run leaves behind."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from engine.types import BoolArray, Float64Array, IntArray

EVERY_EPOCH_UNTIL = 250
BOUNDS = EVERY_EPOCH_UNTIL << np.arange(48)
LEAST_ROOM = 32
COLUMNS = ("step", "epoch", "train", "test")

T = TypeVar("T", int, IntArray)


def recorded(epoch: IntArray) -> BoolArray:
    """Which epochs the curve keeps: every one to 250, every second to 500, every fourth to 1000 and so on."""
    stride = 1 << BOUNDS.searchsorted(epoch)
    kept: BoolArray = epoch % stride == 0
    return kept


class Curve:
    """The recorded losses of R replicas, each as long as its own training. Columns: step, epoch, train, test.

    They lie in one pool (4, all points), each replica's in a stretch with room to grow: replicas that are laid out anew
    every few hundred points take little time, and one that has trained long takes no memory for its neighbours.
    """

    def __init__(self, points: Sequence[Float64Array]) -> None:
        self._length: IntArray = np.zeros(len(points), np.int64)
        self._room = self._start = self._length.copy()
        self._pool = np.empty((len(COLUMNS), 0))
        self._lay_out(np.array([_room(columns.shape[1]) for columns in points]))
        for replica, columns in enumerate(points):
            self.put(replica, columns)

    def _lay_out(self, room: IntArray) -> None:
        """Give each replica so much room, and move its points there."""
        start = np.cumsum(room) - room
        pool = np.empty((len(COLUMNS), int(room.sum())))
        for old, new, length in zip(self._start.tolist(), start.tolist(), self._length.tolist(), strict=True):
            pool[:, new : new + length] = self._pool[:, old : old + length]
        self._room, self._start, self._pool = room, start, pool

    def put(self, replica: int, points: Float64Array) -> None:
        """Another run's points (4, n) in a replica's place."""
        count = points.shape[1]
        self._length[replica] = 0
        if not count <= self._room[replica] <= 4 * _room(count):
            self._lay_out(np.where(np.arange(len(self._room)) == replica, _room(count), self._room))
        start = self._start[replica]
        self._pool[:, start : start + count] = points
        self._length[replica] = count

    def append(
        self, replicas: BoolArray, step: IntArray, epoch: IntArray, train: Float64Array, test: Float64Array
    ) -> None:
        """Add one point to the chosen replicas; all columns are (R,)."""
        full = replicas & (self._length == self._room)
        if full.any():
            self._lay_out(np.where(full, _room(self._room), self._room))
        rows = np.flatnonzero(replicas)
        ends = self._start[rows] + self._length[rows]
        for column, values in zip(self._pool, (step, epoch, train, test), strict=True):
            column[ends] = values[rows]
        self._length[rows] += 1

    def _points(self, replica: int) -> Float64Array:
        start = self._start.item(replica)
        return self._pool[:, start : start + self._length.item(replica)]

    def last_step(self, replica: int) -> int:
        """The step of the newest point of one replica, -1 while there is none."""
        steps = self._points(replica)[0]
        return int(steps[-1]) if len(steps) else -1

    def retake(self, replica: int, train: float, test: float) -> None:
        """Other losses for the newest point of one replica."""
        self._points(replica)[2:, -1] = train, test

    def points(self, replica: int, after_step: float = -1.0) -> Float64Array:
        """The points of one replica (4, n) from ``after_step`` on, oldest first."""
        columns = self._points(replica)
        return columns[:, columns[0].searchsorted(after_step) :].copy()


def _room(count: T) -> T:
    """Room for so many points and half as many more."""
    return count + count // 2 + LEAST_ROOM
