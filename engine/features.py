"""What the network is given to see of a point: its coordinates, their squares, product, sines and cosines.

Good features make a hard problem linear: a circle needs no hidden layer when x₁² and x₂² are given.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.types import FloatArray


@dataclass(frozen=True, slots=True)
class Feature:
    """One function of a point: ``compute(x1, x2)`` works on whole arrays."""

    name: str
    label: str
    formula: str
    explanation: str
    compute: Callable[[FloatArray, FloatArray], FloatArray]


FEATURES: dict[str, Feature] = {
    feature.name: feature
    for feature in (
        Feature("x1", "x₁", "x_1", "How far right the point lies.", lambda x1, _: x1),
        Feature("x2", "x₂", "x_2", "How far up the point lies.", lambda _, x2: x2),
        Feature("x1_squared", "x₁²", "x_1^2", "Distance from the vertical axis, squared.", lambda x1, _: x1 * x1),
        Feature("x2_squared", "x₂²", "x_2^2", "Distance from the horizontal axis, squared.", lambda _, x2: x2 * x2),
        Feature("x1x2", "x₁x₂", "x_1 x_2", "Positive in two opposite corners, negative in the others.", np.multiply),
        Feature(
            "sin_x1", "sin x₁", "sin x_1", "Waves from left to right, zero in the middle.", lambda x1, _: np.sin(x1)
        ),
        Feature(
            "sin_x2", "sin x₂", "sin x_2", "Waves from bottom to top, zero in the middle.", lambda _, x2: np.sin(x2)
        ),
        Feature(
            "cos_x1", "cos x₁", "cos x_1", "Waves from left to right, highest in the middle.", lambda x1, _: np.cos(x1)
        ),
        Feature(
            "cos_x2", "cos x₂", "cos x_2", "Waves from bottom to top, highest in the middle.", lambda _, x2: np.cos(x2)
        ),
    )
}


FEATURES_OF: dict[str, tuple[str, ...]] = {
    "plane": tuple(FEATURES),
    "line": tuple(name for name in FEATURES if "x1" in name and "x2" not in name),
}
"""Which features each kind of inputs can have: on a line those of x₁ alone, elsewhere none."""

DEFAULT_FEATURES: dict[str, tuple[str, ...]] = {"plane": ("x1", "x2"), "line": ("x1",)}


def compute_features(points: FloatArray, names: Sequence[str]) -> FloatArray:
    """The chosen features of points, as (N, F) in the order of ``names`` and in the points' own dtype.

    Points are (N, 2), or (N, 1) on a line, whose features do not look at x₂.
    """
    columns = np.empty((len(points), len(names)), dtype=points.dtype)
    for place, name in enumerate(names):
        columns[:, place] = FEATURES[name].compute(points[:, 0], points[:, -1])
    return columns
