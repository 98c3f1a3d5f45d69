"""What a curve must hold that has neither a gap nor a point too much."""

from __future__ import annotations

import numpy as np

from engine.curve import recorded


def epochs_until(last: float) -> list[float]:
    """Every epoch that a curve keeps of a training up to its `last` one."""
    epochs = np.arange(last + 1)
    kept: list[float] = epochs[recorded(epochs)].tolist()
    return kept
