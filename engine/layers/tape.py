"""Random bits for layers that disturb, drawn ahead: many at once for a replica, as a call costs more than they do.

What has been drawn and not used can be given back, so that a replica's bits are those of its own generator, one after
the other, however many replicas train beside it and whenever it is stopped, kept or moved.
"""

from collections.abc import Sequence

import numpy as np

from engine.types import Array

AHEAD = 2048
"""Numbers that are drawn at once for a replica: a few dozen steps of a small network, 4 kB."""
PER_DRAW = 4
"""Numbers of 16 bits in one draw of a generator, which has 64. All counts are rounded up to whole draws."""


class Tape:
    """Uniform integers below 2^16 for R replicas side by side, each from a generator of its own."""

    def __init__(self, generators: Sequence[np.random.Generator]) -> None:
        self._sources = [generator.bit_generator for generator in generators]
        self._lay_out(0)

    def reserve(self, count: int) -> None:
        """Make room for ``count`` numbers at a time. Must be called before they are taken."""
        size = max(AHEAD, _whole(count))
        if size > self._size:
            self.give_back()
            self._lay_out(size)

    def _lay_out(self, size: int) -> None:
        self._numbers: Array = np.empty((len(self._sources), size), np.uint16)
        self._draws = self._numbers.view(np.uint64)
        self._size = self._cursor = size

    def put(self, replica: int, generator: np.random.Generator) -> None:
        """Another run in a replica's place."""
        self.give_back()
        self._sources[replica] = generator.bit_generator

    def take(self, count: int) -> Array:
        """The next numbers of every replica (R, ``count``), good until the next are taken."""
        if self._cursor + count > self._size:
            self._draw()
        start = self._cursor
        self._cursor += _whole(count)
        return self._numbers[:, start : start + count]

    def _draw(self) -> None:
        """Move what is left to the front and draw the rest."""
        left = self._left()
        for source, draws in zip(self._sources, self._draws, strict=True):
            draws[:left] = draws[len(draws) - left :]
            draws[left:] = source.random_raw(len(draws) - left)
        self._cursor = 0

    def give_back(self) -> None:
        """Put the generators back to where their bits have been used up."""
        left = self._left()
        if left:
            for source in self._sources:
                assert isinstance(source, np.random.PCG64)
                source.advance(-left)
            self._cursor = self._size

    def _left(self) -> int:
        return (self._size - self._cursor) // PER_DRAW


def _whole(count: int) -> int:
    return -(-count // PER_DRAW) * PER_DRAW
