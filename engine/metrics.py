"""Metrics: what is reported about a network beside the loss it minimises."""

import numpy as np

from engine.types import Array, BoolArray


def correct(outputs: Array, targets: Array, threshold: float) -> BoolArray:
    """Which examples are classified rightly (R, N), from outputs and targets (R, K, N).

    One unit decides by ``threshold``, the middle between its two targets; several by the largest.
    """
    if outputs.shape[-2] == 1:
        return np.asarray((outputs > threshold) == (targets > threshold))[..., 0, :]
    return np.asarray(outputs.argmax(axis=-2) == targets.argmax(axis=-2))
