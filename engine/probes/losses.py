"""The losses and the accuracy over all examples."""

from typing import TYPE_CHECKING

from engine.probes.options import Options
from engine.types import Array

if TYPE_CHECKING:
    from engine.population import Population


def probe_losses(population: "Population", options: Options) -> dict[str, Array]:
    """``train`` and ``test`` float64 (R,)."""
    return dict(population.losses())


def probe_accuracy(population: "Population", options: Options) -> dict[str, Array]:
    """``train`` and ``test`` float64 (R,); nothing for a regression."""
    return dict(population.accuracy())
