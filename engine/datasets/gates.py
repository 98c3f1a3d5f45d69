"""Logic gates: true is +3 and false is −3 on each input, so that a truth table is four points. s is the noise.

A single unit can learn AND, OR, NAND and NOT, whose corners a straight line parts, and never exclusive or.
"""

import numpy as np

from engine.datasets.kind import TWO, DatasetKind, Draws, Generate, Made, between
from engine.parts import DatasetSpec
from engine.types import Array, BoolArray, Float64Array

LEVEL = 3.0
STREWN = 5.0


def _inputs(draws: Draws, count: int) -> BoolArray:
    """The rows of the truth table in turn (N, count)."""
    bits = np.arange(len(draws))[:, None] >> np.arange(count) & 1
    return bits.astype(np.bool_)


def _rows(truth: BoolArray, answer: Array, draws: Draws, spec: DatasetSpec) -> Made:
    """Points at ±3, each moved by U(−5, 5)·s: even at the most noise every point keeps its side of each axis."""
    reach = STREWN * spec.noise
    points: Float64Array = np.where(truth, LEVEL, -LEVEL) + between(draws[:, : truth.shape[1]], -reach, reach)
    return points, answer.astype(np.float64)


def gate_and(draws: Draws, spec: DatasetSpec) -> Made:
    """True where both inputs are."""
    truth = _inputs(draws, 2)
    return _rows(truth, truth[:, 0] & truth[:, 1], draws, spec)


def gate_or(draws: Draws, spec: DatasetSpec) -> Made:
    """True where at least one input is."""
    truth = _inputs(draws, 2)
    return _rows(truth, truth[:, 0] | truth[:, 1], draws, spec)


def gate_nand(draws: Draws, spec: DatasetSpec) -> Made:
    """False where both inputs are true: every other gate can be built of this one."""
    truth = _inputs(draws, 2)
    return _rows(truth, ~(truth[:, 0] & truth[:, 1]), draws, spec)


def gate_xor(draws: Draws, spec: DatasetSpec) -> Made:
    """True where exactly one input is."""
    truth = _inputs(draws, 2)
    return _rows(truth, truth[:, 0] != truth[:, 1], draws, spec)


def gate_not(draws: Draws, spec: DatasetSpec) -> Made:
    """True where the only input is false."""
    truth = _inputs(draws, 1)
    return _rows(truth, ~truth[:, 0], draws, spec)


def _plane(name: str, label: str, explanation: str, formula: str, generate: Generate) -> DatasetKind:
    noise = "The more noise, the further the copies are strewn around their corners."
    return DatasetKind(name, label, "classification", TWO, 200, explanation, formula, noise, generate, draws=2)


KINDS = (
    _plane(
        "gate_and",
        "AND",
        "The truth table of AND: one unit learns it, for a line parts its corners.",
        "x_1 ∧ x_2",
        gate_and,
    ),
    _plane("gate_or", "OR", "The truth table of OR: the line of AND, moved to the other corner.", "x_1 ∨ x_2", gate_or),
    _plane(
        "gate_nand", "NAND", "The truth table of NOT AND, of which any circuit can be built.", "¬(x_1 ∧ x_2)", gate_nand
    ),
    _plane(
        "gate_xor",
        "XOR",
        "The truth table of exclusive or: no line parts it, and a hidden layer of two units does.",
        "x_1 ⊕ x_2",
        gate_xor,
    ),
    DatasetKind(
        "gate_not",
        "NOT",
        "classification",
        TWO,
        100,
        "The truth table of NOT: one input, one unit, a negative weight.",
        "¬x_1",
        "The more noise, the further the copies are strewn around the two levels.",
        gate_not,
        "line",
        (1,),
        draws=1,
    ),
)
