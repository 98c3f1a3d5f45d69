"""Functions of one variable to fit, x from −6 to 6: a curve can be drawn beside its points. s is the noise."""

import numpy as np

from engine.datasets.kind import DatasetKind, Draws, Generate, Made, between
from engine.parts import DatasetSpec
from engine.types import Float64Array

REACH = 6.0


def _abscissa(draws: Draws) -> Float64Array:
    return between(draws[:, 0], -REACH, REACH)


def _measured(x: Float64Array, y: Float64Array, draws: Draws, spec: DatasetSpec) -> Made:
    """The points (N, 1) with their values, each value off by U(−1, 1)·s."""
    return x[:, None], y + between(draws[:, 1], -spec.noise, spec.noise)


def sine(draws: Draws, spec: DatasetSpec) -> Made:
    """y = sin x."""
    x = _abscissa(draws)
    return _measured(x, np.sin(x), draws, spec)


def step(draws: Draws, spec: DatasetSpec) -> Made:
    """y = 1 right of zero, −1 left of it."""
    x = _abscissa(draws)
    return _measured(x, np.where(x < 0.0, -1.0, 1.0), draws, spec)


def bump(draws: Draws, spec: DatasetSpec) -> Made:
    """y = exp(−x²/2)."""
    x = _abscissa(draws)
    return _measured(x, np.exp(-x * x / 2.0), draws, spec)


def polynomial(draws: Draws, spec: DatasetSpec) -> Made:
    """y = (u³ − 3u)/2 with u = x/3: Chebyshev's cubic, between −1 and 1 over the whole line."""
    x = _abscissa(draws)
    u = x / 3.0
    return _measured(x, (u**3 - 3.0 * u) / 2.0, draws, spec)


def _kind(name: str, label: str, explanation: str, formula: str, generate: Generate) -> DatasetKind:
    return DatasetKind(
        name,
        label,
        "regression",
        (),
        300,
        explanation,
        formula,
        "The more noise, the further each value is from the curve.",
        generate,
        "line",
        (1,),
        draws=2,
    )


KINDS = (
    _kind(
        "sine",
        "Sine",
        "A wave over the line: two hidden units make a half wave, more make all of it.",
        "y = sin x",
        sine,
    ),
    _kind("step", "Step", "A sudden rise: one unit with a large weight comes as close as you like.", "y = ±1", step),
    _kind(
        "bump",
        "Bump",
        "One smooth hill: the difference of two units that rise one after the other.",
        "y = e^{−x^2/2}",
        bump,
    ),
    _kind(
        "polynomial",
        "Polynomial",
        "A cubic with two turns: a straight line will not do.",
        "y = 4(x/6)^3 − 3(x/6)",
        polynomial,
    ),
)
