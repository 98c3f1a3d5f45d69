"""Maxout (Goodfellow et al., Maxout networks, 2013): each unit is the largest of several weighted sums.

    z_j = max_p (w_jpᵀ x + b_jp)

A unit so learns its own bend: any convex function, in as many straight pieces. The gradient goes to the piece that won,
to the first of them where several are largest. On a sequence (T, F) the same weights serve every step. Shapes: weights
(R, I + 1, P·U), pieces before units, sums (R, T, P, U, B), with T = 1 where there are no steps.
"""

import math
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from engine.layers.dense import UNITS_FIELD, step_gradients, step_sums
from engine.layers.layer import Binding, Block, Bound, Field, Kind, LayerSpec, Read, Shape, Template, in_shape
from engine.limits import PIECES
from engine.types import Array


@dataclass(frozen=True, slots=True)
class MaxoutSpec(LayerSpec):
    """Units of several pieces; an image is read flat, a sequence step by step."""

    KIND = Kind(
        "maxout",
        "Maxout",
        "Each unit is the largest of several weighted sums, so it learns the shape of its own activation.",
        "z_j = max_p (w_{jp}^T x + b_{jp})",
        (UNITS_FIELD, Field("pieces", "Pieces", "How many weighted sums each unit chooses from.", 2, PIECES)),
    )
    units: int = 4
    pieces: int = 2

    def output_shape(self, inputs: Shape) -> Shape:
        return (inputs[0], self.units) if len(inputs) == 2 else (self.units,)

    def blocks(self, inputs: Shape) -> tuple[Block, ...]:
        width = _stepwise(inputs)[1]
        return (Block("weights", width + 1, self.pieces * self.units, width, self.units),)

    def multiply_adds(self, inputs: Shape) -> int:
        steps, width = _stepwise(inputs)
        return steps * width * self.pieces * self.units

    def workspace(self, inputs: Shape) -> int:
        return 3 * _stepwise(inputs)[0] * self.pieces * self.units

    def bind(self, binding: Binding) -> Bound:
        steps = _stepwise(binding.inputs)
        return Maxout(self, replace(binding, inputs=steps, outputs=(steps[0], self.units)))


def _stepwise(inputs: Shape) -> tuple[int, int]:
    """(T, F), one step for what has none."""
    return (inputs[0], inputs[1]) if len(inputs) == 2 else (1, math.prod(inputs))


class Maxout(Bound):
    """The sums of all pieces, and who was the largest: ``free`` marks the units whose winner has not been met yet."""

    def __init__(self, spec: MaxoutSpec, binding: Binding) -> None:
        super().__init__(binding)
        self.sums = binding.empty(binding.outputs[0], spec.pieces * spec.units, binding.batch)
        self.pieces = self.sums.reshape(binding.replicas, -1, spec.pieces, spec.units, binding.batch, copy=False)

    def forward(self, read: Read, z: Array) -> Template:
        """z = max over the pieces."""
        self.largest = in_shape(z, self.binding.outputs)
        steps = step_sums(read, self.binding, self.binding.weights[0], self.sums)
        return [*steps, partial(np.maximum.reduce, self.pieces, 2, None, self.largest)]

    def backward(self, read: Read, delta: Array, dx: Array | None) -> Template:
        """δ of a piece is the unit's where the piece won, else 0; then as in a dense layer."""
        assert self.binding.gradients is not None
        slopes = self.binding.empty(*self.pieces.shape[1:])
        won, free = (self.binding.empty(*self.largest.shape[1:], dtype=np.bool_) for _ in range(2))
        unit_slopes = in_shape(delta, self.binding.outputs)
        steps: Template = [partial(free.fill, True)]
        for piece in range(self.pieces.shape[2]):
            steps += [
                partial(np.equal, self.pieces[:, :, piece], self.largest, won),
                partial(np.logical_and, won, free, won),
                partial(np.logical_xor, free, won, free),
                partial(np.multiply, unit_slopes, won, slopes[:, :, piece]),
            ]
        weights, gradient = self.binding.weights[0], self.binding.gradients[0]
        return steps + step_gradients(read, self.binding, weights, gradient, slopes.reshape(self.sums.shape), dx)
