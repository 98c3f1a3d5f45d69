"""The decision picture: the output, or any one unit, over the plane."""

import numpy as np

from engine.features import FEATURES
from engine.probes.features import FEATURE_REACH, feature_bytes
from engine.probes.grids import GridPlan, finite_rows, shade
from engine.probes.options import Options
from engine.probes.seen import Seen
from engine.types import Array


def probe_decision(population: Seen, options: Options) -> dict[str, Array]:
    """``grid`` uint8 (R, res, res) of one unit or (R, K, res, res) of several outputs; ``range`` float32 (R, 2).

    ``resolution`` is 8 to 200 (100); ``unit`` is [layer, unit], or ["features", index], or absent for the output.
    """
    resolution = options.resolution(100, 8, 200)
    network = population.network
    widths: dict[int | str, int] = {"features": len(network.features)}
    address = options.unit(widths | {place: wire.units for place, wire in enumerate(network.wires)})
    if address is not None and address[0] == "features":
        return _feature(population, network.features[address[1]], resolution)
    last = len(network.wires) - 1
    layer, unit = (last, slice(None)) if address is None else (int(address[0]), slice(address[1], address[1] + 1))
    plan = population.view(
        ("decision", resolution, layer, unit.start),
        lambda: GridPlan(population, resolution, [layer], unit),
    )
    plan.run()
    finite_rows(plan.values)
    ends = shade(plan.values, network.wires[layer].activation, axis=(-2, -1))
    grid = plan.values.astype(np.uint8)
    shape = (resolution, resolution) if grid.shape[1] == 1 else (grid.shape[1], resolution, resolution)
    return {"grid": grid.reshape(len(grid), *shape), "range": ends[:, 0]}


def _feature(population: Seen, name: str, resolution: int) -> dict[str, Array]:
    grid = feature_bytes(resolution)[list(FEATURES).index(name)]
    replicas = len(population.specs)
    ends = np.array([-FEATURE_REACH, FEATURE_REACH], np.float32)
    return {"grid": np.broadcast_to(grid, (replicas, *grid.shape)), "range": np.broadcast_to(ends, (replicas, 2))}
