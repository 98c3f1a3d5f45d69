"""A training step of whole layers beside PyTorch's, eager: float32, one thread, CPU time of the process, medians.

The LSTM reads 32 examples of 40 steps of 32 numbers with 32 units, and its last state is compared with a target:
forward, backward and a step of SGD.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

from functools import partial
from statistics import median
from typing import Any

import numpy as np

from benchmarks.measure import REPEATS, cpu_seconds, machine, table
from benchmarks.peers import Epoch
from engine.layers import KINDS
from engine.layers.layer import Batch, Binding, Bound, Template
from engine.plan import compile_calls
from engine.types import Array, Call

BATCH, STEPS, WIDTH, UNITS = 32, 40, 32, 32
RATE = np.float32(0.01)
MODULES = {"simple_rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}


class RecurrentStep:
    """One recurrent layer that learns half the squared distance of its last state to a target."""

    def __init__(self, kind: str) -> None:
        rng = np.random.default_rng(1)
        spec = KINDS[kind](units=UNITS)  # type: ignore[call-arg]
        shapes = [(1, block.rows, block.columns) for block in spec.blocks((STEPS, WIDTH))]
        self.weights: list[Array] = [rng.normal(0, 0.2, shape).astype(np.float32) for shape in shapes]
        self.gradients: list[Array] = [np.zeros_like(matrix) for matrix in self.weights]
        self.x = rng.normal(size=(1, STEPS * WIDTH + 1, BATCH)).astype(np.float32)
        self.z, self.delta, self.target = rng.normal(size=(3, 1, UNITS, BATCH)).astype(np.float32)
        binding = Binding(self.weights, self.gradients, (STEPS, WIDTH), (UNITS,), BATCH, 1, self.x.dtype)
        self._calls = self._compile(spec.bind(binding))

    def run(self) -> None:
        """Forward, backward and update."""
        for call in self._calls:
            call()

    def loss(self) -> float:
        """What the last forward pass came to."""
        return float(0.5 * ((self.z - self.target) ** 2).sum() / BATCH)

    def _compile(self, layer: Bound) -> list[Call]:
        template: Template = layer.forward(lambda make: make(self.x), self.z)
        template.append(partial(np.subtract, self.z, self.target, self.delta))
        template.append(partial(np.multiply, self.delta, np.float32(1 / BATCH), self.delta))
        template += layer.backward(lambda make: make(self.x), self.delta, None)
        for matrix, gradient in zip(self.weights, self.gradients, strict=True):
            template.append(partial(np.multiply, gradient, RATE, gradient))
            template.append(partial(np.subtract, matrix, gradient, matrix))
        return compile_calls(template, Batch(self.x, self.x, self.x))


def recurrent_peer(kind: str) -> tuple[str, Epoch] | None:
    """The same in PyTorch; None where it is not installed."""
    try:
        import torch  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    torch.set_num_threads(1)
    model: Any = getattr(torch.nn, MODULES[kind])(WIDTH, UNITS)
    optimizer = torch.optim.SGD(model.parameters(), lr=float(RATE))
    x, target = torch.randn(STEPS, BATCH, WIDTH), torch.randn(BATCH, UNITS)

    def step() -> None:
        optimizer.zero_grad()
        outputs, _ = model(x)
        (0.5 * ((outputs[-1] - target) ** 2).sum() / BATCH).backward()
        optimizer.step()

    return f"PyTorch {torch.__version__} eager", step


def in_turns(kind: str) -> tuple[float, float | None]:
    """CPU seconds of our step and of PyTorch's. They take turns, so that what else the machine does falls on both."""
    step, peer = RecurrentStep(kind), recurrent_peer(kind)
    rounds = [
        (cpu_seconds(step.run, repeats=1), 0.0 if peer is None else cpu_seconds(peer[1], repeats=1))
        for _ in range(REPEATS)
    ]
    mine, theirs = (median(times) for times in zip(*rounds, strict=True))
    return mine, None if peer is None else theirs


def main() -> None:
    """Measure and print Markdown: the table of layers in docs/performance.md."""
    print(f"{machine()}, NumPy {np.__version__}, one thread, CPU time, medians.\n")
    rows = []
    for kind in MODULES:
        mine, theirs = in_turns(kind)
        beside = ["not installed"] * 2 if theirs is None else [f"{theirs * 1e6:,.0f}", f"{theirs / mine:.2f}"]
        rows.append([KINDS[kind].KIND.label, f"{mine * 1e6:,.0f}", *beside])
    header = [
        f"{UNITS} units, {STEPS} steps, batch {BATCH}",
        "µs per step",
        "PyTorch eager, µs",
        "PyTorch / ours (≥ 0.3)",
    ]
    print(table(header, rows))


if __name__ == "__main__":
    main()
