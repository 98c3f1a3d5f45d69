"""Small drawings of lines and rings, made by code: what a convolution finds wherever it stands. s is the noise."""

import numpy as np

from engine.datasets.kind import DatasetKind, Draws, Made, alternate, between
from engine.parts import DatasetSpec
from engine.types import Float64Array

SIDE = 12
LABELS = ("horizontal", "vertical", "diagonal", "cross", "ring")
HALF_WIDTH = 0.6
PLACING = 3
"""Numbers that place a drawing: its centre, to the right and down, and its reach."""


def _line(across: Float64Array, along: Float64Array, reach: Float64Array) -> Float64Array:
    """Ink of a line: 1 on it, falling to 0 within the width of a pixel at its sides and ends."""
    return np.clip(0.5 + HALF_WIDTH - np.abs(across), 0.0, 1.0) * np.clip(0.5 + reach - np.abs(along), 0.0, 1.0)


def drawings(draws: Draws, spec: DatasetSpec) -> Made:
    """12×12 pixels of ink from 0 to 1, centre within ±2 pixels, reach 2.5 to 4; each pixel changed by U(−1, 1)·s."""
    labels = alternate(draws, len(LABELS))
    place = np.arange(SIDE) - (SIDE - 1) / 2.0
    x = place - between(draws[:, 0], -2.0, 2.0)[:, None, None]
    y = place[:, None] - between(draws[:, 1], -2.0, 2.0)[:, None, None]
    reach = between(draws[:, 2], 2.5, 4.0)[:, None, None]
    horizontal, vertical = _line(y, x, reach), _line(x, y, reach)
    diagonal = _line((x - y) / np.sqrt(2.0), (x + y) / np.sqrt(2.0), reach)
    ring = np.clip(0.5 + HALF_WIDTH - np.abs(np.hypot(x, y) - reach), 0.0, 1.0)
    ink = np.choose(
        labels.astype(np.int64)[:, None, None],
        [horizontal, vertical, diagonal, np.maximum(horizontal, vertical), ring],
    )
    pixels = ink.reshape(len(draws), -1) + between(draws[:, PLACING:], -spec.noise, spec.noise)
    return np.clip(pixels, 0.0, 1.0), labels


KINDS = (
    DatasetKind(
        "drawings",
        "Lines and rings",
        "classification",
        LABELS,
        1000,
        "Lines, crosses and rings somewhere on 12 × 12 pixels: a kernel that finds an edge finds it anywhere.",
        "pixels from 0 to 1",
        "The more noise, the further each pixel is from its true shade.",
        drawings,
        "image",
        (1, SIDE, SIDE),
        draws=PLACING + SIDE * SIDE,
    ),
)
