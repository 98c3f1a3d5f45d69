"""What each kind of layer costs: a pass forward and back of one layer, in nanoseconds for each multiply-add of both.

Backward counts twice what forward does: once for the weights, once for the inputs. Layers that multiply nothing are
counted by the numbers they pass on. Batches of 32, float32, one thread, CPU time, medians.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import math
from collections.abc import Sequence

import numpy as np

from benchmarks.measure import cpu_seconds, machine, table
from engine.layers import KINDS
from engine.layers.layer import Batch, Binding, LayerSpec, Shape
from engine.layers.tape import Tape
from engine.plan import compile_calls
from engine.types import Array, Call

BATCH = 32
IMAGE, SEQUENCE, UNITS, TOKENS = (8, 16, 16), (40, 32), (256,), (40,)

CASES: dict[str, tuple[LayerSpec, Sequence[Shape], str]] = {
    "dense": (KINDS["dense"](units=256), [UNITS], "the matrix product, near the processor's peak"),  # type: ignore[call-arg]
    "dense, 8 to 8": (KINDS["dense"](units=8), [(8,)], "the call into the BLAS, whatever it multiplies"),  # type: ignore[call-arg]
    "maxout": (KINDS["maxout"](units=128), [UNITS], "the product, then finding which piece won"),  # type: ignore[call-arg]
    "convolution": (KINDS["convolution"](filters=16), [IMAGE], "laying out the windows and adding them up again"),  # type: ignore[call-arg]
    "max_pooling": (KINDS["max_pooling"](), [IMAGE], "one sweep of memory for each pixel of the window"),
    "average_pooling": (KINDS["average_pooling"](), [IMAGE], "the same sweeps, without finding the largest"),
    "l2_pooling": (KINDS["l2_pooling"](), [IMAGE], "the same sweeps, and a square root"),
    "embedding": (KINDS["embedding"](units=32).for_words(500), [TOKENS], "scattered adds for the gradient"),  # type: ignore[call-arg]
    "simple_rnn": (KINDS["simple_rnn"](units=32), [SEQUENCE], "a small product and its activation, step after step"),  # type: ignore[call-arg]
    "lstm": (KINDS["lstm"](units=32), [SEQUENCE], "the gates: a dozen small sweeps at every step"),  # type: ignore[call-arg]
    "gru": (KINDS["gru"](units=32), [SEQUENCE], "the gates, and a product that waits for one of them"),  # type: ignore[call-arg]
    "dropout": (KINDS["dropout"](), [UNITS], "drawing the random numbers"),
    "noise": (KINDS["noise"](), [UNITS], "drawing normal random numbers"),
    "add": (KINDS["add"](), [UNITS, UNITS], "memory: it reads and writes"),
    "concatenate": (KINDS["concatenate"](), [UNITS, UNITS], "memory: a copy"),
    "flatten": (KINDS["flatten"](), [IMAGE], "memory: a copy"),
}
"""A layer of each kind, the shapes of what it reads, and what limits it."""


def passes(spec: LayerSpec, sources: Sequence[Shape]) -> list[Call]:
    """The calls of one pass forward and back."""
    rng = np.random.default_rng(1)
    inputs = spec.join(sources)
    outputs, width = spec.output_shape(inputs), math.prod(inputs)
    shapes = [(1, block.rows, block.columns) for block in spec.blocks(inputs)]
    weights: list[Array] = [rng.normal(0, 0.1, shape).astype(np.float32) for shape in shapes]
    x = rng.uniform(1.0, 400.0, (1, width + 1, BATCH)).astype(np.float32)
    if not spec.reads_words:
        x /= 400.0
    z, delta = rng.normal(size=(2, 1, math.prod(outputs), BATCH)).astype(np.float32)
    dx = np.zeros((1, width, BATCH), np.float32)
    gradients, noise = [np.zeros_like(w) for w in weights], Tape([np.random.default_rng(2)])
    binding = Binding(weights, gradients, inputs, outputs, BATCH, 1, x.dtype, noise)
    layer = spec.bind(binding)
    template = [
        *layer.forward(lambda make: make(x), z),
        *layer.backward(lambda make: make(x), delta, None if spec.reads_words else dx),
    ]
    return compile_calls(template, Batch(x, z, np.array(1.0 / BATCH, np.float32)))


def cost(spec: LayerSpec, sources: Sequence[Shape]) -> tuple[float, float]:
    """Seconds of a pass, and its multiply-adds: for a layer that has none, the numbers it passes on and back."""
    calls = passes(spec, sources)

    def run() -> None:
        for call in calls:
            call()

    inputs = spec.join(sources)
    work = 3 * spec.multiply_adds(inputs) or 2 * math.prod(spec.output_shape(inputs))
    return cpu_seconds(run), work * BATCH


def main() -> None:
    """Measure and print Markdown: a table of docs/performance.md."""
    print(f"\n{machine()}, one thread, CPU time, medians; batches of {BATCH}, float32.\n")
    rows = []
    for name, (spec, sources, limit) in CASES.items():
        seconds, work = cost(spec, sources)
        rows.append([name, f"{seconds * 1e6:.0f}", f"{seconds / work * 1e9:.3f}", limit])
    print(table(["layer", "µs forward and back", "ns per multiply-add", "limited by"], rows))


if __name__ == "__main__":
    main()
