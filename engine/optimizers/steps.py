"""The plain links: scale the update, take the step, let weights decay, keep some parameters where they are."""

from functools import partial

import numpy as np

from engine.optimizers.transform import Bench, Number, Pull, Transform, learning_rate, setting
from engine.types import Array, Call, Float64Array


def scale(rate: Number = learning_rate) -> Transform:
    """u ← η u."""

    def bind(bench: Bench, update: Array) -> tuple[list[Call], Array]:
        return [partial(np.multiply, update, bench.numbers["learning_rate"], bench.gradient)], bench.gradient

    return Transform(bind, {"learning_rate": rate})


def descend() -> Transform:
    """w ← w − u: the last link of every chain."""

    def bind(bench: Bench, update: Array) -> tuple[list[Call], Array]:
        return [partial(np.subtract, bench.theta, update, bench.theta)], update

    return Transform(bind)


def decay_weights() -> Transform:
    """w ← (1 − η λ) w on weights, beside the gradient and not through it; a factor is at least 0.

    Loshchilov & Hutter, Decoupled Weight Decay Regularization, 2019, algorithm 2.
    """

    def bind(bench: Bench, update: Array) -> tuple[list[Call], Array]:
        return [partial(np.multiply, bench.theta, bench.numbers["decay"], bench.theta)], update

    return Transform(bind, pulls={"decay": Pull(setting("weight_decay"), decay_factor)})


def decay_factor(pull: Float64Array) -> Float64Array:
    """1 − η λ, at least 0: too large a rate makes a weight zero, it does not turn its sign."""
    return np.maximum(0.0, 1.0 - pull)


def hold(trainable: Array) -> Transform:
    """u ← u where ``trainable`` (R, P) is 1 and 0 where it is 0: such a parameter has no gradient and never moves."""

    def bind(bench: Bench, update: Array) -> tuple[list[Call], Array]:
        return [partial(np.multiply, update, trainable, bench.gradient)], bench.gradient

    return Transform(bind)
