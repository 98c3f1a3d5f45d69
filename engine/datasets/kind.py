"""What a generated dataset is, and the few pieces its formulas share.

Every example is made from its own row of uniform numbers in [0, 1): a point in the plane of four, two that place it and
two that are its noise. So moving the noise moves the same examples, and asking for more keeps the ones that are there.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.limits import SAMPLES, TRAIN_FRACTION, Bounds
from engine.parts import DatasetSpec, Inputs, Task
from engine.types import Float64Array, Label

Draws: TypeAlias = Float64Array
"""(N, D) uniform numbers in [0, 1), a row for each example; D is 4 for points in the plane."""

Made: TypeAlias = tuple[Float64Array, Float64Array]
"""Inputs (N, F) and, for each, its class index or its value: labels (N,), or (N, T) with one for every step."""

Generate: TypeAlias = Callable[[Draws, DatasetSpec], Made]
"""(draws, what was asked for) → inputs and labels."""

TWO: tuple[Label, ...] = (-1.0, 1.0)
THREE: tuple[Label, ...] = (0.0, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class DatasetKind:
    """A dataset that can be generated, with the words a page shows for it.

    ``shape`` is one example's, without its steps where ``lengths`` gives the choice of how many there are; where
    ``class_counts`` gives a choice, ``classes`` are those of its default. ``labelled_steps``: each step has a label.
    ``draws`` and ``step_draws`` say how many uniform numbers an example needs, and how many more for each of its steps.
    Where examples are ``ordered`` the first ones train; else a number of each one's own decides.
    """

    name: str
    label: str
    task: Task
    classes: tuple[Label, ...]
    samples: int
    explanation: str
    formula: str
    noise_explanation: str
    generate: Generate
    inputs: Inputs = "plane"
    shape: tuple[int, ...] = (2,)
    vocabulary: tuple[str, ...] = ()
    variable_length: bool = False
    labelled_steps: bool = False
    lengths: Bounds | None = None
    class_counts: Bounds | None = None
    sample_counts: Bounds = SAMPLES
    train_fractions: Bounds = TRAIN_FRACTION
    draws: int = 4
    step_draws: int = 0
    ordered: bool = False

    def complete(self, spec: DatasetSpec) -> DatasetSpec:
        """With this kind's own length and number of classes where they were left open."""
        length, classes = spec.length, spec.classes
        if length is None and self.lengths is not None:
            length = int(self.lengths.default)
        if classes is None and self.class_counts is not None:
            classes = int(self.class_counts.default)
        return dataclasses.replace(spec, length=length, classes=classes)

    def draw_count(self, spec: DatasetSpec) -> int:
        """Uniform numbers for each example of a complete specification."""
        return self.draws + self.step_draws * (spec.length or 0)

    def shape_of(self, spec: DatasetSpec) -> tuple[int, ...]:
        """One example's shape."""
        length = self.complete(spec).length
        return self.shape if length is None else (length, *self.shape)

    def classes_of(self, spec: DatasetSpec) -> tuple[Label, ...]:
        """The labels of the classes, in order of their index."""
        count = self.complete(spec).classes
        return self.classes if count is None else tuple(map(float, range(count)))


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
