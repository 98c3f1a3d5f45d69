"""The parameters themselves."""

from engine.probes.grids import as_float32
from engine.probes.options import Options
from engine.probes.seen import Seen
from engine.types import Array


def probe_weights(population: Seen, options: Options) -> dict[str, Array]:
    """``theta`` float32 (R, P): layer after layer, each (inputs + 1, units) with the biases as its last row."""
    return {"theta": as_float32(population.theta)}
