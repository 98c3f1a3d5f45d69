"""Optimizers: how a gradient becomes a step. A few vector operations on (R, P), whatever the number of layers.

Stochastic gradient descent takes the gradient g of the mean loss of one batch for that of all data: w ← w − η g
(Robbins & Monro, A Stochastic Approximation Method, 1951).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.types import Array

Update: TypeAlias = Callable[[Array, Array, Array], None]
"""update(theta, grad, learning_rate): theta moves one step. All are (R, P); ``grad`` is overwritten."""


@dataclass(frozen=True, slots=True)
class Optimizer:
    """An optimizer the page can choose."""

    name: str
    label: str
    explanation: str
    formula: str
    update: Update


def _sgd(theta: Array, grad: Array, learning_rate: Array) -> None:
    np.multiply(grad, learning_rate, grad)
    np.subtract(theta, grad, theta)


OPTIMIZERS: dict[str, Optimizer] = {
    entry.name: entry
    for entry in (
        Optimizer(
            "sgd",
            "Gradient descent",
            "After every batch, each weight moves a little way downhill, against the slope of the loss.",
            "w ← w − η ∂L/∂w",
            _sgd,
        ),
    )
}
"""The optimizers a run can use."""
