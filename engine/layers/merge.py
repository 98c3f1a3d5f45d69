"""Layers without parameters that bring branches together or lay an image flat.

A skip connection is an ``add`` (He et al., Deep residual learning for image recognition, 2016) or a ``concatenate``
(Huang et al., Densely connected convolutional networks, 2017) that reads a layer further back beside the last one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.layers.layer import Binding, Bound, Kind, LayerSpec, Read, Shape, ShapeError, Template
from engine.layers.noise import Passing
from engine.types import Array


@dataclass(frozen=True, slots=True)
class FlattenSpec(LayerSpec):
    """All numbers of an image or a sequence, one after the other."""

    KIND = Kind(
        "flatten", "Flatten", "Lays an image or a sequence out as one long row of numbers.", "(C, H, W) → C · H · W"
    )

    def output_shape(self, inputs: Shape) -> Shape:
        return (math.prod(inputs),)

    def bind(self, binding: Binding) -> Bound:
        return Passing(binding)


@dataclass(frozen=True, slots=True)
class ConcatenateSpec(LayerSpec):
    """Its inputs side by side."""

    KIND = Kind(
        "concatenate",
        "Concatenate",
        "Puts its inputs side by side, so that what follows sees them all.",
        "y = (x_a, x_b, …)",
    )

    def output_shape(self, inputs: Shape) -> Shape:
        return inputs

    def bind(self, binding: Binding) -> Bound:
        return Passing(binding)


@dataclass(frozen=True, slots=True)
class AddSpec(LayerSpec):
    """The sum of its inputs, which must be of one shape. Its joined input is (inputs, …)."""

    KIND = Kind(
        "add",
        "Add",
        "Adds its inputs up. Past a few layers this is a skip connection: the gradient has a short way back.",
        "y = x_a + x_b + …",
    )

    def join(self, sources: Sequence[Shape]) -> Shape:
        if len(set(sources)) > 1:
            raise ShapeError("inputs", "Only inputs of one shape can be added; concatenate these, or make them alike.")
        return (len(sources), *sources[0])

    def output_shape(self, inputs: Shape) -> Shape:
        return inputs[1:]

    def bind(self, binding: Binding) -> Bound:
        return Add(binding)


class Add(Bound):
    """The parts of a joined input (R, n·U, B), added up."""

    def parts(self, rows: Array) -> list[Array]:
        """Each input's rows (R, U, B)."""
        units = math.prod(self.binding.outputs)
        return [rows[:, place * units : (place + 1) * units] for place in range(self.binding.inputs[0])]

    def forward(self, read: Read, z: Array) -> Template:
        """z = Σ x."""
        steps: Template = [read(lambda x: partial(np.copyto, z, self.parts(x)[0]))]
        for place in range(1, self.binding.inputs[0]):
            steps.append(read(lambda x, place=place: partial(np.add, z, self.parts(x)[place], z)))  # type: ignore[misc]
        return steps

    def backward(self, read: Read, delta: Array, dx: Array | None) -> Template:
        """∂L/∂x = δ for each of them."""
        return [] if dx is None else [partial(np.copyto, part, delta) for part in self.parts(dx)]
