"""A step of training on the digits beside PyTorch's, eager: float32, one thread, CPU time of the process, medians.

Two networks on 8 × 8 pixels, cross-entropy over ten digits, plain gradient descent: the convolutional one has 8 filters
of 5 × 5 that keep the size, ReLU, max pooling over 2 × 2 and the output layer; the dense one 64 units of ReLU.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from typing import Any

import numpy as np

from benchmarks.engine import make_trainer
from benchmarks.measure import cpu_seconds, machine, table
from benchmarks.peers import Epoch
from engine import RunSpec

NETWORKS: dict[str, list[dict[str, Any]]] = {
    "8 × 8 CNN": [
        {"kind": "convolution", "filters": 8, "kernel_size": 5, "padding": "same", "activation": "relu"},
        {"kind": "max_pooling", "size": 2},
    ],
    "64-64-10": [{"kind": "dense", "units": 64, "activation": "relu"}],
}
BATCHES = (20, 128)
TARGETS = {("8 × 8 CNN", 20): 2.0, ("8 × 8 CNN", 128): 0.9, ("64-64-10", 20): 2.0, ("64-64-10", 128): 1.0}
TOGETHER = 16
ROUNDS = 9
STEPS = 10
"""Full batches at the beginning of an epoch that are timed together."""


def make_step(name: str, batch: int, replicas: int = 1) -> Callable[[], None]:
    """Ten steps of training, as a population takes them, with nothing measured on the way."""
    document = {"dataset": {"kind": "digits", "samples": 1797, "train_fraction": 0.8}, "batch_size": batch}
    specs = [RunSpec.from_dict(document | {"layers": NETWORKS[name], "seed": seed}) for seed in range(replicas)]
    return partial(make_trainer(specs).run, STEPS)


def torch_step(name: str, batch: int) -> tuple[str, Epoch] | None:
    """The same ten steps in PyTorch; None where it is not installed."""
    try:
        import torch  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return None
    torch.set_num_threads(1)
    nn = torch.nn
    models: dict[str, Callable[[], Any]] = {
        "8 × 8 CNN": lambda: nn.Sequential(
            nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 10)
        ),
        "64-64-10": lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)),
    }
    model = models[name]()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.03)
    loss = nn.CrossEntropyLoss()
    images, labels = torch.rand(STEPS, batch, 1, 8, 8), torch.randint(10, (STEPS, batch))

    def steps() -> None:
        for x, y in zip(images, labels, strict=True):
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()

    return f"PyTorch {torch.__version__} eager", steps


def in_turns(contestants: Sequence[Callable[[], object] | None], rounds: int = ROUNDS) -> list[float | None]:
    """The median CPU seconds of a step of each. They take turns, so that what else the machine does falls on all."""
    times: list[list[float]] = [[] for _ in contestants]
    for _ in range(rounds):
        for found, work in zip(times, contestants, strict=True):
            if work is not None:
                found.append(cpu_seconds(work, repeats=1) / STEPS)
    return [median(found) if found else None for found in times]


def compare(name: str, batch: int) -> list[str]:
    """A row: our step, PyTorch's, how many times as fast ours is, and a network's step among sixteen."""
    peer = torch_step(name, batch)
    alone, theirs, together = in_turns(
        [make_step(name, batch), None if peer is None else peer[1], make_step(name, batch, TOGETHER)]
    )
    assert alone is not None
    assert together is not None
    beside = ["not installed"] * 2
    if theirs is not None:
        beside = [f"{theirs * 1e6:.0f}", f"{theirs / alone:.2f} (≥ {TARGETS[name, batch]})"]
    share = together / TOGETHER
    return [f"{name}, batch {batch}", f"{alone * 1e6:.0f}", *beside, f"{share * 1e6:.0f}", f"{alone / share:.2f}"]


def main() -> None:
    """Measure and print Markdown: a table of docs/performance.md."""
    print(f"\n{machine()}, NumPy {np.__version__}, one thread, CPU time, medians.\n")
    header = [
        "digits, a training step",
        "µs alone",
        "PyTorch eager, µs",
        "PyTorch / alone",
        f"µs each of {TOGETHER} together",
        "alone / together (≥ 1)",
    ]
    print(table(header, [compare(name, batch) for name in NETWORKS for batch in BATCHES]))


if __name__ == "__main__":
    main()
