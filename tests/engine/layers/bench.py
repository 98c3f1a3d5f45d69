"""A layer on the bench: bound to buffers of its own, run, and held against central differences."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.layers.layer import Batch, Binding, Block, LayerSpec, OnBatch, Shape, Step, Template
from engine.layers.tape import Tape
from engine.types import Array, Float64Array

STEP = 1e-6


class Bench:
    """R copies of one layer with random parameters, and a random linear function of what comes out as its loss."""

    def __init__(
        self,
        spec: LayerSpec,
        sources: Sequence[Shape],
        *,
        replicas: int = 2,
        batch: int = 3,
        seed: int = 0,
        x: Float64Array | None = None,
        noise: Tape | None = None,
        steps: Float64Array | None = None,
        dtype: str = "float64",
        trained: bool = True,
    ) -> None:
        rng = np.random.default_rng(seed)
        self.spec = spec
        self.inputs = spec.join(sources)
        self.outputs = spec.output_shape(self.inputs)
        self.blocks: tuple[Block, ...] = spec.blocks(self.inputs)
        size = int(np.prod(self.inputs))
        self.x = np.ones((replicas, size + 1, batch), dtype)
        self.x[:, :-1] = rng.normal(size=(replicas, size, batch)) if x is None else x
        shapes = [(replicas, block.rows, block.columns) for block in self.blocks]
        self.weights: list[Array] = [rng.normal(0, 0.5, shape).astype(dtype) for shape in shapes]
        self.gradients: list[Array] = [np.full(shape, np.nan, dtype) for shape in shapes]
        hidden = np.ones((replicas, int(np.prod(self.outputs)) + 1, batch), dtype)
        self.z = hidden[:, :-1]
        self.delta = np.empty_like(hidden)[:, :-1]
        self.delta[:] = rng.normal(size=self.z.shape)
        self.dx = np.full((replicas, size, batch), np.nan, dtype)
        self.batch = Batch(self.x, self.x, self.x, steps)
        binding = Binding(
            self.weights,
            self.gradients if trained else None,
            self.inputs,
            self.outputs,
            batch,
            replicas,
            np.dtype(dtype),
            noise,
            steps is not None,
        )
        self.layer = spec.bind(binding)
        self.template = self.layer.forward(self._read, self.z)
        self._backward = self.layer.backward(self._read, self.delta, self.dx) if trained else []

    def _read(self, make: Any) -> Step:
        return OnBatch(lambda batch: make(batch.x))

    def _run(self, template: Template) -> None:
        for step in template:
            (step.bind(self.batch) if isinstance(step, OnBatch) else step)()

    def forward(self) -> Array:
        """z for the parameters and inputs as they are."""
        self._run(self.template)
        return self.z

    def backward(self) -> None:
        """Fill dx and the gradients."""
        self._run(self._backward)

    def losses(self) -> Float64Array:
        """Σ δ ⊙ z of each replica: its gradient with respect to z is δ."""
        return np.asarray((self.forward() * self.delta).sum(axis=(1, 2)))

    def check(self, seed: int = 1, rounds: int = 4) -> None:
        """Every gradient along random directions of everything it is one of, for each replica by itself.

        Numbers of words cannot be moved a little, so a layer that reads them is checked by its parameters alone.
        """
        rng = np.random.default_rng(seed)
        self.forward()
        self.backward()
        given: list[Array] = [self.x[:, :-1], *self.weights][self.spec.reads_words :]
        found: list[Array] = [self.dx, *self.gradients][self.spec.reads_words :]
        found = [gradient.copy() for gradient in found]
        for values, gradient in zip(given, found, strict=True):
            for _ in range(rounds):
                direction = rng.normal(size=values.shape)
                kept = values.copy()
                values[:] = kept + STEP * direction
                above = self.losses()
                values[:] = kept - STEP * direction
                below = self.losses()
                values[:] = kept
                numeric = (above - below) / (2 * STEP)
                analytic = (gradient * direction).sum(axis=tuple(range(1, values.ndim)))
                scale = np.abs(gradient * direction).sum(axis=tuple(range(1, values.ndim))) + 1e-3
                np.testing.assert_array_less(np.abs(numeric - analytic) / scale, 1e-6)


def apart(rng: np.random.Generator, shape: tuple[int, ...], gap: float = 0.05) -> Float64Array:
    """Random numbers of which no two are closer than ``gap``, and none is closer than half of it to zero."""
    count = int(np.prod(shape))
    places = rng.permutation(count) - count // 2
    return np.asarray((places + 0.5) * gap).reshape(shape)


def same_bits(make: Any, replicas: int = 3) -> None:
    """One replica among others gives the same bits as alone: forward, dx and every gradient."""
    together: Bench = make(replicas)
    together.forward()
    together.backward()
    for replica in range(replicas):
        alone: Bench = make(1)
        alone.x[:] = together.x[replica]
        alone.delta[:] = together.delta[replica]
        for mine, theirs in zip(alone.weights, together.weights, strict=True):
            mine[:] = theirs[replica]
        alone.forward()
        alone.backward()
        np.testing.assert_array_equal(alone.z[0], together.z[replica])
        np.testing.assert_array_equal(alone.dx[0], together.dx[replica])
        for mine, theirs in zip(alone.gradients, together.gradients, strict=True):
            np.testing.assert_array_equal(mine[0], theirs[replica])


__all__ = ["Bench", "apart", "same_bits"]
