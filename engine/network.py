"""A network's shape: its layers in order, where each one's parameters lie, what it costs and where it starts.

All parameters lie in one row: layer after layer, matrix after matrix in C order. A dense layer's is (inputs + 1, units)
with the biases as its last row; other kinds of layers have several, or none.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np

from engine.initializers import INITIALIZERS
from engine.layers import Block
from engine.layers.noise import DisturbingSpec
from engine.optimizers import OPTIMIZERS
from engine.parts import InitializerSpec
from engine.spec import RunSpec
from engine.types import Array, Float64Array
from engine.wiring import FEATURES_NAME, Wire


class BlockInfo(TypedDict):
    """A matrix of parameters (rows, columns), its last row the biases where it has ``biases``."""

    name: str
    offset: int
    shape: list[int]
    biases: bool


class LayerInfo(TypedDict):
    """One layer as clients see it. A dense layer's matrix of ``shape`` (inputs + 1, units) begins at ``offset``.

    ``output`` is the shape of what comes out. Other kinds may have several matrices or none: ``blocks`` lists them.
    """

    name: str
    kind: str
    units: int
    activation: str
    inputs: list[str]
    offset: int
    shape: list[int]
    output: list[int]
    blocks: list[BlockInfo]


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
        start, blocks = offset, []
        for block in wire.blocks:
            shape = [block.rows, block.columns]
            blocks.append(BlockInfo(name=block.name, offset=offset, shape=shape, biases=block.biases))
            offset += block.size
        infos.append(
            {
                "name": wire.name,
                "kind": wire.layer.kind,
                "units": wire.units,
                "activation": wire.activation,
                "inputs": [names[source] for source in wire.sources],
                "offset": start,
                "shape": blocks[0]["shape"] if blocks else [0, 0],
                "output": list(wire.outputs),
                "blocks": blocks,
            }
        )
    return infos


WORK_OF_A_NUMBER = 4
"""What it costs to write one number of a layer, in multiply-adds: measured 0.2 to 1 ns in wide networks."""


class Network:
    """The network a specification describes."""

    def __init__(self, spec: RunSpec) -> None:
        self.features = spec.features
        self.inputs = spec.inputs
        self.input_size = math.prod(spec.inputs)
        self.steps = spec.form.steps
        self.various_lengths = spec.form.variable_length
        self.wires = spec.wires
        self.layers = layer_infos(self.wires)
        self.parameters = sum(wire.parameters for wire in self.wires)

    @property
    def disturbed(self) -> bool:
        """Whether some layer draws random numbers at every step."""
        return any(isinstance(wire.layer, DisturbingSpec) for wire in self.wires)

    def describe(self) -> dict[str, Any]:
        """The layers, features and number of parameters as JSON values."""
        return {"features": list(self.features), "layers": self.layers, "parameters": self.parameters}

    def blocks(self, rows: Array) -> list[list[Array]]:
        """Rows of parameters (R, P) as views (R, rows, columns): each layer's matrices, none for many kinds."""
        return [
            [
                rows[:, block["offset"] : block["offset"] + math.prod(block["shape"])].reshape(
                    len(rows), *block["shape"], copy=False
                )
                for block in layer["blocks"]
            ]
            for layer in self.layers
        ]

    def layers_of(self, row: Array) -> list[tuple[Sequence[Block], list[Array]]]:
        """Each layer's blocks with their matrices (rows, columns), of one network's parameters (P,)."""
        layers = [[matrix[0] for matrix in layer] for layer in self.blocks(row[None])]
        return [(wire.blocks, layer) for wire, layer in zip(self.wires, layers, strict=True)]

    def matrices(self, rows: Array) -> list[Array]:
        """All matrices in their order; in a network of dense layers alone, one a layer: (R, I + 1, U)."""
        return [matrix for blocks in self.blocks(rows) for matrix in blocks]

    def weight_mask(self) -> Float64Array:
        """(P,): 1 for a weight, 0 for a bias."""
        mask = np.ones((1, self.parameters))
        for wire, matrices in zip(self.wires, self.blocks(mask), strict=True):
            for block, matrix in zip(wire.blocks, matrices, strict=True):
                matrix[:, block.weight_rows :] = 0.0
        return mask.reshape(-1)

    def place(self, layer: int, unit: int, input: int | None) -> int:
        """Where a row of parameters holds the weight from an input into a unit, or its bias where ``input`` is None.

        A layer with several matrices counts their inputs, and their biases, one after the other. Raises IndexError.
        """
        if not 0 <= layer < len(self.layers):
            raise IndexError(f"There are layers 0 to {len(self.layers) - 1}.")
        blocks = list(zip(self.wires[layer].blocks, self.layers[layer]["blocks"], strict=True))
        if not blocks:
            raise IndexError(f"Layer {layer} has no parameters.")
        if input is None:
            return self._bias(layer, unit, blocks)
        row = input
        for block, info in blocks:
            if not 0 <= unit < block.columns:
                raise IndexError(f"Layer {layer} has units 0 to {block.columns - 1}.")
            if 0 <= row < block.weight_rows:
                return info["offset"] + row * block.columns + unit
            row -= block.weight_rows
        raise IndexError(f"Layer {layer} has inputs 0 to {sum(block.weight_rows for block, _ in blocks) - 1}.")

    def _bias(self, layer: int, unit: int, blocks: Sequence[tuple[Block, BlockInfo]]) -> int:
        column = unit
        for block, info in blocks:
            if block.biases and 0 <= column < block.columns:
                return info["offset"] + block.weight_rows * block.columns + column
            column -= block.columns * block.biases
        count = sum(block.columns * block.biases for block, _ in blocks)
        raise IndexError(f"Layer {layer} has units 0 to {count - 1}." if count else f"Layer {layer} has no biases.")


def weights_of(blocks: Sequence[Block], matrices: Sequence[Array]) -> Array:
    """One layer's weights (columns, inputs): row j goes into unit j. From matrices (rows, columns)."""
    parts = [matrix[: block.weight_rows] for block, matrix in zip(blocks, matrices, strict=True) if block.weight_rows]
    return np.concatenate(parts).T if parts else np.empty((0, 0))


def biases_of(blocks: Sequence[Block], matrices: Sequence[Array]) -> Array:
    """One layer's biases, one after the other."""
    parts = [matrix[-1] for block, matrix in zip(blocks, matrices, strict=True) if block.biases]
    return np.concatenate(parts) if parts else np.empty(0)


def initial_parameters(spec: RunSpec) -> Float64Array:
    """The parameters (P,) a run starts from: given ones, or drawn from its seed's first stream."""
    network = Network(spec)
    row = np.empty((1, network.parameters))
    rng = np.random.default_rng([spec.seed, 0])
    for place, (wire, matrices) in enumerate(zip(network.wires, network.blocks(row), strict=True)):
        if spec.initial is not None:
            _given(wire.blocks, matrices, spec.initial.weights[place], spec.initial.biases[place])
        else:
            for block, matrix in zip(wire.blocks, matrices, strict=True):
                _draw(spec.initializer, rng, block, matrix[0])
    return row.reshape(-1)


def _given(
    blocks: Sequence[Block], matrices: Sequence[Array], weights: Sequence[Sequence[float]], biases: Sequence[float]
) -> None:
    rows, column = np.transpose(np.array(weights, np.float64)) if weights else np.empty((0, 0)), 0
    row = 0
    for block, matrix in zip(blocks, matrices, strict=True):
        if block.weight_rows:
            matrix[0, : block.weight_rows] = rows[row : row + block.weight_rows]
            row += block.weight_rows
        if block.biases:
            matrix[0, -1] = biases[column : column + block.columns]
            column += block.columns


def _draw(initializer: InitializerSpec, rng: np.random.Generator, block: Block, matrix: Array) -> None:
    if block.weight_rows:
        shape = (block.weight_rows, block.columns)
        draw = INITIALIZERS[initializer.kind].draw
        matrix[: block.weight_rows] = draw(rng, shape, block.fan_in, block.fan_out, initializer.scale)
    if block.biases:
        matrix[-1] = initializer.bias
        matrix[-1, slice(*block.lifted)] += block.lift


ROWS_OF_PARAMETERS = 5
"""Parameters, gradients, last good parameters, and scratch and strength of a regularizer; the optimizer has its own."""

BUFFERS_OF_UNITS = 4
"""For each unit and example of a batch: sum, activation, derivative and gradient."""


def cost(spec: RunSpec) -> Cost:
    """What a run of this specification would take, without allocating anything. The data are not counted."""
    wires = spec.wires
    parameters = sum(wire.parameters for wire in wires)
    examples = min(spec.batch_size, spec.dataset.train_size)
    rows = ROWS_OF_PARAMETERS + OPTIMIZERS[spec.optimizer.kind].rows
    numbers = rows * parameters + numbers_of_a_batch(wires) * examples
    forward = sum(wire.layer.multiply_adds(wire.inputs) for wire in wires)
    biases = sum(block.columns * block.biases for wire in wires for block in wire.blocks)
    backward = sum(wire.layer.multiply_adds(wire.inputs) for wire in wires if wire.sources != (0,))
    return Cost(parameters, numbers * np.dtype(spec.dtype).itemsize, 2 * (forward + biases) + backward)


def numbers_of_a_batch(wires: Sequence[Wire]) -> int:
    """Numbers in a training plan's buffers for each example of a batch."""
    return sum(_around(wire) + wire.layer.workspace(wire.inputs) for wire in wires)


def numbers_at_once(wires: Sequence[Wire]) -> int:
    """Of these, those that a step's calls have in use at a time."""
    return sum(_around(wire) + wire.layer.at_once(wire.inputs) for wire in wires)


def _around(wire: Wire) -> int:
    """Numbers of one layer that the plan keeps for each example, whatever the layer keeps itself."""
    return BUFFERS_OF_UNITS * (wire.units + 1) + 2 * wire.joined


def work_of_an_example(network: Network) -> int:
    """What a forward pass costs, in multiply-adds: some layers have none, and still every number is written."""
    return sum(wire.layer.multiply_adds(wire.inputs) + WORK_OF_A_NUMBER * wire.widest for wire in network.wires)
