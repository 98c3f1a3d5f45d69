"""Activation functions: what a unit makes of its weighted sum z.

Every function writes into a given buffer and allocates nothing: ``apply(z, out, scratch)`` with ``out`` allowed to be
``z`` itself. Arrays are shaped (…, U, B): units before examples. Most derivatives are cheapest from the output
a = φ(z), which the plan still holds when it goes backward; those that need z say so with ``derivative_of="input"``.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from engine.types import Array, Float64Array

Apply: TypeAlias = Callable[[Array, Array, Array], None]
"""apply(z, out, scratch): out ← φ(z). ``scratch`` is as large as ``out`` and holds nothing of value."""

Derivative: TypeAlias = Callable[[Array, Array], None]
"""derivative(value, out): out ← φ′, from the activation's output or, where the entry says so, from its input."""

Pullback: TypeAlias = Callable[[Array, Array, Array], None]
"""pullback(delta, a, scratch): delta ← delta · ∂a/∂z, for activations that join the units of a layer."""

LEAK = 0.01


def _constants(value: float) -> dict[np.dtype[np.generic], Array]:
    """One 0-d array per precision: a Python number costs a ufunc twice the time, and another dtype would promote."""
    return {np.dtype(kind): np.array(value, dtype=kind) for kind in (np.float32, np.float64)}


_ZERO, _ONE, _LEAK = _constants(0.0), _constants(1.0), _constants(LEAK)


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
    """An activation of one unit at a time: a_j = φ(z_j). ``one_at`` is a z with φ(z) = 1."""

    derivative: Derivative
    one_at: float
    derivative_of: Literal["output", "input"] = "output"

    def slope(self, z: Array) -> Array:
        """φ′(z) in a new array."""
        out = np.empty_like(z)
        self.derivative(z if self.derivative_of == "input" else self(z), out)
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


def _linear_derivative(a: Array, out: Array) -> None:
    out.fill(1.0)


def _sigmoid(z: Array, out: Array, scratch: Array) -> None:
    np.negative(z, out)
    np.exp(out, out)
    np.add(out, _ONE[out.dtype], out)
    np.reciprocal(out, out)


def _sigmoid_derivative(a: Array, out: Array) -> None:
    np.subtract(_ONE[a.dtype], a, out)
    np.multiply(out, a, out)


def _tanh(z: Array, out: Array, scratch: Array) -> None:
    np.tanh(z, out)


def _tanh_derivative(a: Array, out: Array) -> None:
    np.multiply(a, a, out)
    np.subtract(_ONE[a.dtype], out, out)


def _relu(z: Array, out: Array, scratch: Array) -> None:
    np.maximum(z, _ZERO[z.dtype], out=out)


def _relu_derivative(a: Array, out: Array) -> None:
    np.sign(a, out)


def _leaky_relu(z: Array, out: Array, scratch: Array) -> None:
    np.multiply(z, _LEAK[z.dtype], scratch)
    np.maximum(z, scratch, out=out)


def _leaky_relu_derivative(a: Array, out: Array) -> None:
    np.sign(a, out)
    np.maximum(out, _LEAK[a.dtype], out=out)


def _elu(z: Array, out: Array, scratch: Array) -> None:
    np.minimum(z, _ZERO[z.dtype], out=scratch)
    np.expm1(scratch, scratch)
    np.maximum(z, _ZERO[z.dtype], out=out)
    np.add(out, scratch, out)


def _elu_derivative(a: Array, out: Array) -> None:
    np.minimum(a, _ZERO[a.dtype], out=out)
    np.add(out, _ONE[a.dtype], out)


def _softplus(z: Array, out: Array, scratch: Array) -> None:
    np.abs(z, scratch)
    np.negative(scratch, scratch)
    np.exp(scratch, scratch)
    np.log1p(scratch, scratch)
    np.maximum(z, _ZERO[z.dtype], out=out)
    np.add(out, scratch, out)


def _softplus_derivative(a: Array, out: Array) -> None:
    np.negative(a, out)
    np.expm1(out, out)
    np.negative(out, out)


def _sine(z: Array, out: Array, scratch: Array) -> None:
    np.sin(z, out)


def _sine_derivative(z: Array, out: Array) -> None:
    np.cos(z, out)


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
    )
}
"""The activations a hidden layer can have. To add one, write its function and derivative and list it here."""

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
