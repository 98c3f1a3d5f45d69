"""A fully connected layer: every unit takes a weighted sum of all inputs.

The bias is the last row of the weight matrix and every input buffer ends in a row of ones, so one matrix product does
weights and bias, forward and backward. Shapes: weights (R, I + 1, U), inputs x (R, I + 1, B), sums z and their
gradient δ = ∂L/∂z (R, U, B). Units stand before examples, so that the activation runs over unbroken memory.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.types import Array, Call


@dataclass(frozen=True, slots=True)
class Dense:
    """The products of one layer as calls on given buffers: bound once, run at every step."""

    weights: Array

    def forward(self, x: Array, z: Array) -> Call:
        """z = Wᵀ x."""
        return partial(np.matmul, self.weights.transpose(0, 2, 1), x, z)

    def weight_gradient(self, x: Array, delta: Array, out: Array) -> Call:
        """∂L/∂W = x δᵀ, summed over the batch; the last row is ∂L/∂b."""
        return partial(np.matmul, x, delta.transpose(0, 2, 1), out)

    def input_gradient(self, delta: Array, out: Array) -> Call:
        """∂L/∂x = W δ, without the row of ones."""
        return partial(np.matmul, self.weights[:, :-1], delta, out)
