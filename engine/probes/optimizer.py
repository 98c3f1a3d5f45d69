"""What the optimizer remembers of every parameter."""

from typing import TYPE_CHECKING

from engine.probes.examples import finite
from engine.probes.options import Options
from engine.types import Array

if TYPE_CHECKING:
    from engine.population import Population


def probe_optimizer(population: "Population", options: Options) -> dict[str, Array]:
    """The optimizer's memory by the names of its rows, such as ``velocity``, float32 (R, P); nothing if it has none."""
    return {name: finite(rows) for name, rows in population.optimizer_memory().items()}
