"""Numbers to predict over the plane, both TensorFlow Playground's definitions. s is the noise, between 0 and 0.5."""

import numpy as np

from engine.datasets.kind import DatasetKind, Draws, Made, between, shift
from engine.parts import DatasetSpec

HILLS = np.array(
    [(-4.0, 2.5, 1.0), (0.0, 2.5, -1.0), (4.0, 2.5, 1.0), (-4.0, -2.5, -1.0), (0.0, -2.5, 1.0), (4.0, -2.5, -1.0)]
)
"""Six cones of radius 2: x₁, x₂ and height."""


def plane(draws: Draws, spec: DatasetSpec) -> Made:
    """U(−6, 6)²; the value is (x₁ + x₂)/10 of the point shifted by U(−6, 6)·s."""
    points = between(draws[:, :2], -6.0, 6.0)
    return points, (points + shift(draws, 6.0 * spec.noise)).sum(axis=1) / 10.0


def hills(draws: Draws, spec: DatasetSpec) -> Made:
    """U(−6, 6)²; ±max(0, 1 − d/2) for the cone, d away, where this is largest.

    It is read at the point shifted by U(−6, 6)·s.
    """
    points = between(draws[:, :2], -6.0, 6.0)
    offsets = (points + shift(draws, 6.0 * spec.noise))[:, None, :] - HILLS[None, :, :2]
    heights = np.clip(1.0 - np.hypot(offsets[..., 0], offsets[..., 1]) / 2.0, 0.0, 1.0)
    highest = heights.argmax(axis=1)
    return points, HILLS[highest, 2] * heights[np.arange(len(points)), highest]


KINDS = (
    DatasetKind(
        "plane",
        "Plane",
        "regression",
        (),
        1200,
        "A tilted plane: one linear unit can fit it exactly.",
        "y = (x_1 + x_2)/10",
        "The more noise, the further each value is from the plane.",
        plane,
    ),
    DatasetKind(
        "hills",
        "Hills",
        "regression",
        (),
        1200,
        "Three hills and three hollows: flat nearly everywhere, so it takes hidden units.",
        "y = ±max(0, 1 − d/2), d to the nearest centre",
        "The more noise, the further from its point each value was read.",
        hills,
    ),
)
