"""Three classes in the plane, labelled 0, 1 and 2: what softmax is for. s is the noise, between 0 and 0.5."""

import numpy as np

from engine.datasets.kind import THREE, DatasetKind, Draws, Made, alternate, arm_fraction, cloud, polar, shift
from engine.parts import DatasetSpec

TURN = 2.0 * np.pi


def three_blobs(draws: Draws, spec: DatasetSpec) -> Made:
    """Normal clouds with variance 0.5 + 3s around three centers at distance 3, a third of a turn apart."""
    labels = alternate(draws, 3)
    centers = polar(np.full(len(draws), 3.0), labels * TURN / 3.0)
    return cloud(draws, centers, 0.5 + 3.0 * spec.noise), labels


def three_spirals(draws: Draws, spec: DatasetSpec) -> Made:
    """r = 5i/n, t = 1.25·(i/n)·2π plus a third of a turn for each class; each point moved by U(−1, 1)·s."""
    labels = alternate(draws, 3)
    fraction = arm_fraction(len(draws), 3)
    angle = TURN * (1.25 * fraction + labels / 3.0)
    return polar(5.0 * fraction, angle) + shift(draws, spec.noise), labels


KINDS = (
    DatasetKind(
        "three_blobs",
        "Three clouds",
        "classification",
        THREE,
        500,
        "Three round clouds: one output unit a class, and softmax shares the certainty among them.",
        "normal around three centres, σ^2 = 0.5 + 3 s",
        "The more noise, the wider the clouds, until they overlap.",
        three_blobs,
    ),
    DatasetKind(
        "three_spirals",
        "Three spirals",
        "classification",
        THREE,
        500,
        "Three arms wound around each other, one class each.",
        "r = 5 i/n, t = 1.25 · 2π i/n + 2π k/3",
        "The more noise, the further each point is moved off its arm.",
        three_spirals,
    ),
)
