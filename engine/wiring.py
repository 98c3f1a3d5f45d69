"""Layers wired as a graph: who reads whom, and the shape of every layer's input and output.

Nodes are numbered as they are computed: 0 is the features, 1 … L the layers in order, the last the output.
A layer reads earlier nodes only, so the order of the list is an order of computation and there is no cycle.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.datasets.shape import DatasetShape
from engine.layers import Block, LayerSpec, Shape, ShapeError

FEATURES_NAME = "features"
OUTPUT_NAME = "output"


class WiringError(ValueError):
    """A layer that cannot take what it reads: its ``place`` among the hidden layers, the output after the last,
    and the ``field`` to change, or "" for the layer itself."""

    def __init__(self, place: int, field: str, message: str) -> None:
        super().__init__(message)
        self.place, self.field = place, field


@dataclass(frozen=True, slots=True)
class Wire:
    """One layer in its place: ``sources`` are the nodes it reads, joined in that order to ``inputs``."""

    name: str
    layer: LayerSpec
    sources: tuple[int, ...]
    inputs: Shape
    outputs: Shape

    @property
    def units(self) -> int:
        """Numbers that come out for an example."""
        return math.prod(self.outputs)

    @property
    def in_features(self) -> int:
        """Numbers that go in for an example."""
        return math.prod(self.inputs)

    @property
    def activation(self) -> str:
        """What follows the layer's own arithmetic; linear where nothing does."""
        return str(self.layer.own.get("activation", "linear"))

    @property
    def joined(self) -> int:
        """Numbers for an example in a buffer of the layer's own where several inputs are brought together, else 0."""
        return self.in_features + 1 if len(self.sources) > 1 else 0

    @property
    def widest(self) -> int:
        """The most numbers that the layer keeps of an example in one place."""
        return max(self.units + 1, self.joined, self.layer.workspace(self.inputs))

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The layer's matrices of parameters."""
        return self.layer.blocks(self.inputs)

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return sum(block.size for block in self.blocks)


def layer_names(layers: Sequence[LayerSpec]) -> list[str]:
    """The name of every layer: its own, or ``layer1``, ``layer2``, … by its place."""
    return [layer.name or f"layer{place}" for place, layer in enumerate(layers, start=1)]


def wire(
    inputs: Shape, layers: Sequence[LayerSpec], output: LayerSpec, form: DatasetShape | None = None
) -> tuple[Wire, ...]:
    """Resolve names to nodes. The names must have been checked: each input stands earlier in the list.

    ``form`` is that of the data: where it has words, layers that look them up learn how many there are; where it has a
    label for every step, the output has to keep the steps. Raises :class:`WiringError` at the first layer that cannot
    take what it reads.
    """
    names = [FEATURES_NAME, *layer_names(layers), OUTPUT_NAME]
    shapes = [inputs]
    wires = []
    words = form.vocabulary_size if form is not None else 0
    for place, layer in enumerate(layer.for_words(words) for layer in [*layers, output]):
        sources = (place,) if layer.inputs is None else tuple(names.index(name) for name in layer.inputs)
        if words and 0 in sources and not layer.reads_words:
            raise WiringError(place, "", "This layer would take words for quantities; put an embedding before it.")
        if layer.reads_words and sources != (0,):
            message = "An embedding looks up the data's own words; let it read the features alone."
            raise WiringError(place, "inputs" if layer.inputs else "", message)
        try:
            joined = layer.join([shapes[source] for source in sources])
            shapes.append(layer.output_shape(joined))
        except ShapeError as error:
            raise WiringError(place, error.field, str(error)) from None
        wires.append(Wire(names[place + 1], layer, sources, joined, shapes[-1]))
    if form is not None:
        _check_steps(len(layers), shapes[-1], form.steps)
    return tuple(wires)


def _check_steps(place: int, output: Shape, steps: int | None) -> None:
    if steps is None and len(output) == 2:
        message = (
            "There is one answer for the whole sequence; flatten it, or let a recurrent layer return its last state."
        )
        raise WiringError(place, "", message)
    if steps is not None and output[:-1] != (steps,):
        message = f"There is an answer for each of the {steps} steps; let the recurrent layers return all states."
        raise WiringError(place, "", message)
