"""Initializers: where the weights start. Biases all start at one given value.

``draw(rng, shape, fan_in, fan_out, scale)`` gives a matrix of weights (rows, columns) in float64; the plan rounds them
to its own precision, so a run starts from the same numbers in float32 and float64. The fans are how many numbers flow
into and out of one unit. A dense layer's are its matrix's sides; a convolution's are not, since a kernel is used at
many places.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.types import Float64Array

Shape: TypeAlias = tuple[int, int]
Draw: TypeAlias = Callable[[np.random.Generator, Shape, int, int, float], Float64Array]


@dataclass(frozen=True, slots=True)
class ScaleInfo:
    """What ``scale`` means for an initializer, and the value taken when none is given."""

    label: str
    default: float


@dataclass(frozen=True, slots=True)
class Initializer:
    """An initializer the page can choose. ``scale`` is None where the layer's width alone decides."""

    name: str
    label: str
    explanation: str
    formula: str
    scale: ScaleInfo | None
    draw: Draw


def _uniform(rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int, scale: float) -> Float64Array:
    return rng.uniform(-scale, scale, shape)


def _normal(rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int, scale: float) -> Float64Array:
    return rng.normal(0.0, scale, shape)


def _glorot_uniform(rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int, scale: float) -> Float64Array:
    """Glorot & Bengio 2010, equation 16: variance 2 / (fan_in + fan_out), and that of U(−r, r) is r²/3."""
    reach = np.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-reach, reach, shape)


def _glorot_normal(rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int, scale: float) -> Float64Array:
    """The variance of Glorot & Bengio 2010, equation 12, from a bell curve."""
    return rng.normal(0.0, np.sqrt(2.0 / (fan_in + fan_out)), shape)


def _he_uniform(rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int, scale: float) -> Float64Array:
    """The variance of He et al. 2015, equation 10, spread evenly."""
    reach = np.sqrt(6.0 / fan_in)
    return rng.uniform(-reach, reach, shape)


def _he_normal(rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int, scale: float) -> Float64Array:
    """He et al. 2015, equation 10: variance 2 / fan_in."""
    return rng.normal(0.0, np.sqrt(2.0 / fan_in), shape)


def _lecun_normal(rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int, scale: float) -> Float64Array:
    """LeCun et al., Efficient BackProp, 1998, equation 16: variance 1 / fan_in."""
    return rng.normal(0.0, np.sqrt(1.0 / fan_in), shape)


def _orthogonal(rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int, scale: float) -> Float64Array:
    """Saxe, McClelland & Ganguli 2014, with gain 1: the columns, or the rows if there are fewer, are orthonormal.

    Q of a normal matrix's QR is spread evenly over all rotations once R's diagonal is made positive (Mezzadri 2007).
    """
    rows, columns = shape
    tall = rng.normal(size=(max(shape), min(shape)))
    q, r = np.linalg.qr(tall)
    q *= np.where(np.diagonal(r) < 0.0, -1.0, 1.0)
    return np.asarray(q if rows >= columns else q.T, np.float64)


def _zeros(rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int, scale: float) -> Float64Array:
    return np.zeros(shape)


def _constant(rng: np.random.Generator, shape: Shape, fan_in: int, fan_out: int, scale: float) -> Float64Array:
    return np.full(shape, scale)


INITIALIZERS: dict[str, Initializer] = {
    entry.name: entry
    for entry in (
        Initializer(
            "uniform",
            "Uniform",
            "Every weight is drawn evenly between −s and s.",
            "w ~ U(−s, s)",
            ScaleInfo("Half-width", 0.5),
            _uniform,
        ),
        Initializer(
            "normal",
            "Normal",
            "Weights are drawn from a bell curve. Too narrow and signals fade, too wide and units saturate.",
            "w ~ N(0, s^2)",
            ScaleInfo("Standard deviation", 0.5),
            _normal,
        ),
        Initializer(
            "glorot_uniform",
            "Glorot",
            "Spread chosen from a layer's inputs and outputs so that signals keep their size. For tanh and sigmoid.",
            "variance = 2 / (n_{in} + n_{out})",
            None,
            _glorot_uniform,
        ),
        Initializer(
            "glorot_normal",
            "Glorot, normal",
            "The spread of Glorot drawn from a bell curve: most weights are small, a few are large.",
            "w ~ N(0, 2 / (n_{in} + n_{out}))",
            None,
            _glorot_normal,
        ),
        Initializer(
            "he_normal",
            "He",
            "Spread chosen from a layer's inputs alone. For ReLU, which cuts away half of every signal.",
            "variance = 2 / n_{in}",
            None,
            _he_normal,
        ),
        Initializer(
            "he_uniform",
            "He, uniform",
            "The spread of He drawn evenly from an interval: no weight is much larger than the others.",
            "variance = 2 / n_{in}",
            None,
            _he_uniform,
        ),
        Initializer(
            "lecun_normal",
            "LeCun",
            "Spread chosen so that sums have the size of a layer's inputs. For linear units, and tanh near zero.",
            "variance = 1 / n_{in}",
            None,
            _lecun_normal,
        ),
        Initializer(
            "orthogonal",
            "Orthogonal",
            "A random rotation: signals keep their length from layer to layer, however deep the network is.",
            "WᵀW = I",
            None,
            _orthogonal,
        ),
        Initializer(
            "zeros",
            "Zeros",
            "All weights start at 0, and no gradient passes a layer: fine only for a network without hidden layers.",
            "w = 0",
            None,
            _zeros,
        ),
        Initializer(
            "constant",
            "Constant",
            "All weights start equal. The units of a layer stay twins for ever: the reason why starts are random.",
            "w = s",
            ScaleInfo("Value", 0.1),
            _constant,
        ),
    )
}
"""The initializers a run can use."""
