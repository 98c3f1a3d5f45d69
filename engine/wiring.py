"""Layers wired as a graph: who reads whom, and how wide each layer's input is.

Nodes are numbered as they are computed: 0 is the features, 1 … L the layers in order, the last the output.
A layer reads earlier nodes only, so the order of the list is an order of computation and there is no cycle.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.parts import DenseSpec

FEATURES_NAME = "features"
OUTPUT_NAME = "output"


@dataclass(frozen=True, slots=True)
class Wire:
    """One layer in its place: ``sources`` are the nodes it reads, concatenated in that order."""

    name: str
    units: int
    activation: str
    sources: tuple[int, ...]
    in_features: int

    @property
    def parameters(self) -> int:
        """Weights and biases: (inputs + 1) · units."""
        return (self.in_features + 1) * self.units


def layer_names(layers: Sequence[DenseSpec]) -> list[str]:
    """The name of every layer: its own, or ``layer1``, ``layer2``, … by its place."""
    return [layer.name or f"layer{place}" for place, layer in enumerate(layers, start=1)]


def wire(feature_count: int, layers: Sequence[DenseSpec], output: DenseSpec) -> tuple[Wire, ...]:
    """Resolve names to nodes. The names must have been checked: each input stands earlier in the list."""
    names = [FEATURES_NAME, *layer_names(layers), OUTPUT_NAME]
    widths = [feature_count]
    wires = []
    for place, layer in enumerate([*layers, output]):
        sources = (place,) if layer.inputs is None else tuple(names.index(name) for name in layer.inputs)
        wires.append(
            Wire(names[place + 1], layer.units, layer.activation, sources, sum(widths[source] for source in sources))
        )
        widths.append(layer.units)
    return tuple(wires)
