"""The loss around the place where a run stands, over a plane through its parameters."""

import numpy as np

from engine.landscape import Plane, Surface, parameter_plane, random_plane
from engine.network import work_of_an_example
from engine.probes.examples import finite
from engine.probes.options import Options, ProbeError
from engine.probes.seen import Seen
from engine.types import Array, Float64Array

MOST_WORK = 8_000_000_000
"""What one look may cost, in multiply-adds: about a second."""


def probe_landscape(population: Seen, options: Options) -> dict[str, Array]:
    """The mean loss of the first ``count`` (10 to 10,000, default 500) training examples over a plane through each
    replica's parameters: ``losses`` float32 (R, res, res), row i,
    column j at ``second`` (R, res) i and ``first`` (R, res) j; ``finite`` uint8, 0 where the numbers broke, which are
    drawn as the highest others. The run itself stands in the middle, at (0, 0).

    ``directions`` is "random" (the default): two directions drawn from ``seed``, each filter or unit as long as the
    run's own, or "parameters": two of them, by their places ``first`` and ``second`` in theta. ``resolution`` is 5 to
    64 (21), ``reach`` 0.001 to 1000 (1), how far the plane goes to each side.
    """
    resolution = options.resolution(21, 5, 64)
    reach = options.real("reach", 1.0, 1e-3, 1e3)
    planes = _planes(population, options)
    count = options.whole("count", 500, 10, 10_000)
    examples = min(count, max(len(table.train) for table in population.tables))
    if work_of_an_example(population.network) * examples * resolution**2 * len(planes) > MOST_WORK:
        raise ProbeError("resolution", "This would take too long; ask for a lower resolution or count.")
    axis = np.linspace(-reach, reach, resolution)
    losses, seen = [], []
    for replica, plane in enumerate(planes):
        found = _look(population, replica, plane, axis, count)
        broken = np.isnan(found)
        losses.append(np.where(broken, 0.0 if broken.all() else found[~broken].max(initial=-np.inf), found))
        seen.append(~broken)
    axes = np.broadcast_to(axis.astype(np.float32), (len(planes), resolution))
    return {
        "losses": finite(np.stack(losses)),
        "finite": np.stack(seen).astype(np.uint8),
        "first": axes,
        "second": axes,
    }


def _planes(population: Seen, options: Options) -> list[Plane]:
    kind = options.choice("directions", ("random", "parameters"))
    if kind == "random":
        seed = options.whole("seed", 1, 0, 2**32 - 1)
        return [random_plane(population.network, row, seed) for row in population.theta]
    last = population.network.parameters - 1
    first, second = options.whole("first", 0, 0, last), options.whole("second", 1, 0, last)
    if first == second:
        raise ProbeError("second", "Give two different parameters.")
    return [parameter_plane(row, first, second) for row in population.theta]


def _look(population: Seen, replica: int, plane: Plane, axis: Float64Array, count: int) -> Float64Array:
    table, points = population.tables[replica], len(axis) ** 2
    key = ("landscape", id(table), points, count)
    surface = population.view(key, lambda: Surface(population.specs[replica], table, points, count))
    return surface.over(plane, axis, axis)
