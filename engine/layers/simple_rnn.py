"""The simple recurrent layer (Elman, Finding structure in time, 1990): its state is all it remembers.

    h_t = tanh(Wᵀ x_t + Uᵀ h_{t−1} + b)

Backwards, δ_t = ∂L/∂h_t ⊙ (1 − h_t²) and ∂L/∂h_{t−1} = U δ_t: over many steps the gradient is multiplied by U again and
again, and fades or explodes.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.layers.layer import Binding, Bound, Kind
from engine.layers.recurrent import FIELDS, Recurrent, RecurrentSpec
from engine.types import Array, Call


@dataclass(frozen=True, slots=True)
class SimpleRnnSpec(RecurrentSpec):
    """A layer whose state is mixed with the input at every step."""

    KIND = Kind(
        "simple_rnn",
        "Simple RNN",
        "Reads step by step and mixes what comes in with its own last state. It forgets quickly.",
        "h_t = tanh(W^T x_t + U^T h_{t−1} + b)",
        FIELDS,
    )

    def bind(self, binding: Binding) -> Bound:
        return SimpleRnn(self, binding, 1)


class SimpleRnn(Recurrent):
    """One kind of sums, no gates."""

    def advance(self, t: int) -> list[Call]:
        return [partial(np.tanh, self.sums[:, t, 0], self.states[:, t])]

    def differentiate(self, local: Array) -> list[Call]:
        return self.tanh_slopes(self.states, local[:, :, 0])

    def retreat(self, t: int, slope: Array, local: Array, delta: Array) -> list[Call]:
        return [partial(np.multiply, slope, local[:, 0], delta[:, 0])]
