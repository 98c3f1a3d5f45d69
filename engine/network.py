"""A network's shape: its layers in order, where each one's parameters lie, what it costs and where it starts.

All parameters lie in one row: layer after layer, each a matrix (inputs + 1, units) in C order with the biases as its
last row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np

from engine.initializers import INITIALIZERS
from engine.optimizers import OPTIMIZERS
from engine.spec import RunSpec
from engine.types import Array, Float64Array
from engine.wiring import FEATURES_NAME, Wire


class LayerInfo(TypedDict):
    """One layer as clients see it; its matrix of ``shape`` (inputs + 1, units) begins at ``offset`` in a row."""

    name: str
    kind: str
    units: int
    activation: str
    inputs: list[str]
    offset: int
    shape: list[int]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run takes: ``bytes`` of memory, ``multiply_adds`` for one example forward and backward."""

    parameters: int
    bytes: int
    multiply_adds: int


def layer_infos(wires: Sequence[Wire]) -> list[LayerInfo]:
    """The layers with their places in a row of parameters."""
    names = [FEATURES_NAME, *(wire.name for wire in wires)]
    infos: list[LayerInfo] = []
    offset = 0
    for wire in wires:
        infos.append(
            {
                "name": wire.name,
                "kind": "dense",
                "units": wire.units,
                "activation": wire.activation,
                "inputs": [names[source] for source in wire.sources],
                "offset": offset,
                "shape": [wire.in_features + 1, wire.units],
            }
        )
        offset += wire.parameters
    return infos


class Network:
    """The network a specification describes."""

    def __init__(self, spec: RunSpec) -> None:
        self.features = spec.features
        self.input_size = spec.input_size
        self.wires = spec.wires
        self.layers = layer_infos(self.wires)
        self.parameters = sum(wire.parameters for wire in self.wires)

    def describe(self) -> dict[str, Any]:
        """The layers, features and number of parameters as JSON values."""
        return {"features": list(self.features), "layers": self.layers, "parameters": self.parameters}

    def matrices(self, rows: Array) -> list[Array]:
        """Rows of parameters (R, P) as one view (R, I + 1, U) a layer."""
        views = []
        for layer, wire in zip(self.layers, self.wires, strict=True):
            part = rows[:, layer["offset"] : layer["offset"] + wire.parameters]
            views.append(part.reshape(len(rows), *layer["shape"]))
        return views

    def weight_mask(self) -> Float64Array:
        """(P,): 1 for a weight, 0 for a bias."""
        mask = np.ones((1, self.parameters))
        for matrix in self.matrices(mask):
            matrix[:, -1] = 0.0
        return mask.reshape(-1)


def initial_parameters(spec: RunSpec) -> Float64Array:
    """The parameters (P,) a run starts from: given ones, or drawn from its seed's first stream."""
    network = Network(spec)
    row = np.empty((1, network.parameters))
    rng = np.random.default_rng([spec.seed, 0])
    initializer = INITIALIZERS[spec.initializer.kind]
    for place, matrix in enumerate(network.matrices(row)):
        if spec.initial is not None:
            matrix[0, :-1] = np.transpose(spec.initial.weights[place])
            matrix[0, -1] = spec.initial.biases[place]
        else:
            shape = (matrix.shape[1] - 1, matrix.shape[2])
            matrix[0, :-1] = initializer.draw(rng, shape, *shape, spec.initializer.scale)
            matrix[0, -1] = spec.initializer.bias
    return row.reshape(-1)


ROWS_OF_PARAMETERS = 5
"""Parameters, gradients, last good parameters, and scratch and strength of a regularizer; the optimizer has its own."""

BUFFERS_OF_UNITS = 4
"""For each unit and example of a batch: sum, activation, derivative and gradient."""


def cost(spec: RunSpec) -> Cost:
    """What a run of this specification would take, without allocating anything. The data are not counted."""
    wires = spec.wires
    parameters = sum(wire.parameters for wire in wires)
    units = sum(wire.units + 1 for wire in wires)
    rows = ROWS_OF_PARAMETERS + OPTIMIZERS[spec.optimizer.kind].rows
    numbers = rows * parameters + BUFFERS_OF_UNITS * units * min(spec.batch_size, spec.dataset.train_size)
    backward_inputs = sum(wire.in_features * wire.units for wire in wires if wire.sources != (0,))
    return Cost(parameters, numbers * np.dtype(spec.dtype).itemsize, 2 * parameters + backward_inputs)
