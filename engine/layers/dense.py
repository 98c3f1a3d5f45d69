"""A fully connected layer: every unit takes a weighted sum of all inputs.

The bias is the last row of the weight matrix and every input buffer ends in a row of ones, so one matrix product does
weights and bias, forward and backward. Shapes: weights (R, I + 1, U), inputs x (R, I + 1, B), sums z and their
gradient δ = ∂L/∂z (R, U, B). Units stand before examples, so that the activation runs over unbroken memory.

On a sequence (T, F) the same weights serve every time step: z_t = Wᵀ x_t + b.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.activations import ACTIVATIONS
from engine.layers.layer import (
    Binding,
    Block,
    Bound,
    Field,
    Kind,
    LayerSpec,
    Read,
    Shape,
    Template,
    dense_block,
    in_shape,
    join_shapes,
)
from engine.limits import UNITS
from engine.types import Array

UNITS_FIELD = Field("units", "Units", "How many units the layer has, each with weights of its own.", 4, UNITS)
ACTIVATION_FIELD = Field(
    "activation", "Activation", "What each unit makes of its weighted sum.", "tanh", choices=tuple(ACTIVATIONS)
)


@dataclass(frozen=True, slots=True)
class DenseSpec(LayerSpec):
    """Units that each see all inputs; an image is read flat, a sequence step by step."""

    KIND = Kind(
        "dense",
        "Dense",
        "Every unit takes a weighted sum of all inputs, then its activation.",
        "z = Wᵀ x + b",
        (UNITS_FIELD, ACTIVATION_FIELD),
    )
    units: int = 4
    activation: str = "tanh"

    def join(self, sources: Sequence[Shape]) -> Shape:
        """Images are read flat, so they can stand beside plain units."""
        if len(sources) == 1 or any(len(shape) == 2 for shape in sources):
            return join_shapes(sources)
        return (sum(map(math.prod, sources)),)

    def output_shape(self, inputs: Shape) -> Shape:
        return (inputs[0], self.units) if len(inputs) == 2 else (self.units,)

    def blocks(self, inputs: Shape) -> tuple[Block, ...]:
        return (dense_block(inputs[1] if len(inputs) == 2 else math.prod(inputs), self.units),)

    def multiply_adds(self, inputs: Shape) -> int:
        steps, width = inputs if len(inputs) == 2 else (1, math.prod(inputs))
        return steps * width * self.units

    def workspace(self, inputs: Shape) -> int:
        return inputs[0] if len(inputs) == 2 else 0

    def bind(self, binding: Binding) -> Bound:
        return StepwiseDense(binding) if len(binding.inputs) == 2 else Dense(binding)


class Dense(Bound):
    """The products of one layer as calls on given buffers: bound once, run at every step."""

    def forward(self, read: Read, z: Array) -> Template:
        """z = Wᵀ x."""
        transposed = self.binding.weights[0].transpose(0, 2, 1)
        return [read(lambda x: partial(np.matmul, transposed, x, z))]

    def backward(self, read: Read, delta: Array, dx: Array | None) -> Template:
        """∂L/∂W = x δᵀ, summed over the batch, the last row being ∂L/∂b; ∂L/∂x = W δ without the row of ones."""
        assert self.binding.gradients is not None
        (weights,), (gradient,) = self.binding.weights, self.binding.gradients
        transposed = delta.transpose(0, 2, 1)
        steps: Template = [read(lambda x: partial(np.matmul, x, transposed, gradient))]
        return steps if dx is None else [*steps, partial(np.matmul, weights[:, :-1], delta, dx)]


class StepwiseDense(Bound):
    """One dense layer for all T steps: weights (R, F + 1, U), inputs (R, T, F, B), sums (R, T, U, B)."""

    def forward(self, read: Read, z: Array) -> Template:
        """z_t = Wᵀ x_t + b."""
        return step_sums(read, self.binding, self.binding.weights[0], in_shape(z, self.binding.outputs))

    def backward(self, read: Read, delta: Array, dx: Array | None) -> Template:
        """∂L/∂W = Σ_t x_t δ_tᵀ, ∂L/∂b = Σ_t δ_t, ∂L/∂x_t = W δ_t."""
        assert self.binding.gradients is not None
        sums = in_shape(delta, self.binding.outputs)
        return step_gradients(read, self.binding, self.binding.weights[0], self.binding.gradients[0], sums, dx)


def step_sums(read: Read, binding: Binding, weights: Array, sums: Array) -> Template:
    """sums_t = Wᵀ x_t + b at every step, for weights (R, F + 1, U) and sums (R, T, U, B)."""
    transposed = weights[:, None, :-1].swapaxes(-1, -2)
    biases = weights[:, None, -1, :, None]
    return [
        read(lambda x: partial(np.matmul, transposed, in_shape(x, binding.inputs), sums)),
        partial(np.add, sums, biases, sums),
    ]


def step_gradients(
    read: Read, binding: Binding, weights: Array, gradient: Array, delta: Array, dx: Array | None
) -> Template:
    """The gradients of :func:`step_sums`, summed over the steps, from δ (R, T, U, B)."""
    products = binding.empty(binding.inputs[0], *gradient[0, :-1].shape)
    transposed = delta.swapaxes(-1, -2)
    steps: Template = [
        read(lambda x: partial(np.matmul, in_shape(x, binding.inputs), transposed, products)),
        partial(np.add.reduce, products, 1, None, gradient[:, :-1]),
        partial(np.add.reduce, delta, (1, 3), None, gradient[:, -1]),
    ]
    if dx is None:
        return steps
    return [*steps, partial(np.matmul, weights[:, None, :-1], delta, in_shape(dx, binding.inputs))]
