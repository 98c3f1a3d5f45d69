"""The curve of losses that a run leaves behind."""

import numpy as np

from engine.types import Array, BoolArray, Float64Array, IntArray

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

    def __init__(self, replicas: int) -> None:
        self._length = np.zeros(replicas, np.int64)
        self._columns = np.empty((len(COLUMNS), replicas, FIRST_CAPACITY))

    def append(
        self, replicas: BoolArray, step: IntArray, epoch: IntArray, train: Float64Array, test: Float64Array
    ) -> None:
        """Add one point to the chosen replicas; all columns are (R,)."""
        if self._length.max() == self._columns.shape[2]:
            self._columns = np.concatenate([self._columns, np.empty_like(self._columns)], axis=2)
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

    def read(self, replica: int) -> dict[str, Float64Array]:
        """The points of one replica, oldest first."""
        points = self._columns[:, replica, : self._length[replica]].copy()
        return dict(zip(COLUMNS, points, strict=True))

    def write(self, replica: int, points: dict[str, Array]) -> None:
        """Replace the points of one replica."""
        length = len(points["step"])
        while self._columns.shape[2] < length:
            self._columns = np.concatenate([self._columns, np.empty_like(self._columns)], axis=2)
        for column, name in zip(self._columns, COLUMNS, strict=True):
            column[replica, :length] = points[name]
        self._length[replica] = length
