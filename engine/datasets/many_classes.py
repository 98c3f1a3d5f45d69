"""As many classes as one likes in the plane, labelled 0, 1, 2, …: softmax with two to ten outputs. s is the noise."""

import numpy as np

from engine.datasets.kind import DatasetKind, Draws, Made, alternate, arm_fraction, cloud, polar, shift
from engine.limits import Bounds
from engine.parts import DatasetSpec

TURN = 2.0 * np.pi
COUNTS = Bounds(2, 10, 5)
LABELS = tuple(map(float, range(5)))
RING = 3.8
TURNS = 3.75
"""Turns of all arms together: neighbouring arms are 5/3.75 apart however many there are."""


def _count(spec: DatasetSpec) -> int:
    return spec.classes or int(COUNTS.default)


def blobs(draws: Draws, spec: DatasetSpec) -> Made:
    """Normal clouds with variance 0.25 + 2s around k centres at distance 3.8, a k-th of a turn apart."""
    labels = alternate(draws, _count(spec))
    centers = polar(np.full(len(draws), RING), labels * TURN / _count(spec))
    return cloud(draws, centers, 0.25 + 2.0 * spec.noise), labels


def spirals(draws: Draws, spec: DatasetSpec) -> Made:
    """r = 5i/n, t = (3.75/k)·(i/n)·2π plus a k-th of a turn for each class; each point moved by U(−1, 1)·s."""
    count = _count(spec)
    labels = alternate(draws, count)
    fraction = arm_fraction(len(draws), count)
    angle = TURN * (TURNS * fraction + labels) / count
    return polar(5.0 * fraction, angle) + shift(draws, spec.noise), labels


KINDS = (
    DatasetKind(
        "blobs",
        "Ring of clouds",
        "classification",
        LABELS,
        500,
        "As many clouds as you like in a ring: an output unit for each, and softmax over all of them.",
        "normal around k centres, σ^2 = 0.25 + 2 s",
        "The more noise, the wider the clouds, until neighbours overlap.",
        blobs,
        class_counts=COUNTS,
    ),
    DatasetKind(
        "spirals",
        "Many spirals",
        "classification",
        LABELS,
        600,
        "As many arms as you like around one centre: each class is everywhere.",
        "r = 5 i/n, t = 3.75/k · 2π i/n",
        "The more noise, the further each point is moved off its arm.",
        spirals,
        class_counts=COUNTS,
    ),
)
