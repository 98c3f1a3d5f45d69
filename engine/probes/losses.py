"""The losses and the accuracy over all examples."""

from engine.probes.options import Options
from engine.probes.seen import Seen
from engine.types import Array


def probe_losses(population: Seen, options: Options) -> dict[str, Array]:
    """``train`` and ``test`` float64 (R,)."""
    return dict(population.losses())


def probe_accuracy(population: Seen, options: Options) -> dict[str, Array]:
    """``train`` and ``test`` float64 (R,); nothing for a regression."""
    return dict(population.accuracy())
