"""Landscapes: 41 × 41 networks looked at over all training examples, as one population.

A 2-8-8-1 network on 250 points of the circle and a 64-32-10 network on 500 digits; random directions, float32, one
thread. CPU time of the process, medians.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np

from benchmarks.measure import cpu_seconds, machine, table
from engine import Network, RunSpec
from engine.batches import make_table
from engine.landscape import landscape, random_plane
from engine.network import initial_parameters

POINTS = 41
PLANE = {"dataset": {"kind": "circle"}, "layers": [{"units": 8}, {"units": 8}]}
DIGITS = {
    "dataset": {"kind": "digits", "samples": 625, "train_fraction": 0.8},
    "features": [],
    "layers": [{"units": 32}],
}
SURFACES = {"2-8-8-1, 250 points": (PLANE, 250, 0.1), "64-32-10, 500 digits": (DIGITS, 500, 1.5)}
"""A specification, how many examples it trains on and the seconds its landscape may take."""


def landscape_seconds(spec: RunSpec, points: int = POINTS) -> float:
    """CPU seconds of one landscape, the buffers made anew; drawing the data is not counted."""
    data, center = make_table(spec), initial_parameters(spec)
    plane, axis = random_plane(Network(spec), center, seed=1), np.linspace(-1.0, 1.0, points)
    return cpu_seconds(lambda: landscape(spec, plane, axis, axis, table=data))


def main() -> None:
    """Measure and print Markdown."""
    print(f"{machine()}, NumPy {np.__version__}, one thread, CPU time, medians.\n")
    rows = []
    for name, (document, _, target) in SURFACES.items():
        seconds = landscape_seconds(RunSpec.from_dict(document))
        rows.append([name, f"{seconds * 1e3:.0f}", f"{target * 1e3:.0f}"])
    print(table([f"{POINTS} × {POINTS} landscape", "ms of CPU", "at most"], rows))


if __name__ == "__main__":
    main()
