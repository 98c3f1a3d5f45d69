"""The plane as two units see it: a grid of lines, bent by the layers before them."""

import numpy as np

from engine.probes.examples import Pass, columns_of, finite
from engine.probes.grids import grid_points
from engine.probes.options import Options
from engine.probes.seen import Seen
from engine.types import Array


def probe_warp(population: Seen, options: Options) -> dict[str, Array]:
    """``places`` float32 (R, res, res, 2): where the activations of units ``unit`` and ``other`` put each point of a
    grid over the plane, row by row from the top. ``resolution`` is 8 to 64 (24); without units it is the first two of
    the last hidden layer. See Olah, Neural networks, manifolds, and topology, 2014.
    """
    network, theta = population.network, population.theta
    resolution = options.resolution(24, 8, 64)
    widths: dict[int | str, int] = {place: wire.units for place, wire in enumerate(network.wires)}
    deepest = max(0, len(network.wires) - 2)
    units = (
        options.unit(widths) or (deepest, 0),
        options.unit(widths, "other") or (deepest, min(1, network.wires[deepest].units - 1)),
    )
    layers = sorted({int(layer) for layer, _ in units})
    plan = population.view(
        ("warp", resolution, *layers),
        lambda: Pass(network, theta, columns_of(network, grid_points(resolution), theta.dtype), layers),
    ).run()
    places = [plan.values[int(layer)][:, unit].reshape(-1, resolution, resolution) for layer, unit in units]
    return {"places": finite(np.stack(places, axis=-1))}
