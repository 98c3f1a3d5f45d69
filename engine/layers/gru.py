"""The gated recurrent unit (Cho et al., Learning phrase representations using RNN encoder–decoder, 2014): one gate
mixes the old state with a new one, another says how much of the old goes into the new.

    r_t = σ(·), u_t = σ(·), each of its own Wᵀ x_t + Uᵀ h_{t−1} + b
    n_t = tanh(W_nᵀ x_t + b_n + r_t ⊙ (U_nᵀ h_{t−1} + b_hn)),    h_t = n_t + u_t ⊙ (h_{t−1} − n_t)

The reset gate stands behind the product with U_n, as in PyTorch; so U_n has biases of its own. The columns of both
matrices are those of r, u and n in this order; in Ŵ the two sums of n stand apart, with zeros for each other's rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from engine.layers.layer import Binding, Block, Bound, Kind, Shape
from engine.layers.recurrent import FIELDS, Recurrent, RecurrentSpec
from engine.types import Array, Call


@dataclass(frozen=True, slots=True)
class GruSpec(RecurrentSpec):
    """A state behind two gates."""

    GATES: ClassVar[int] = 3
    BUFFERS: ClassVar[int] = 20
    KIND = Kind(
        "gru",
        "GRU",
        "Decides at every step how much of its state to keep: nearly as good a memory as the LSTM's, with less.",
        "h_t = (1 − u_t) n_t + u_t h_{t−1}",
        FIELDS,
    )

    def blocks(self, inputs: Shape) -> tuple[Block, ...]:
        biases = Block("candidate", 1, self.units, self.units, self.units)
        return (*super(GruSpec, self).blocks(inputs), biases)

    def bind(self, binding: Binding) -> Bound:
        return Gru(self, binding)


class Gru(Recurrent):
    """Four kinds of sums: of r, of u, and n's of the input and of the state."""

    halved = slice(0, 2)

    def __init__(self, spec: GruSpec, binding: Binding) -> None:
        super().__init__(spec, binding, 4)
        self.candidates, self.changes = self.of_states(), self.of_states()
        reset, update = self.sums[:, :, 0], self.sums[:, :, 1]
        self.gates = {"reset": reset, "update": update, "candidate": self.candidates}

    def placements(self, blocks: Sequence[Array], joint: Array) -> list[tuple[Array, Array]]:
        weights, recurrent, biases = blocks
        two, three, one = 2 * self.units, 3 * self.units, self.width
        return [
            (weights, joint[:, : one + 1, :three]),
            (recurrent[:, :, :two], joint[:, one + 1 :, :two]),
            (recurrent[:, :, two:], joint[:, one + 1 :, three:]),
            (biases, joint[:, one : one + 1, three:]),
        ]

    def advance(self, t: int) -> list[Call]:
        gates, change, state = self.sums[:, t, self.halved], self.changes[:, t], self.states[:, t]
        new, (reset, update, of_input, of_state) = self.candidates[:, t], self.sums[:, t].swapaxes(0, 1)
        return [
            partial(np.tanh, gates, gates),
            *self.open_gates(t),
            partial(np.multiply, reset, of_state, new),
            partial(np.add, new, of_input, new),
            partial(np.tanh, new, new),
            partial(np.subtract, self.before[:, t], new, change),
            partial(np.multiply, update, change, state),
            partial(np.add, state, new, state),
        ]

    def differentiate(self, local: Array) -> list[Call]:
        """∂h_t/∂ẑ for all four kinds of sums."""
        reset, update, of_input, of_state = (local[:, :, kind] for kind in range(4))
        gates, sum_of_state = self.gates, self.sums[:, :, 3]
        return [
            *self.gate_slopes(local),
            *self.tanh_slopes(self.candidates, of_input),
            partial(np.subtract, self.one, gates["update"], of_state),
            partial(np.multiply, of_input, of_state, of_input),
            partial(np.multiply, of_input, gates["reset"], of_state),
            partial(np.multiply, reset, of_input, reset),
            partial(np.multiply, reset, sum_of_state, reset),
            partial(np.multiply, update, self.changes, update),
        ]

    def retreat(self, t: int, slope: Array, local: Array, delta: Array) -> list[Call]:
        return [partial(np.multiply, slope[:, None], local, delta)]

    def taken_over(self) -> tuple[list[Call], Array | None]:
        """The update gate, and everything behind the end."""
        update = self.gates["update"]
        if self.ended is None:
            return [], update
        share = self.of_states()
        return [partial(np.copyto, share, update), partial(np.copyto, share, 1.0, where=self.ended)], share
