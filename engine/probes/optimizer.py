"""What the optimizer remembers of every parameter."""

from engine.probes.examples import finite
from engine.probes.options import Options
from engine.probes.seen import Seen
from engine.types import Array


def probe_optimizer(population: Seen, options: Options) -> dict[str, Array]:
    """The optimizer's memory by the names of its rows, such as ``velocity``, float32 (R, P); nothing if it has none."""
    return {name: finite(rows) for name, rows in population.optimizer_memory().items()}
