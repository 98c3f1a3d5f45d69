"""Layers that disturb what passes through them, while training only: dropout and Gaussian noise.

Dropout (Srivastava et al., Dropout: A simple way to prevent neural networks from overfitting, 2014) silences a unit
with probability p and scales the others up, so that the expected sum stays: y = x · m / (1 − p), m ∈ {0, 1}. Noise adds
N(0, σ²) to every input; put first, it makes an autoencoder a denoising one (Vincent et al., Extracting and composing
robust features with denoising autoencoders, 2008). Each replica draws from a generator of its own (``layers.tape``).
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.layers.layer import Binding, Bound, Field, Kind, LayerSpec, Read, Shape, Template
from engine.layers.tape import Tape
from engine.limits import DEVIATION, DROPOUT_RATE
from engine.types import Array


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
        return Passing(binding) if binding.noise is None else Dropout(self.rate, binding, binding.noise)


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
        return Passing(binding) if binding.noise is None else Noise(self.deviation, binding, binding.noise)


class Passing(Bound):
    """Passes everything on as it is."""

    def forward(self, read: Read, z: Array) -> Template:
        """z = x."""
        return [read(lambda x: partial(np.copyto, z, x[:, : z.shape[1]]))]

    def backward(self, read: Read, delta: Array, dx: Array | None) -> Template:
        """∂L/∂x = δ."""
        return [] if dx is None else [partial(np.copyto, dx, delta)]


class Disturbing(Passing):
    """Takes numbers for every unit and example; ``drawn`` (R, F, B) is what it makes of them."""

    def __init__(self, binding: Binding, tape: Tape) -> None:
        super().__init__(binding)
        self.tape = tape
        self.count = int(np.prod(binding.inputs)) * binding.batch
        self.drawn = binding.empty(int(np.prod(binding.inputs)), binding.batch)
        self.rows = self.drawn.reshape(len(self.drawn), self.count)


class Dropout(Disturbing):
    """``drawn`` becomes m / (1 − p), with p to the next multiple of 2^−16."""

    def __init__(self, rate: float, binding: Binding, tape: Tape) -> None:
        super().__init__(binding, tape)
        silenced = min(round(rate * 2**16), 2**16 - 1)
        self.silenced = np.array(silenced, np.uint16)
        self.scale = np.array(1.0 / (1.0 - silenced / 2**16), binding.dtype)
        self.kept = binding.empty(self.count, dtype=np.bool_)
        tape.reserve(self.count)

    def forward(self, read: Read, z: Array) -> Template:
        """z = x · m / (1 − p)."""
        return [self._draw, read(lambda x: partial(np.multiply, x[:, : z.shape[1]], self.drawn, z))]

    def _draw(self) -> None:
        np.greater_equal(self.tape.take(self.count), self.silenced, self.kept)
        np.multiply(self.kept, self.scale, self.rows)

    def backward(self, read: Read, delta: Array, dx: Array | None) -> Template:
        """∂L/∂x = δ · m / (1 − p)."""
        return [] if dx is None else [partial(np.multiply, delta, self.drawn, dx)]


class Noise(Disturbing):
    """``drawn`` becomes σ ε; the gradient passes through untouched.

    Two uniform numbers u > 0 and v make two normal ones: √(−2 ln u) times cos 2πv and sin 2πv (Box, Muller: A note on
    the generation of random normal deviates, 1958). Each has 32 bits.
    """

    def __init__(self, deviation: float, binding: Binding, tape: Tape) -> None:
        super().__init__(binding, tape)
        self.pairs = -(-self.count // 2)
        self.scale = np.array(-2.0 * deviation**2, binding.dtype)
        self.turn = np.array(2.0 * np.pi / 2**32, binding.dtype)
        self.radius, self.angle, self.sine = (binding.empty(self.pairs) for _ in range(3))
        tape.reserve(4 * self.pairs)

    def forward(self, read: Read, z: Array) -> Template:
        """z = x + σ ε."""
        return [self._draw, read(lambda x: partial(np.add, x[:, : z.shape[1]], self.drawn, z))]

    def _draw(self) -> None:
        bits = self.tape.take(4 * self.pairs).view(np.uint32)
        radius, angle, sine, rest = self.radius, self.angle, self.sine, self.count - self.pairs
        np.multiply(bits[:, : self.pairs], 2.0**-32, radius, dtype=radius.dtype)
        np.add(radius, 2.0**-33, radius)
        np.log(radius, radius)
        np.multiply(radius, self.scale, radius)
        np.sqrt(radius, radius)
        np.multiply(bits[:, self.pairs :], self.turn, angle, dtype=angle.dtype)
        np.sin(angle, sine)
        np.cos(angle, angle)
        np.multiply(radius, angle, self.rows[:, : self.pairs])
        np.multiply(radius[:, :rest], sine[:, :rest], self.rows[:, self.pairs :])
