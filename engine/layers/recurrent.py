"""What recurrent layers have in common: one set of weights at every step, and a state that goes from step to step.

    ẑ_t = Ŵᵀ x̂_t with x̂_t = (x_t, 1, h_{t−1}),    h_t = f(ẑ_t, h_{t−1}),    h_0 = 0

The input, a one for the bias and the last state stand in one column, so a step is one matrix product; Ŵ is put together
from the layer's matrices before the first step. Gates use σ(z) = ½ + ½ tanh(z/2): their columns of Ŵ are halved, which
is exact, so that one tanh serves gates and candidates alike, and their part of the gradient is halved at the end.

Backwards through time (Werbos, Backpropagation through time: what it does and how to do it, 1990), with ∂L/∂h_t from
above and from the step after:

    δ_t = ∂L/∂ẑ_t,    ∂L/∂h_{t−1} = U δ_t + s_t ⊙ ∂L/∂h_t,    ∂L/∂Ŵ = Σ_t x̂_t δ_tᵀ

where U are the rows of h in Ŵ and s_t is the share of h_{t−1} that goes on into h_t by itself.

The gradients of input weights, recurrent weights and biases are thus sums over time. What does not depend on ∂L/∂h_t
is worked out for all steps at once, before the walk back.

Where sequences differ in length, behind an example's end the state is carried over unchanged: h_T is the state after
its last real step, and nothing behind the end has a gradient. What the gates do there has no meaning.

Shapes: inputs (T, F), states (R, T, H, B), sums (R, T, S, H, B) for S kinds of sums.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from engine.layers.layer import (
    Batch,
    Binding,
    Block,
    Bound,
    Field,
    LayerSpec,
    OnBatch,
    Read,
    Shape,
    ShapeError,
    Template,
    in_shape,
)
from engine.limits import UNITS
from engine.types import Array, Call

FIELDS = (
    Field("units", "Units", "How many numbers the layer remembers from step to step.", 16, UNITS),
    Field(
        "returns",
        "Returns",
        "last: one answer, from the state after the last step. all: the state at every step.",
        "last",
        choices=("last", "all"),
    ),
)


@dataclass(frozen=True, slots=True)
class RecurrentSpec(LayerSpec):
    """A layer that reads a sequence (T, F) step by step.

    GATES counts its gates, the candidate included; BUFFERS the numbers it keeps for each unit and step.
    """

    GATES: ClassVar[int] = 1
    BUFFERS: ClassVar[int] = 5
    units: int = 16
    returns: str = "last"

    def output_shape(self, inputs: Shape) -> Shape:
        if len(inputs) != 2:
            raise ShapeError(
                "", "This layer goes from step to step, and its input has none; take dense here, or sequences."
            )
        return (inputs[0], self.units) if self.returns == "all" else (self.units,)

    def blocks(self, inputs: Shape) -> tuple[Block, ...]:
        columns = self.GATES * self.units
        return (
            Block("input", inputs[1] + 1, columns, inputs[1], self.units),
            Block("recurrent", self.units, columns, self.units, self.units, biases=False),
        )

    def multiply_adds(self, inputs: Shape) -> int:
        return inputs[0] * (inputs[1] + self.units) * self.GATES * self.units

    def workspace(self, inputs: Shape) -> int:
        steps, width = inputs
        return (steps + 1) * (2 * (width + 1 + self.units) + self.BUFFERS * self.units)

    def at_once(self, inputs: Shape) -> int:
        return self.workspace(inputs) // (inputs[0] + 1)


class Recurrent(Bound):
    """The walk forward and back. After a run ``states`` (R, T, H, B) and, by name, ``gates`` can be read; after a
    training run ``slopes`` too: ∂L/∂h_t (R, T, H, B), which shows how far back the gradient reaches."""

    gates: dict[str, Array]
    halved: ClassVar[slice] = slice(0, 0)
    """The kinds of sums that are gates."""

    def __init__(self, spec: RecurrentSpec, binding: Binding, kinds: int) -> None:
        super().__init__(binding)
        self.steps, self.width = binding.inputs
        self.units, self.is_last = spec.units, spec.returns == "last"
        rows = self.width + 1 + self.units
        self.columns = binding.empty(self.steps + 1, rows, binding.batch)
        self.columns[:, :, self.width] = 1.0
        self.before = self.columns[:, :-1, self.width + 1 :]
        self.states = self.columns[:, 1:, self.width + 1 :]
        self.joint = binding.empty(rows, kinds * self.units)
        self.sums = binding.empty(self.steps, kinds, self.units, binding.batch)
        self.some = binding.empty(self.units, binding.batch)
        self.one, self.half, self.two = (np.array(value, binding.dtype) for value in (1.0, 0.5, 2.0))
        self.ended = binding.empty(self.steps, 1, binding.batch, dtype=np.bool_) if binding.various_lengths else None
        self.gates = {}

    @abstractmethod
    def advance(self, t: int) -> list[Call]:
        """From the sums of a step to its state."""

    @abstractmethod
    def differentiate(self, local: Array) -> list[Call]:
        """For all steps at once fill ``local`` (R, T, S, H, B) with what turns a slope into δ."""

    @abstractmethod
    def retreat(self, t: int, slope: Array, local: Array, delta: Array) -> list[Call]:
        """From ∂L/∂h_t (R, H, B) to δ_t (R, S, H, B), with the step's part of ``local``."""

    def taken_over(self) -> tuple[list[Call], Array | None]:
        """How much of h_{t−1} goes on into h_t by itself (R, T, H or 1, B), and the calls that find it."""
        if self.ended is None:
            return [], None
        share = self.binding.empty(self.steps, 1, self.binding.batch)
        return [partial(np.copyto, share, self.ended)], share

    def placements(self, blocks: Sequence[Array], joint: Array) -> list[tuple[Array, Array]]:
        """The parts of the layer's matrices, and where in Ŵ each of them stands."""
        return [(blocks[0], joint[:, : self.width + 1]), (blocks[1], joint[:, self.width + 1 :])]

    def forward(self, read: Read, z: Array) -> Template:
        """h_t for every step; z is the last of them or all."""
        inputs = self.columns[:, :-1, : self.width]
        steps: Template = [partial(np.copyto, part, block) for block, part in self._placed()]
        steps += self._halve(self.joint)
        steps.append(read(lambda x: partial(np.copyto, inputs, in_shape(x, self.binding.inputs))))
        if self.ended is not None:
            steps.append(OnBatch(self._find_ends))
        for t in range(self.steps):
            steps.append(
                partial(np.matmul, self.joint.transpose(0, 2, 1), self.columns[:, t], self._flat(self.sums, t))
            )
            steps += self.advance(t)
            steps += self.carry_over(t, self.before, self.states)
        result = self.states[:, -1] if self.is_last else self.states
        return [*steps, partial(np.copyto, in_shape(z, self.binding.outputs), result)]

    def backward(self, read: Read, delta: Array, dx: Array | None) -> Template:
        """Back through time, then the gradients of all steps in one product each."""
        self.slopes = self.of_states()
        local, deltas = (self.binding.empty(*self.sums.shape[1:]) for _ in range(2))
        above = in_shape(delta, self.binding.outputs)
        taking, share = self.taken_over()
        steps: Template = [*self.differentiate(local), *taking]
        if self.ended is not None:
            steps.append(partial(np.copyto, local, 0.0, where=self.ended[:, :, None]))
        steps.append(partial(np.copyto, self.slopes[:, -1], above if self.is_last else above[:, -1]))
        for t in reversed(range(self.steps)):
            steps += self.retreat(t, self.slopes[:, t], local[:, t], deltas[:, t])
            if t > 0:
                steps += self._hand_back(t, deltas, share)
                steps += (
                    []
                    if self.is_last
                    else [partial(np.add, self.slopes[:, t - 1], above[:, t - 1], self.slopes[:, t - 1])]
                )
        return steps + self._gradients(deltas) + self._input_gradient(deltas, dx)

    def of_states(self) -> Array:
        """A buffer (R, T, H, B)."""
        return self.binding.empty(self.steps, self.units, self.binding.batch)

    def halves(self, joint: Array) -> Array:
        """The gates' columns of Ŵ."""
        kinds = joint.reshape(*joint.shape[:2], -1, self.units, copy=False)
        return kinds[:, :, self.halved]

    def carry_over(self, t: int, before: Array, after: Array) -> list[Call]:
        """Behind an example's end nothing changes."""
        if self.ended is None:
            return []
        return [partial(np.copyto, after[:, t], before[:, t], where=self.ended[:, t])]

    def gate_slopes(self, local: Array) -> list[Call]:
        """∂σ/∂(z/2) = 2 σ (1 − σ) for all gates of all steps."""
        gates, slopes = self.sums[:, :, self.halved], local[:, :, self.halved]
        return [
            partial(np.subtract, self.one, gates, slopes),
            partial(np.multiply, slopes, gates, slopes),
            partial(np.multiply, slopes, self.two, slopes),
        ]

    def tanh_slopes(self, values: Array, out: Array) -> list[Call]:
        """1 − tanh²."""
        return [partial(np.multiply, values, values, out), partial(np.subtract, self.one, out, out)]

    def open_gates(self, t: int) -> list[Call]:
        """½ + ½ tanh: the gates of a step, whose tanh has been taken."""
        gates = self.sums[:, t, self.halved]
        return [partial(np.multiply, gates, self.half, gates), partial(np.add, gates, self.half, gates)]

    def _placed(self) -> list[tuple[Array, Array]]:
        return self.placements(self.binding.weights, self.joint)

    def _halve(self, joint: Array) -> list[Call]:
        part = self.halves(joint)
        return [partial(np.multiply, part, self.half, part)] if part.size else []

    def _find_ends(self, batch: Batch) -> Call:
        assert self.ended is not None
        if batch.steps is None:
            return partial(self.ended.fill, False)
        return partial(np.less_equal, batch.steps, 0.0, self.ended[:, :, 0])

    def _flat(self, sums: Array, t: int) -> Array:
        """A step's sums (R, S·H, B)."""
        return sums[:, t].reshape(len(sums), -1, self.binding.batch, copy=False)

    def _hand_back(self, t: int, deltas: Array, share: Array | None) -> list[Call]:
        """∂L/∂h_{t−1}, but for what comes from above."""
        earlier = self.slopes[:, t - 1]
        calls: list[Call] = [partial(np.matmul, self.joint[:, self.width + 1 :], self._flat(deltas, t), earlier)]
        if share is None:
            return calls
        return [
            *calls,
            partial(np.multiply, self.slopes[:, t], share[:, t], self.some),
            partial(np.add, earlier, self.some, earlier),
        ]

    def _gradients(self, deltas: Array) -> Template:
        """∂L/∂Ŵ = Σ_t x̂_t δ_tᵀ: steps and examples side by side, it is one product."""
        assert self.binding.gradients is not None
        batch, replicas = self.binding.batch, self.binding.replicas
        rows, kinds = self.joint.shape[1:]
        side_by_side = [self.binding.empty(height, self.steps, batch) for height in (rows, kinds)]
        columns, slopes = (part.reshape(replicas, -1, self.steps * batch, copy=False) for part in side_by_side)
        gradient = self.binding.empty(rows, kinds)
        return [
            partial(np.copyto, side_by_side[0], self.columns[:, :-1].swapaxes(1, 2)),
            partial(np.copyto, side_by_side[1], deltas.reshape(replicas, self.steps, kinds, batch).swapaxes(1, 2)),
            partial(np.matmul, columns, slopes.swapaxes(1, 2), gradient),
            *self._halve(gradient),
            *(partial(np.copyto, block, part) for block, part in self.placements(self.binding.gradients, gradient)),
        ]

    def _input_gradient(self, deltas: Array, dx: Array | None) -> Template:
        """∂L/∂x_t = W δ_t."""
        if dx is None:
            return []
        flat = deltas.reshape(*deltas.shape[:2], -1, self.binding.batch, copy=False)
        return [partial(np.matmul, self.joint[:, None, : self.width], flat, in_shape(dx, self.binding.inputs))]
