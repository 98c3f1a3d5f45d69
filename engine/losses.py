"""Loss functions: how wrong the outputs are, one number per example.

Shapes: values and targets are (R, K, B), where values are the output units' activations a or, for a loss taken from the
logits, their sums z. Cross-entropy is never computed from log(a), so it is finite for every finite z.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.activations import ACTIVATIONS
from engine.types import Array

Terms: TypeAlias = Callable[[Array, Array, Array], None]
"""terms(values, targets, scratch): ``values`` becomes each unit's part of the loss; ``scratch`` is (R, K + 1, B)."""

Slope: TypeAlias = Callable[[Array, Array, Array], object]
"""slope(outputs, targets, out): out ← ∂L/∂a from the activations a, or ∂L/∂z for a loss taken from the logits."""


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


def _squared_error(values: Array, targets: Array, scratch: Array) -> None:
    np.subtract(values, targets, values)
    np.multiply(values, values, values)
    np.multiply(values, values.dtype.type(0.5), values)


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
        ),
        Loss(
            "cross_entropy",
            "Cross-entropy",
            "How surprised the network is by the right class. Confident mistakes cost most, so it learns fast.",
            "L = −Σ_k t_k ln p_k",
            True,
            _cross_entropy,
            np.subtract,
        ),
    )
}
"""The losses a run can minimise."""
