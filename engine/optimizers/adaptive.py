"""Steps of a length of their own for every parameter: each gradient is divided by the usual size of its kind."""

from functools import partial

import numpy as np

from engine.optimizers.transform import Bench, Moment, Row, Transform, rest, setting
from engine.types import Array, Call, Float64Array

SQUARES = Row("squares", "Sum of squares", "All squared gradients so far, added up.")
MEAN_SQUARE = Row("mean_square", "Mean square", "The usual size of the squared gradient, over the last steps.")
MEAN = Row("mean", "Mean gradient", "The usual gradient over the last steps.")


def _divided(bench: Bench, update: Array, square: Array) -> list[Call]:
    """u ← u / (√s + ε), written into the gradient."""
    root = bench.scratch
    return [
        partial(np.sqrt, square, root),
        partial(np.add, root, bench.numbers["epsilon"], root),
        partial(np.divide, update, root, bench.gradient),
    ]


def divide_by_sum() -> Transform:
    """s ← s + u², u ← u / (√s + ε).

    Duchi, Hazan & Singer, Adaptive Subgradient Methods, 2011.
    """

    def bind(bench: Bench, update: Array) -> tuple[list[Call], Array]:
        s = bench.state[SQUARES.name]
        calls: list[Call] = [partial(np.multiply, update, update, bench.scratch), partial(np.add, s, bench.scratch, s)]
        return [*calls, *_divided(bench, update, s)], bench.gradient

    return Transform(bind, {"epsilon": setting("epsilon")}, state=(SQUARES,))


def divide_by_mean() -> Transform:
    """s ← ρ s + (1 − ρ) u², u ← u / (√s + ε).

    Tieleman & Hinton, Neural Networks for Machine Learning, lecture 6.5, 2012.
    """

    def bind(bench: Bench, update: Array) -> tuple[list[Call], Array]:
        s, square = bench.state[MEAN_SQUARE.name], bench.scratch
        calls: list[Call] = [
            partial(np.multiply, s, bench.numbers["rho"], s),
            partial(np.multiply, update, update, square),
            partial(np.multiply, square, bench.numbers["new"], square),
            partial(np.add, s, square, s),
        ]
        return [*calls, *_divided(bench, update, s)], bench.gradient

    numbers = {"rho": setting("rho"), "new": rest("rho"), "epsilon": setting("epsilon")}
    return Transform(bind, numbers, state=(MEAN_SQUARE,))


def divide_means() -> Transform:
    """m ← β₁ m + (1 − β₁) u, s ← β₂ s + (1 − β₂) u², u ← m / (√s + ε √(1 − β₂^t)).

    With :func:`corrected_rate` after it the step is η m̂ / (√ŝ + ε) with m̂ = m / (1 − β₁^t) and ŝ = s / (1 − β₂^t):
    Kingma & Ba, Adam, 2015, algorithm 1 in the order of section 2's last remark, which saves two sweeps a step.
    """

    def bind(bench: Bench, update: Array) -> tuple[list[Call], Array]:
        m, s, numbers = bench.state[MEAN.name], bench.state[MEAN_SQUARE.name], bench.numbers
        calls: list[Call] = [
            partial(np.multiply, m, numbers["beta1"], m),
            partial(np.multiply, update, numbers["new1"], bench.scratch),
            partial(np.add, m, bench.scratch, m),
            partial(np.multiply, s, numbers["beta2"], s),
            partial(np.multiply, update, update, bench.scratch),
            partial(np.multiply, bench.scratch, numbers["new2"], bench.scratch),
            partial(np.add, s, bench.scratch, s),
        ]
        return [*calls, *_divided(bench, m, s)], bench.gradient

    numbers = {
        "beta1": setting("beta1"),
        "new1": rest("beta1"),
        "beta2": setting("beta2"),
        "new2": rest("beta2"),
        "epsilon": _corrected_epsilon,
    }
    return Transform(bind, numbers, state=(MEAN, MEAN_SQUARE))


def _grown(moment: Moment, name: str) -> Float64Array:
    """1 − β^t: how much of a running mean that began at zero is there by now."""
    beta = np.broadcast_to(moment.settings[name], moment.age.shape).copy()
    return 1.0 - np.power(beta, moment.age)


def _corrected_epsilon(moment: Moment) -> Float64Array:
    return moment.settings["epsilon"] * np.sqrt(_grown(moment, "beta2"))


def corrected_rate(moment: Moment) -> Float64Array:
    """η √(1 − β₂^t) / (1 − β₁^t)."""
    return moment.learning_rate * np.sqrt(_grown(moment, "beta2")) / _grown(moment, "beta1")
