"""Reading given parameters and holding them against the network they are meant for."""

from collections.abc import Sequence

from engine.limits import PARAMETER
from engine.parts import InitialSpec
from engine.reading import Reader
from engine.types import Json
from engine.wiring import Wire

FIELDS = ("weights", "biases")


def fits(initial: InitialSpec, wires: Sequence[Wire]) -> bool:
    """Whether given parameters have the shapes of a network."""
    return [[len(row) for row in matrix] for matrix in initial.weights] == [
        [inputs] * columns for columns, inputs in map(weight_counts, wires)
    ] and [len(row) for row in initial.biases] == [bias_count(wire) for wire in wires]


def weight_counts(wire: Wire) -> tuple[int, int]:
    """How many rows of weights a layer has, one a unit, and how many weights stand in each, one an input."""
    columns = max((block.columns for block in wire.blocks if block.weight_rows), default=0)
    return columns, sum(block.weight_rows for block in wire.blocks)


def bias_count(wire: Wire) -> int:
    """How many biases a layer has."""
    return sum(block.columns * block.biases for block in wire.blocks)


def read_initial(reader: Reader, value: Json, pointer: str, wires: Sequence[Wire]) -> InitialSpec | None:
    """``{"weights": [[[…]]], "biases": [[…]]}`` in the network's shapes, or None if it is not given."""
    if value is None:
        return None
    if isinstance(value, InitialSpec):
        if fits(value, wires):
            return value
        value = {"weights": value.weights, "biases": value.biases}
    fields = reader.record(value, pointer, FIELDS)
    for name in FIELDS:
        if isinstance(value, dict) and name not in fields:
            reader.problem(f"{pointer}/{name}", f"Give the {name} too: one list a layer, the output layer last.")
    what = "layers, the output layer last"
    matrices = reader.items(
        fields.get("weights", [()] * len(wires)), f"{pointer}/weights", len(wires), len(wires), what
    )
    vectors = reader.items(fields.get("biases", [()] * len(wires)), f"{pointer}/biases", len(wires), len(wires), what)
    if not ("weights" in fields and "biases" in fields and matrices and vectors):
        return None
    return InitialSpec(
        tuple(
            _read_matrix(reader, matrix, f"{pointer}/weights/{place}", wire)
            for place, (matrix, wire) in enumerate(zip(matrices, wires, strict=True))
        ),
        tuple(
            reader.vector(vector, f"{pointer}/biases/{place}", bias_count(wire), PARAMETER, "biases, one a unit")
            for place, (vector, wire) in enumerate(zip(vectors, wires, strict=True))
        ),
    )


def _read_matrix(reader: Reader, value: Json, pointer: str, wire: Wire) -> tuple[tuple[float, ...], ...]:
    columns, inputs = weight_counts(wire)
    rows = reader.items(value, pointer, columns, columns, "rows, one a unit")
    return tuple(
        reader.vector(row, f"{pointer}/{place}", inputs, PARAMETER, "weights, one an input")
        for place, row in enumerate(rows)
        if not reader.full
    )
