"""Layers that disturb what passes through them, while training only: dropout and Gaussian noise.

Dropout (Srivastava et al., Dropout: A simple way to prevent neural networks from overfitting, 2014) silences a unit
with probability p and scales the others up, so that the expected sum stays: y = x · m / (1 − p), m ∈ {0, 1}. Noise adds
N(0, σ²) to every input; put first, it makes an autoencoder a denoising one (Vincent et al., Extracting and composing
robust features with denoising autoencoders, 2008). Each replica draws from a generator of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.layers.layer import Binding, Bound, Field, Kind, LayerSpec, Read, Shape, Template
from engine.limits import DEVIATION, DROPOUT_RATE
from engine.types import Array, Call


@dataclass(frozen=True, slots=True)
class DisturbingSpec(LayerSpec):
    """A layer that changes nothing once the network is trained."""

    def output_shape(self, inputs: Shape) -> Shape:
        return inputs

    def workspace(self, inputs: Shape) -> int:
        return int(np.prod(inputs))


@dataclass(frozen=True, slots=True)
class DropoutSpec(DisturbingSpec):
    """Silences each unit with probability ``rate`` at every step."""

    KIND = Kind(
        "dropout",
        "Dropout",
        "Silences units at random while training, so that none can lean on another.",
        "y = x m / (1 − p), m ∈ {0, 1}",
        (Field("rate", "Rate", "The share of units that is silenced at each step.", 0.5, DROPOUT_RATE),),
    )
    rate: float = 0.5

    def bind(self, binding: Binding) -> Bound:
        return Passing(binding) if binding.noise is None else Dropout(self.rate, binding)


@dataclass(frozen=True, slots=True)
class NoiseSpec(DisturbingSpec):
    """Adds normal noise of standard deviation ``deviation`` at every step."""

    KIND = Kind(
        "noise",
        "Noise",
        "Adds noise while training. In front of an autoencoder, it has to learn to take the noise away.",
        "y = x + ε, ε ~ N(0, σ^2)",
        (Field("deviation", "Standard deviation", "How strong the noise is.", 0.3, DEVIATION),),
    )
    deviation: float = 0.3

    def bind(self, binding: Binding) -> Bound:
        return Passing(binding) if binding.noise is None else Noise(self.deviation, binding)


class Passing(Bound):
    """Passes everything on as it is."""

    def forward(self, read: Read, z: Array) -> Template:
        """z = x."""
        return [read(lambda x: partial(np.copyto, z, x[:, : z.shape[1]]))]

    def backward(self, read: Read, delta: Array, dx: Array | None) -> Template:
        """∂L/∂x = δ."""
        return [] if dx is None else [partial(np.copyto, dx, delta)]


class Disturbing(Passing):
    """Draws a number for every unit and example, each replica from its own generator."""

    def __init__(self, binding: Binding) -> None:
        super().__init__(binding)
        self.drawn = binding.empty(int(np.prod(binding.inputs)), binding.batch)

    def draw(self, method: Callable[[np.random.Generator], Callable[..., object]]) -> list[Call]:
        """Fill ``drawn``, replica by replica."""
        assert self.binding.noise is not None
        return [
            partial(method(rng), dtype=self.drawn.dtype, out=part)
            for rng, part in zip(self.binding.noise, self.drawn, strict=True)
        ]


class Dropout(Disturbing):
    """``drawn`` becomes m / (1 − p)."""

    def __init__(self, rate: float, binding: Binding) -> None:
        super().__init__(binding)
        self.rate, self.scale = (np.array(value, binding.dtype) for value in (rate, 1.0 / (1.0 - rate)))
        self.kept = binding.empty(*self.drawn.shape[1:], dtype=np.bool_)

    def forward(self, read: Read, z: Array) -> Template:
        """z = x · m / (1 − p)."""
        return [
            *self.draw(lambda rng: rng.random),
            partial(np.greater_equal, self.drawn, self.rate, self.kept),
            partial(np.multiply, self.kept, self.scale, self.drawn),
            read(lambda x: partial(np.multiply, x[:, : z.shape[1]], self.drawn, z)),
        ]

    def backward(self, read: Read, delta: Array, dx: Array | None) -> Template:
        """∂L/∂x = δ · m / (1 − p)."""
        return [] if dx is None else [partial(np.multiply, delta, self.drawn, dx)]


class Noise(Disturbing):
    """The gradient passes through untouched."""

    def __init__(self, deviation: float, binding: Binding) -> None:
        super().__init__(binding)
        self.deviation = np.array(deviation, binding.dtype)

    def forward(self, read: Read, z: Array) -> Template:
        """z = x + σ ε."""
        return [
            *self.draw(lambda rng: rng.standard_normal),
            partial(np.multiply, self.drawn, self.deviation, self.drawn),
            read(lambda x: partial(np.add, x[:, : z.shape[1]], self.drawn, z)),
        ]
