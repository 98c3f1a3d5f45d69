"""The LSTM (Hochreiter & Schmidhuber, Long short-term memory, 1997), with the forget gate of Gers, Schmidhuber &
Cummins (Learning to forget, 2000). The cell c is a memory that gates write, keep and read:

    g_t = tanh(·), i_t = σ(·), f_t = σ(·), o_t = σ(·), each of its own Wᵀ x_t + Uᵀ h_{t−1} + b
    c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t,    h_t = o_t ⊙ tanh(c_t)

Backwards the slope of the cell, ∂L/∂c_t, is only multiplied by f_t on its way to ∂L/∂c_{t−1}; an open gate lets it pass
through hundreds of steps. The forget gate's biases start larger than the others, by 1 unless told, so that it begins
open (Jozefowicz, Zaremba & Sutskever, An empirical exploration of recurrent network architectures, 2015); to remember
for T steps from the start, it takes about ln T (Tallec & Ollivier, Can recurrent neural networks warp time?, 2018).

The columns of both matrices are those of g, i, f and o in this order: the gates, and what ∂L/∂c_t is multiplied with,
are one block each.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import numpy as np

from engine.layers.layer import Binding, Block, Bound, Field, Kind, Shape
from engine.layers.recurrent import FIELDS, Recurrent, RecurrentSpec
from engine.limits import FORGET_BIAS
from engine.types import Array, Call


@dataclass(frozen=True, slots=True)
class LstmSpec(RecurrentSpec):
    """A memory behind three gates."""

    GATES: ClassVar[int] = 4
    BUFFERS: ClassVar[int] = 21
    KIND = Kind(
        "lstm",
        "LSTM",
        "Keeps a memory that gates write, keep and read, so that it can remember for many steps.",
        "c_t = f_t c_{t−1} + i_t g_t, h_t = o_t tanh(c_t)",
        (
            *FIELDS,
            Field(
                "forget_bias",
                "Forget bias",
                "How far the forget gate starts open: about ln T to remember for T steps from the start.",
                1.0,
                FORGET_BIAS,
            ),
        ),
    )
    forget_bias: float = 1.0

    def blocks(self, inputs: Shape) -> tuple[Block, ...]:
        weights, recurrent = super(LstmSpec, self).blocks(inputs)
        return replace(weights, lifted=(2 * self.units, 3 * self.units), lift=self.forget_bias), recurrent

    def bind(self, binding: Binding) -> Bound:
        return Lstm(self, binding)


class Lstm(Recurrent):
    """Beside the states the cells (R, T, H, B) can be read after a run."""

    halved = slice(1, 4)

    def __init__(self, spec: LstmSpec, binding: Binding) -> None:
        super().__init__(spec, binding, 4)
        memory = binding.empty(self.steps + 1, self.units, binding.batch)
        self.cells_before, self.cells = memory[:, :-1], memory[:, 1:]
        self.read_out = self.of_states()
        names = ("candidate", "input", "forget", "output")
        self.gates = {name: self.sums[:, :, kind] for kind, name in enumerate(names)}

    def advance(self, t: int) -> list[Call]:
        g, i, f, o = (gate[:, t] for gate in self.gates.values())
        cell, read_out = self.cells[:, t], self.read_out[:, t]
        return [
            partial(np.tanh, self.sums[:, t], self.sums[:, t]),
            *self.open_gates(t),
            partial(np.multiply, f, self.cells_before[:, t], cell),
            partial(np.multiply, i, g, self.some),
            partial(np.add, cell, self.some, cell),
            *self.carry_over(t, self.cells_before, self.cells),
            partial(np.tanh, cell, read_out),
            partial(np.multiply, o, read_out, self.states[:, t]),
        ]

    def differentiate(self, local: Array) -> list[Call]:
        """∂c_t/∂ẑ for g, i and f, ∂h_t/∂ẑ for o, and ∂h_t/∂c_t = o (1 − tanh²(c_t))."""
        g, i, f, o = self.gates.values()
        self.cell_slope, self.through = self.binding.empty(self.units, self.binding.batch), self.of_states()
        self.kept = f if self.ended is None else self.of_states()
        calls: list[Call] = [*self.gate_slopes(local), *self.tanh_slopes(g, local[:, :, 0])]
        for kind, factor in enumerate((i, g, self.cells_before, self.read_out)):
            calls.append(partial(np.multiply, local[:, :, kind], factor, local[:, :, kind]))
        calls += self.tanh_slopes(self.read_out, self.through)
        calls += [partial(np.multiply, self.through, o, self.through), partial(self.cell_slope.fill, 0.0)]
        if self.ended is not None:
            calls += [
                partial(np.copyto, self.through, 0.0, where=self.ended),
                partial(np.copyto, self.kept, f),
                partial(np.copyto, self.kept, 1.0, where=self.ended),
            ]
        return calls

    def retreat(self, t: int, slope: Array, local: Array, delta: Array) -> list[Call]:
        cell = self.cell_slope
        return [
            partial(np.multiply, slope, self.through[:, t], self.some),
            partial(np.add, cell, self.some, cell),
            partial(np.multiply, cell[:, None], local[:, :3], delta[:, :3]),
            partial(np.multiply, slope, local[:, 3], delta[:, 3]),
            partial(np.multiply, cell, self.kept[:, t], cell),
        ]
