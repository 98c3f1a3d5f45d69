"""Loss functions: how wrong the outputs are, one number per example, summed over its output units.

Shapes: values and targets are (R, K, B), where values are the output units' activations a or, for a loss taken from the
logits, their sums z. Cross-entropy is never computed from log(a), so it is finite for every finite z.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.activations import ACTIVATIONS
from engine.parts import Task
from engine.types import Array, constants

Terms: TypeAlias = Callable[[Array, Array, Array], None]
"""terms(values, targets, scratch): ``values`` becomes each unit's part of the loss; ``scratch`` is (R, K + 1, B)."""

Slope: TypeAlias = Callable[[Array, Array, Array], object]
"""slope(outputs, targets, out): out ← ∂L/∂a from the activations a, or ∂L/∂z for a loss taken from the logits."""


EVERY_TASK: tuple[Task, ...] = ("classification", "regression")
CLASSES_ALONE: tuple[Task, ...] = ("classification",)

RECONSTRUCTION = "reconstruction"
"""The loss whose targets are the inputs."""

_MINUS_ONE, _HALF, _ONE, _TWO = constants(-1.0), constants(0.5), constants(1.0), constants(2.0)


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss the page can choose, as a pair: what it is and how it changes.

    With ``from_logits`` the terms are taken from the sums z of the output layer, and the slope is ∂L/∂z: such a loss
    undoes the derivative of the output activation it belongs to. ``slope`` is given the activations either way.
    """

    name: str
    label: str
    explanation: str
    formula: str
    from_logits: bool
    terms: Terms
    slope: Slope
    tasks: tuple[Task, ...]


def _squared_error(values: Array, targets: Array, scratch: Array) -> None:
    np.subtract(values, targets, values)
    np.multiply(values, values, values)
    np.multiply(values, _HALF[values.dtype], values)


def _absolute_error(values: Array, targets: Array, scratch: Array) -> None:
    np.subtract(values, targets, values)
    np.abs(values, values)


def _absolute_error_slope(outputs: Array, targets: Array, out: Array) -> None:
    np.subtract(outputs, targets, out)
    np.sign(out, out)


def _huber(values: Array, targets: Array, scratch: Array) -> None:
    """½ d² for |d| ≤ 1, else |d| − ½: both are c (d − ½ c) with c the difference d cut to −1 … 1."""
    half = scratch[..., :-1, :]
    _huber_slope(values, targets, half)
    np.multiply(half, _HALF[half.dtype], half)
    np.subtract(values, targets, values)
    np.subtract(values, half, values)
    np.multiply(values, half, values)
    np.multiply(values, _TWO[values.dtype], values)


def _huber_slope(outputs: Array, targets: Array, out: Array) -> None:
    np.subtract(outputs, targets, out)
    np.minimum(out, _ONE[out.dtype], out=out)
    np.maximum(out, _MINUS_ONE[out.dtype], out=out)


def _hinge(values: Array, targets: Array, scratch: Array) -> None:
    """max(0, 1 − t a): how much the margin t a falls short of 1."""
    np.multiply(values, targets, values)
    np.subtract(_ONE[values.dtype], values, values)
    np.maximum(values, values.dtype.type(0.0), out=values)


def _hinge_slope(outputs: Array, targets: Array, out: Array) -> None:
    """−t where the margin falls short, else 0."""
    np.copyto(out, outputs)
    _hinge(out, targets, out)
    np.sign(out, out)
    np.multiply(out, targets, out)
    np.negative(out, out)


def _cross_entropy(values: Array, targets: Array, scratch: Array) -> None:
    if values.shape[-2] == 1:
        _binary_cross_entropy(values, targets, scratch[..., :1, :])
    else:
        _categorical_cross_entropy(values, targets, scratch)


def _binary_cross_entropy(z: Array, targets: Array, scratch: Array) -> None:
    """−t ln σ(z) − (1 − t) ln(1 − σ(z)) = softplus((1 − 2t) z) for t ∈ {0, 1}."""
    np.multiply(targets, z.dtype.type(-2.0), scratch)
    np.add(scratch, z.dtype.type(1.0), scratch)
    np.multiply(z, scratch, z)
    ACTIVATIONS["softplus"].apply(z, z, scratch)


def _categorical_cross_entropy(z: Array, targets: Array, scratch: Array) -> None:
    """−ln p of the right class = ln Σ_j e^{z_j − m} − (z − m), with m the largest z, on the right class alone."""
    row, terms = scratch[..., -1:, :], scratch[..., :-1, :]
    np.maximum.reduce(z, axis=-2, keepdims=True, out=row)
    np.subtract(z, row, z)
    np.exp(z, terms)
    np.add.reduce(terms, axis=-2, keepdims=True, out=row)
    np.log(row, row)
    np.subtract(row, z, z)
    np.multiply(z, targets, z)


LOSSES: dict[str, Loss] = {
    entry.name: entry
    for entry in (
        Loss(
            "squared_error",
            "Squared error",
            "Half the squared distance between output and target, averaged over the points. Fits any kind of output.",
            "L = ½ Σ_k (a_k − t_k)^2",
            False,
            _squared_error,
            np.subtract,
            EVERY_TASK,
        ),
        Loss(
            "cross_entropy",
            "Cross-entropy",
            "How surprised the network is by the right class. Confident mistakes cost most, so it learns fast.",
            "L = −Σ_k t_k ln p_k",
            True,
            _cross_entropy,
            np.subtract,
            CLASSES_ALONE,
        ),
        Loss(
            "absolute_error",
            "Absolute error",
            "The distance between output and target. A far-off point pulls no harder than a near one.",
            "L = Σ_k |a_k − t_k|",
            False,
            _absolute_error,
            _absolute_error_slope,
            EVERY_TASK,
        ),
        Loss(
            "huber",
            "Huber",
            "Squared error near the target, absolute error beyond a distance of 1: smooth, and calm about outliers.",
            "L = Σ_k ½ d_k^2 if |d_k| ≤ 1, else |d_k| − ½",
            False,
            _huber,
            _huber_slope,
            EVERY_TASK,
        ),
        Loss(
            "hinge",
            "Hinge",
            "Asks for a margin: an output on the right side by 1 or more costs nothing. Targets are −1 and +1.",
            "L = Σ_k max(0, 1 − t_k a_k)",
            False,
            _hinge,
            _hinge_slope,
            CLASSES_ALONE,
        ),
        Loss(
            RECONSTRUCTION,
            "Reconstruction",
            "Half the squared distance between output and input: an autoencoder has to give back what it was given.",
            "L = ½ Σ_k (a_k − x_k)^2",
            False,
            _squared_error,
            np.subtract,
            ("reconstruction",),
        ),
    )
}
"""The losses a run can minimise."""
