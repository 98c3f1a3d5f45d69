"""Pretraining: six sigmoid layers of 8 on the circle, from U(−.5, .5) as it is and after each has been pretrained.

Gradient descent at 0.03, batches of 10, 250 training and 250 test points, 300 epochs, five seeds, one thread.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import time

import numpy as np

from benchmarks.measure import machine, table
from engine import Population, RunSpec
from engine.pretraining import Pretraining, pretrained

SEEDS = (1, 2, 3, 4, 5)
EPOCHS = 300
DEEP = {
    "dataset": {"kind": "circle"},
    "layers": [{"units": 8, "activation": "sigmoid"}] * 6,
    "initializer": {"kind": "uniform", "scale": 0.5},
}


def accuracies(specs: list[RunSpec], epochs: int = EPOCHS) -> np.ndarray:
    """The test accuracy of each run after some epochs."""
    population = Population(specs)
    population.advance_epochs(epochs)
    return population.accuracy()["test"]


def compare(
    seeds: tuple[int, ...] = SEEDS, epochs: int = EPOCHS, plan: Pretraining | None = None
) -> dict[str, np.ndarray]:
    """Test accuracies (seeds,) from a random start and from pretraining."""
    random = [RunSpec.from_dict(DEEP | {"seed": seed}) for seed in seeds]
    return {
        "U(−.5, .5)": accuracies(random, epochs),
        "pretrained": accuracies([pretrained(spec, plan) for spec in random], epochs),
    }


def main() -> None:
    """Measure and print Markdown."""
    print(f"{machine()}, NumPy {np.__version__}, one thread.\n")
    start = time.process_time()
    rows = [
        [name, f"{100 * found.mean():.1f}", f"{100 * found.std():.1f}", f"{100 * found.min():.1f}"]
        for name, found in compare().items()
    ]
    print(table(["six sigmoid layers of 8, test accuracy %", "mean of 5", "deviation", "lowest"], rows))
    print(f"\n{time.process_time() - start:.1f} s of CPU in all.")


if __name__ == "__main__":
    main()
