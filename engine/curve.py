"""The curve of losses that a run leaves behind."""

from collections.abc import Sequence

import numpy as np

from engine.types import BoolArray, Float64Array, IntArray

EVERY_EPOCH_UNTIL = 1000
FIRST_CAPACITY = 256
COLUMNS = ("step", "epoch", "train", "test")


def recorded(epoch: IntArray) -> BoolArray:
    """Which epochs the curve keeps: every one to 1000, every second to 2000, every fourth to 4000 and so on."""
    stride = np.ones_like(epoch)
    bound = EVERY_EPOCH_UNTIL
    while (late := epoch > bound).any():
        stride[late] *= 2
        bound *= 2
    kept: BoolArray = epoch % stride == 0
    return kept


class Curve:
    """The recorded losses of R replicas, each as long as its own training. Columns: step, epoch, train, test."""

    def __init__(self, points: Sequence[Float64Array]) -> None:
        self._length = np.array([columns.shape[1] for columns in points])
        capacity = FIRST_CAPACITY
        while capacity < self._length.max():
            capacity *= 2
        self._columns = np.empty((len(COLUMNS), len(points), capacity))
        for replica, columns in enumerate(points):
            self._columns[:, replica, : columns.shape[1]] = columns

    def put(self, replica: int, points: Float64Array) -> None:
        """Another run's points (4, n) in a replica's place."""
        self._make_room(points.shape[1])
        self._columns[:, replica, : points.shape[1]] = points
        self._length[replica] = points.shape[1]

    def _make_room(self, length: int) -> None:
        while length > self._columns.shape[2]:
            self._columns = np.concatenate([self._columns, np.empty_like(self._columns)], axis=2)

    def append(
        self, replicas: BoolArray, step: IntArray, epoch: IntArray, train: Float64Array, test: Float64Array
    ) -> None:
        """Add one point to the chosen replicas; all columns are (R,)."""
        self._make_room(int(self._length.max()) + 1)
        rows = np.flatnonzero(replicas)
        ends = self._length[rows]
        for column, values in zip(self._columns, (step, epoch, train, test), strict=True):
            column[rows, ends] = values[rows]
        self._length[rows] += 1

    def last_step(self, replica: int) -> int:
        """The step of the newest point of one replica, -1 while there is none."""
        length = self._length[replica]
        return int(self._columns[0, replica, length - 1]) if length else -1

    def retake(self, replica: int, train: float, test: float) -> None:
        """Other losses for the newest point of one replica."""
        self._columns[2:, replica, self._length[replica] - 1] = train, test

    def points(self, replica: int, after_step: float = -1.0) -> Float64Array:
        """The points of one replica (4, n) from ``after_step`` on, oldest first."""
        columns = self._columns[:, replica, : self._length[replica]]
        return columns[:, np.searchsorted(columns[0], after_step) :].copy()
