"""The parameters themselves."""

from typing import TYPE_CHECKING

from engine.probes.grids import as_float32
from engine.probes.options import Options
from engine.types import Array

if TYPE_CHECKING:
    from engine.population import Population


def probe_weights(population: "Population", options: Options) -> dict[str, Array]:
    """``theta`` float32 (R, P): layer after layer, each (inputs + 1, units) with the biases as its last row."""
    return {"theta": as_float32(population.theta)}
