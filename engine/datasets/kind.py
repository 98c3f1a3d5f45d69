"""What a generated dataset is, and the few pieces its formulas share.

Every point is made from its own row of four uniform numbers in [0, 1): two place it, two are its noise. So moving the
noise moves the same points, and asking for more points keeps the ones that are there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.parts import Task
from engine.types import Float64Array, Label

Draws: TypeAlias = Float64Array
"""(N, 4) uniform numbers in [0, 1)."""

Generate: TypeAlias = Callable[[Draws, float], tuple[Float64Array, Float64Array]]
"""(draws, noise) → points (N, 2) and, for each, its class index or its value (N,)."""

TWO: tuple[Label, ...] = (-1.0, 1.0)
THREE: tuple[Label, ...] = (0.0, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class DatasetKind:
    """A dataset that can be generated, with the words a page shows for it."""

    name: str
    label: str
    task: Task
    classes: tuple[Label, ...]
    samples: int
    explanation: str
    formula: str
    noise_explanation: str
    generate: Generate


def alternate(draws: Draws, classes: int) -> Float64Array:
    """Class indices 0, 1, …, 0, 1, …: as balanced as the count allows."""
    return np.arange(len(draws), dtype=np.float64) % classes


def between(draw: Float64Array, low: float, high: float) -> Float64Array:
    """Uniform on [low, high)."""
    return low + (high - low) * draw


def shift(draws: Draws, reach: float) -> Float64Array:
    """Each point's noise as a step (N, 2), uniform on ±reach in both directions."""
    return between(draws[:, 2:4], -reach, reach)


def polar(radius: Float64Array, angle: Float64Array) -> Float64Array:
    """Points (r sin t, r cos t): the angle runs clockwise from the top."""
    return np.column_stack([radius * np.sin(angle), radius * np.cos(angle)])


def cloud(draws: Draws, centers: Float64Array, variance: float) -> Float64Array:
    """Normal points around centers (N, 2), by Box and Muller's transform of each row's first two numbers."""
    radius = np.sqrt(-2.0 * variance * np.log1p(-draws[:, 0]))
    return centers + polar(radius, 2.0 * np.pi * draws[:, 1])


def arm_fraction(samples: int, arms: int) -> Float64Array:
    """How far along its arm each point lies, i/n for the i-th of an arm's n points, arms taken in turn."""
    place = np.arange(samples) // arms
    return place / max(1.0, samples / arms)
