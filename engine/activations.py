"""Activation functions: what a unit makes of its weighted sum z.

Every function writes into a given buffer and allocates nothing: ``apply(z, out, scratch)`` with ``out`` allowed to be
``z`` itself. Arrays are shaped (…, U, B): units before examples. Most derivatives are cheapest from the output
a = φ(z), which the plan still holds when it goes backward; those that need z say so with ``derivative_of="input"``.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from engine.gaussian import density, tail
from engine.types import Array, Float64Array, constants

Apply: TypeAlias = Callable[[Array, Array, Array], None]
"""apply(z, out, scratch): out ← φ(z). ``scratch`` is as large as ``out`` and holds nothing of value."""

Derivative: TypeAlias = Callable[[Array, Array, Array], None]
"""derivative(value, out, scratch): out ← φ′, from the activation's output or, where the entry says so, from its input.
All three lie apart."""

Pullback: TypeAlias = Callable[[Array, Array, Array], None]
"""pullback(delta, a, scratch): delta ← delta · ∂a/∂z, for activations that join the units of a layer."""

LEAK = 0.01


_ZERO, _HALF, _ONE, _LEAK = constants(0.0), constants(0.5), constants(1.0), constants(LEAK)


@dataclass(frozen=True, slots=True)
class Activation:
    """What the page shows of every activation. ``range`` holds the bounds of the values where there are any."""

    name: str
    label: str
    explanation: str
    formula: str
    range: tuple[float, float] | None
    apply: Apply

    def __call__(self, z: Array) -> Array:
        """φ(z) in a new array."""
        out = np.empty_like(z)
        self.apply(z, out, np.empty_like(z))
        return out


@dataclass(frozen=True, slots=True)
class Pointwise(Activation):
    """An activation of one unit at a time: a_j = φ(z_j). ``one_at`` is a z with φ(z) = 1, to within one rounding.

    A gradient cannot train what is not ``trainable``: its slope says nothing.
    """

    derivative: Derivative
    one_at: float
    derivative_of: Literal["output", "input"] = "output"
    trainable: bool = True

    def slope(self, z: Array) -> Array:
        """φ′(z) in a new array."""
        out = np.empty_like(z)
        self.derivative(z if self.derivative_of == "input" else self(z), out, np.empty_like(z))
        return out

    def curve(self, points: int = 61, reach: float = 4.0) -> tuple[Float64Array, Float64Array, Float64Array]:
        """z, φ(z) and φ′(z) at evenly spaced z in [−reach, reach], for drawing."""
        z = np.linspace(-reach, reach, points)
        return z, self(z), self.slope(z)


@dataclass(frozen=True, slots=True)
class Joint(Activation):
    """An activation whose units depend on each other, so its derivative is a matrix."""

    pullback: Pullback


def _linear(z: Array, out: Array, scratch: Array) -> None:
    if out is not z:
        np.copyto(out, z)


def _linear_derivative(a: Array, out: Array, scratch: Array) -> None:
    out.fill(1.0)


def _sigmoid(z: Array, out: Array, scratch: Array) -> None:
    np.negative(z, out)
    np.exp(out, out)
    np.add(out, _ONE[out.dtype], out)
    np.reciprocal(out, out)


def _sigmoid_derivative(a: Array, out: Array, scratch: Array) -> None:
    np.subtract(_ONE[a.dtype], a, out)
    np.multiply(out, a, out)


def _tanh(z: Array, out: Array, scratch: Array) -> None:
    np.tanh(z, out)


def _tanh_derivative(a: Array, out: Array, scratch: Array) -> None:
    np.multiply(a, a, out)
    np.subtract(_ONE[a.dtype], out, out)


def _relu(z: Array, out: Array, scratch: Array) -> None:
    np.maximum(z, _ZERO[z.dtype], out=out)


def _relu_derivative(a: Array, out: Array, scratch: Array) -> None:
    np.sign(a, out)


def _leaky_relu(z: Array, out: Array, scratch: Array) -> None:
    np.multiply(z, _LEAK[z.dtype], scratch)
    np.maximum(z, scratch, out=out)


def _leaky_relu_derivative(a: Array, out: Array, scratch: Array) -> None:
    np.sign(a, out)
    np.maximum(out, _LEAK[a.dtype], out=out)


def _elu(z: Array, out: Array, scratch: Array) -> None:
    np.minimum(z, _ZERO[z.dtype], out=scratch)
    np.expm1(scratch, scratch)
    np.maximum(z, _ZERO[z.dtype], out=out)
    np.add(out, scratch, out)


def _elu_derivative(a: Array, out: Array, scratch: Array) -> None:
    np.minimum(a, _ZERO[a.dtype], out=out)
    np.add(out, _ONE[a.dtype], out)


def _softplus(z: Array, out: Array, scratch: Array) -> None:
    np.abs(z, scratch)
    np.negative(scratch, scratch)
    np.exp(scratch, scratch)
    np.log1p(scratch, scratch)
    np.maximum(z, _ZERO[z.dtype], out=out)
    np.add(out, scratch, out)


def _softplus_derivative(a: Array, out: Array, scratch: Array) -> None:
    np.negative(a, out)
    np.expm1(out, out)
    np.negative(out, out)


def _sine(z: Array, out: Array, scratch: Array) -> None:
    np.sin(z, out)


def _sine_derivative(z: Array, out: Array, scratch: Array) -> None:
    np.cos(z, out)


def _silu(z: Array, out: Array, scratch: Array) -> None:
    _sigmoid(z, scratch, scratch)
    np.multiply(z, scratch, out)


def _silu_derivative(z: Array, out: Array, scratch: Array) -> None:
    """σ(z) (1 + z (1 − σ(z)))."""
    _sigmoid(z, out, scratch)
    np.subtract(_ONE[z.dtype], out, scratch)
    np.multiply(scratch, z, scratch)
    np.add(scratch, _ONE[z.dtype], scratch)
    np.multiply(out, scratch, out)


def _gelu(z: Array, out: Array, scratch: Array) -> None:
    """z Φ(z) = max(0, z) − |z| Φ(−|z|), which keeps the small tail. In place, one half of ``scratch`` is ``out``."""
    if not np.may_share_memory(z, out):
        _gelu_apart(z, out, scratch)
        return
    memory = scratch.reshape(-1) if scratch.size > 1 else np.empty(2, z.dtype)
    half = memory.size // 2
    for part in _parts(z, half):
        result = memory[: part.size]
        _gelu_apart(part, result, memory[half : half + part.size])
        np.copyto(part, result)


def _gelu_apart(z: Array, out: Array, scratch: Array) -> None:
    tail(z, out, scratch)
    np.abs(z, scratch)
    np.multiply(out, scratch, out)
    np.maximum(z, _ZERO[z.dtype], out=scratch)
    np.subtract(scratch, out, out)


def _parts(z: Array, size: int) -> Iterator[Array]:
    """Views of all of z in order, each a row of at most ``size`` numbers."""
    if z.ndim == 1:
        for start in range(0, len(z), size):
            yield z[start : start + size]
    else:
        for part in (z.reshape(-1),) if z.flags.c_contiguous else z:
            yield from _parts(part, size)


def _gelu_derivative(z: Array, out: Array, scratch: Array) -> None:
    """Φ(z) + z φ(z), with Φ(z) = ½ ± (½ − Φ(−|z|))."""
    tail(z, out, scratch)
    np.subtract(_HALF[z.dtype], out, out)
    np.copysign(out, z, out)
    np.add(out, _HALF[z.dtype], out)
    density(z, scratch)
    np.multiply(scratch, z, scratch)
    np.add(out, scratch, out)


def _threshold(z: Array, out: Array, scratch: Array) -> None:
    np.heaviside(z, _ZERO[z.dtype], out)


def _threshold_derivative(a: Array, out: Array, scratch: Array) -> None:
    out.fill(0.0)


def _softmax(z: Array, out: Array, scratch: Array) -> None:
    row = scratch[..., :1, :]
    np.maximum.reduce(z, axis=-2, keepdims=True, out=row)
    np.subtract(z, row, out)
    np.exp(out, out)
    np.add.reduce(out, axis=-2, keepdims=True, out=row)
    np.divide(out, row, out)


def _softmax_pullback(delta: Array, a: Array, scratch: Array) -> None:
    np.multiply(delta, a, scratch)
    row = scratch[..., :1, :]
    np.add.reduce(scratch, axis=-2, keepdims=True, out=row)
    np.subtract(delta, row, delta)
    np.multiply(delta, a, delta)


ACTIVATIONS: dict[str, Pointwise] = {
    entry.name: entry
    for entry in (
        Pointwise(
            "linear",
            "Linear",
            "Passes the sum on unchanged. However many linear layers are stacked, together they draw a straight line.",
            "a = z",
            None,
            _linear,
            _linear_derivative,
            1.0,
        ),
        Pointwise(
            "sigmoid",
            "Sigmoid",
            "Squeezes any sum into 0 … 1, so it reads as a probability. Far from zero it saturates and learns slowly.",
            "σ(z) = 1 / (1 + e^{−z})",
            (0.0, 1.0),
            _sigmoid,
            _sigmoid_derivative,
            64.0,
        ),
        Pointwise(
            "tanh",
            "tanh",
            "Squeezes any sum into −1 … 1, centred on zero. It is the sigmoid stretched: tanh z = 2σ(2z) − 1.",
            "a = tanh(z)",
            (-1.0, 1.0),
            _tanh,
            _tanh_derivative,
            32.0,
        ),
        Pointwise(
            "relu",
            "ReLU",
            "Keeps positive sums and cuts negative ones to zero. Quick, but a unit that is never positive is dead.",
            "a = max(0, z)",
            None,
            _relu,
            _relu_derivative,
            1.0,
        ),
        Pointwise(
            "leaky_relu",
            "Leaky ReLU",
            "Like ReLU, but negative sums leak through at a hundredth of their size, so no unit can die.",
            "a = max(0.01 z, z)",
            None,
            _leaky_relu,
            _leaky_relu_derivative,
            1.0,
        ),
        Pointwise(
            "elu",
            "ELU",
            "Like ReLU, but bends smoothly towards −1 on the negative side.",
            "a = z if z > 0, else e^{z} − 1",
            None,
            _elu,
            _elu_derivative,
            1.0,
        ),
        Pointwise(
            "softplus",
            "Softplus",
            "A ReLU with a rounded corner. Its slope is the sigmoid.",
            "a = ln(1 + e^{z})",
            None,
            _softplus,
            _softplus_derivative,
            math.log(math.e - 1.0),
        ),
        Pointwise(
            "sine",
            "Sine",
            "Goes up and down for ever, so one unit can draw many stripes. Good for spirals, hard to tame.",
            "a = sin(z)",
            (-1.0, 1.0),
            _sine,
            _sine_derivative,
            math.pi / 2.0,
            "input",
        ),
        Pointwise(
            "silu",
            "SiLU",
            "The sum times its own sigmoid: a ReLU that dips a little below zero before it rises.",
            "a = z σ(z)",
            None,
            _silu,
            _silu_derivative,
            1.2784645427610738,
            "input",
        ),
        Pointwise(
            "gelu",
            "GELU",
            "The sum times the share of a bell curve that lies below it. Usual in language models.",
            "a = z Φ(z)",
            None,
            _gelu,
            _gelu_derivative,
            1.144450718352879,
            "input",
        ),
        Pointwise(
            "threshold",
            "Threshold",
            "Fires or does not: the first model of a nerve cell. Its slope is zero, so gradients cannot train it.",
            "a = 1 if z > 0, else 0",
            (0.0, 1.0),
            _threshold,
            _threshold_derivative,
            1.0,
            trainable=False,
        ),
    )
}
"""The activations a hidden layer can have. To add one, write its function and derivative and list it here."""

TRAINABLE: dict[str, Pointwise] = {name: entry for name, entry in ACTIVATIONS.items() if entry.trainable}
"""Those that a gradient can train."""

SOFTMAX = Joint(
    "softmax",
    "Softmax",
    "Turns the sums of all output units into probabilities that add up to 1.",
    "p_k = e^{z_k} / Σ_j e^{z_j}",
    (0.0, 1.0),
    _softmax,
    _softmax_pullback,
)

OUTPUT_ACTIVATIONS: dict[str, Pointwise | Joint] = {**ACTIVATIONS, SOFTMAX.name: SOFTMAX}
"""The activations the output layer can have."""
