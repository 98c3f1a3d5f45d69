"""Every unit's response over the plane, small: the thumbnails in the network's picture."""

import numpy as np

from engine.probes.grids import GridPlan, finite_rows, shade
from engine.probes.options import Options
from engine.probes.seen import Seen
from engine.types import Array


def probe_units(population: Seen, options: Options) -> dict[str, Array]:
    """``grid`` uint8 (R, U, res, res), ``range`` float32 (R, U, 2), ``finite`` uint8 (R, U): 0 where numbers broke.

    U counts all units in layer order, the output's last. ``resolution`` is 8 to 64 (32).
    """
    resolution = options.resolution(32, 8, 64)
    network = population.network
    plan = population.view(
        ("units", resolution),
        lambda: GridPlan(population, resolution, range(len(network.wires)), slice(None)),
    )
    plan.run()
    values = plan.values
    finite = finite_rows(values)
    ends = np.empty((*finite.shape, 2), np.float32)
    for activation, rows in plan.segments:
        ends[:, rows] = shade(values[:, rows], activation)
    grid = values.astype(np.uint8).reshape(*finite.shape, resolution, resolution)
    return {"grid": grid, "range": ends, "finite": finite.astype(np.uint8)}
