"""Regularizers: a penalty that pulls weights towards zero. Biases are not penalised.

The penalty is applied as a proximal step after the optimizer's own: the exact minimum of penalty + distance moved. So
it cannot overshoot zero, however large learning rate × rate is, and an L1 weight that became zero can come back as soon
as its gradient is larger than the rate (Parikh & Boyd, Proximal Algorithms, 2014, sections 1.1 and 6.5). Its length is
learning rate × rate under every optimizer: what Adam and its like divide a gradient by does not reach the penalty.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.types import Array

Strength: TypeAlias = Callable[[Array], Array]
"""strength(η · rate) is what ``apply`` takes; ``strength(0)`` must leave every parameter as it is."""

Shrink: TypeAlias = Callable[[Array, Array, Array], None]
"""apply(theta, strength, scratch): theta is pulled towards zero. All are (R, P)."""


@dataclass(frozen=True, slots=True)
class Regularizer:
    """A regularizer the page can choose. A strength of zero times rate changes nothing, so replicas may differ."""

    name: str
    label: str
    explanation: str
    formula: str
    strength: Strength
    apply: Shrink


def _no_strength(pull: Array) -> Array:
    return np.zeros_like(pull)


def _leave(theta: Array, strength: Array, scratch: Array) -> None:
    """Nothing is penalised."""


def _soft_threshold(theta: Array, threshold: Array, scratch: Array) -> None:
    """theta ← theta − clip(theta, −threshold, threshold)."""
    np.negative(threshold, scratch)
    np.maximum(theta, scratch, out=scratch)
    np.minimum(scratch, threshold, out=scratch)
    np.subtract(theta, scratch, theta)


def _decay_factor(pull: Array) -> Array:
    return np.divide(1.0, 1.0 + pull, dtype=pull.dtype)


def _decay(theta: Array, factor: Array, scratch: Array) -> None:
    np.multiply(theta, factor, theta)


REGULARIZERS: dict[str, Regularizer] = {
    entry.name: entry
    for entry in (
        Regularizer("none", "None", "Weights may grow as large as they like.", "penalty = 0", _no_strength, _leave),
        Regularizer(
            "l1",
            "L1",
            "Pulls every weight towards zero by the same amount, so those of little use become exactly zero.",
            "penalty = λ Σ |w|",
            np.copy,
            _soft_threshold,
        ),
        Regularizer(
            "l2",
            "L2",
            "Pulls every weight towards zero in proportion to its size, so no weight dominates.",
            "penalty = ½ λ Σ w^2",
            _decay_factor,
            _decay,
        ),
    )
}
"""The regularizers a run can use."""
