"""Pooling: each window of an image becomes one number, its maximum, its mean or its length.

    max: y = max x_i        average: y = (1/k²) Σ x_i        L2: y = √(Σ x_i²)

Shapes: inputs (C, H, W), outputs (C, H′, W′) with H′ = ⌊(H − k)/s⌋ + 1. Where two pixels are the largest, the gradient
of the maximum goes to the first in reading order; that of the L2 length is 0 where the window is all zeros.
"""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.layers.convolution import image_shape, window_counts
from engine.layers.layer import Binding, Bound, Field, Kind, LayerSpec, Read, Shape, Template, in_shape
from engine.limits import POOL_SIZE, STRIDE
from engine.types import Array

FIELDS = (
    Field("size", "Size", "Side of the square window.", 2, POOL_SIZE),
    Field("stride", "Stride", "How far the window moves from one place to the next.", 2, STRIDE),
)


@dataclass(frozen=True, slots=True)
class PoolingSpec(LayerSpec):
    """Windows of an image (C, H, W) reduced to one number each: (C, H′, W′)."""

    size: int = 2
    stride: int = 2

    def output_shape(self, inputs: Shape) -> Shape:
        channels, *sizes = image_shape(inputs)
        return (channels, *window_counts(tuple(sizes), self.size, self.stride, "valid", "size"))

    def multiply_adds(self, inputs: Shape) -> int:
        channels, height, width = self.output_shape(inputs)
        return channels * height * width * self.size**2

    def workspace(self, inputs: Shape) -> int:
        channels, height, width = self.output_shape(inputs)
        return 2 * channels * height * width


@dataclass(frozen=True, slots=True)
class MaxPoolingSpec(PoolingSpec):
    """The largest of each window."""

    KIND = Kind(
        "max_pooling",
        "Max pooling",
        "Keeps the strongest answer in each window: where exactly it was no longer matters.",
        "y = max_i x_i",
        FIELDS,
    )

    def bind(self, binding: Binding) -> Bound:
        return MaxPooling(self, binding)


@dataclass(frozen=True, slots=True)
class AveragePoolingSpec(PoolingSpec):
    """The mean of each window."""

    KIND = Kind("average_pooling", "Average pooling", "Takes the mean of each window.", "y = 1/k^2 Σ_i x_i", FIELDS)

    def bind(self, binding: Binding) -> Bound:
        return AveragePooling(self, binding)


@dataclass(frozen=True, slots=True)
class L2PoolingSpec(PoolingSpec):
    """The length of each window."""

    KIND = Kind(
        "l2_pooling",
        "L2 pooling",
        "Takes the length of each window seen as a vector: strong answers of either sign count.",
        "y = √(Σ_i x_i^2)",
        FIELDS,
    )

    def bind(self, binding: Binding) -> Bound:
        return L2Pooling(self, binding)


class Pooling(Bound):
    """What the three have in common: the pixels at one place of all windows are one slice of the image."""

    def __init__(self, spec: PoolingSpec, binding: Binding) -> None:
        super().__init__(binding)
        self.size, self.stride = spec.size, spec.stride
        _, self.height, self.width = binding.outputs
        self.number = binding.dtype.type

    def slices(self, image: Array) -> Iterator[Array]:
        """(R, C, H′, W′, B) for each pixel of the window, in reading order."""
        rows, columns = self.height * self.stride, self.width * self.stride
        for row in range(self.size):
            for column in range(self.size):
                yield image[:, :, row : row + rows : self.stride, column : column + columns : self.stride]

    def sweep(self, read: Read, function: np.ufunc, result: Array) -> Template:
        """result ← function of all pixels of each window, such as their maximum."""
        first, *others = range(self.size**2)
        steps: Template = [read(lambda x: partial(np.copyto, result, self._slice(x, first)))]
        return steps + [
            read(lambda x, place=place: partial(function, result, self._slice(x, place), out=result))  # type: ignore[misc]
            for place in others
        ]

    def _slice(self, x: Array, place: int) -> Array:
        return list(self.slices(in_shape(x, self.binding.inputs)))[place]

    def backward(self, read: Read, delta: Array, dx: Array | None) -> Template:
        """Each pixel's part of δ, added up where windows overlap."""
        if dx is None:
            return []
        image, slopes = in_shape(dx, self.binding.inputs), in_shape(delta, self.binding.outputs)
        part = self.binding.empty(*slopes.shape[1:])
        steps: Template = [*self.before(slopes), partial(image.fill, 0.0)]
        for place, target in enumerate(self.slices(image)):
            steps += [*self.part(read, place, slopes, part), partial(np.add, target, part, target)]
        return steps

    def before(self, slopes: Array) -> Template:
        """What is computed once before the parts."""
        return []

    @abstractmethod
    def part(self, read: Read, place: int, slopes: Array, out: Array) -> Template:
        """out ← δ · ∂y/∂x for the pixel at one place of each window."""


class MaxPooling(Pooling):
    """The maximum, and who it was: ``free`` marks the windows whose largest pixel has not been met yet."""

    def forward(self, read: Read, z: Array) -> Template:
        """y = max x_i."""
        self.largest = in_shape(z, self.binding.outputs)
        self.free, self.here = (self.binding.empty(*self.largest.shape[1:], dtype=np.bool_) for _ in range(2))
        return self.sweep(read, np.maximum, self.largest)

    def before(self, slopes: Array) -> Template:
        return [partial(self.free.fill, True)]

    def part(self, read: Read, place: int, slopes: Array, out: Array) -> Template:
        return [
            read(lambda x: partial(np.equal, self._slice(x, place), self.largest, self.here)),
            partial(np.logical_and, self.here, self.free, self.here),
            partial(np.logical_xor, self.free, self.here, self.free),
            partial(np.multiply, slopes, self.here, out),
        ]


class AveragePooling(Pooling):
    """The mean."""

    def forward(self, read: Read, z: Array) -> Template:
        """y = Σ x_i / k²."""
        mean = in_shape(z, self.binding.outputs)
        return [*self.sweep(read, np.add, mean), partial(np.multiply, mean, self.number(1 / self.size**2), mean)]

    def part(self, read: Read, place: int, slopes: Array, out: Array) -> Template:
        """∂y/∂x = 1/k², the same for every pixel."""
        return [] if place else [partial(np.multiply, slopes, self.number(1 / self.size**2), out)]


class L2Pooling(Pooling):
    """The length."""

    def forward(self, read: Read, z: Array) -> Template:
        """y = √(Σ x_i²)."""
        self.length = in_shape(z, self.binding.outputs)
        self.square = self.binding.empty(*self.length.shape[1:])
        steps: Template = [partial(self.length.fill, 0.0)]
        for place in range(self.size**2):
            steps += [
                read(lambda x, place=place: partial(np.square, self._slice(x, place), self.square)),  # type: ignore[misc]
                partial(np.add, self.length, self.square, self.length),
            ]
        return [*steps, partial(np.sqrt, self.length, self.length)]

    def before(self, slopes: Array) -> Template:
        """∂y/∂x_i = x_i / y: δ / y once, with 0 for 0 / 0."""
        self.share = self.binding.empty(*slopes.shape[1:])
        tiny = self.number(1e-19 if self.binding.dtype == np.float32 else 1e-154)  # below it squares are lost
        return [
            partial(np.maximum, self.length, tiny, out=self.share),
            partial(np.divide, slopes, self.share, self.share),
        ]

    def part(self, read: Read, place: int, slopes: Array, out: Array) -> Template:
        return [read(lambda x: partial(np.multiply, self._slice(x, place), self.share, out))]
