"""Initializers: where the weights start. Biases all start at one given value.

``draw(rng, inputs, units, scale)`` gives the weights of a layer as (I, U) in float64; the plan rounds them to its own
precision, so a run starts from the same numbers in float32 and float64.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.types import Float64Array

Draw: TypeAlias = Callable[[np.random.Generator, int, int, float], Float64Array]


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


def _uniform(rng: np.random.Generator, inputs: int, units: int, scale: float) -> Float64Array:
    return rng.uniform(-scale, scale, (inputs, units))


def _normal(rng: np.random.Generator, inputs: int, units: int, scale: float) -> Float64Array:
    return rng.normal(0.0, scale, (inputs, units))


def _glorot_uniform(rng: np.random.Generator, inputs: int, units: int, scale: float) -> Float64Array:
    """Glorot & Bengio 2010, equation 16: variance 2 / (inputs + units)."""
    reach = np.sqrt(6.0 / (inputs + units))
    return rng.uniform(-reach, reach, (inputs, units))


def _he_normal(rng: np.random.Generator, inputs: int, units: int, scale: float) -> Float64Array:
    """He et al. 2015, equation 10: variance 2 / inputs."""
    return rng.normal(0.0, np.sqrt(2.0 / inputs), (inputs, units))


def _constant(rng: np.random.Generator, inputs: int, units: int, scale: float) -> Float64Array:
    return np.full((inputs, units), scale)


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
            "he_normal",
            "He",
            "Spread chosen from a layer's inputs alone. For ReLU, which cuts away half of every signal.",
            "variance = 2 / n_{in}",
            None,
            _he_normal,
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
