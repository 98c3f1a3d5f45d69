"""Rates: the learning rate and penalty of every replica, spread over (R, P) so that a step is a few vector operations.

They are computed when a rate changes, not in the step: a full array costs a ufunc a third of what a column does.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from engine.optimizers import OPTIMIZERS
from engine.regularizers import REGULARIZERS
from engine.spec import RunSpec
from engine.types import Array, Call, Float64Array


class Rates:
    """The update after a gradient: the optimizer's step, then each regularizer that some replica uses."""

    def __init__(self, specs: Sequence[RunSpec], theta: Array, grad: Array, weight_mask: Float64Array) -> None:
        self._theta, self._grad = theta, grad
        self._weight_mask = weight_mask
        self._learning_rate = np.empty_like(theta)
        self._scratch = np.empty_like(theta)
        self._strengths: dict[str, Array] = {}
        self.calls: list[Call] = []
        self.set(specs)

    def set(self, specs: Sequence[RunSpec]) -> None:
        """Take the rates from every replica's specification."""
        learning_rate = np.array([[spec.optimizer.learning_rate] for spec in specs])
        self._learning_rate[:] = learning_rate
        self.calls = [partial(OPTIMIZERS[specs[0].optimizer.kind].update, self._theta, self._grad, self._learning_rate)]
        for kind in dict.fromkeys(spec.regularizer.kind for spec in specs if spec.regularizer.rate > 0.0):
            rate = np.array([[spec.regularizer.rate * (spec.regularizer.kind == kind)] for spec in specs])
            strength = self._strengths.setdefault(kind, np.empty_like(self._theta))
            strength[:] = REGULARIZERS[kind].strength(learning_rate * rate * self._weight_mask)
            self.calls.append(partial(REGULARIZERS[kind].apply, self._theta, strength, self._scratch))
