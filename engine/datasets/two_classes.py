"""Two classes in the plane, −1 (orange) and +1 (blue); class indices 0 and 1.

The first four are TensorFlow Playground's own definitions; s is the noise, between 0 and 0.5.
"""

import numpy as np

from engine.datasets.kind import TWO, DatasetKind, Draws, Made, alternate, arm_fraction, between, cloud, polar, shift
from engine.parts import DatasetSpec


def circle(draws: Draws, spec: DatasetSpec) -> Made:
    """+1: r ∈ U(0, 2.5), −1: r ∈ U(3.5, 5). The label is that of the point shifted by U(−5, 5)·s."""
    inside = alternate(draws, 2) == 1
    radius = np.where(inside, between(draws[:, 0], 0.0, 2.5), between(draws[:, 0], 3.5, 5.0))
    points = polar(radius, 2.0 * np.pi * draws[:, 1])
    shifted = points + shift(draws, 5.0 * spec.noise)
    return points, (np.hypot(shifted[:, 0], shifted[:, 1]) < 2.5).astype(np.float64)


def xor(draws: Draws, spec: DatasetSpec) -> Made:
    """U(−5, 5)², pushed 0.3 away from both axes; the label is sign(x₁x₂) of the point shifted by U(−5, 5)·s."""
    points = between(draws[:, :2], -5.0, 5.0)
    points += np.where(points > 0.0, 0.3, -0.3)
    shifted = points + shift(draws, 5.0 * spec.noise)
    return points, (shifted[:, 0] * shifted[:, 1] >= 0.0).astype(np.float64)


def gauss(draws: Draws, spec: DatasetSpec) -> Made:
    """Normal clouds around (2, 2) = +1 and (−2, −2) = −1 with variance 0.5 + 7s."""
    labels = alternate(draws, 2)
    centers = np.where(labels == 1, 2.0, -2.0)[:, None] * np.ones(2)
    return cloud(draws, centers, 0.5 + 7.0 * spec.noise), labels


def spiral(draws: Draws, spec: DatasetSpec) -> Made:
    """r = 5i/n, t = 1.75·(i/n)·2π, half a turn further for −1; each point moved by U(−1, 1)·s."""
    labels = alternate(draws, 2)
    fraction = arm_fraction(len(draws), 2)
    angle = 1.75 * fraction * 2.0 * np.pi + np.where(labels == 1, 0.0, np.pi)
    return polar(5.0 * fraction, angle) + shift(draws, spec.noise), labels


def moons(draws: Draws, spec: DatasetSpec) -> Made:
    """Half circles (cos t, sin t) = −1 and (1 − cos t, ½ − sin t) = +1, three times as large; moved by U(−2, 2)·s."""
    labels = alternate(draws, 2)
    angle = np.pi * draws[:, 0]
    upper = np.column_stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25])
    points = 3.0 * np.where((labels == 0)[:, None], upper, -upper)
    return points + shift(draws, 2.0 * spec.noise), labels


def rings(draws: Draws, spec: DatasetSpec) -> Made:
    """+1: r ∈ U(0.4, 1.2) and U(4.2, 5), −1: r ∈ U(2.3, 3.1); each point moved by U(−2, 2)·s."""
    labels = alternate(draws, 2)
    small = np.arange(len(draws)) % 8 == 1
    start = np.where(labels == 0, 2.3, np.where(small, 0.4, 4.2))
    points = polar(start + 0.8 * draws[:, 0], 2.0 * np.pi * draws[:, 1])
    return points + shift(draws, 2.0 * spec.noise), labels


CELL = 2.8


def checkerboard(draws: Draws, spec: DatasetSpec) -> Made:
    """Sixteen squares of side 2.8, points at least 0.2 inside; coloured as the point shifted by U(−3, 3)·s is."""
    place = np.arange(len(draws))
    row = place // 4 % 4
    column = 2 * (place // 2 % 2) + (row + place + 1) % 2
    inside = between(draws[:, :2], 0.2, CELL - 0.2)
    points = (np.column_stack([column, row]) - 2.0) * CELL + inside
    cells = np.floor((points + shift(draws, 3.0 * spec.noise)) / CELL)
    return points, cells.sum(axis=1) % 2.0


KINDS = (
    DatasetKind(
        "circle",
        "Circle",
        "classification",
        TWO,
        500,
        "A blue disc inside an orange ring: no straight line can part them.",
        "blue where r < 2.5, orange where r > 3.5",
        "The more noise, the more points near the border carry the wrong colour.",
        circle,
    ),
    DatasetKind(
        "xor",
        "Corners",
        "classification",
        TWO,
        500,
        "Opposite corners share a colour: exclusive or, which no single unit can learn.",
        "blue where x_1 x_2 > 0",
        "The more noise, the more points near the axes carry the wrong colour.",
        xor,
    ),
    DatasetKind(
        "gauss",
        "Clouds",
        "classification",
        TWO,
        500,
        "Two round clouds that one straight line parts.",
        "normal around (2, 2) and (−2, −2), σ^2 = 0.5 + 7 s",
        "The more noise, the wider the clouds, until they overlap.",
        gauss,
    ),
    DatasetKind(
        "spiral",
        "Spiral",
        "classification",
        TWO,
        500,
        "Two arms wound around each other: the hardest of the classic four.",
        "r = 5 i/n, t = 1.75 · 2π i/n",
        "The more noise, the further each point is moved off its arm.",
        spiral,
    ),
    DatasetKind(
        "moons",
        "Moons",
        "classification",
        TWO,
        500,
        "Two half moons that reach into each other: a curved line is enough.",
        "(cos t, sin t) and (1 − cos t, ½ − sin t)",
        "The more noise, the further each point is moved off its moon.",
        moons,
    ),
    DatasetKind(
        "rings",
        "Rings",
        "classification",
        TWO,
        500,
        "Three rings in turn blue, orange, blue: the border has two closed parts.",
        "blue at r ≈ 0.8 and 4.6, orange at r ≈ 2.7",
        "The more noise, the further each point is moved off its ring.",
        rings,
    ),
    DatasetKind(
        "checkerboard",
        "Chequers",
        "classification",
        TWO,
        500,
        "Sixteen squares in two colours: many small pieces to learn.",
        "⌊x_1/2.8⌋ + ⌊x_2/2.8⌋ even or odd",
        "The more noise, the more points near an edge carry the wrong colour.",
        checkerboard,
    ),
)
